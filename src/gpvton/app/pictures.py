"""Pictures as the page takes them."""

import base64

import cv2
import numpy as np

from gpvton.domain.writing import encode_image


def inline(pixels: np.ndarray) -> str:
    """uint8 (h, w, 3) as an address that the page can show without another request."""
    return "data:image/jpeg;base64," + base64.b64encode(encode_image(pixels, "JPEG")).decode()


def within(pixels: np.ndarray, longest: int) -> np.ndarray:
    """Shrunk to `longest` pixels on its longer side."""
    scale = min(1.0, longest / max(pixels.shape[:2]))
    if scale == 1.0:
        return pixels
    size = (round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
