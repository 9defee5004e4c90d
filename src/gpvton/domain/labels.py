"""The label tables (paper section 3.1; numbers as in the authors' data).

Left and right are the wearer's.  `PersonLabel` numbers a photo of a person (29 labels),
`GarmentLabel` a picture of a flat garment, `WornClass` what shows once the new garment is worn.
"""

from enum import IntEnum


class PersonLabel(IntEnum):
    """Person parsing, 29 labels."""

    BACKGROUND = 0
    HAT = 1
    HAIR = 2
    GLOVE = 3
    GLASSES = 4
    UPPER_TORSO = 5
    DRESS_TORSO = 6
    COAT_TORSO = 7
    SOCKS = 8
    LEFT_PANTS = 9
    RIGHT_PANTS = 10
    NECK = 11
    SCARF = 12
    SKIRT = 13
    FACE = 14
    LEFT_ARM = 15
    RIGHT_ARM = 16
    LEFT_LEG = 17
    RIGHT_LEG = 18
    LEFT_SHOE = 19
    RIGHT_SHOE = 20
    UPPER_LEFT_SLEEVE = 21
    UPPER_RIGHT_SLEEVE = 22
    BAG = 23
    DRESS_LEFT_SLEEVE = 24
    DRESS_RIGHT_SLEEVE = 25
    COAT_LEFT_SLEEVE = 26
    COAT_RIGHT_SLEEVE = 27
    BELT = 28


PERSON_LABEL_COUNT = 29


class GarmentLabel(IntEnum):
    """Parsing of a flat garment; sleeves of any top are 21 and 22."""

    BACKGROUND = 0
    UPPER = 5
    DRESS = 6
    COAT = 7
    LEFT_LEG = 9
    RIGHT_LEG = 10
    SKIRT = 13
    LEFT_SLEEVE = 21
    RIGHT_SLEEVE = 22
    OUTER_COLLAR = 24
    INNER_COLLAR = 25


class WornClass(IntEnum):
    """Global parsing of our own networks, one table for all categories (paper section 3.2).

    What shows where the new garment is worn: its parts, the body beside them, other garments that
    are not being changed, and everything else.
    """

    REST = 0
    LEFT_PART = 1
    MIDDLE_PART = 2
    RIGHT_PART = 3
    LEFT_ARM = 4
    RIGHT_ARM = 5
    NECK = 6
    LEFT_LEG = 7
    RIGHT_LEG = 8
    OTHER_GARMENT = 9


WORN_CLASS_COUNT = len(WornClass)


def _swap(pairs: list[tuple[int, int]], count: int) -> tuple[int, ...]:
    table = list(range(count))
    for left, right in pairs:
        table[left], table[right] = right, left
    return tuple(table)


_P = PersonLabel
PERSON_MIRROR = _swap(
    [
        (_P.LEFT_PANTS, _P.RIGHT_PANTS),
        (_P.LEFT_ARM, _P.RIGHT_ARM),
        (_P.LEFT_LEG, _P.RIGHT_LEG),
        (_P.LEFT_SHOE, _P.RIGHT_SHOE),
        (_P.UPPER_LEFT_SLEEVE, _P.UPPER_RIGHT_SLEEVE),
        (_P.DRESS_LEFT_SLEEVE, _P.DRESS_RIGHT_SLEEVE),
        (_P.COAT_LEFT_SLEEVE, _P.COAT_RIGHT_SLEEVE),
    ],
    PERSON_LABEL_COUNT,
)
"""Label after mirroring the picture: index = old label, value = new label."""

GARMENT_MIRROR = _swap(
    [
        (GarmentLabel.LEFT_LEG, GarmentLabel.RIGHT_LEG),
        (GarmentLabel.LEFT_SLEEVE, GarmentLabel.RIGHT_SLEEVE),
    ],
    26,
)
"""Garment label after mirroring the picture: index = old label, value = new label."""

WORN_MIRROR = _swap(
    [
        (WornClass.LEFT_PART, WornClass.RIGHT_PART),
        (WornClass.LEFT_ARM, WornClass.RIGHT_ARM),
        (WornClass.LEFT_LEG, WornClass.RIGHT_LEG),
    ],
    WORN_CLASS_COUNT,
)
"""Class after mirroring the picture: index = old class, value = new class."""
