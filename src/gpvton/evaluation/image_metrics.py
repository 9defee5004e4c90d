"""Picture against picture: SSIM, MS-SSIM, PSNR and SSIM inside a mask.

All take uint8 pictures of one size, (h, w, 3) or grey (h, w), and compute in float64.
SSIM: Wang et al., 2004, Gaussian window of 11 pixels, sigma 1.5, through torchmetrics.  Papers
differ in what they do at the border: torchmetrics reflects the picture and counts every pixel,
scikit-image and the original leave the outer 5 pixels out.  `border` says which.
"""

import numpy as np
import torch
from torchmetrics.functional.image import (
    multiscale_structural_similarity_index_measure,
    peak_signal_noise_ratio,
    structural_similarity_index_measure,
)

from gpvton.domain.errors import InputError

WINDOW_RADIUS = 5
MS_SSIM_MINIMUM_SIDE = 161
"""MS-SSIM halves the picture four times and needs a whole window at the end."""


def ssim(first: np.ndarray, second: np.ndarray, *, border: bool = True) -> float:
    """Structural similarity, mean over pixels and channels, at most 1.

    border: True counts every pixel (as torchmetrics), False leaves 5 pixels out on each side (as
    scikit-image with gaussian_weights=True, use_sample_covariance=False).
    """
    similarity = ssim_map(first, second)
    if not border:
        edge = slice(WINDOW_RADIUS, -WINDOW_RADIUS)
        similarity = similarity[edge, edge]
    return float(similarity.mean())


def ssim_map(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Structural similarity at every pixel: float64 (h, w, channels)."""
    one, two = _pair(first, second)
    _, similarity = structural_similarity_index_measure(
        one, two, sigma=1.5, data_range=255.0, return_full_image=True
    )
    return np.moveaxis(similarity[0].numpy(), 0, -1)


def masked_ssim(first: np.ndarray, second: np.ndarray, mask: np.ndarray) -> float | None:
    """Mean of `ssim_map` over the pixels of a mask, bool (h, w); None when it is empty."""
    if mask.shape != first.shape[:2]:
        raise InputError(f"mask {mask.shape} and pictures {first.shape[:2]} must have one size")
    return float(ssim_map(first, second)[mask].mean()) if mask.any() else None


def ms_ssim(first: np.ndarray, second: np.ndarray) -> float | None:
    """Multi-scale SSIM (Wang et al., 2003), five scales; None where a side is below 161 pixels."""
    if min(first.shape[:2]) < MS_SSIM_MINIMUM_SIDE:
        return None
    one, two = _pair(first, second)
    return float(
        multiscale_structural_similarity_index_measure(
            one, two, sigma=1.5, data_range=255.0, normalize="relu"
        )
    )


def psnr(first: np.ndarray, second: np.ndarray) -> float | None:
    """Peak signal-to-noise ratio in dB; None for equal pictures, where it is infinite."""
    one, two = _pair(first, second)
    return None if torch.equal(one, two) else float(peak_signal_noise_ratio(one, two, 255.0))


def grey(pixels: np.ndarray) -> np.ndarray:
    """Luma (ITU-R 601) of uint8 (h, w, 3), as Pillow's mode L: uint8 (h, w)."""
    weighted = pixels.astype(np.uint32) @ np.array([19595, 38470, 7471], np.uint32)
    return ((weighted + 0x8000) >> 16).astype(np.uint8)


def _pair(first: np.ndarray, second: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    for pixels in (first, second):
        if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3):
            raise InputError(
                f"the picture is {pixels.dtype} {pixels.shape}, expected uint8 (h, w, 3) or (h, w)"
            )
    if first.shape != second.shape:
        raise InputError(f"pictures of {first.shape} and {second.shape}: expected one size")
    return _tensor(first), _tensor(second)


def _tensor(pixels: np.ndarray) -> torch.Tensor:
    planes = pixels[..., None] if pixels.ndim == 2 else pixels
    return torch.from_numpy(np.moveaxis(planes, -1, 0)[None].astype(np.float64))
