"""What the compact warping network sees of a person and of a garment (paper section 3.2).

Ours: everything comes from our analysis (no DensePose).  The maps are kept as small integers
(`PersonMaps`, `GarmentMaps`); `person_channels` spreads them out for the network.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np

from gpvton.conditions.body_parts import BodyPart, body_part_map
from gpvton.conditions.frame import Frame, garment_frame, person_frame
from gpvton.conditions.pose_maps import pose_maps
from gpvton.conditions.preserve import preserve_mask
from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.keypoints import KEYPOINT_COUNT
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import PART_TABLE, Category
from gpvton.geometry.body import Body, body_from, moved
from gpvton.geometry.part_flow import extrapolated, part_coordinates, part_meshes

FRAME_SIZE = (256, 192)
START_STEP = 2
BODY_PARTS = tuple(part for part in BodyPart if part is not BodyPart.BACKGROUND)
CLOTHING: tuple[tuple[int, ...], ...] = (
    (P.HAT, P.HAIR, P.FACE, P.GLASSES, P.SCARF),
    (P.NECK,),
    (P.LEFT_ARM,),
    (P.RIGHT_ARM,),
    (P.LEFT_LEG,),
    (P.RIGHT_LEG,),
    (P.UPPER_TORSO, P.DRESS_TORSO, P.COAT_TORSO),
    (P.UPPER_LEFT_SLEEVE, P.DRESS_LEFT_SLEEVE, P.COAT_LEFT_SLEEVE),
    (P.UPPER_RIGHT_SLEEVE, P.DRESS_RIGHT_SLEEVE, P.COAT_RIGHT_SLEEVE),
    (P.LEFT_PANTS, P.RIGHT_PANTS, P.SKIRT, P.BELT),
    (P.SOCKS, P.LEFT_SHOE, P.RIGHT_SHOE),
    (P.BAG, P.GLOVE),
)
"""The person's parsing, merged: what network and training need of what is worn now."""
CATEGORIES = tuple(Category)
PERSON_CHANNELS = len(BODY_PARTS) + KEYPOINT_COUNT + len(CLOTHING) + 1 + len(CATEGORIES) + 1
POSE_RADIUS = 2.5
PRESERVE_CHANNEL = len(BODY_PARTS) + KEYPOINT_COUNT + len(CLOTHING)


@dataclass(frozen=True, kw_only=True)
class PersonMaps:
    """A person in their frame, h x w.

    body_parts: uint8 (h, w), `BodyPart`.  clothing: uint8 (h, w), 0 none, then one more than the
    place in `CLOTHING`.  preserve: bool (h, w).  keypoints: float32 (25, 3) in frame pixels.
    tucked: whether the new top's hem goes into the lower garment.
    """

    frame: Frame
    category: Category
    body_parts: np.ndarray
    clothing: np.ndarray
    preserve: np.ndarray
    keypoints: np.ndarray
    tucked: bool


@dataclass(frozen=True, kw_only=True)
class GarmentMaps:
    """A garment in its frame: image uint8 (h, w, 3), 0 outside the garment; parts uint8 (h, w),
    0 none, 1 left, 2 middle, 3 right."""

    frame: Frame
    image: np.ndarray
    parts: np.ndarray


_CERTAIN = (0, 1, 2, 11, 12)
"""Numbers of the merged clothing that do not depend on what is worn: head, neck, shoes, bag."""
AGNOSTIC = (Category.DRESS,)
"""Categories for which the network is not told what is worn now: rendered people change a dress for
a dress, so trousers below a new dress would be a thing never seen."""
_MERGED = np.zeros(256, np.uint8)
for _number, _labels in enumerate(CLOTHING, start=1):
    _MERGED[list(_labels)] = _number


def person_maps(person: PersonAnnotation, category: Category, *, tucked: bool) -> PersonMaps:
    """The person in their frame.  Raises PersonError without a torso."""
    frame = person_frame(body_from(person), category, person.parsing.shape, FRAME_SIZE)
    points = person.keypoints.copy()
    points[:, :2] = frame.points(points[:, :2])
    inside, parsing = _in_frame(person, frame)
    return PersonMaps(
        frame=frame,
        category=category,
        body_parts=body_part_map(inside, *FRAME_SIZE),
        clothing=_MERGED[parsing],
        preserve=preserve_mask(parsing, inside, category),
        keypoints=points.astype(np.float32),
        tucked=tucked,
    )


def _in_frame(person: PersonAnnotation, frame: Frame) -> tuple[Body, np.ndarray]:
    """Body and parsing in the frame's pixels."""
    corner = (-frame.left * frame.rate, -frame.top * frame.rate)
    return moved(body_from(person), frame.rate, corner), frame.cut(person.parsing, labels=True)


