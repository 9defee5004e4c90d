"""Which way a person faces, from a pose file: the training label of the facing head.

Ours.  The pose model gives a depth to every point, so that the line through the shoulders tells
the turn.  It sees few people from behind; studio photos say it in their names (looked at: all
that the pose model turns by more than 52 degrees, or less than 130 from behind, are right), and
rendered people by their exact key points.
"""

import json
from pathlib import Path

import numpy as np

from gpvton.domain.annotations import FACINGS, Facing
from gpvton.domain.keypoints import KEYPOINT_INDEX

UNKNOWN_FACING = -1
_FRONT, _SIDE, _BACK = (FACINGS.index(f) for f in (Facing.FRONT, Facing.SIDE, Facing.BACK))
_VISIBLE = 0.5
_CLOSE = 8.0
"""Degrees around the limit of 60 (and 120) in which a label would be a guess."""
_SIDE_SHARE, _WIDE_SHARE = 0.30, 0.38


def shoulder_turn(rows: dict[str, np.ndarray]) -> float | None:
    """Degrees that the shoulders are turned, 0 from the front to 180 from behind.

    rows: name to x, y, z, visibility.  None where a shoulder is not seen.
    """
    left, right = rows["left_shoulder"], rows["right_shoulder"]
    if min(left[3], right[3]) < _VISIBLE:
        return None
    return abs(float(np.degrees(np.arctan2(left[2] - right[2], left[0] - right[0]))))


def facing_label(name: str, rows: dict[str, np.ndarray]) -> int:
    """Channel of `FACINGS`, or UNKNOWN_FACING; name: as of a `PersonSample`."""
    if name.startswith("studio/"):
        return _BACK if name.endswith("_back") else _FRONT
    turn = shoulder_turn(rows)
    if turn is None or min(abs(turn - 60), abs(turn - 120)) < _CLOSE:
        return UNKNOWN_FACING
    return _FRONT if turn < 60 else _SIDE if turn < 120 else _BACK


def rendered_facing(points: np.ndarray) -> int:
    """The same from exact key points (25, 3): distance of the shoulders over the torso's length,
    about 0.65 from the front.
    """
    names = ("left_shoulder", "right_shoulder", "neck", "mid_hip")
    left, right, neck, hip = (points[KEYPOINT_INDEX[name]] for name in names)
    if min(p[2] for p in (left, right, neck, hip)) <= 0:
        return UNKNOWN_FACING
    share = float((left[0] - right[0]) / max(np.hypot(*(neck - hip)[:2]), 1.0))
    if abs(share) < _SIDE_SHARE:
        return _SIDE
    if abs(share) < _WIDE_SHARE:
        return UNKNOWN_FACING
    return _FRONT if share > 0 else _BACK


def facing_labels(root: Path) -> dict[str, int]:
    """Sample name to label, for all photos of the data folder."""
    labels = {}
    for group in ("street", "street_unlabelled", "studio"):
        content = json.loads((root / group / "keypoints.json").read_text())
        for file, points in content["points"].items():
            name = f"{group}/{Path(file).stem}"
            rows = {
                key: np.array(row, np.float32)
                for key, row in zip(content["names"], points, strict=True)
            }
            labels[name] = facing_label(name, rows)
    return labels
