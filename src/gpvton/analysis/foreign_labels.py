"""Labels of other human parsers, by their names, mapped to our 29.

Ours: names decide, so that any order of labels can be read.  Whether an arm, leg or shoe is a left
or a right one is decided by our key points, since parsers differ in whose left they mean.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import numpy as np

from gpvton.analysis.body_regions import Pose, arm_distance
from gpvton.analysis.split_labels import at_half, split_legs, split_shoes, split_skin, split_top
from gpvton.domain.annotations import PersonAnnotation
from gpvton.domain.errors import InputError
from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.domain.labels import PersonLabel as P
from gpvton.geometry.body import body_from


class Coarse(StrEnum):
    """Labels that key points split."""

    UPPER = "upper"
    DRESS = "dress"
    COAT = "coat"
    PANTS = "pants"
    SHOES = "shoes"
    SKIN = "skin"
    ARMS = "arms"
    LEGS = "legs"


ATR_18 = (
    "background", "hat", "hair", "sunglasses", "upper-clothes", "skirt", "pants", "dress", "belt",
    "left-shoe", "right-shoe", "face", "left-leg", "right-leg", "left-arm", "right-arm", "bag",
    "scarf",
)  # fmt: skip
"""The order of ATR, which SegFormer-clothes uses."""

LIP_20 = (
    "background", "hat", "hair", "glove", "sunglasses", "upper-clothes", "dress", "coat", "socks",
    "pants", "jumpsuits", "scarf", "skirt", "face", "left-arm", "right-arm", "left-leg",
    "right-leg", "left-shoe", "right-shoe",
)  # fmt: skip
GPVTON_29 = tuple(label.name.lower().replace("_", "-") for label in P)
ORDERS: Mapping[str, tuple[str, ...]] = {"atr18": ATR_18, "lip20": LIP_20, "gpvton29": GPVTON_29}

_MEANING: dict[str, P | Coarse] = {
    **{name: P(index) for index, name in enumerate(GPVTON_29)},
    **dict.fromkeys(("sunglasses", "eyeglasses", "spectacles"), P.GLASSES),
    **dict.fromkeys(("gloves", "mitten"), P.GLOVE),
    **dict.fromkeys(("sock", "stockings", "tights"), P.SOCKS),
    **dict.fromkeys(("headwear", "cap", "headband", "head-covering"), P.HAT),
    **dict.fromkeys(("purse", "handbag", "backpack"), P.BAG),
    **dict.fromkeys(("torso-skin", "chest"), P.NECK),
    **dict.fromkeys(
        ("upper-clothes", "upper", "top", "shirt", "t-shirt", "blouse", "sweater", "upperclothes"),
        Coarse.UPPER,
    ),
    **dict.fromkeys(("dress", "jumpsuits", "jumpsuit", "romper"), Coarse.DRESS),
    **dict.fromkeys(("coat", "jacket", "outer", "outerwear", "cardigan", "vest"), Coarse.COAT),
    **dict.fromkeys(("pants", "trousers", "jeans", "shorts", "leggings"), Coarse.PANTS),
    **dict.fromkeys(("shoe", "shoes", "boots", "left-shoe", "right-shoe"), Coarse.SHOES),
    **dict.fromkeys(("skin", "body", "body-skin"), Coarse.SKIN),
    **dict.fromkeys(("arm", "arms", "hand", "hands", "left-arm", "right-arm"), Coarse.ARMS),
    **dict.fromkeys(("leg", "legs", "left-leg", "right-leg", "feet"), Coarse.LEGS),
}


def meanings(names: Sequence[str]) -> list[P | Coarse]:
    """What each of a parser's labels means.  Raises InputError for names that we do not know."""
    ordered = [_plain(name) for name in names]
    if ordered == list(GPVTON_29):
        return list(P)
    unknown = [name for name, key in zip(names, ordered, strict=True) if key not in _MEANING]
    if unknown:
        raise InputError(
            f"the parser has labels that cannot be mapped: {', '.join(unknown)}; rename them in "
            f"its list of labels to some of {', '.join(sorted(_MEANING))}"
        )
    return [_MEANING[key] for key in ordered]


