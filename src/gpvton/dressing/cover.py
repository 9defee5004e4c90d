"""Closes small gaps between where the parsing shows a part and where the flow brings cloth.

Ours.  The global parsing decides where a part shows (paper section 3.2), but a flow that is a few
pixels off brings the ground beside the garment there: a shoulder, a seam or an elbow stays bare.
Such places are moved to the nearest place on the part.
"""

import cv2
import numpy as np

from gpvton.domain.labels import WornClass
from gpvton.dressing.cutout import Cutout
from gpvton.geometry.nearest import nearest_known

GAP = 0.04
"""Longest move, as a share of the picture's longer side: beyond it the cloth really ends."""
_INSET = 1.5  # pixels further inside, where the alpha is full


def closed(
    coordinates: np.ndarray,
    cutout: Cutout,
    shown: np.ndarray,
    motion: tuple[str, str, str] = ("sleeve", "torso", "sleeve"),
) -> np.ndarray:
    """The coordinates with small gaps closed.

    coordinates: float32 (3, 2, h, w), places in garment pixels, NaN where a part does not reach.
    shown: uint8 (h, w) of `WornClass`.  A pixel of a part's class that no part covers takes the
    part's nearest place, if that is within `GAP`.  motion: of the parts (`PartRow`); all but
    sleeves end at their hem all the same.
    """
    places = (coordinates + 0.5) * cutout.scale - 0.5
    bare = ~_covered(places, cutout.part_alpha)
    for index, alpha in enumerate(cutout.part_alpha):
        needed = bare & (shown == WornClass.LEFT_PART + index)
        needed &= np.isfinite(places[index]).all(axis=0)
        if motion[index] != "sleeve":
            needed &= ~_beyond_hem(places[index], alpha)
        if needed.any():
            places[index][:, needed] = _nearest(places[index][:, needed], _inset(alpha))
    return ((places + 0.5) / cutout.scale - 0.5).astype(np.float32)


def _covered(coordinates: np.ndarray, part_alpha: np.ndarray) -> np.ndarray:
    """Where any part brings cloth, bool (h, w); coordinates in pixels of `part_alpha`."""
    found = np.zeros(coordinates.shape[2:], bool)
    for places, alpha in zip(coordinates, part_alpha, strict=True):
        x, y = (np.nan_to_num(axis, nan=-9.0).astype(np.float32) for axis in places)
        read = cv2.remap(alpha, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        found |= read > 0.5
    return found


def _beyond_hem(places: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Which places (2, h, w) lie below the part's lowest pixel of their column: bool (h, w)."""
    solid = alpha > 0.5
    if not solid.any():
        return np.zeros(places.shape[1:], bool)
    known = np.flatnonzero(solid.any(axis=0))
    lowest = alpha.shape[0] - 1 - solid[::-1].argmax(axis=0)
    hem = np.interp(np.arange(alpha.shape[1]), known, lowest[known])
    column = np.clip(np.nan_to_num(places[0]), 0, alpha.shape[1] - 1).astype(int)
    return np.nan_to_num(places[1]) > hem[column]


def _inset(alpha: np.ndarray) -> np.ndarray:
    solid = (alpha > 0.9).astype(np.uint8)
    depth = cv2.distanceTransform(np.pad(solid, 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    return depth > _INSET


def _nearest(places: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """float32 (2, n) moved to the nearest pixel of `inside` where that is near enough."""
    if not inside.any():
        return places
    height, width = inside.shape
    near = nearest_known(inside)
    column = np.clip(np.rint(places[0]), 0, width - 1).astype(int)
    row = np.clip(np.rint(places[1]), 0, height - 1).astype(int)
    found = near[row, column][:, ::-1].T.astype(np.float32)
    close = np.hypot(*(found - places)) <= GAP * max(height, width)
    return np.where(close, found, places)
