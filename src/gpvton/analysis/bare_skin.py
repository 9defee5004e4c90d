"""Garment labels that lie on bare skin: found by colour, beside what is surely skin.

Ours: two normal distributions in Lab, of the skin that is labelled as such and of the garments.
"""

import cv2
import numpy as np

from gpvton.domain.labels import PersonLabel as P

_SKIN = (P.FACE, P.NECK, P.LEFT_ARM, P.RIGHT_ARM, P.LEFT_LEG, P.RIGHT_LEG)
_LEAST = 60  # pixels of either that a distribution needs
_FLOOR = np.array([14.0, 5.0, 5.0])  # least deviation of L, a, b in eighths of bits
_SURE = 4.0  # of the logarithms of both likelihoods


def on_skin(pixels: np.ndarray, parsing: np.ndarray, cloth: np.ndarray, reach: float) -> np.ndarray:
    """Pixels of `cloth` that look like skin and not like cloth, bool (h, w).

    pixels: uint8 (h, w, 3).  parsing: uint8 (h, w), `PersonLabel`.  cloth: bool (h, w).  reach: how
    far from labelled skin, in pixels; nothing is found without enough of both.
    """
    nothing = np.zeros(cloth.shape, bool)
    bare = np.isin(parsing, _SKIN)
    core = cv2.erode(bare.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    near = cv2.dilate(core.astype(np.uint8), np.ones((2 * max(round(reach), 1) + 1,) * 2, np.uint8))
    asked, far = cloth & (near > 0), cloth & (near == 0)
    if core.sum() < _LEAST or far.sum() < _LEAST or not asked.any():
        return nothing
    lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB).astype(np.float32)
    found = nothing
    found[asked] = _likelihood(lab[asked], lab[core]) - _likelihood(lab[asked], lab[far]) > _SURE
    opened = cv2.morphologyEx(found.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    return opened > 0


def _likelihood(values: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Logarithm of the normal density (n,) of colours (n, 3), up to a constant."""
    middle = np.median(of, axis=0)
    spread = np.maximum(1.48 * np.median(np.abs(of - middle), axis=0), _FLOOR)
    return -0.5 * (((values - middle) / spread) ** 2).sum(1) - np.log(spread).sum()
