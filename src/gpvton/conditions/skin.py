"""Skin colour of a person, limb by limb, with a fallback when none shows."""

import cv2
import numpy as np

from gpvton.domain.labels import PersonLabel as P

_LIMBS = {
    "left_arm": (P.LEFT_ARM,),
    "right_arm": (P.RIGHT_ARM,),
    "left_leg": (P.LEFT_LEG,),
    "right_leg": (P.RIGHT_LEG,),
    "neck": (P.NECK,),
    "face": (P.FACE,),
}
_NEXT_BEST = {
    "left_arm": ("right_arm", "neck", "face", "left_leg", "right_leg"),
    "right_arm": ("left_arm", "neck", "face", "right_leg", "left_leg"),
    "left_leg": ("right_leg", "left_arm", "right_arm", "neck", "face"),
    "right_leg": ("left_leg", "right_arm", "left_arm", "neck", "face"),
    "neck": ("face", "left_arm", "right_arm"),
    "face": ("neck", "left_arm", "right_arm"),
}


def skin_pixels(pixels: np.ndarray, parsing: np.ndarray) -> np.ndarray:
    """Where a skin label shows a plausible skin colour of this person: bool (h, w).

    pixels: uint8 (h, w, 3).  parsing: uint8 (h, w).  Hair, shadow and cloth that a coarse parsing
    counts as skin are left out: plausible is what lies near the median chroma of all skin and is
    not much darker than it.
    """
    every = tuple(label for labels in _LIMBS.values() for label in labels)
    skin = np.isin(parsing, every)
    if skin.sum() < 30:
        return np.zeros(skin.shape, bool)
    lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB).astype(np.float32)
    level, *chroma = np.median(lab[skin], axis=0)
    away = np.hypot(lab[..., 1] - chroma[0], lab[..., 2] - chroma[1])
    return skin & (away < 16.0) & (lab[..., 0] > 0.6 * level)


def skin_colours(pixels: np.ndarray, parsing: np.ndarray) -> dict[str, np.ndarray]:
    """Median colour of each limb, float32 (3,) in [0, 255], as far as skin shows.

    pixels: uint8 (h, w, 3).  parsing: uint8 (h, w).  A limb of which fewer than 30 plausible
    pixels show takes the colour of the next best one; the result is empty when no skin shows at
    all.  Never NaN (a known fault of the published code).
    """
    plausible = skin_pixels(pixels, parsing)
    found = {}
    for name, labels in _LIMBS.items():
        chosen = pixels[np.isin(parsing, labels) & plausible]
        if len(chosen) >= 30:
            found[name] = np.median(chosen, axis=0).astype(np.float32)
    if not found:
        return {}
    return {
        name: next(found[n] for n in (name, *_NEXT_BEST[name], *found) if n in found)
        for name in _LIMBS
    }
