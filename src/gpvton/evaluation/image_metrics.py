"""Picture against picture: SSIM, MS-SSIM, PSNR and SSIM inside a mask.

All take uint8 pictures of one size, (h, w, 3) or grey (h, w), and compute in float64.
SSIM: Wang et al., 2004, Gaussian window of 11 pixels, sigma 1.5.  Papers differ in what they do at
the border: torchmetrics reflects the picture and counts every pixel, scikit-image and the original
leave the outer 5 pixels out.  `border` says which.  Ours, through OpenCV's separable filters:
torchmetrics' own takes 70 times as long for the same numbers.
"""

import cv2
import numpy as np

from gpvton.domain.errors import InputError

WINDOW_RADIUS = 5
MS_SSIM_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
MS_SSIM_MINIMUM_SIDE = 161
"""MS-SSIM halves the picture four times and needs a whole window at the end."""


def ssim(first: np.ndarray, second: np.ndarray, *, border: bool = True) -> float:
    """Structural similarity, mean over pixels and channels, at most 1.

    border: True counts every pixel (as torchmetrics), False leaves 5 pixels out on each side (as
    scikit-image with gaussian_weights=True, use_sample_covariance=False).
    """
    return mean_similarity(ssim_map(first, second), border=border)


def mean_similarity(similarity: np.ndarray, *, border: bool = True) -> float:
    """`ssim` of an `ssim_map`."""
    if not border:
        edge = slice(WINDOW_RADIUS, -WINDOW_RADIUS)
        similarity = similarity[edge, edge]
    return float(similarity.mean())


def ssim_map(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Structural similarity at every pixel: float64 (h, w, channels)."""
    one, two = (_reflected(picture) for picture in _pair(first, second))
    structure, luminance = _valid_terms(one, two)
    return structure * luminance


def masked_ssim(first: np.ndarray, second: np.ndarray, mask: np.ndarray) -> float | None:
    """Mean of `ssim_map` over the pixels of a mask, bool (h, w); None when it is empty."""
    if mask.shape != first.shape[:2]:
        raise InputError(f"mask {mask.shape} and pictures {first.shape[:2]} must have one size")
    return similarity_inside(ssim_map(first, second), mask)


def similarity_inside(similarity: np.ndarray, mask: np.ndarray) -> float | None:
    """`masked_ssim` of an `ssim_map`."""
    return float(similarity[mask].mean()) if mask.any() else None


def changed_region(photo: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Where a photo and the true result differ, with a margin of 5 pixels: bool (h, w).

    Ours: more than 12 grey levels in any channel, specks of less than 3 x 3 pixels left out.  It is
    what an engine has to change, whatever it believes itself.
    """
    one, two = _pair(photo, truth)
    differs = (np.abs(one - two).max(axis=2) > 12).astype(np.uint8)
    differs = cv2.morphologyEx(differs, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    return cv2.dilate(differs, np.ones((11, 11), np.uint8)) > 0


def ms_ssim(first: np.ndarray, second: np.ndarray) -> float | None:
    """Multi-scale SSIM (Wang et al., 2003), five scales; None where a side is below 161 pixels.

    Only whole windows count, at every scale, as in the original and in TensorFlow; torchmetrics
    reflects the border in its multi-scale form too, which differs by up to 0.005.  Channels are
    averaged at the end; negative means of a scale count as 0.
    """
    if min(first.shape[:2]) < MS_SSIM_MINIMUM_SIDE:
        return None
    one, two = _pair(first, second)
    product = np.ones(one.shape[2])
    for scale, weight in enumerate(MS_SSIM_WEIGHTS):
        structure, luminance = _valid_terms(one, two)
        last = scale == len(MS_SSIM_WEIGHTS) - 1
        mean = (structure * luminance if last else structure).mean(axis=(0, 1))
        product *= np.maximum(mean, 0) ** weight
        one, two = _halved(one), _halved(two)
    return float(product.mean())


def psnr(first: np.ndarray, second: np.ndarray) -> float | None:
    """Peak signal-to-noise ratio in dB; None for equal pictures, where it is infinite."""
    one, two = _pair(first, second)
    error = np.square(one - two).mean()
    return float(10 * np.log10(255.0**2 / error)) if error else None


def grey(pixels: np.ndarray) -> np.ndarray:
    """Luma (ITU-R 601) of uint8 (h, w, 3), as Pillow's mode L: uint8 (h, w)."""
    weighted = pixels.astype(np.uint32) @ np.array([19595, 38470, 7471], np.uint32)
    return ((weighted + 0x8000) >> 16).astype(np.uint8)


def _valid_terms(one: np.ndarray, two: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """SSIM's contrast-structure term and luminance term where the whole window fits."""
    c1, c2 = (0.01 * 255.0) ** 2, (0.03 * 255.0) ** 2
    mean_1, mean_2 = _windowed(one), _windowed(two)
    square = _windowed(one * one + two * two)
    product = _windowed(one * two)
    means = mean_1 * mean_1 + mean_2 * mean_2
    structure = (2 * (product - mean_1 * mean_2) + c2) / (square - means + c2)
    return structure, (2 * mean_1 * mean_2 + c1) / (means + c1)


def _windowed(planes: np.ndarray) -> np.ndarray:
    """Mean under a Gaussian window of 11 pixels, sigma 1.5, without the border."""
    place = np.arange(-WINDOW_RADIUS, WINDOW_RADIUS + 1)
    window = np.exp(-(place**2) / (2 * 1.5**2))
    window /= window.sum()
    inner = slice(WINDOW_RADIUS, -WINDOW_RADIUS)
    return cv2.sepFilter2D(planes, cv2.CV_64F, window, window).reshape(planes.shape)[inner, inner]


def _reflected(planes: np.ndarray) -> np.ndarray:
    edge = (WINDOW_RADIUS, WINDOW_RADIUS)
    return np.pad(planes, (edge, edge, (0, 0)), mode="reflect")


def _halved(planes: np.ndarray) -> np.ndarray:
    """Means of 2 x 2 pixels; an odd last row or column is left out."""
    high, wide, channels = planes.shape
    blocks = planes[: high // 2 * 2, : wide // 2 * 2]
    return blocks.reshape(high // 2, 2, wide // 2, 2, channels).mean(axis=(1, 3))


def _pair(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both as float64 (h, w, channels)."""
    for pixels in (first, second):
        if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3):
            raise InputError(
                f"the picture is {pixels.dtype} {pixels.shape}, expected uint8 (h, w, 3) or (h, w)"
            )
    if first.shape != second.shape:
        raise InputError(f"pictures of {first.shape} and {second.shape}: expected one size")
    planes = [
        pixels.astype(np.float64).reshape(*pixels.shape[:2], -1) for pixels in (first, second)
    ]
    return planes[0], planes[1]
