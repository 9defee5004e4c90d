"""Partial labels of studio photos: garment mask, white background and filtered pose points.

Ours.  The design code gives the garment's family (first letter m or w, then h hoodie, j jacket,
s shirt, t tank, p trousers, sh shorts); everything else on the person stays unknown.
"""

import cv2
import numpy as np

from gpvton.analysis.body_regions import Pose, xy
from gpvton.analysis.split_labels import at_half, split_top
from gpvton.data.person_labels import IGNORE, PERSON
from gpvton.data.pose_points import FACE_POINTS, UNKNOWN, body25, set_state
from gpvton.domain.labels import PersonLabel as P

_FAMILY = {
    "h": "upper", "j": "coat", "s": "upper", "t": "upper", "p": "lower", "sh": "lower"
}  # fmt: skip
_SECOND = "mj06 mj10 ms10 ms12 mt02 wh02 wh10 wj02 wj08 ws05 ws07 ws08 ws11 wt09"
SECOND_GARMENT = frozenset(_SECOND.split())
"""Designs whose mask holds a second garment that was recoloured with the first."""
_ABOVE_CROP = (*FACE_POINTS, "neck", "left_shoulder", "right_shoulder")
_LOWER = (
    "mid_hip",
    *(f"{side}_{joint}" for side in ("left", "right") for joint in
      ("hip", "knee", "ankle", "heel", "big_toe")),
)  # fmt: skip


def family(stem: str) -> str:
    """upper, coat or lower, from a file stem such as `mh03-blue_main`."""
    return _FAMILY[stem.split("-")[0].strip("0123456789")[1:]]


def studio_keypoints(
    pose: Pose,
    stem: str,
    garment: np.ndarray | None,
    person: np.ndarray | None,
    size: tuple[int, int],
) -> np.ndarray:
    """BODY_25 points float32 (25, 3) with doubtful ones unknown; see `body25`."""
    points = body25(pose, size)
    back = stem.endswith("_back")
    if back:
        ears = sorted((pose["left_ear"][0], pose["right_ear"][0]))
        hidden = ears[0] < pose["nose"][0] < ears[1]
        set_state(points, FACE_POINTS[:3], 0.0 if hidden else UNKNOWN)
        set_state(points, FACE_POINTS[3:], UNKNOWN)
    if family(stem) == "lower":
        set_state(points, _ABOVE_CROP, 0.0)
        arms = [f"{side}_{joint}" for side in ("left", "right") for joint in ("elbow", "wrist")]
        set_state(points, arms, UNKNOWN)
        if not _legs_agree(pose, back, garment, person, size):
            set_state(points, _LOWER, UNKNOWN)
    elif person is not None:
        _drop_outside(points, person)
    return points


def _legs_agree(
    pose: Pose,
    back: bool,
    garment: np.ndarray | None,
    person: np.ndarray | None,
    size: tuple[int, int],
) -> bool:
    """Whether the pose points of a headless crop lie where its legs are."""
    if garment is None or person is None or not garment.any():
        return False
    rows = np.nonzero(garment.any(1))[0]
    top, height = rows[0], rows[-1] - rows[0] + 1
    facing = -1 if back else 1
    hip_y = (pose["left_hip"][1] + pose["right_hip"][1]) / 2
    width = facing * (pose["left_hip"][0] - pose["right_hip"][0])
    row = garment[min(max(int(hip_y), 0), size[0] - 1)]
    spread = row.sum()
    good = width > 0.25 * max(float(spread), 1.0)
    good &= top <= hip_y < top + max(0.3 * height, 0.12 * size[0])
    for side in ("left", "right"):
        hip, knee, ankle = (xy(pose, f"{side}_{joint}") for joint in ("hip", "knee", "ankle"))
        thigh, calf = knee[1] - hip[1], ankle[1] - knee[1]
        good &= thigh > 0.2 * size[0] and 0.6 < calf / max(thigh, 1.0) < 1.7
        good &= all(_at(person, point) for point in (hip, knee, ankle))
        good &= (
            facing
            * (knee[0] - pose[f"{'right' if side == 'left' else 'left'}_knee"][0])
            * (1 if side == "left" else -1)
            > 0
        )
    return bool(good)


def _at(mask: np.ndarray, point: np.ndarray, reach: int = 6) -> bool:
    x, y = np.round(point).astype(int)
    if not (0 <= y < mask.shape[0] and 0 <= x < mask.shape[1]):
        return False
    return bool(mask[max(y - reach, 0) : y + reach + 1, max(x - reach, 0) : x + reach + 1].any())


def _drop_outside(points: np.ndarray, person: np.ndarray) -> None:
    """Points off the silhouette are doubtful."""
    for row in points:
        if row[2] > 0 and not _at(person, row[:2], 12):
            row[2] = UNKNOWN


