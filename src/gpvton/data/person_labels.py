"""Training labels of a person: coarse maps and pose points become our 29 labels.

Ours.  Two values beside `PersonLabel` occur: IGNORE (nothing is known) and PERSON (somebody is
there, which label is unknown).
"""

import cv2
import numpy as np

from gpvton.analysis.body_regions import Pose
from gpvton.analysis.split_labels import at_half, split_legs, split_shoes, split_skin, split_top
from gpvton.domain.labels import PersonLabel as P

IGNORE = 255
PERSON = 254

_UPPER = "blouse bodysuit bra hoodie intimate jumper shirt sweater sweatshirt swimwear t-shirt top"
_COAT = "blazer cape cardigan coat jacket vest"
_SHOES = "boots clogs flats heels loafers pumps sandals shoes sneakers wedges"
_GROUPS: dict[str, frozenset[str]] = {
    "upper": frozenset(_UPPER.split()),
    "coat": frozenset(_COAT.split()),
    "dress": frozenset({"dress", "romper"}),
    "pants": frozenset({"jeans", "leggings", "pants", "shorts"}),
    "hose": frozenset({"stockings", "tights"}),
    "shoes": frozenset(_SHOES.split()),
    "skin": frozenset({"skin", "bracelet", "earrings", "necklace", "ring", "watch"}),
    "suit": frozenset({"suit"}),
    "person": frozenset({"accessories", "panties", "tie"}),
}
_DIRECT = {
    "null": P.BACKGROUND,
    "bag": P.BAG,
    "purse": P.BAG,
    "wallet": P.BAG,
    "belt": P.BELT,
    "glasses": P.GLASSES,
    "sunglasses": P.GLASSES,
    "gloves": P.GLOVE,
    "hair": P.HAIR,
    "hat": P.HAT,
    "scarf": P.SCARF,
    "skirt": P.SKIRT,
    "socks": P.SOCKS,
}


def street_parsing(classes: np.ndarray, names: list[str], pose: Pose) -> np.ndarray:
    """Clothing Co-Parsing classes uint8 (h, w) and pose -> our labels uint8 (h, w).

    names: the 59 class names, index = value.  Pose points outside the frame are allowed.
    """
    size = (classes.shape[0], classes.shape[1])
    present = {names[value] for value in np.flatnonzero(np.bincount(classes.ravel()))}
    table = np.full(256, IGNORE, np.uint8)
    for value, name in enumerate(names):
        if name in _DIRECT:
            table[value] = _DIRECT[name]
    out = table[classes]

    def where(group: str) -> np.ndarray:
        wanted = np.zeros(256, bool)
        wanted[[i for i, name in enumerate(names) if name in _GROUPS[group]]] = True
        return wanted[classes]

    hip_y = (pose["left_hip"][1] + pose["right_hip"][1]) / 2
    knee_y = (pose["left_knee"][1] + pose["right_knee"][1]) / 2
    out[where("person")] = PERSON
    for family in ("upper", "coat", "dress"):
        mask = where(family)
        if family == "dress" and _is_skirt(mask, pose, present):
            out[mask] = P.SKIRT
        elif mask.any():
            out[mask] = at_half(split_top, size, pose, family)[mask]
    covered = present & {"dress", "skirt", "shorts", "romper", "coat", "blazer", "jacket"}
    bare = (P.LEFT_LEG, P.RIGHT_LEG) if covered else (P.LEFT_PANTS, P.RIGHT_PANTS)
    for group, pair in (("pants", (P.LEFT_PANTS, P.RIGHT_PANTS)), ("hose", bare)):
        mask = where(group)
        if mask.any():
            out[mask] = at_half(split_legs, size, pose, *pair)[mask]
    out[where("shoes")] = at_half(split_shoes, size, pose)[where("shoes")]
    out[where("skin")] = at_half(split_skin, size, pose)[where("skin")]
    suit = where("suit")
    if suit.any():
        out[suit] = _split_suit(size, pose, present, hip_y, knee_y)[suit]
    return out


def _is_skirt(mask: np.ndarray, pose: Pose, present: set[str]) -> bool:
    """Whether what is called a dress begins at the waist, below another top."""
    if not mask.any() or not present & _GROUPS["upper"]:
        return False
    shoulder_y = (pose["left_shoulder"][1] + pose["right_shoulder"][1]) / 2
    hip_y = (pose["left_hip"][1] + pose["right_hip"][1]) / 2
    top = np.percentile(np.nonzero(mask)[0], 3)
    return bool(top > shoulder_y + 0.5 * (hip_y - shoulder_y))


def _split_suit(
    size: tuple[int, int], pose: Pose, present: set[str], hip_y: float, knee_y: float
) -> np.ndarray:
    """A suit is a jacket; without other trousers its lower part is trousers."""
    jacket = at_half(split_top, size, pose, "coat")
    if present & (_GROUPS["pants"] | {"skirt", "dress"}):
        return jacket
    legs = at_half(split_legs, size, pose, P.LEFT_PANTS, P.RIGHT_PANTS)
    row = np.arange(size[0])[:, None]
    out = np.where(row > hip_y + 0.4 * (knee_y - hip_y), legs, jacket)
    unsure = (row > hip_y) & (row <= hip_y + 0.4 * (knee_y - hip_y))
    sleeve = np.isin(jacket, (P.COAT_LEFT_SLEEVE, P.COAT_RIGHT_SLEEVE))
    return np.where(unsure & ~sleeve, PERSON, out).astype(np.uint8)


def shrink_unsure(parsing: np.ndarray, radius: int = 1) -> np.ndarray:
    """The parsing with IGNORE on a thin line where person meets background (rough outlines)."""
    person = ((parsing != P.BACKGROUND) & (parsing != IGNORE)).astype(np.uint8)
    kernel = np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)
    edge = cv2.morphologyEx(person, cv2.MORPH_GRADIENT, kernel) > 0
    return np.where(edge, IGNORE, parsing).astype(np.uint8)
