"""The one flow that shows in a result: each pixel's own part's flow."""

import cv2
import numpy as np

from gpvton.domain.parts import PART_TABLE, Category


def part_masks(parsing: np.ndarray, category: Category) -> tuple[np.ndarray, ...]:
    """Where each part shows in a person parsing, left, middle, right: bool (h, w) each."""
    return tuple(np.isin(parsing, sorted(labels)) for labels in PART_TABLE[category].worn)


def visible_flow(flow: np.ndarray, box: tuple[int, int, int, int], parts: np.ndarray) -> np.ndarray:
    """Part flows over a crop, (3, 2, h', w'), as one flow of the photo: float32 (2, h, w).

    parts: bool (3, h, w), where each part shows.  NaN where none does, and outside the box.
    """
    left, top, right, bottom = box
    out = np.full((2, *parts.shape[1:]), np.nan, np.float32)
    crop = out[:, top:bottom, left:right]
    size = (right - left, bottom - top)
    for part, mask in zip(flow, parts, strict=True):
        shown = mask[top:bottom, left:right]
        for axis in range(2):
            full = cv2.resize(part[axis], size, interpolation=cv2.INTER_LINEAR)
            crop[axis][shown] = full[shown]
    return out
