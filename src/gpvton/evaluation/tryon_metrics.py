"""What a shop asks: is the rest of the photo untouched, is it the same garment, is it as long.

Ours, all of them.  Pictures are uint8 (h, w, 3), masks bool (h, w).
"""

from dataclasses import dataclass

import cv2
import numpy as np

from gpvton.domain.errors import InputError

_TEXTURE_SIDE = 128.0
"""A garment is compared at the scale where the square root of its area has so many pixels."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """share: part of the pixels that differ at all; largest: greatest difference, 0 to 255."""

    share: float
    largest: int


def change_outside(photo: np.ndarray, result: np.ndarray, edit_mask: np.ndarray) -> Change:
    """What changed where nothing may change; of a result that keeps the photo both are 0."""
    if photo.shape != result.shape or photo.shape[:2] != edit_mask.shape:
        raise InputError(
            f"photo {photo.shape}, result {result.shape} and edit mask {edit_mask.shape} must "
            "have one size"
        )
    outside = ~edit_mask
    if not outside.any():
        return Change(share=0.0, largest=0)
    difference = np.abs(photo.astype(np.int16) - result.astype(np.int16)).max(axis=2)[outside]
    return Change(share=float(np.mean(difference > 0)), largest=int(difference.max()))


def colour_error(
    garment: np.ndarray, garment_mask: np.ndarray, result: np.ndarray, worn: np.ndarray
) -> float | None:
    """Distance of the garment's median colours, flat and worn: Delta E 1976 in CIELAB (D65).

    About 2 is just visible.  Shadows of folds and another light count as well.  None when either
    mask is empty.
    """
    if not garment_mask.any() or not worn.any():
        return None
    flat = np.median(_lab(garment[garment_mask][None]), axis=(0, 1))
    dressed = np.median(_lab(result[worn][None]), axis=(0, 1))
    return float(np.linalg.norm(flat - dressed))


def texture_loss(
    garment: np.ndarray, garment_mask: np.ndarray, result: np.ndarray, worn: np.ndarray
) -> float | None:
    """How much the fine lightness contrast changed, in octaves: 0 kept, 1 halved or doubled.

    Both garments are brought to one scale; their fine detail is lightness minus its blur
    (sigma 3 pixels), away from the outline.  None when a garment is too small to say.
    """
    flat = _detail(garment, garment_mask)
    dressed = _detail(result, worn)
    if flat is None or dressed is None:
        return None
    floor = 0.5  # of a plain fabric: noise, not texture
    return float(abs(np.log2(max(dressed, floor) / max(flat, floor))))


def length_error(worn: np.ndarray, truth: np.ndarray, span: float) -> float | None:
    """How much too low (above 0) or too high the garment ends, in spans (shoulder distances).

    span: pixels between the shoulder joints.  None when either mask is empty.
    """
    if span <= 0:
        raise InputError(f"span is {span}, expected pixels between the shoulders, above 0")
    if not worn.any() or not truth.any():
        return None
    return (_hem(worn) - _hem(truth)) / span


def _hem(mask: np.ndarray) -> float:
    """Row above which 99.5 % of the mask lies: its lower edge without stray pixels."""
    rows = np.cumsum(mask.sum(axis=1))
    return float(np.searchsorted(rows, 0.995 * rows[-1]))


def _lab(pixels: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(pixels.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)


def _detail(pixels: np.ndarray, mask: np.ndarray) -> float | None:
    area = np.count_nonzero(mask)
    if area < 32 * 32:
        return None
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = _TEXTURE_SIDE / np.sqrt(area)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    light = cv2.resize(_lab(pixels[box])[..., 0], None, fx=scale, fy=scale, interpolation=how)
    cover = cv2.resize(mask[box].astype(np.float32), None, fx=scale, fy=scale, interpolation=how)
    cover = (cover > 0.999).astype(np.float32)
    blurred = cv2.GaussianBlur(light * cover, (0, 0), 3.0)
    weight = cv2.GaussianBlur(cover, (0, 0), 3.0)
    inside = cv2.erode(cover, np.ones((5, 5), np.uint8), borderValue=0) > 0
    if not inside.any():
        return None
    return float(np.std((light - blurred / np.maximum(weight, 1e-3))[inside]))