def garment_maps(pixels: np.ndarray, garment: GarmentAnnotation, category: Category) -> GarmentMaps:
    """The garment of uint8 (h, w, 3) in its frame."""
    frame = garment_frame(garment.mask, FRAME_SIZE)
    parsing = frame.cut(garment.parsing, labels=True)
    parts = np.zeros(FRAME_SIZE, np.uint8)
    for number, labels in enumerate(PART_TABLE[category].flat, start=1):
        parts[np.isin(parsing, tuple(labels))] = number
    return GarmentMaps(
        frame=frame, image=frame.cut(pixels) * (parts > 0)[..., None].astype(np.uint8), parts=parts
    )


def start_flow(
    person: PersonAnnotation, garment: GarmentAnnotation, wearer: PersonMaps, worn: GarmentMaps
) -> tuple[np.ndarray, Mapping[str, float]]:
    """The geometric flow in the frames, float32 (3, 2, h / 2, w / 2), where the cascade starts;
    and `PartMeshes.reach`.

    Beyond a part's mesh it goes on smoothly; a part that the garment lacks lies outside (3.0).
    Raises GarmentError as `part_meshes`.
    """
    meshes = part_meshes(garment, wearer.category, *_in_frame(person, wearer.frame))
    coordinates = part_coordinates(meshes, *FRAME_SIZE)
    return start_from(coordinates, worn), meshes.reach


def start_from(coordinates: np.ndarray, worn: GarmentMaps) -> np.ndarray:
    """`start_flow` from places in garment pixels, float32 (3, 2, h, w), NaN beyond the meshes."""
    height, width = (n // START_STEP for n in FRAME_SIZE)
    flows = []
    for places in coordinates:
        filled = extrapolated(places)
        if filled is None:
            flows.append(np.full((2, height, width), 3.0, np.float32))
            continue
        halved = filled.reshape(2, height, START_STEP, width, START_STEP).mean(axis=(2, 4))
        flows.append(np.clip(worn.frame.flow(halved), -3.0, 3.0))
    return np.stack(flows).astype(np.float32)


def halved_maps(maps: PersonMaps) -> PersonMaps:
    """The maps at half the frame's size, which is what the network sees."""
    points = maps.keypoints.copy()
    points[:, :2] = (points[:, :2] + 0.5) / 2 - 0.5
    return replace(
        maps,
        body_parts=maps.body_parts[1::2, 1::2],
        clothing=maps.clothing[1::2, 1::2],
        preserve=maps.preserve[1::2, 1::2],
        keypoints=points,
    )


def without_clothing(maps: PersonMaps) -> PersonMaps:
    """The maps without what is worn now, and without the skin that it leaves bare."""
    kept = np.isin(maps.clothing, _CERTAIN)
    return replace(maps, clothing=maps.clothing * kept.astype(np.uint8))


def garment_channels(image: np.ndarray, parts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`GarmentMaps` at half size for the network: picture float32 (3, h, w) in [-1, 1], 0 outside
    the garment, and masks of left, middle and right float32 (3, h, w) in [0, 1].
    """
    size = (image.shape[1] // 2, image.shape[0] // 2)
    masks = [
        cv2.resize((parts == k).astype(np.float32), size, interpolation=cv2.INTER_AREA)
        for k in (1, 2, 3)
    ]
    signed = (image.astype(np.float32) / 127.5 - 1.0) * (parts > 0)[..., None]
    picture = cv2.resize(signed, size, interpolation=cv2.INTER_AREA)
    return picture.transpose(2, 0, 1), np.stack(masks)


def person_channels(maps: PersonMaps) -> np.ndarray:
    """The person encoder's input, float32 (PERSON_CHANNELS, h, w) in [0, 1].

    Body parts and merged clothing one-hot, key-point maps, preserve mask, category one-hot, tuck.
    """
    size = maps.body_parts.shape
    numbers = np.array([int(part) for part in BODY_PARTS])[:, None, None]
    flags = np.array(
        [*(float(maps.category is c) for c in CATEGORIES), float(maps.tucked)], np.float32
    )
    return np.concatenate(
        [
            maps.body_parts[None] == numbers,
            pose_maps(maps.keypoints, size[0], size[1], POSE_RADIUS),
            maps.clothing[None] == np.arange(1, len(CLOTHING) + 1)[:, None, None],
            maps.preserve[None],
            np.broadcast_to(flags[:, None, None], (len(flags), *size)),
        ]
    ).astype(np.float32)
