"""Which way a person faces, from a pose file: the training label of the facing head.

Ours.  The pose model gives a depth to every point, so that the line through the shoulders tells
the turn.  It sees few people from behind; studio photos say it in their names.
"""

import json
from pathlib import Path

import numpy as np

from gpvton.domain.annotations import FACINGS, Facing

UNKNOWN_FACING = -1
_FRONT, _SIDE, _BACK = (FACINGS.index(f) for f in (Facing.FRONT, Facing.SIDE, Facing.BACK))
_VISIBLE = 0.5
_CLOSE = 8.0
"""Degrees around the limit of 60 (and 120) in which a label would be a guess."""


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
    turn = shoulder_turn(rows)
    if name.startswith("studio/"):
        behind = name.endswith("_back")
        headless = "p" in name.split("/")[1].split("-")[0] or "wsh" in name or "msh" in name
        if headless or turn is None:
            return _BACK if behind else _FRONT
        if behind != (turn > 90):  # the pose model is at odds with the name
            return UNKNOWN_FACING
    if turn is None or min(abs(turn - 60), abs(turn - 120)) < _CLOSE:
        return UNKNOWN_FACING
    return _FRONT if turn < 60 else _SIDE if turn < 120 else _BACK


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
