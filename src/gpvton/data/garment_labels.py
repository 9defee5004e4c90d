"""Label maps of garment photos: mask and type -> classes of the garment analyst.

Ours: parts come from the silhouette; where it disagrees with what the type must have (a T-shirt
has two sleeves), the parts stay unknown.  Around the neck the class is unknown too, because the
silhouette cannot tell the inner collar, unless an outline drawn by hand says it.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import cv2
import numpy as np

from gpvton.data.garment_samples import UNKNOWN_PART, category_of
from gpvton.domain.garment_classes import CATEGORIES, PARSING_CLASSES
from gpvton.domain.labels import GarmentLabel
from gpvton.domain.parts import Category
from gpvton.geometry.silhouette import parts_from_mask

TWO_SLEEVES = ("Blazer", "Hoodie", "Longsleeve", "Polo", "Shirt", "T-Shirt")
NO_SLEEVES = ("Top", "Undershirt")
SLEEVES_PROBABLE = ("Blouse", "Outwear")

CLASS_OF_LABEL = {int(label): index for index, label in enumerate(PARSING_CLASSES)} | {
    int(GarmentLabel.DRESS): PARSING_CLASSES.index(GarmentLabel.UPPER),
    int(GarmentLabel.COAT): PARSING_CLASSES.index(GarmentLabel.UPPER),
}
"""`GarmentLabel` -> channel of the parsing head."""

_TORSO = CLASS_OF_LABEL[int(GarmentLabel.UPPER)]
_LEFT = CLASS_OF_LABEL[int(GarmentLabel.LEFT_SLEEVE)]
_RIGHT = CLASS_OF_LABEL[int(GarmentLabel.RIGHT_SLEEVE)]
_OUTER = CLASS_OF_LABEL[int(GarmentLabel.OUTER_COLLAR)]
_INNER = CLASS_OF_LABEL[int(GarmentLabel.INNER_COLLAR)]

Polygons = Mapping[str, Sequence[Sequence[tuple[float, float]]]]


@cache
def collar_outlines() -> dict[str, Polygons]:
    """Collars outlined by hand: file stem -> {"inner": polygons, "outer": polygons} in pixels.

    A stem that is listed with empty lists was looked at and has no such collar in view.
    """
    path = files("gpvton.data").joinpath("garment_collars.json")
    return json.loads(path.read_text()) if path.is_file() else {}


def label_map(mask: np.ndarray, kind: str, collars: Polygons | None = None) -> np.ndarray:
    """Label map uint8 (h, w) of a garment of type `kind`; mask bool (h, w).

    Values: channels of `PARSING_CLASSES` or UNKNOWN_PART; 0 outside the mask.
    """
    category = CATEGORIES[category_of(kind)]
    legs = kind != "Skirt" if category is Category.LOWER else None
    parsing, landmarks = parts_from_mask(mask, category, legs=legs)
    table = np.zeros(256, np.uint8)
    for label, channel in CLASS_OF_LABEL.items():
        table[label] = channel
    labels = table[parsing]
    if category is not Category.LOWER:
        if not _sleeves_believable(labels, kind):
            labels[mask] = UNKNOWN_PART
        if collars is None:
            labels[_neck_zone(mask.shape, landmarks) & mask] = UNKNOWN_PART
        else:
            labels = paint_collars(labels, mask, collars)
    return labels


def paint_collars(labels: np.ndarray, mask: np.ndarray, collars: Polygons) -> np.ndarray:
    """The label map with outlined collars; the neck that was looked at is torso elsewhere."""
    out = labels.copy()
    for name, channel in (("outer", _OUTER), ("inner", _INNER)):
        for polygon in collars.get(name, ()):
            area = np.zeros(mask.shape, np.uint8)
            cv2.fillPoly(area, [np.round(np.array(polygon)).astype(np.int32)], 1)
            out[(area > 0) & mask] = channel
    return out


def neck_zone(mask: np.ndarray, kind: str) -> np.ndarray:
    """Where the collars of a top or dress may be, bool (h, w); nowhere on a lower garment."""
    category = CATEGORIES[category_of(kind)]
    if category is Category.LOWER:
        return np.zeros(mask.shape, bool)
    return _neck_zone(mask.shape, parts_from_mask(mask, category)[1])


def _sleeves_believable(labels: np.ndarray, kind: str) -> bool:
    left, right = int((labels == _LEFT).sum()), int((labels == _RIGHT).sum())
    few, many = min(left, right), max(left, right)
    if many == 0:
        return kind not in TWO_SLEEVES + SLEEVES_PROBABLE
    return kind not in NO_SLEEVES and many < 1.8 * few


def _neck_zone(shape: tuple[int, ...], landmarks: Mapping[str, tuple[float, float]]) -> np.ndarray:
    """Ellipse, bool (h, w), that holds whatever collar there is."""
    left, right = (np.array(landmarks[f"neck_{side}"]) for side in ("left", "right"))
    shoulders = np.array(landmarks["shoulder_left"]) - np.array(landmarks["shoulder_right"])
    across = max(float(np.hypot(*(left - right))), 0.4 * float(np.hypot(*shoulders)))
    zone = np.zeros(shape, np.uint8)
    centre = (left + right) / 2
    angle = float(np.degrees(np.arctan2(*(left - right)[::-1])))
    cv2.ellipse(
        zone,
        (round(float(centre[0])), round(float(centre[1]))),
        (round(0.68 * across), round(0.62 * across)),
        angle,
        0,
        360,
        1,
        -1,
    )
    return zone > 0
