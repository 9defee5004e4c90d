"""The body under the clothes: joints with estimates where none was found, and limb widths.

Ours.  All lengths are in units of the distance between the shoulder joints; the proportions below
are medians over some 1,200 frontal photos of adults.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gpvton.domain.annotations import PersonAnnotation
from gpvton.domain.errors import PersonError
from gpvton.domain.keypoints import KEYPOINT_INDEX, KEYPOINT_MIRROR, KEYPOINT_NAMES
from gpvton.geometry.curves import left_normal, unit

TORSO, HIP_SPAN = 1.55, 0.57
UPPER_ARM, FOREARM, THIGH, CALF = 0.86, 0.74, 1.22, 1.12
LIMB_RADII = {
    "arm": (0.19, 0.125, 0.085),  # shoulder, elbow, wrist
    "leg": (0.30, 0.185, 0.115),  # hip, knee, ankle
}
_DOWN = np.array([0.0, 1.0])


@dataclass(frozen=True, kw_only=True)
class Body:
    """A person's joints as the garment needs them.

    points: joint name (BODY_25) to (x, y) in pixels; joints of torso and limbs are always there.
    seen: names whose place was found, the rest is estimated from proportions.
    span: nominal distance between the shoulder joints in pixels, corrected for turning.
    back: True when the person is seen from behind; left and right are then swapped, so that a
        garment's front keeps its reading direction.
    """

    points: Mapping[str, np.ndarray]
    seen: frozenset[str]
    span: float
    back: bool

    def limb(self, kind: str, side: str) -> np.ndarray:
        """Joint line of an "arm" or "leg", (3, 2)."""
        names = ("shoulder", "elbow", "wrist") if kind == "arm" else ("hip", "knee", "ankle")
        return np.stack([self.points[f"{side}_{name}"] for name in names])

    @property
    def up(self) -> np.ndarray:
        """Unit vector from the hips to the neck."""
        return unit(self.points["neck"] - self.points["mid_hip"])

    @property
    def across(self) -> np.ndarray:
        """Unit vector across the torso towards its left side."""
        return left_normal(-self.up)


def body_from(person: PersonAnnotation, minimum: float = 0.1) -> Body:
    """The body of an annotated person.

    Raises:
        PersonError: neither both shoulders nor both hips are there.
    """
    points = {
        name: person.keypoints[index, :2].astype(np.float64)
        for index, name in enumerate(KEYPOINT_NAMES)
        if person.keypoints[index, 2] >= minimum
    }
    back = _seen_from_behind(points)
    if back:
        points = {_mirrored(name): value for name, value in points.items()}
    seen = frozenset(points)
    _estimate_torso(points)
    span = _span(points)
    _estimate_limbs(points, span)
    return Body(points=points, seen=seen, span=span, back=back)


def _mirrored(name: str) -> str:
    return KEYPOINT_NAMES[KEYPOINT_MIRROR[KEYPOINT_INDEX[name]]]


def _seen_from_behind(points: dict[str, np.ndarray]) -> bool:
    votes = [
        points[f"left_{name}"][0] - points[f"right_{name}"][0]
        for name in ("shoulder", "hip")
        if f"left_{name}" in points and f"right_{name}" in points
    ]
    return bool(votes) and sum(votes) < 0


def _estimate_torso(points: dict[str, np.ndarray]) -> None:
    shoulders = [points[n] for n in ("left_shoulder", "right_shoulder") if n in points]
    hips = [points[n] for n in ("left_hip", "right_hip") if n in points]
    if len(shoulders) < 2 and len(hips) < 2:
        raise PersonError(
            "neither both shoulders nor both hips can be seen; "
            "use a photo that shows the person's torso"
        )
    if len(shoulders) == 2:
        points.setdefault("neck", (shoulders[0] + shoulders[1]) / 2)
    if len(hips) == 2:
        points.setdefault("mid_hip", (hips[0] + hips[1]) / 2)
    if "mid_hip" not in points:
        span = np.linalg.norm(shoulders[0] - shoulders[1])
        points["mid_hip"] = points["neck"] + TORSO * span * _DOWN
    if "neck" not in points:
        span = np.linalg.norm(hips[0] - hips[1]) / HIP_SPAN
        points["neck"] = points["mid_hip"] - TORSO * span * _DOWN
    across = left_normal(unit(points["mid_hip"] - points["neck"]))
    span = np.linalg.norm(points["mid_hip"] - points["neck"]) / TORSO
    for side, sign in (("left", 1.0), ("right", -1.0)):
        points.setdefault(f"{side}_shoulder", points["neck"] + sign * 0.5 * span * across)
        points.setdefault(f"{side}_hip", points["mid_hip"] + sign * 0.5 * HIP_SPAN * span * across)


def _span(points: dict[str, np.ndarray]) -> float:
    shoulders = np.linalg.norm(points["left_shoulder"] - points["right_shoulder"])
    torso = np.linalg.norm(points["neck"] - points["mid_hip"]) / TORSO
    return float(max(shoulders, 0.92 * torso))


def _estimate_limbs(points: dict[str, np.ndarray], span: float) -> None:
    across = left_normal(unit(points["mid_hip"] - points["neck"]))
    for side, sign in (("left", 1.0), ("right", -1.0)):
        for names, lengths, spread in (
            (("shoulder", "elbow", "wrist"), (UPPER_ARM, FOREARM), 0.18),
            (("hip", "knee", "ankle"), (THIGH, CALF), 0.03),
        ):
            first, middle, last = (f"{side}_{name}" for name in names)
            hanging = unit(_DOWN + sign * spread * across)
            points.setdefault(middle, points[first] + lengths[0] * span * hanging)
            bone = unit(points[middle] - points[first])
            onward = unit(bone + _DOWN)
            points.setdefault(last, points[middle] + lengths[1] * span * onward)


def ray_lengths(
    mask: np.ndarray, origins: np.ndarray, directions: np.ndarray, longest: float
) -> np.ndarray:
    """How far a ray stays in the mask, (n,) in pixels; NaN where it starts outside.

    mask: bool (h, w).  origins, directions: (n, 2), x first, directions of length 1.  Gaps of up
    to 2 pixels are passed over.
    """
    steps = np.arange(0.0, longest, 0.5)
    places = origins[:, None] + steps[None, :, None] * directions[:, None]
    columns = np.rint(places[..., 0]).astype(int)
    rows = np.rint(places[..., 1]).astype(int)
    height, width = mask.shape
    framed = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    inside = framed & mask[rows.clip(0, height - 1), columns.clip(0, width - 1)]
    outside = ~inside
    gap = outside.copy()
    for shift in range(1, 5):  # outside for more than two pixels
        gap[:, :-shift] &= outside[:, shift:]
    first = np.where(gap.any(axis=1), gap.argmax(axis=1), len(steps) - 1)
    return np.where(inside[:, :3].any(axis=1), steps[first], np.nan)


def nominal_radii(kind: str, fractions: np.ndarray) -> np.ndarray:
    """Half width of a bare limb in spans; `fractions` 0 at its root, 1 at the middle joint, 2 at
    the end."""
    return np.interp(fractions, (0.0, 1.0, 2.0), LIMB_RADII[kind])


def limb_field(line: np.ndarray, height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """For every pixel its share along the joint line (3, 2) and its distance from it, (h, w) each.

    The share is 0 at the root, 1 at the middle joint, 2 at the end; distance in pixels.
    """
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    best = np.full((height, width), np.inf, np.float32)
    share = np.zeros((height, width), np.float32)
    for bone in (0, 1):
        start, along = line[bone], line[bone + 1] - line[bone]
        length = max(float(np.dot(along, along)), 1e-6)
        t = ((columns - start[0]) * along[0] + (rows - start[1]) * along[1]) / length
        t = np.clip(t, 0.0, 1.0)
        distance = np.hypot(columns - start[0] - t * along[0], rows - start[1] - t * along[1])
        nearer = distance < best
        best = np.where(nearer, distance, best)
        share = np.where(nearer, t + bone, share)
    return share, best


def moved(body: Body, scale: float, offset: tuple[float, float]) -> Body:
    """The body in a picture scaled by `scale` and then shifted by `offset` (x, y) pixels."""
    shift = np.asarray(offset, np.float64)
    points = {name: (p + 0.5) * scale - 0.5 + shift for name, p in body.points.items()}
    return Body(points=points, seen=body.seen, span=body.span * scale, back=body.back)
