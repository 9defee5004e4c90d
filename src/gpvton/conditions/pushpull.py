"""Fills holes of a picture smoothly from what is known around them.

The push-pull pyramid of Gortler et al. (The Lumigraph, SIGGRAPH 1996, section 3.4).
"""

import cv2
import numpy as np


def push_pull(colour: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """float32 (h, w, c): `colour` where `weight` is 1, its smooth continuation where it is 0.

    weight: float32 (h, w) in [0, 1].  With no known pixel at all the result is 0.
    """
    known = weight[..., None].astype(np.float32)
    return _filled(colour.astype(np.float32) * known, known)


def _filled(premultiplied: np.ndarray, weight: np.ndarray) -> np.ndarray:
    height, width = weight.shape[:2]
    here = premultiplied / np.maximum(weight, 1e-6)
    if max(height, width) <= 1:
        return here
    size = ((width + 1) // 2, (height + 1) // 2)
    small = cv2.resize(premultiplied, size, interpolation=cv2.INTER_AREA)
    small_weight = cv2.resize(weight[..., 0], size, interpolation=cv2.INTER_AREA)[..., None]
    gain = np.minimum(small_weight * 4.0, 1.0) / np.maximum(small_weight, 1e-6)
    small = small.reshape(size[1], size[0], -1)
    below = _filled(small * gain, small_weight * gain)
    up = cv2.resize(below, (width, height), interpolation=cv2.INTER_LINEAR)
    up = up.reshape(height, width, -1)
    return here * weight + up * (1.0 - weight)
