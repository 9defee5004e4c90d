"""Masks grown by a disc."""

import cv2
import numpy as np


def disc(radius: float) -> np.ndarray:
    """Kernel for OpenCV's morphology: uint8, a disc of at least one pixel around its centre."""
    size = 2 * max(round(radius), 1) + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))


def grown(mask: np.ndarray, radius: float) -> np.ndarray:
    """The mask dilated by `radius` pixels: bool (h, w)."""
    return cv2.dilate(mask.astype(np.uint8), disc(radius)).astype(bool)
