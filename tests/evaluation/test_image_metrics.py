import numpy as np
import pytest
import torch
from PIL import Image
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from torchmetrics.functional.image import structural_similarity_index_measure

from gpvton.domain.errors import InputError
from gpvton.evaluation import image_metrics

RNG = np.random.default_rng(1)


def pair(size=(48, 40), noise=25.0):
    first = RNG.integers(0, 256, (*size, 3)).astype(np.uint8)
    first[:, : size[1] // 2] = np.linspace(0, 255, size[0])[:, None, None]
    second = np.clip(first + RNG.normal(0, noise, first.shape), 0, 255).astype(np.uint8)
    return first, second


def reference(first, second, **options):
    """Wang et al.'s settings in scikit-image."""
    return structural_similarity(
        first,
        second,
        data_range=255,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        channel_axis=-1 if first.ndim == 3 else None,
        **options,
    )


@pytest.mark.parametrize("noise", [3.0, 25.0, 90.0])
def test_ssim_agrees_with_scikit_image(noise):
    first, second = pair(noise=noise)
    ours = image_metrics.ssim(first, second, border=False)
    assert ours == pytest.approx(reference(first, second), abs=1e-4)
    grey = image_metrics.grey(first), image_metrics.grey(second)
    assert image_metrics.ssim(*grey, border=False) == pytest.approx(reference(*grey), abs=1e-4)


def test_ssim_agrees_with_torchmetrics_which_counts_the_border():
    first, second = pair()
    one, two = (torch.from_numpy(np.moveaxis(p, -1, 0)[None] / 1.0) for p in (first, second))
    expected = structural_similarity_index_measure(one, two, sigma=1.5, data_range=255.0)
    assert image_metrics.ssim(first, second) == pytest.approx(float(expected), abs=1e-9)


def test_the_border_makes_a_difference():
    first, second = pair()
    second[:4] = 0
    assert image_metrics.ssim(first, second) < image_metrics.ssim(first, second, border=False)


def test_masked_ssim_is_scikit_image_s_map_inside_the_mask():
    first, second = pair()
    mask = np.zeros(first.shape[:2], bool)
    mask[10:30, 8:25] = True
    _, full = reference(first, second, full=True)
    assert image_metrics.masked_ssim(first, second, mask) == pytest.approx(
        full[mask].mean(), abs=1e-4
    )
    assert image_metrics.masked_ssim(first, second, np.zeros_like(mask)) is None
    with pytest.raises(InputError):
        image_metrics.masked_ssim(first, second, mask[1:])


def test_psnr_agrees_with_scikit_image():
    first, second = pair()
    assert image_metrics.psnr(first, second) == pytest.approx(
        peak_signal_noise_ratio(first, second, data_range=255), abs=1e-4
    )
    assert image_metrics.psnr(first, first) is None


def multi_scale_reference(first, second):
    """Wang et al., 2003, written out on scikit-image's Gaussian filter."""
    from skimage.filters import gaussian

    def blur(values):
        full = gaussian(values, 1.5, truncate=3.5, mode="reflect", preserve_range=True)
        return full[5:-5, 5:-5]

    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    product = 1.0
    one, two = first.astype(float), second.astype(float)
    for scale, weight in enumerate([0.0448, 0.2856, 0.3001, 0.2363, 0.1333]):
        m1, m2 = blur(one), blur(two)
        v1, v2 = blur(one**2) - m1**2, blur(two**2) - m2**2
        structure = (2 * (blur(one * two) - m1 * m2) + c2) / (v1 + v2 + c2)
        light = (2 * m1 * m2 + c1) / (m1**2 + m2**2 + c1)
        value = (light * structure).mean() if scale == 4 else structure.mean()
        product *= value**weight
        rows, columns = one.shape[0] // 2, one.shape[1] // 2
        one = one[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2).mean(axis=(1, 3))
        two = two[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2).mean(axis=(1, 3))
    return product


def test_ms_ssim_agrees_with_its_formula():
    first, second = (image_metrics.grey(picture) for picture in pair((192, 176)))
    ours = image_metrics.ms_ssim(first, second)
    assert ours is not None
    assert ours == pytest.approx(multi_scale_reference(first, second), abs=1e-4)
    colour = pair((200, 190))
    channels = [multi_scale_reference(colour[0][..., k], colour[1][..., k]) for k in range(3)]
    assert image_metrics.ms_ssim(*colour) == pytest.approx(np.mean(channels), abs=1e-4)
    assert image_metrics.ms_ssim(first, first) == pytest.approx(1.0, abs=1e-9)
    assert image_metrics.ms_ssim(first[:100], second[:100]) is None


def test_grey_is_pillow_s():
    first, _ = pair()
    assert np.array_equal(
        image_metrics.grey(first), np.asarray(Image.fromarray(first).convert("L"))
    )


def test_the_changed_region_is_what_differs_and_five_pixels_around():
    photo = np.full((40, 50, 3), 100, np.uint8)
    truth = photo.copy()
    truth[15:20, 20:30, 1] = 130
    truth[2, 2] = 255  # a speck
    truth[30:, 40:] = 108  # not seen
    region = np.zeros((40, 50), bool)
    region[10:25, 15:35] = True
    assert np.array_equal(image_metrics.changed_region(photo, truth), region)


def test_pictures_of_two_sizes_are_refused():
    first, second = pair()
    with pytest.raises(InputError, match="one size"):
        image_metrics.ssim(first, second[1:])
    with pytest.raises(InputError, match="uint8"):
        image_metrics.ssim(first / 255, second / 255)
