"""The category x part table (paper section 3.1: one garment partition for all categories).

Everything that depends on the category reads it from here; a new category is a new row.
"""

from dataclasses import dataclass
from enum import StrEnum

from gpvton.domain.labels import GarmentLabel as G
from gpvton.domain.labels import PersonLabel as P


class Category(StrEnum):
    """What kind of garment it is."""

    UPPER = "upper"
    LOWER = "lower"
    DRESS = "dress"


PART_NAMES = ("left", "middle", "right")
"""Order of the part axis everywhere."""


@dataclass(frozen=True, kw_only=True)
class PartRow:
    """One category's row.

    `flat` and `worn` give, per part (left, middle, right), the labels that make up that part in
    the garment parsing and in the person parsing.  `replaced` are the person labels that the new
    garment replaces: what lies under them is unknown.  `hidden` are the body labels that the new
    garment may cover or uncover.  `front` are the labels that lie over the new garment where they
    show in the photo.  `motion` says what each part follows: a sleeve its arm, a leg
    its leg, a torso the trunk, a skirt hangs from the waist.  A `tuckable` garment's hem can go
    into the lower garment; one that `takes_in` a top can hold its hem.  `longest`
    is the greatest usual length in spans, from the neck, or the waist of a skirt, to the hem.
    """

    category: Category
    flat: tuple[frozenset[int], frozenset[int], frozenset[int]]
    worn: tuple[frozenset[int], frozenset[int], frozenset[int]]
    replaced: frozenset[int]
    hidden: frozenset[int]
    front: frozenset[int]
    motion: tuple[str, str, str]
    longest: float
    tuckable: bool = False
    takes_in: bool = False


_TOP_LEFT = frozenset({P.UPPER_LEFT_SLEEVE, P.COAT_LEFT_SLEEVE, P.DRESS_LEFT_SLEEVE})
_TOP_RIGHT = frozenset({P.UPPER_RIGHT_SLEEVE, P.COAT_RIGHT_SLEEVE, P.DRESS_RIGHT_SLEEVE})
_SLEEVES = _TOP_LEFT | _TOP_RIGHT
_ALWAYS_FRONT = frozenset({P.HAT, P.HAIR, P.GLOVE, P.GLASSES, P.SCARF, P.FACE, P.BAG})
_TOPS = frozenset({P.UPPER_TORSO, P.COAT_TORSO, P.DRESS_TORSO}) | _SLEEVES

PART_TABLE: dict[Category, PartRow] = {
    Category.UPPER: PartRow(
        category=Category.UPPER,
        flat=(
            frozenset({G.LEFT_SLEEVE}),
            frozenset({G.UPPER, G.COAT, G.OUTER_COLLAR}),
            frozenset({G.RIGHT_SLEEVE}),
        ),
        worn=(
            frozenset({P.UPPER_LEFT_SLEEVE, P.COAT_LEFT_SLEEVE}),
            frozenset({P.UPPER_TORSO, P.COAT_TORSO}),
            frozenset({P.UPPER_RIGHT_SLEEVE, P.COAT_RIGHT_SLEEVE}),
        ),
        replaced=_TOPS,
        hidden=frozenset({P.NECK, P.LEFT_ARM, P.RIGHT_ARM}),
        front=_ALWAYS_FRONT,
        motion=("sleeve", "torso", "sleeve"),
        longest=2.2,
        tuckable=True,
    ),
    Category.LOWER: PartRow(
        category=Category.LOWER,
        flat=(frozenset({G.LEFT_LEG}), frozenset({G.SKIRT}), frozenset({G.RIGHT_LEG})),
        worn=(frozenset({P.LEFT_PANTS}), frozenset({P.SKIRT}), frozenset({P.RIGHT_PANTS})),
        replaced=frozenset({P.LEFT_PANTS, P.RIGHT_PANTS, P.SKIRT}),
        hidden=frozenset({P.LEFT_LEG, P.RIGHT_LEG, P.SOCKS}),
        front=_ALWAYS_FRONT | _TOPS | {P.LEFT_ARM, P.RIGHT_ARM, P.NECK},
        motion=("leg", "skirt", "leg"),
        longest=1.9,
        takes_in=True,
    ),
    Category.DRESS: PartRow(
        category=Category.DRESS,
        flat=(
            frozenset({G.LEFT_SLEEVE}),
            frozenset({G.UPPER, G.DRESS, G.SKIRT, G.COAT, G.OUTER_COLLAR}),
            frozenset({G.RIGHT_SLEEVE}),
        ),
        worn=(
            frozenset({P.DRESS_LEFT_SLEEVE}),
            frozenset({P.DRESS_TORSO}),
            frozenset({P.DRESS_RIGHT_SLEEVE}),
        ),
        replaced=_TOPS | {P.SKIRT, P.LEFT_PANTS, P.RIGHT_PANTS, P.BELT},
        hidden=frozenset({P.NECK, P.LEFT_ARM, P.RIGHT_ARM, P.LEFT_LEG, P.RIGHT_LEG, P.SOCKS}),
        front=_ALWAYS_FRONT | {P.LEFT_SHOE, P.RIGHT_SHOE},
        motion=("sleeve", "torso", "sleeve"),
        longest=3.1,
    ),
}
