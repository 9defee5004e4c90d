import numpy as np
import pytest

from gpvton.geometry.flow import flow_from_pixels, identity_flow, pixels_from_flow


@pytest.mark.parametrize("size", [(1, 1), (4, 3), (17, 31)])
def test_identity_samples_every_pixel_at_its_own_centre(size):
    pixels = pixels_from_flow(identity_flow(*size), size)
    rows, columns = np.mgrid[: size[0], : size[1]]
    np.testing.assert_allclose(pixels[0], columns, atol=1e-5)
    np.testing.assert_allclose(pixels[1], rows, atol=1e-5)


def test_conversion_there_and_back_is_exact():
    pixels = np.random.default_rng(0).uniform(-9, 60, (3, 2, 5, 7)).astype(np.float32)
    back = pixels_from_flow(flow_from_pixels(pixels, (40, 50)), (40, 50))
    np.testing.assert_allclose(back, pixels, atol=1e-4)
