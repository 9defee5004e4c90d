"""From the 33 points of a pose file to the 25 key points of the project.

Ours: neck is the middle of the shoulders, mid_hip the middle of the hips; the small toes have no
source and stay unknown.
"""

from collections.abc import Sequence

import numpy as np

from gpvton.domain.keypoints import KEYPOINT_COUNT, KEYPOINT_INDEX

UNKNOWN = -1.0
"""Confidence of a point that nobody knows: neither trained as present nor as missing."""

FACE_POINTS = ("nose", "right_eye", "left_eye", "right_ear", "left_ear")

_SAME = (
    *FACE_POINTS,
    *(f"{side}_{joint}" for side in ("left", "right") for joint in
      ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel")),
)  # fmt: skip
_MIDDLES = {"neck": ("left_shoulder", "right_shoulder"), "mid_hip": ("left_hip", "right_hip")}


def pose_array(names: Sequence[str], rows: Sequence[Sequence[float]]) -> dict[str, np.ndarray]:
    """Rows (x, y, z, visibility) of a pose file -> name to float32 (3,): x, y, visibility."""
    return {
        name: np.array([row[0], row[1], row[3]], np.float32)
        for name, row in zip(names, rows, strict=True)
    }


def body25(
    pose: dict[str, np.ndarray],
    size: tuple[int, int],
    present: float = 0.5,
    missing: float = 0.2,
) -> np.ndarray:
    """Key points float32 (25, 3) of a picture of `size` (h, w).

    Confidence 1: trusted (visibility at least `present`, inside the frame).  0: missing (outside
    the frame, or visibility below `missing`); x and y are then 0.  UNKNOWN: anything between.
    """
    points = np.zeros((KEYPOINT_COUNT, 3), np.float32)
    points[:, 2] = UNKNOWN
    named = dict(pose)
    for name, (one, other) in _MIDDLES.items():
        named[name] = (pose[one] + pose[other]) / 2
        named[name][2] = min(pose[one][2], pose[other][2])
    for side in ("left", "right"):
        named[f"{side}_big_toe"] = pose[f"{side}_foot_index"]
    for name in (*_SAME, *_MIDDLES, "left_big_toe", "right_big_toe"):
        x, y, visibility = named[name]
        inside = 0 <= x <= size[1] - 1 and 0 <= y <= size[0] - 1
        index = KEYPOINT_INDEX[name]
        if not inside or visibility < missing:
            points[index] = 0.0
        elif visibility >= present:
            points[index] = (x, y, 1.0)
        else:
            points[index] = (x, y, UNKNOWN)
    return points


def set_state(points: np.ndarray, names: Sequence[str], confidence: float) -> None:
    """Set the named points' confidence in place; missing ones (0) lose their coordinates."""
    for name in names:
        index = KEYPOINT_INDEX[name]
        points[index, 2] = confidence
        if confidence == 0.0:
            points[index, :2] = 0.0
