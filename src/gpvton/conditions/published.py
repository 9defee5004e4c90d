"""Inputs of the published networks, as the authors prepare them (their data, section 4.1).

Sizes are given at a picture of 512 x 384 and scale with its height.  Quirk: kept as published, so
that the released weights see what they were trained on; our own networks use the modules beside.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from gpvton.domain.annotations import PersonAnnotation
from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import Category

DENSEPOSE_LABELS = 25
REFERENCE_HEIGHT = 512

_FACE_AND_FRONT = frozenset({P.HAT, P.HAIR, P.GLOVE, P.GLASSES})
_SHOES = frozenset({P.SOCKS, P.LEFT_SHOE, P.RIGHT_SHOE})
_LOWER_BODY = frozenset({P.LEFT_PANTS, P.RIGHT_PANTS, P.SKIRT, P.LEFT_LEG, P.RIGHT_LEG}) | _SHOES


@dataclass(frozen=True, kw_only=True)
class PublishedRow:
    """One category.

    preserved: labels of the preserve mask; added: labels that the generator's mask has besides;
    palms: whether palms are preserved; code: the category's number for the DressCode network.
    """

    preserved: frozenset[int]
    added: frozenset[int]
    palms: bool
    code: float


PUBLISHED_TABLE = {
    Category.UPPER: PublishedRow(
        preserved=_FACE_AND_FRONT
        | _LOWER_BODY
        | {P.COAT_TORSO, P.SCARF, P.FACE, P.BAG, P.COAT_LEFT_SLEEVE, P.COAT_RIGHT_SLEEVE, P.BELT},
        added=frozenset(),
        palms=True,
        code=1 / 3,
    ),
    Category.LOWER: PublishedRow(
        preserved=frozenset(range(1, 29)) - _LOWER_BODY,
        added=_SHOES,
        palms=False,
        code=2 / 3,
    ),
    Category.DRESS: PublishedRow(
        preserved=_FACE_AND_FRONT | {P.SCARF, P.FACE, P.BAG},
        added=_SHOES,
        palms=True,
        code=1.0,
    ),
}


@dataclass(frozen=True, kw_only=True)
class ParsingClasses:
    """Labels of a form's global parsing.

    parts: category to the labels of its parts (left, middle, right); body: left arm, right arm,
    neck; count: how many labels; divisor: of the garment's part channel; skin: person labels whose
    median colour the generator is told.
    """

    parts: dict[Category, tuple[int, int, int]]
    body: tuple[int, int, int]
    count: int
    divisor: int
    skin: frozenset[int]


_UPPER_SKIN = frozenset({P.FACE, P.NECK, P.LEFT_ARM, P.RIGHT_ARM})

VITONHD = ParsingClasses(
    parts={Category.UPPER: (1, 2, 3)}, body=(4, 5, 6), count=7, divisor=3, skin=_UPPER_SKIN
)
DRESSCODE = ParsingClasses(
    parts={
        Category.UPPER: (1, 2, 3),
        Category.LOWER: (4, 5, 6),
        Category.DRESS: (1, 2, 3),
    },
    body=(7, 8, 9),
    count=10,
    divisor=6,
    skin=_UPPER_SKIN | {P.LEFT_LEG, P.RIGHT_LEG},
)


def person_condition(
    densepose: np.ndarray, keypoints: np.ndarray, preserve_mask: np.ndarray
) -> np.ndarray:
    """The 51 channels that the person encoder sees: float32 (51, h, w).

    densepose: uint8 (h, w), 0..24, from DensePose or our body-part map.  keypoints: float32
    (25, 3) in pixels of h x w.  preserve_mask: bool (h, w).
    """
    one_hot = densepose[None] == np.arange(DENSEPOSE_LABELS, dtype=np.uint8)[:, None, None]
    maps = keypoint_squares(keypoints, *densepose.shape)
    kept = preserve_mask[None].astype(np.float32)
    return np.concatenate([one_hot.astype(np.float32) * 2 - 1, maps, kept])


def keypoint_squares(keypoints: np.ndarray, height: int, width: int) -> np.ndarray:
    """Per key point a filled square of half-side 8 px, 1 inside, -1 outside: float32 (25, h, w).

    Quirk: it is drawn where x > 1 and y > 1, whatever the confidence.
    """
    maps = np.full((len(keypoints), height, width), -1.0, np.float32)
    half = round(8 * height / REFERENCE_HEIGHT)
    for index, (x, y, _) in enumerate(keypoints):
        if x > 1 and y > 1:
            top, left = max(int(y) - half, 0), max(int(x) - half, 0)
            maps[index, top : int(y) + half + 1, left : int(x) + half + 1] = 1.0
    return maps


def published_palms(person: PersonAnnotation) -> np.ndarray:
    """Arm pixels outside the boxes of upper arm and forearm: bool (h, w) of the parsing.

    Each box is half as wide as long and dilated by a square of 50 px (upper arm) or 30 px.  A joint
    of confidence 0.1 or less makes its box the whole picture, so that arm has no palm.
    """
    palms = np.zeros(person.parsing.shape, bool)
    for side, label in (("left", P.LEFT_ARM), ("right", P.RIGHT_ARM)):
        boxes = _bone_box(person, f"{side}_shoulder", f"{side}_elbow", 50)
        boxes |= _bone_box(person, f"{side}_elbow", f"{side}_wrist", 30)
        palms |= (person.parsing == label) & ~boxes
    return palms


def _bone_box(person: PersonAnnotation, first: str, second: str, kernel: int) -> np.ndarray:
    height, width = person.parsing.shape
    ends = person.keypoints[[KEYPOINT_INDEX[first], KEYPOINT_INDEX[second]]]
    if (ends[:, 2] <= 0.1).any():
        return np.ones((height, width), bool)
    (x0, y0), (x1, y1) = ends[:, :2]
    aside = np.array([-(y1 - y0), x1 - x0]) / 4  # half of half the length, across the bone
    corners = [ends[0, :2] + aside, ends[1, :2] + aside, ends[1, :2] - aside, ends[0, :2] - aside]
    box = np.zeros((height, width), np.uint8)
    cv2.fillPoly(box, [np.rint(np.array(corners)).astype(np.int32)], 1)
    side = max(round(kernel * height / REFERENCE_HEIGHT), 1)
    return cv2.dilate(box, np.ones((side, side), np.uint8)).astype(bool)


def published_preserve_mask(
    person: PersonAnnotation, category: Category, *, for_generator: bool = False
) -> np.ndarray:
    """What the networks are told to keep: bool (h, w) of the parsing.

    Quirk: the length of the worn garment shows in it (what lies below is preserved).
    """
    row = PUBLISHED_TABLE[category]
    labels = row.preserved | (row.added if for_generator else frozenset())
    mask = np.isin(person.parsing, tuple(labels))
    return mask | published_palms(person) if row.palms else mask


def garment_channel(
    part_masks: np.ndarray, category: Category, classes: ParsingClasses
) -> np.ndarray:
    """The part label beside the garment's colours: float32 (h, w) in [0, 1].

    part_masks: bool (3, h, w), left, middle, right.
    """
    labels = np.array(classes.parts[category], np.float32)[:, None, None]
    return (part_masks * labels).max(axis=0) / classes.divisor


def generator_condition(
    picture: np.ndarray,
    person: PersonAnnotation,
    kept: np.ndarray,
    garment: np.ndarray,
    worn: np.ndarray,
    parsing: np.ndarray,
    classes: ParsingClasses,
) -> np.ndarray:
    """The 36 channels that the generator sees: float32 (36, h, w).

    picture: uint8 (h, w, 3), the person, of whom `kept`, bool (h, w), is preserved.
    garment: float32 (3, h, w) in [-1, 1], warped and assembled, and `worn`, (h, w), where it shows.
    parsing: (h, w), the global parsing's labels.
    """
    height, width = parsing.shape
    body = np.array(classes.body)[:, None, None]
    limbs = ((parsing[None] == body) * np.arange(1, 4)[:, None, None]).max(axis=0) / 3
    skin = median_skin(picture, person.parsing, classes)
    return np.concatenate(
        [
            (picture.transpose(2, 0, 1) / 127.5 - 1) * kept,
            garment,
            worn[None],
            limbs[None],
            np.broadcast_to(skin[:, None, None], (3, height, width)),
            keypoint_squares(person.keypoints, height, width),
        ]
    ).astype(np.float32)


def median_skin(pixels: np.ndarray, parsing: np.ndarray, classes: ParsingClasses) -> np.ndarray:
    """Median colour of the skin labels: float32 (3,) in [-1, 1].

    pixels: uint8 (h, w, 3).  Deviation: where no skin shows it is mid-grey, not NaN.
    """
    skin = pixels[np.isin(parsing, tuple(classes.skin))]
    if not len(skin):
        return np.zeros(3, np.float32)
    return (np.median(skin, axis=0) / 127.5 - 1).astype(np.float32)
