"""The class map of a person in the new garment: what shows where (paper section 3.2).

Ours: one set of classes for all categories, read off the parsing and the parts' alphas.
"""

import numpy as np

from gpvton.domain.errors import InputError
from gpvton.domain.labels import PERSON_LABEL_COUNT, WornClass
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import PART_NAMES, PART_TABLE, Category

_BODY = {
    P.LEFT_ARM: WornClass.LEFT_ARM,
    P.RIGHT_ARM: WornClass.RIGHT_ARM,
    P.NECK: WornClass.NECK,
    P.LEFT_LEG: WornClass.LEFT_LEG,
    P.RIGHT_LEG: WornClass.RIGHT_LEG,
}
_TORSOS = frozenset({P.UPPER_TORSO, P.DRESS_TORSO, P.COAT_TORSO})
_LEFT_SLEEVES = frozenset({P.UPPER_LEFT_SLEEVE, P.DRESS_LEFT_SLEEVE, P.COAT_LEFT_SLEEVE})
_RIGHT_SLEEVES = frozenset({P.UPPER_RIGHT_SLEEVE, P.DRESS_RIGHT_SLEEVE, P.COAT_RIGHT_SLEEVE})
_LOWERS = frozenset({P.LEFT_PANTS, P.RIGHT_PANTS, P.SKIRT})
_GARMENTS = _TORSOS | _LEFT_SLEEVES | _RIGHT_SLEEVES | _LOWERS | {P.SOCKS, P.BELT}
WORN: dict[Category, tuple[frozenset[int], ...]] = {
    Category.UPPER: (_LEFT_SLEEVES, _TORSOS, _RIGHT_SLEEVES),
    Category.LOWER: PART_TABLE[Category.LOWER].worn,
    Category.DRESS: (_LEFT_SLEEVES, _TORSOS | _LOWERS, _RIGHT_SLEEVES),
}
_PAINT_ORDER = (1, 2, 0)  # middle, right, left: as the parts are laid


def worn_classes(parsing: np.ndarray, part_alpha: np.ndarray, category: Category) -> np.ndarray:
    """uint8 (h, w) of `WornClass`.

    parsing: uint8 (h, w), 29 labels, of the person wearing the garment, or, where that is not
    known, of the person in the old one.  part_alpha: (3, h, w) in [0, 1], how far each part of the
    garment shows (left, middle, right).

    A part shows where its alpha is above one half.  Elsewhere arms, neck, legs and garments of
    another kind are what the parsing says; a label that the category replaces is `REST` where no
    part shows, since what lies under an old garment cannot be read off.

    Raises InputError when the sizes differ.
    """
    if part_alpha.shape != (len(PART_NAMES), *parsing.shape):
        raise InputError(
            f"part alphas {part_alpha.shape}, expected ({len(PART_NAMES)}, h, w) of the parsing "
            f"{parsing.shape}"
        )
    classes = _table(category)[parsing]
    for index in _PAINT_ORDER:
        classes[part_alpha[index] > 0.5] = WornClass.LEFT_PART + index
    return classes


def worn_parts(parsing: np.ndarray, category: Category) -> np.ndarray:
    """Where a worn garment's parts show: bool (3, h, w), left, middle, right.

    parsing: uint8 (h, w), 29 labels, of the person wearing the garment.  The kinds of tops (upper,
    coat, dress) are not told apart, and a dress is all of top, skirt and trousers.
    """
    return np.stack([np.isin(parsing, tuple(labels)) for labels in WORN[category]])


def _table(category: Category) -> np.ndarray:
    """Person label to class, where no part of the garment shows: uint8 (29,)."""
    table = np.full(PERSON_LABEL_COUNT, WornClass.REST, np.uint8)
    for label in _GARMENTS - PART_TABLE[category].replaced:
        table[label] = WornClass.OTHER_GARMENT
    for label, found in _BODY.items():
        table[label] = found
    return table
