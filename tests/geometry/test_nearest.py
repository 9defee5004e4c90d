import numpy as np

from gpvton.geometry.nearest import from_nearest, nearest_known


def test_every_pixel_finds_the_nearest_known_one():
    rng = np.random.default_rng(3)
    known = rng.random((23, 31)) < 0.03
    places, there = nearest_known(known), np.argwhere(known)
    assert known[places[..., 0], places[..., 1]].all()
    here = np.stack(np.mgrid[:23, :31], axis=-1)
    far = np.hypot(*np.moveaxis(places - here, -1, 0))
    least = np.hypot(*np.moveaxis(there - here[..., None, :], -1, 0)).min(axis=-1)
    assert (far <= 1.05 * least + 1e-6).all()  # OpenCV's 5 x 5 mask is that exact
    assert (far[known] == 0).all()


def test_values_come_from_there():
    rng = np.random.default_rng(4)
    known = rng.random((12, 9)) < 0.1
    places = nearest_known(known)
    for values in (rng.random((12, 9)), rng.random((2, 3, 12, 9)).astype(np.float32)):
        found = from_nearest(values, known)
        assert found.dtype == values.dtype
        np.testing.assert_array_equal(found, values[..., places[..., 0], places[..., 1]])
