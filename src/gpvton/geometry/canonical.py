"""A plain garment of each category, drawn flat: where garments are straightened to.

Ours.  Its measures are what `top` and `lower` take for usual, in spans (shoulder joint to shoulder
joint), with long sleeves or legs: it is the paper on which a garment is laid, not its cut.
"""

import cv2
import numpy as np

from gpvton.domain.annotations import GarmentAnnotation
from gpvton.domain.labels import GarmentLabel
from gpvton.domain.parts import Category

_MARGIN = 0.35
_TOP = {
    "neck": (0.20, 0.0),
    "shoulder": (0.59, 0.13),
    "armpit": (0.72, 0.62),
    "cuff_outer": (1.67, 1.42),
    "cuff_inner": (1.42, 1.61),
}
_LENGTHS = {Category.UPPER: 2.2, Category.DRESS: 3.1}
_HEMS = {Category.UPPER: 0.72, Category.DRESS: 0.95}
_LEGS = {
    "waist": (0.58, 0.0),
    "hip": (0.73, 0.78),
    "cuff_outer": (0.68, 3.05),
    "cuff_inner": (0.20, 3.05),
}
_CROTCH = (0.0, 0.90)
_SKIRT = {"waist": (0.58, 0.0), "hip": (0.73, 0.70), "hem": (1.0, 1.9)}


def canonical_garment(category: Category, unit: float, legs: bool = True) -> GarmentAnnotation:
    """The garment in a picture just large enough, `unit` pixels a span, symmetric to its middle.

    legs: of a lower garment, whether it is trousers; else a skirt.
    """
    if category is Category.LOWER:
        half = dict(_LEGS if legs else _SKIRT)
    else:
        half = {**_TOP, "hem": (_HEMS[category], _LENGTHS[category])}
    low = max(y for _, y in half.values())
    wide = max(x for x, _ in half.values())
    size = (round((low + 2 * _MARGIN) * unit), 2 * round((wide + _MARGIN) * unit))
    middle = (size[1] - 1) / 2

    def place(x: float, y: float) -> tuple[float, float]:
        return middle + x * unit, (y + _MARGIN) * unit

    landmarks = {
        f"{name}_{side}": place(sign * x, y)
        for name, (x, y) in half.items()
        for side, sign in (("left", 1.0), ("right", -1.0))
    }
    if category is Category.LOWER and legs:
        landmarks["crotch"] = place(*_CROTCH)
    corner = {**landmarks, "waist": place(0.0, 0.0)}
    parsing = np.zeros(size, np.uint8)
    for label, names in _outlines(category, legs):
        corners = np.array([corner[name] for name in names])
        cv2.fillPoly(parsing, [np.rint(corners).astype(np.int32)], int(label))
    return GarmentAnnotation(
        mask=(parsing > 0).astype(np.float32),
        parsing=parsing,
        category=category,
        landmarks=landmarks,
    )


def _outlines(category: Category, legs: bool) -> list[tuple[GarmentLabel, list[str]]]:
    """Labels and the landmarks around them."""
    if category is Category.LOWER and not legs:
        names = ["waist", "hip", "hem"]
        return [(GarmentLabel.SKIRT, _around(names))]
    if category is Category.LOWER:
        ring = ("waist", "hip", "cuff_outer", "cuff_inner")
        return [
            (label, ["waist", *(f"{name}_{side}" for name in ring), "crotch"])
            for side, label in (
                ("left", GarmentLabel.LEFT_LEG),
                ("right", GarmentLabel.RIGHT_LEG),
            )
        ]
    torso = GarmentLabel.UPPER if category is Category.UPPER else GarmentLabel.DRESS
    ring = ("shoulder", "cuff_outer", "cuff_inner", "armpit")
    return [
        (torso, _around(["neck", "shoulder", "armpit", "hem"])),
        (GarmentLabel.LEFT_SLEEVE, [f"{name}_left" for name in ring]),
        (GarmentLabel.RIGHT_SLEEVE, [f"{name}_right" for name in ring]),
    ]


def _around(names: list[str]) -> list[str]:
    return [f"{name}_left" for name in names] + [f"{name}_right" for name in reversed(names)]
