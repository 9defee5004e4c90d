"""Records that the warping network trains on: conditions and true answer of one try-on, small.

Ours.  A record is one row of a structured array, so that shards of them are read without decoding.
"""

from dataclasses import dataclass

import numpy as np

from gpvton.conditions.frame import Frame
from gpvton.conditions.published import published_preserve_mask
from gpvton.conditions.warping import (
    BODY_PARTS,
    CATEGORIES,
    CLOTHING,
    FRAME_SIZE,
    START_STEP,
    GarmentMaps,
    PersonMaps,
    garment_maps,
    person_maps,
    start_flow,
)
from gpvton.conditions.worn_classes import WORN, worn_classes
from gpvton.data.truncation_ratio import height_width_ratio
from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.errors import InputError
from gpvton.domain.keypoints import KEYPOINT_COUNT, KEYPOINT_MIRROR
from gpvton.domain.labels import WORN_MIRROR
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import Category

_H, _W = FRAME_SIZE
RECORD = np.dtype(
    [
        ("garment", np.uint8, (_H, _W, 3)),
        ("garment_parts", np.uint8, (_H, _W)),
        ("start", np.float16, (3, 2, _H // START_STEP, _W // START_STEP)),
        ("body_parts", np.uint8, (_H, _W)),
        ("clothing", np.uint8, (_H, _W)),
        ("preserve", np.uint8, (_H, _W)),
        ("keypoints", np.float32, (KEYPOINT_COUNT, 3)),
        ("category", np.uint8),
        ("tucked", np.uint8),
        ("ratio", np.float32),
        ("truth_classes", np.uint8, (_H, _W)),
        ("truth_flow", np.float16, (2, _H, _W)),
        ("truth_seen", np.uint8, (_H, _W)),
        ("truth_kept", np.uint8, (_H, _W)),
        ("truth_picture", np.uint8, (_H, _W, 3)),
        ("number", np.int32),
        ("stratum", np.uint8),
        ("analysed", np.uint8),
    ]
)
"""One try-on: the person (in garment A) and garment B as the network sees them; the truth is the
same person in B, in the same frame.  `truth_flow` points into the garment's frame where
`truth_seen`; `truth_kept` holds two masks of the person wearing B that the paper's truncation
needs: bit `KEPT`, the published preserve mask, and bit `FRONT`, what lies over the garment for
certain; `stratum` counts `STRATA`; `analysed` tells whether conditions come from the
analysts."""
KEPT, FRONT = 1, 2
_FRONT = (P.HAT, P.HAIR, P.GLOVE, P.GLASSES, P.COAT_TORSO, P.SCARF, P.FACE, P.BAG)
_FRONT_OF_TOP = (*_FRONT, P.COAT_LEFT_SLEEVE, P.COAT_RIGHT_SLEEVE)
STRATA = ("easy", "arms_in_front", "turned", "loose", "tucked", "unusual_body", "other")

_PART_MIRROR = np.array([0, 3, 2, 1], np.uint8)
_BODY_MIRROR = np.arange(256, dtype=np.uint8)
for _part in BODY_PARTS:
    _name = _part.name
    _other = _name.replace("LEFT", "*").replace("RIGHT", "LEFT").replace("*", "RIGHT")
    _BODY_MIRROR[_part] = type(_part)[_other]
_CLOTHING_MIRROR = np.array([0, 1, 2, 4, 3, 6, 5, 7, 9, 8, 10, 11, 12], np.uint8)
assert len(_CLOTHING_MIRROR) == len(CLOTHING) + 1


@dataclass(frozen=True, kw_only=True)
class Truth:
    """The same person in the new garment, at the photo's size (h, w).

    picture: uint8 (h, w, 3).  parsing: uint8 (h, w).  parts: bool (3, h, w), where each part of the
    garment shows.  flow: float32 (2, h, w), places in pixels of the garment's picture, NaN where
    the garment does not show.  annotation: of the person wearing it.
    """

    picture: np.ndarray
    parsing: np.ndarray
    parts: np.ndarray
    flow: np.ndarray
    annotation: PersonAnnotation


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a record comes from: number of the try-on, stratum (of `STRATA`), and whether the
    analysts made its conditions."""

    number: int
    stratum: str
    analysed: bool


def make_record(
    person: PersonAnnotation,
    garment_pixels: np.ndarray,
    garment: GarmentAnnotation,
    truth: Truth,
    category: Category,
    *,
    tucked: bool,
    origin: Origin,
) -> np.ndarray:
    """A record, `RECORD` of shape ().

    Raises InputError (PersonError, GarmentError) when the conditions cannot be made, or the true
    garment hardly shows in the frame.
    """
    wearer = person_maps(person, category, tucked=tucked)
    worn = garment_maps(garment_pixels, garment, category)
    record = np.zeros((), RECORD)
    record["start"], _ = start_flow(person, garment, wearer, worn)
    _put_conditions(record, wearer, worn)
    _put_truth(record, wearer, worn, truth)
    if record["truth_seen"].sum() < 0.01 * _H * _W:
        raise InputError(f"pair {origin.number}: the garment hardly shows in the person's frame")
    record["ratio"] = height_width_ratio(truth.parts, garment.parsing, category)
    record["number"], record["analysed"] = origin.number, origin.analysed
    record["stratum"] = STRATA.index(origin.stratum)
    return record


def _put_conditions(record: np.ndarray, wearer: PersonMaps, worn: GarmentMaps) -> None:
    record["garment"], record["garment_parts"] = worn.image, worn.parts
    for name in ("body_parts", "clothing", "preserve", "keypoints", "tucked"):
        record[name] = getattr(wearer, name)
    record["category"] = CATEGORIES.index(wearer.category)


def _put_truth(record: np.ndarray, wearer: PersonMaps, worn: GarmentMaps, truth: Truth) -> None:
    frame, category = wearer.frame, wearer.category
    classes = worn_classes(truth.parsing, truth.parts.astype(np.float32), category)
    record["truth_classes"] = frame.cut(classes, labels=True)
    record["truth_picture"] = frame.cut(truth.picture, fill=255)
    flow = worn.frame.flow(truth.flow)
    seen = np.isfinite(flow[0]).astype(np.float32)
    share = frame.cut(seen)
    known = share > 0.6  # no mixture with what lies outside the garment
    mixed = [frame.cut(np.nan_to_num(axis).astype(np.float32)) for axis in flow]
    cut = np.where(known, np.stack(mixed) / np.maximum(share, 1e-3), 0)
    inside = (np.abs(cut) < 1.05).all(axis=0)
    record["truth_flow"] = np.clip(cut, -3, 3)
    record["truth_seen"] = known & inside & _inside_one_part(record["truth_classes"])
    record["truth_kept"] = _kept(frame, truth.annotation, category)


def _kept(frame: Frame, person: PersonAnnotation, category: Category) -> np.ndarray:
    """Bits `KEPT` and `FRONT` in the frame, uint8 (h, w)."""
    points = person.keypoints.copy()
    points[:, :2] = frame.points(points[:, :2])
    parsing = frame.cut(person.parsing, labels=True)
    framed = PersonAnnotation(
        parsing=parsing, keypoints=points, silhouette=(parsing > 0).astype(np.float32)
    )
    worn = frozenset().union(*WORN[category])
    front = np.isin(parsing, [label for label in _FRONT_OF_TOP if label not in worn])
    kept = published_preserve_mask(framed, category) & ~np.isin(parsing, tuple(worn))
    return (KEPT * kept + FRONT * front).astype(np.uint8)


def _inside_one_part(classes: np.ndarray) -> np.ndarray:
    """Where the pixel and its four neighbours are of one part: a flow may jump between parts."""
    padded = np.pad(classes, 1, mode="edge")
    same = np.isin(classes, (1, 2, 3))
    for shifted in (padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]):
        same &= (shifted == classes) | (shifted == 0) | (shifted > 3)
    return same


def mirrored(record: np.ndarray) -> np.ndarray:
    """The record of the mirrored pictures: left and right exchanged."""
    out = record.copy()
    for name in ("garment", "truth_picture", "preserve", "truth_kept", "truth_seen"):
        out[name] = record[name][:, ::-1]
    tables = {
        "garment_parts": _PART_MIRROR,
        "body_parts": _BODY_MIRROR,
        "clothing": _CLOTHING_MIRROR,
        "truth_classes": np.array(WORN_MIRROR, np.uint8),
    }
    for name, table in tables.items():
        out[name] = table[record[name]][:, ::-1]
    start = record["start"][::-1, :, :, ::-1].copy()
    absent = (record["start"][::-1, :, :, ::-1] >= 3.0).all(axis=(1, 2, 3))
    start[~absent, 0] *= -1
    out["start"] = start
    flow = record["truth_flow"][:, :, ::-1].copy()
    flow[0] *= -1
    out["truth_flow"] = flow
    points = record["keypoints"][list(KEYPOINT_MIRROR)].copy()
    points[:, 0] = _W - 1 - points[:, 0]
    out["keypoints"] = points
    return out