def our_labels(labels: np.ndarray, names: Sequence[str], person: PersonAnnotation) -> np.ndarray:
    """A parser's label map uint8 (h, w) as our parsing, split by the person's key points.

    Raises InputError for values without a name, PersonError without shoulders and hips.
    """
    known = meanings(names)
    if int(labels.max(initial=0)) >= len(known):
        raise InputError(
            f"the parser gave the label {int(labels.max())}, but has {len(known)} names"
        )
    table = np.array([int(m) if isinstance(m, P) else P.BACKGROUND for m in known], np.uint8)
    out = table[labels]
    size = (labels.shape[0], labels.shape[1])
    pose = None
    for coarse in dict.fromkeys(meaning for meaning in known if isinstance(meaning, Coarse)):
        mask = np.isin(labels, [index for index, meaning in enumerate(known) if meaning == coarse])
        if mask.any():
            pose = pose or pose_from(person)
            out[mask] = _split(coarse, size, pose)[mask]
    return out


def pose_from(person: PersonAnnotation) -> Pose:
    """All points that splitting needs, estimated from proportions where none was found.

    Raises PersonError when neither both shoulders nor both hips are there.
    """
    body = body_from(person)
    places = {name: np.asarray(point, np.float64) for name, point in body.points.items()}
    if body.back:  # `Body` exchanges the sides of a view from behind
        places = {_other_side(name): point for name, point in places.items()}
    up = body.up * body.span
    nose = places.get("nose", places["neck"] + 0.55 * up)
    eyes = [places.get(f"{side}_eye", nose + 0.09 * up) for side in ("left", "right")]
    mouth = nose - 0.12 * up
    pose = {"nose": nose, "left_eye": eyes[0], "right_eye": eyes[1]}
    pose |= {"mouth_left": mouth, "mouth_right": mouth}
    for side in ("left", "right"):
        for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle"):
            pose[f"{side}_{joint}"] = places[f"{side}_{joint}"]
        forearm = places[f"{side}_wrist"] - places[f"{side}_elbow"]
        pose[f"{side}_index"] = pose[f"{side}_pinky"] = places[f"{side}_wrist"] + 0.3 * forearm
        ankle = places[f"{side}_ankle"]
        pose[f"{side}_heel"] = places.get(f"{side}_heel", ankle - 0.08 * up)
        pose[f"{side}_foot_index"] = places.get(f"{side}_big_toe", ankle - 0.2 * up)
    return {name: np.array([*place, _confidence(person, name)], np.float32)
            for name, place in pose.items()}  # fmt: skip


def _confidence(person: PersonAnnotation, name: str) -> float:
    index = KEYPOINT_INDEX.get(name)
    return 0.0 if index is None else float(person.keypoints[index, 2])


def _other_side(name: str) -> str:
    side, _, rest = name.partition("_")
    other = {"left": "right", "right": "left"}.get(side)
    return name if other is None else f"{other}_{rest}"


def _split(coarse: Coarse, size: tuple[int, int], pose: Pose) -> np.ndarray:
    if coarse in (Coarse.UPPER, Coarse.DRESS, Coarse.COAT):
        return at_half(split_top, size, pose, str(coarse))
    if coarse is Coarse.PANTS:
        return at_half(split_legs, size, pose, P.LEFT_PANTS, P.RIGHT_PANTS)
    if coarse is Coarse.LEGS:
        return at_half(split_legs, size, pose, P.LEFT_LEG, P.RIGHT_LEG)
    if coarse is Coarse.SHOES:
        return at_half(split_shoes, size, pose)
    skin = at_half(split_skin, size, pose)
    if coarse is Coarse.SKIN:
        return skin
    # arms: whatever is nearer to a left than to a right arm
    left = at_half(_nearer_arm, size, pose)
    arms = (skin == P.LEFT_ARM) | (skin == P.RIGHT_ARM)
    return np.where(arms, skin, left).astype(np.uint8)


def _nearer_arm(size: tuple[int, int], pose: Pose) -> np.ndarray:
    left, right = (arm_distance(size, pose, side) for side in ("left", "right"))
    return np.where(left <= right, P.LEFT_ARM, P.RIGHT_ARM).astype(np.uint8)


def _plain(name: str) -> str:
    return "-".join(name.lower().replace("_", " ").replace("-", " ").split())