def studio_parsing(
    image: np.ndarray,
    pose: Pose,
    stem: str,
    garment: np.ndarray | None,
    person: np.ndarray | None,
) -> np.ndarray:
    """Labels uint8 (h, w): background, the garment's parts, PERSON, and IGNORE in between."""
    out = np.full(image.shape[:2], IGNORE, np.uint8)
    white = cv2.inRange(image, (244, 244, 244), (255, 255, 255)) // 255
    if person is None:
        # only white that is far from everything else is certain
        far = cv2.erode(white, np.ones((61, 61), np.uint8), borderValue=1)
        out[far > 0] = P.BACKGROUND
    else:
        solid = person.astype(np.uint8)
        out[cv2.erode(solid, np.ones((9, 9), np.uint8)) > 0] = PERSON
        outside = cv2.dilate(solid, np.ones((7, 7), np.uint8)) == 0
        out[outside & (white > 0)] = P.BACKGROUND
    if garment is not None and garment.any():
        out = _paint_garment(out, pose, stem, garment)
    return out


def _paint_garment(out: np.ndarray, pose: Pose, stem: str, garment: np.ndarray) -> np.ndarray:
    kind = family(stem)
    if kind == "lower":
        labels = split_trousers(garment, stem.endswith("_back"))
    else:
        labels = at_half(split_top, (out.shape[0], out.shape[1]), pose, kind)
        if stem[1] == "t":  # tanks have no sleeves
            labels = np.full(out.shape, P.UPPER_TORSO, np.uint8)
        labels = np.where(_below_top(out.shape, pose, stem), PERSON, labels)
    solid = cv2.morphologyEx(garment.astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    inner = cv2.erode(solid, np.ones((3, 3), np.uint8)) > 0
    rim = (cv2.dilate(solid, np.ones((5, 5), np.uint8)) > 0) & ~inner
    return np.where(inner, labels, np.where(rim, IGNORE, out)).astype(np.uint8)


def _below_top(size: tuple[int, ...], pose: Pose, stem: str) -> np.ndarray:
    """Rows, bool (h, 1), where a top's mask may already be the garment below it."""
    shoulder_y = (pose["left_shoulder"][1] + pose["right_shoulder"][1]) / 2
    hip_y = (pose["left_hip"][1] + pose["right_hip"][1]) / 2
    reach = -0.08 if stem.split("-")[0] in SECOND_GARMENT else 0.3
    return np.arange(size[0])[:, None] > hip_y + reach * (hip_y - shoulder_y)


def split_trousers(garment: np.ndarray, back: bool) -> np.ndarray:
    """Left and right of a trousers mask bool (h, w), by the gap between the legs.

    The middle of each row below the crotch is the gap; above it, the line from the middle of the
    waist to the crotch.  Where no gap shows (crossed legs) the label is PERSON.
    """
    height, width = garment.shape
    first, second = (P.LEFT_PANTS, P.RIGHT_PANTS) if back else (P.RIGHT_PANTS, P.LEFT_PANTS)
    rows = np.nonzero(garment.any(1))[0]
    gaps = _leg_gaps(garment)
    out = np.full((height, width), PERSON, np.uint8)
    if len(gaps) < max(0.08 * len(rows), 4):
        return out
    crotch_y = min(gaps)
    top = int(rows[0] + 0.03 * len(rows))
    waist = np.nonzero(garment[top])[0]
    waist_x = float(waist.mean()) if len(waist) else gaps[crotch_y]
    known = np.array(sorted(gaps))
    middle = np.interp(
        np.arange(height), np.r_[top, known], np.r_[waist_x, [gaps[y] for y in known]]
    )
    left_of = np.arange(width)[None, :] < middle[:, None]
    out = np.where(left_of, first, second).astype(np.uint8)
    lost = np.ones(height, bool)
    lost[: crotch_y + 1] = False
    lost[known] = False
    # short interruptions of the gap are bridged
    lost = cv2.erode(lost.astype(np.uint8)[:, None], np.ones((25, 1), np.uint8))[:, 0] > 0
    out[lost] = PERSON
    return out


def _leg_gaps(garment: np.ndarray) -> dict[int, float]:
    """Row -> x of the middle of the gap, for rows with two runs that each hold a leg's width."""
    gaps = {}
    solid = cv2.morphologyEx(garment.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    rows = np.nonzero(solid.any(1))[0]
    for y in rows[len(rows) // 5 :]:
        edges = np.flatnonzero(np.diff(np.r_[0, solid[y], 0]))
        starts, ends = edges[::2], edges[1::2]
        total = int((ends - starts).sum())
        wide = [(s, e) for s, e in zip(starts, ends, strict=True) if e - s > 0.25 * total]
        if len(wide) == 2:
            gaps[int(y)] = (wide[0][1] + wide[1][0]) / 2
    return gaps
