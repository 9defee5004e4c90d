"""Parts of a garment from its mask and from what the network saw, made consistent.

Ours: the outline cuts more exactly, the network knows sleeves that lie on the torso; see the
`hint` of `parts_from_mask`.  Collars come from the network alone.
"""

from collections.abc import Mapping

import cv2
import numpy as np

from gpvton.domain.garment_classes import PARSING_CLASSES
from gpvton.domain.labels import GarmentLabel
from gpvton.domain.parts import Category
from gpvton.geometry.silhouette import Landmarks, parts_from_mask

_LABEL_OF_CHANNEL = np.array([int(label) for label in PARSING_CLASSES], np.uint8)
_MAX_COLLAR = 0.5  # share of the torso that a collar may take
_MIN_COLLAR = 0.0015  # share of the garment below which a collar is noise


def garment_parts(
    mask: np.ndarray, channels: np.ndarray, category: Category, legs: bool
) -> tuple[np.ndarray, Landmarks]:
    """Garment parsing uint8 (h, w) and landmarks.

    mask: float32 (h, w).  channels: uint8 (h, w), the network's channel per pixel.  legs: whether
    a lower garment has legs.
    """
    seen = _LABEL_OF_CHANNEL[channels]
    if category is Category.LOWER:
        return parts_from_mask(mask, category, legs=legs)
    parsing, landmarks = parts_from_mask(mask, category, hint=seen)
    torso = int(GarmentLabel.UPPER if category is Category.UPPER else GarmentLabel.DRESS)
    seen = np.where(_between_shoulder_seams(seen.shape, landmarks), seen, 0)
    parsing = _with_collars(parsing, seen, torso)
    return parsing, _neckline(parsing, landmarks)


def _with_collars(parsing: np.ndarray, seen: np.ndarray, torso: int) -> np.ndarray:
    """The parsing with the collars that were seen on the torso."""
    out = parsing.copy()
    body = parsing == torso
    for label in (GarmentLabel.OUTER_COLLAR, GarmentLabel.INNER_COLLAR):
        collar = _pieces((seen == label) & body, _MIN_COLLAR * float((parsing > 0).sum()))
        if 0 < collar.sum() < _MAX_COLLAR * body.sum():
            out[collar] = int(label)
    return out


def _between_shoulder_seams(
    shape: tuple[int, ...], landmarks: Mapping[str, tuple[float, float]], room: float = 0.15
) -> np.ndarray:
    """Pixels, bool (h, w), between neck_left and neck_right, where collars may be."""
    first, last = (np.array(landmarks[f"neck_{side}"]) for side in ("right", "left"))
    along = last - first
    length = max(float(along @ along), 1.0)
    ys, xs = np.arange(shape[0])[:, None], np.arange(shape[1])[None]
    share = ((xs - first[0]) * along[0] + (ys - first[1]) * along[1]) / length
    return (share > -room) & (share < 1 + room)


def _pieces(mask: np.ndarray, smallest: float) -> np.ndarray:
    """Pieces of at least `smallest` pixels, bool (h, w)."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count < 2:
        return mask
    keep = np.array(stats[:, cv2.CC_STAT_AREA] >= max(smallest, 4))
    keep[0] = False
    return np.isin(labels, np.flatnonzero(keep))


def _neckline(parsing: np.ndarray, landmarks: Mapping[str, tuple[float, float]]) -> Landmarks:
    """neck_center moved to the lowest point of the inner collar: the front neckline."""
    found = dict(landmarks)
    ys, xs = np.nonzero(parsing == GarmentLabel.INNER_COLLAR)
    if not len(ys):
        return found
    neck = (np.array(found["neck_left"]) + np.array(found["neck_right"])) / 2
    hem = (np.array(found["hem_left"]) + np.array(found["hem_right"])) / 2
    down = (hem - neck) / max(float(np.hypot(*(hem - neck))), 1e-6)
    depth = xs * down[0] + ys * down[1]
    lowest = depth >= np.percentile(depth, 99)
    found["neck_center"] = (float(xs[lowest].mean()), float(ys[lowest].mean()))
    return found
