"""Colours and names that drawings give to labels and parts.

Left and right share a hue: left is the lighter one.
"""

from gpvton.domain.labels import GarmentLabel as G
from gpvton.domain.labels import PersonLabel as P

Colour = tuple[int, int, int]

PERSON_COLOURS: dict[int, Colour] = {
    P.BACKGROUND: (255, 255, 255),
    P.HAT: (126, 87, 194),
    P.HAIR: (93, 64, 55),
    P.GLOVE: (158, 157, 36),
    P.GLASSES: (38, 50, 56),
    P.UPPER_TORSO: (30, 136, 229),
    P.UPPER_LEFT_SLEEVE: (128, 199, 255),
    P.UPPER_RIGHT_SLEEVE: (13, 71, 161),
    P.DRESS_TORSO: (216, 27, 96),
    P.DRESS_LEFT_SLEEVE: (248, 158, 192),
    P.DRESS_RIGHT_SLEEVE: (136, 14, 79),
    P.COAT_TORSO: (0, 137, 123),
    P.COAT_LEFT_SLEEVE: (128, 214, 203),
    P.COAT_RIGHT_SLEEVE: (0, 77, 64),
    P.SOCKS: (175, 180, 43),
    P.LEFT_PANTS: (174, 213, 129),
    P.RIGHT_PANTS: (56, 142, 60),
    P.NECK: (255, 202, 120),
    P.SCARF: (171, 71, 188),
    P.SKIRT: (76, 175, 80),
    P.FACE: (255, 171, 64),
    P.LEFT_ARM: (255, 204, 188),
    P.RIGHT_ARM: (230, 110, 70),
    P.LEFT_LEG: (255, 224, 130),
    P.RIGHT_LEG: (240, 160, 20),
    P.LEFT_SHOE: (176, 190, 197),
    P.RIGHT_SHOE: (84, 110, 122),
    P.BAG: (121, 85, 172),
    P.BELT: (66, 66, 66),
}

GARMENT_COLOURS: dict[int, Colour] = {
    G.BACKGROUND: (255, 255, 255),
    G.UPPER: (30, 136, 229),
    G.DRESS: (216, 27, 96),
    G.COAT: (0, 137, 123),
    G.LEFT_LEG: (174, 213, 129),
    G.RIGHT_LEG: (56, 142, 60),
    G.SKIRT: (76, 175, 80),
    G.LEFT_SLEEVE: (128, 199, 255),
    G.RIGHT_SLEEVE: (13, 71, 161),
    G.OUTER_COLLAR: (255, 179, 0),
    G.INNER_COLLAR: (142, 36, 170),
}

PART_COLOURS: tuple[Colour, Colour, Colour] = ((128, 199, 255), (255, 179, 0), (13, 71, 161))
"""Left, middle, right."""


def person_name(label: int) -> str:
    """The label in words."""
    return P(label).name.lower().replace("_", " ")


def garment_name(label: int) -> str:
    """The label in words."""
    return G(label).name.lower().replace("_", " ")
