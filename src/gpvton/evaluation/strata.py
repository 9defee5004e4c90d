"""Difficulty: what about a person's pose or photo makes dressing hard (ours)."""

import numpy as np

from gpvton.domain.annotations import PersonAnnotation

_NEAR = 0.15  # of a span: how far outside the trunk a wrist still counts as in front of it


def pose_strata(person: PersonAnnotation) -> dict[str, str]:
    """Stratum to value: arms (free, raised, in front, unseen), view (front, back), shown (half,
    whole).
    """
    left, right = person.point("left_shoulder"), person.point("right_shoulder")
    out = {"shown": "half" if person.point("left_knee") is None else "whole"}
    if left is None or right is None:
        return {**out, "arms": "unseen", "view": "unseen"}
    out["view"] = "front" if left[0] >= right[0] else "back"
    out["arms"] = _arms(person, left, right)
    return out


def _arms(person: PersonAnnotation, left: np.ndarray, right: np.ndarray) -> str:
    wrists = [p for p in (person.point("left_wrist"), person.point("right_wrist")) if p is not None]
    if not wrists:
        return "unseen"
    span = float(np.linalg.norm(left - right))
    hips = [p for p in (person.point("left_hip"), person.point("right_hip")) if p is not None]
    bottom = float(np.mean([p[1] for p in hips])) if hips else float(left[1] + 1.6 * span)
    low, high = sorted((float(left[0]), float(right[0])))
    top = float(min(left[1], right[1]))
    if any(wrist[1] < top for wrist in wrists):
        return "raised"
    margin = _NEAR * span
    if any(low - margin < x < high + margin and y < bottom for x, y in wrists):
        return "in front"
    return "free"
