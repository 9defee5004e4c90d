"""How a person is seen: facing, framing, confidence per part; and sides in a view from behind.

Ours.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from gpvton.analysis.decode import map_in_photo, strongest
from gpvton.analysis.framing import Frame
from gpvton.domain.annotations import FACINGS, Facing, Framing, PersonView
from gpvton.domain.keypoints import KEYPOINT_INDEX, KEYPOINT_MIRROR
from gpvton.domain.labels import PERSON_MIRROR, PersonLabel
from gpvton.domain.notices import Notice, NoticeKind

CONFIDENCE_SIDE = 320
"""Longest side of the map of confidences."""

_SEEN = 0.25  # least confidence of a joint that decides the framing
_SURE_BACK, _SURE_FRONT = 0.5, 0.8  # probability at which sides are put right
_CLEAR = 0.04  # distance of left and right labels, in widths of the window, that says their order
_TURNED = 0.32  # cosine of 60 degrees of the usual 0.65
_LEAST = 12  # pixels of a label that has a confidence
_SIDED = tuple((left, right) for left, right in enumerate(PERSON_MIRROR) if left < right)
_TORSO = ("left_shoulder", "right_shoulder", "left_hip", "right_hip")
UNSURE = 0.46
"""Mean confidence of the parsing below which most of it is a guess."""
_CUT = 0.3  # part of the person's height along a side of the photo that says it is cut there
_SLOPE, _SHIFT = 1.2, -0.4  # of the logit, see `calibrated`


def facing_of(scores: np.ndarray | None, points: np.ndarray) -> dict[Facing, float]:
    """Probabilities of front, side and back from the network's (3,).

    Where the network has no such answer, the shoulders decide: close together for the torso's
    length means a side, their order (with the hips') front or back; empty when they are not there.
    """
    if scores is not None:
        return {facing: float(score) for facing, score in zip(FACINGS, scores, strict=True)}
    order = front_order(points)
    if order == 0:
        return {}
    turned = _shoulder_share(points) < _TURNED
    front, back = (float(not turned and sign * order > 0) for sign in (1, -1))
    return {Facing.FRONT: front, Facing.SIDE: float(turned), Facing.BACK: back}


def _shoulder_share(points: np.ndarray) -> float:
    """Distance of the shoulders over the torso's length; infinite when one is not known."""
    names = ("left_shoulder", "right_shoulder", "neck", "mid_hip")
    left, right, neck, hip = (points[KEYPOINT_INDEX[name]] for name in names)
    if min(p[2] for p in (left, right, neck, hip)) <= 0.1:
        return float("inf")
    return float(np.hypot(*(left - right)[:2]) / max(np.hypot(*(neck - hip)[:2]), 1e-6))


def front_order(points: np.ndarray) -> float:
    """Positive where the left shoulder and hip lie right of the others in the photo, as from the
    front; 0 when no pair is there.  points: (25, 3).
    """
    total = 0.0
    for joint in ("shoulder", "hip"):
        left, right = (points[KEYPOINT_INDEX[f"{side}_{joint}"]] for side in ("left", "right"))
        if min(left[2], right[2]) > 0.1:
            total += float(left[0] - right[0])
    return total


def labels_order(parsing: np.ndarray) -> float:
    """The same of the labels: mean distance in pixels, left of right, of the sides' pixels.

    parsing: float32 (29, h, w) probabilities; 0 where no label shows both of its sides.
    """
    label, _ = strongest(parsing)
    across = np.broadcast_to(np.arange(label.shape[1]), label.shape).ravel()
    counts = np.bincount(label.ravel(), minlength=len(parsing))
    sums = np.bincount(label.ravel(), across, minlength=len(parsing))
    total = weight = 0.0
    for left, right in _SIDED:
        pixels = int(min(counts[left], counts[right]))
        if pixels:
            total += pixels * float(sums[left] / counts[left] - sums[right] / counts[right])
            weight += pixels
    return total / weight if weight else 0.0


def exchanged(
    points: np.ndarray, parsing: np.ndarray, scores: dict[Facing, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Key points (25, 3) and probabilities (29, h, w) with the sides that the facing demands.

    The network often reads a back like a front.  Where it is sure of a back (or a front), but
    shoulders and hips lie the other way round, left and right change places; so do the labels,
    by their own order where they have a clear one, else with the points.
    """
    sign = (scores.get(Facing.FRONT, 0.0) >= _SURE_FRONT) - (
        scores.get(Facing.BACK, 0.0) >= _SURE_BACK
    )
    if sign == 0:
        return points, parsing
    order = sign * front_order(points)
    labels = sign * labels_order(parsing)
    if abs(labels) < _CLEAR * parsing.shape[2]:
        labels = order
    return (
        points[list(KEYPOINT_MIRROR)] if order < 0 else points,
        parsing[list(PERSON_MIRROR)] if labels < 0 else parsing,
    )


def framing_of(points: np.ndarray) -> Framing:
    """How much of the person is in the photo, from the joints that were found."""

    def seen(*names: str) -> bool:
        return any(points[KEYPOINT_INDEX[name], 2] >= _SEEN for name in names)

    head = seen("nose", "left_ear", "right_ear", "left_shoulder", "right_shoulder")
    hips, feet = seen("left_hip", "right_hip"), seen("left_ankle", "right_ankle")
    if head:
        return Framing.FULL if hips and feet else Framing.HALF if hips else Framing.HEAD
    return Framing.LOWER if hips or feet or seen("left_knee", "right_knee") else Framing.UNKNOWN


def part_confidences(probability: np.ndarray) -> dict[str, float]:
    """Confidence of each label: which part of its pixels is right, see `calibrated`; labels of a
    few pixels only are left out.  probability: float32 (29, h, w).
    """
    label, best = strongest(probability)
    counts = np.bincount(label.ravel(), minlength=len(probability))
    sums = np.bincount(label.ravel(), best.ravel(), minlength=len(probability))
    return {
        PersonLabel(index).name.lower(): calibrated(float(sums[index] / counts[index]))
        for index in range(1, len(probability))
        if counts[index] >= _LEAST
    }


def calibrated(probability: float) -> float:
    """A label's mean probability where it wins -> the part of its pixels that is right.

    Ours: a line on the logit, fitted by least squares on 90 street photos of the training split.
    """
    known = min(max(probability, 0.01), 0.99)
    logit = math.log(known / (1 - known))
    return 1 / (1 + math.exp(-(_SLOPE * logit + _SHIFT)))


def confidence_map(probability: np.ndarray, frame: Frame, size: tuple[int, int]) -> np.ndarray:
    """Probability of the winning label over the photo of (h, w) = size, float16, made small."""
    factor = min(1.0, CONFIDENCE_SIDE / max(size))
    small = (max(round(size[0] * factor), 1), max(round(size[1] * factor), 1))
    scale_y, scale_x = small[0] / size[0], small[1] / size[1]
    shrunk = Frame(
        left=frame.left * scale_x,
        top=frame.top * scale_y,
        width=frame.width * scale_x,
        height=frame.height * scale_y,
    )
    return map_in_photo(probability.max(0), shrunk, small).astype(np.float16)


def view_of(
    points: np.ndarray,
    probability: np.ndarray,
    frame: Frame,
    size: tuple[int, int],
    scores: dict[Facing, float],
    people: int,
) -> PersonView:
    """All of it, from what one look says; points (25, 3), probability (29, h, w)."""
    facing = max(scores, key=lambda key: scores[key]) if scores else Facing.UNKNOWN
    return PersonView(
        facing=facing,
        facing_scores=scores,
        framing=framing_of(points),
        people=people,
        parts=part_confidences(probability),
        confidence=confidence_map(probability, frame, size),
    )


def person_notices(
    points: np.ndarray, view: PersonView, silhouette: np.ndarray
) -> tuple[Notice, ...]:
    """What the user should know about the photo, whatever it is used for.

    points (25, 3); silhouette float32 (h, w).
    """
    notices: list[Notice] = []
    body = silhouette > 0.5
    height = max(int(body.any(1).sum()), 1)
    cut = [s for s, edge in (("left", body[:, 0]), ("right", body[:, -1]))
           if edge.sum() >= _CUT * height]  # fmt: skip
    if cut:
        text = (
            f"the photo's {' and '.join(cut)} edge cuts the person: what lies beyond is not known"
        )
        notices.append(Notice(NoticeKind.CUT_OFF, text))
    missing = [name for name in _TORSO if points[KEYPOINT_INDEX[name], 2] == 0]
    if missing:
        names = ", ".join(name.replace("_", " ") for name in missing)
        text = f"not in the photo or not found: {names}"
        notices.append(Notice(NoticeKind.JOINTS_MISSING, text))
    if view.people > 1:
        text = "somebody else is in the photo, smaller; only the largest person is annotated"
        notices.append(Notice(NoticeKind.OTHER_PEOPLE, text))
    sure = list(view.parts.values())
    if sure and float(np.mean(sure)) < UNSURE:
        text = "most of the parsing is a guess: check it, or use a clearer photo"
        notices.append(Notice(NoticeKind.UNSURE, text))
    return tuple(notices)


def pasted(view: PersonView, size: tuple[int, int], box: Sequence[int]) -> PersonView:
    """The view of a crop, box = left, top, right, bottom, for the whole photo of (h, w) = size."""
    if view.confidence is None:
        return view
    factor = min(1.0, CONFIDENCE_SIDE / max(size))
    whole = np.zeros((max(round(size[0] * factor), 1), max(round(size[1] * factor), 1)), np.float16)
    left, top, right, bottom = (round(edge * factor) for edge in box)
    region = (max(right - left, 1), max(bottom - top, 1))
    small = cv2.resize(view.confidence.astype(np.float32), region, interpolation=cv2.INTER_AREA)
    target = whole[top : top + region[1], left : left + region[0]]
    target[:] = small[: target.shape[0], : target.shape[1]]
    return replace(view, confidence=whole)
