"""Background where the old garment was and nothing else is.

Ours: the colour is drawn in smoothly from around; the texture is that of the background mirrored
at the hole's edge.
"""

import cv2
import numpy as np

from gpvton.conditions.pushpull import push_pull
from gpvton.geometry.nearest import nearest_known


def background_fill(pixels: np.ndarray, known: np.ndarray, sigma: float) -> np.ndarray:
    """float32 (h, w, 3) in [0, 255]: the background, continued where `known` is False.

    pixels: uint8 (h, w, 3).  known: bool (h, w).  sigma: pixels of blur that part colour from
    texture.
    """
    colour = pixels.astype(np.float32)
    smooth = push_pull(colour, known.astype(np.float32))
    if known.all() or not known.any():
        return smooth
    texture = (colour - _masked_blur(colour, known, sigma)) * known[..., None]
    here = np.argwhere(~known)
    there = 2 * nearest_known(known)[here[:, 0], here[:, 1]] - here
    last = np.array([known.shape[0] - 1, known.shape[1] - 1])
    inside = ((there >= 0) & (there <= last)).all(axis=1)
    there = there.clip(0, last)
    inside &= known[there[:, 0], there[:, 1]]
    smooth[here[:, 0], here[:, 1]] += texture[there[:, 0], there[:, 1]] * inside[:, None]
    return np.clip(smooth, 0.0, 255.0)


def _masked_blur(colour: np.ndarray, known: np.ndarray, sigma: float) -> np.ndarray:
    weight = known.astype(np.float32)
    total = cv2.GaussianBlur(weight, (0, 0), sigma)
    blurred = cv2.GaussianBlur(colour * weight[..., None], (0, 0), sigma)
    return blurred / np.maximum(total, 1e-3)[..., None]
