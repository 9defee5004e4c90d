"""Measures of the person analyst against the labels of the data folder.

All functions are pure; `benchmarks/analysts.py` runs them over the validation photos.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from gpvton.domain.keypoints import KEYPOINT_COUNT, KEYPOINT_INDEX, KEYPOINT_NAMES
from gpvton.domain.labels import PersonLabel as P

_TOP = (P.UPPER_TORSO, P.UPPER_LEFT_SLEEVE, P.UPPER_RIGHT_SLEEVE)
_COAT = (P.COAT_TORSO, P.COAT_LEFT_SLEEVE, P.COAT_RIGHT_SLEEVE)
_DRESS = (P.DRESS_TORSO, P.DRESS_LEFT_SLEEVE, P.DRESS_RIGHT_SLEEVE)
_SKIN = (P.FACE, P.NECK, P.LEFT_ARM, P.RIGHT_ARM, P.LEFT_LEG, P.RIGHT_LEG)

TWELVE: dict[str, tuple[int, ...]] = {
    "background": (P.BACKGROUND,),
    "hair": (P.HAIR,),
    "face and neck": (P.FACE, P.NECK),
    "arms": (P.LEFT_ARM, P.RIGHT_ARM),
    "legs": (P.LEFT_LEG, P.RIGHT_LEG),
    "top": _TOP,
    "dress": _DRESS,
    "trousers": (P.LEFT_PANTS, P.RIGHT_PANTS),
    "skirt": (P.SKIRT,),
    "coat": _COAT,
    "shoes": (P.LEFT_SHOE, P.RIGHT_SHOE),
    "bag": (P.BAG,),
}
SEVEN: dict[str, tuple[int, ...]] = {
    "background": (P.BACKGROUND,),
    "hair": (P.HAIR,),
    "skin": _SKIN,
    "clothes on top (top, coat, dress)": (*_TOP, *_COAT, *_DRESS),
    "clothes below (trousers, skirt)": (P.LEFT_PANTS, P.RIGHT_PANTS, P.SKIRT),
    "shoes": (P.LEFT_SHOE, P.RIGHT_SHOE),
    "bag": (P.BAG,),
}
GARMENT = {
    "upper": (*_TOP, *_COAT, *_DRESS),
    "coat": (*_TOP, *_COAT, *_DRESS),
    "lower": (P.LEFT_PANTS, P.RIGHT_PANTS, P.SKIRT),
}
"""Labels that may make up a studio design's garment, by its family."""

PAIRS = tuple(
    (KEYPOINT_INDEX[f"left_{joint}"], KEYPOINT_INDEX[f"right_{joint}"])
    for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
)


def iou(one: np.ndarray, other: np.ndarray) -> float:
    """Intersection over union of two masks; 1 when both are empty."""
    union = np.count_nonzero(one | other)
    return np.count_nonzero(one & other) / union if union else 1.0


@dataclass
class MergedIou:
    """Intersections and unions of merged labels, summed over photos.

    Pixels whose true label is unknown, or in none of the classes (such as a hat), are left out.
    """

    classes: dict[str, tuple[int, ...]]
    both: np.ndarray = field(init=False)
    either: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.both = np.zeros(len(self.classes))
        self.either = np.zeros(len(self.classes))

    def add(self, found: np.ndarray, truth: np.ndarray) -> None:
        """One photo's parsing and true labels, both uint8 (h, w)."""
        known = np.isin(truth, [label for labels in self.classes.values() for label in labels])
        for index, labels in enumerate(self.classes.values()):
            one, other = np.isin(found, labels) & known, np.isin(truth, labels) & known
            self.both[index] += np.count_nonzero(one & other)
            self.either[index] += np.count_nonzero(one | other)

    def result(self) -> dict[str, float]:
        """IoU per class, and their mean over classes that occur."""
        values = {
            name: float(both / either)
            for name, both, either in zip(self.classes, self.both, self.either, strict=True)
            if either > 0
        }
        return {**values, "mean": float(np.mean(list(values.values())))}


def torso_length(points: np.ndarray) -> float | None:
    """Distance from neck to mid hip of true points (25, 3), or None when one is not known."""
    neck, hip = points[KEYPOINT_INDEX["neck"]], points[KEYPOINT_INDEX["mid_hip"]]
    if neck[2] <= 0 or hip[2] <= 0:
        return None
    length = float(np.hypot(*(neck[:2] - hip[:2])))
    return length if length > 1 else None


@dataclass
class PointScore:
    """Key points summed over photos; distances are relative to the torso's length."""

    minimum: float = 0.1
    distance: list[np.ndarray] = field(default_factory=list)
    found_missing: int = 0
    missing: int = 0
    swapped: int = 0
    pairs: int = 0
    confidence: list[np.ndarray] = field(default_factory=list)

    def add(self, found: np.ndarray, truth: np.ndarray) -> None:
        """One photo; found (25, 3) with confidence, truth (25, 3) with state 1, 0 or -1."""
        length = torso_length(truth)
        seen = found[:, 2] >= self.minimum
        absent = truth[:, 2] == 0
        self.missing += int(absent.sum())
        self.found_missing += int((absent & seen).sum())
        if length is None:
            return
        row = np.full(KEYPOINT_COUNT, np.nan)
        known = truth[:, 2] > 0
        row[known] = np.inf  # not found counts as wrong
        both = known & seen
        row[both] = np.hypot(*(found[both, :2] - truth[both, :2]).T) / length
        self.distance.append(row)
        self.confidence.append(np.where(known, found[:, 2], np.nan))
        for left, right in PAIRS:
            if not (both[left] and both[right]):
                continue
            if np.hypot(*(truth[left, :2] - truth[right, :2])) < 0.15 * length:
                continue
            self.pairs += 1
            straight = sum(np.hypot(*(found[i, :2] - truth[i, :2])) for i in (left, right))
            crossed = np.hypot(*(found[left, :2] - truth[right, :2])) + np.hypot(
                *(found[right, :2] - truth[left, :2])
            )
            self.swapped += int(crossed < straight)

    def pck(self, share: float) -> dict[str, float]:
        """Part of the known points within `share` of the torso, per name, and over all."""
        rows = np.array(self.distance)
        values = {}
        for index, name in enumerate(KEYPOINT_NAMES):
            column = rows[:, index]
            column = column[~np.isnan(column)]
            if len(column):
                values[name] = float((column <= share).mean())
        everything = rows[~np.isnan(rows)]
        return {**values, "all": float((everything <= share).mean())}

    def calibration(self, share: float, edges: Iterable[float]) -> list[tuple[float, float, int]]:
        """(mean confidence, part within `share`, count) for confidences between the edges."""
        rows, confidence = np.array(self.distance), np.array(self.confidence)
        known = ~np.isnan(rows) & np.isfinite(rows)
        right, sure = rows[known] <= share, confidence[known]
        limits = list(edges)
        out = []
        for low, high in pairwise(limits):
            inside = (sure >= low) & (sure < high)
            if inside.any():
                out.append(
                    (float(sure[inside].mean()), float(right[inside].mean()), int(inside.sum()))
                )
        return out
