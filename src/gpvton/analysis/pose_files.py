"""Key points of other programs as files: OpenPose, COCO, COCO-WholeBody, MediaPipe, DressCode.

All become our 25 points (BODY_25); points that a format lacks are missing, the neck and the middle
of the hips are added where both sides are known.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gpvton.domain.errors import InputError
from gpvton.domain.keypoints import KEYPOINT_COUNT, KEYPOINT_INDEX, KEYPOINT_NAMES

# OpenPose's 18 points of COCO, which DressCode uses
OPENPOSE_18 = (
    "nose", "neck", "right_shoulder", "right_elbow", "right_wrist", "left_shoulder",
    "left_elbow", "left_wrist", "right_hip", "right_knee", "right_ankle", "left_hip",
    "left_knee", "left_ankle", "right_eye", "left_eye", "right_ear", "left_ear",
)  # fmt: skip
COCO_17 = (
    "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder",
    "left_elbow", "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip",
    "left_knee", "right_knee", "left_ankle", "right_ankle",
)  # fmt: skip
_FEET = (
    "left_big_toe", "left_small_toe", "left_heel", "right_big_toe", "right_small_toe",
    "right_heel",
)  # fmt: skip
MEDIAPIPE_33 = (
    "nose", "left_eye_inner", "left_eye", "left_eye_outer", "right_eye_inner", "right_eye",
    "right_eye_outer", "left_ear", "right_ear", "mouth_left", "mouth_right", "left_shoulder",
    "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist", "left_pinky",
    "right_pinky", "left_index", "right_index", "left_thumb", "right_thumb", "left_hip",
    "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle", "left_heel",
    "right_heel", "left_big_toe", "right_big_toe",
)  # fmt: skip
"""MediaPipe calls the last two foot_index."""

_ORDERS: dict[int, tuple[str, ...]] = {
    len(names): names
    for names in (KEYPOINT_NAMES, OPENPOSE_18, COCO_17, (*COCO_17, *_FEET), MEDIAPIPE_33)
}
_WHOLE_BODY = 133
_MIDDLES = {"neck": ("left_shoulder", "right_shoulder"), "mid_hip": ("left_hip", "right_hip")}
DRESSCODE_KEYPOINT_SIZE = (512, 384)
"""(height, width) of the picture that DressCode's key points are measured in."""


def body25_from(names: Sequence[str], rows: np.ndarray) -> np.ndarray:
    """Rows (n, 3) of x, y, confidence of named points -> float32 (25, 3).

    Names that BODY_25 does not know are left out; neck and mid_hip are added where they are not
    named and both sides are there, with the smaller confidence of the two.
    """
    points = np.zeros((KEYPOINT_COUNT, 3), np.float32)
    for name, row in zip(names, rows, strict=True):
        if name in KEYPOINT_INDEX and row[2] > 0 and np.isfinite(row).all():
            points[KEYPOINT_INDEX[name]] = (row[0], row[1], min(float(row[2]), 1.0))
    for name, sides in _MIDDLES.items():
        both = points[[KEYPOINT_INDEX[side] for side in sides]]
        if name not in names and (both[:, 2] > 0).all():
            points[KEYPOINT_INDEX[name]] = (*both[:, :2].mean(axis=0), both[:, 2].min())
    return points


def read_pose(path: Path, size: tuple[int, int], name: str | None = None) -> np.ndarray:
    """Key points of a JSON file in a photo of (h, w) = size: float32 (25, 3).

    The format is recognised: OpenPose (BODY_25 or 18 points), COCO (17), COCO-WholeBody (133, or
    17 with `foot_kpts`), MediaPipe (33 landmarks, in pixels or as shares of the photo).  In a COCO
    file of many photos, `name` is the photo's file name without suffix.  Of several people, the
    one with the highest summed confidence.  Raises InputError.
    """
    people = _people(_any_json(path), name)
    try:
        found = [_points(person, size) for person in people]
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise InputError(f"{path} holds no key points in a known format: {error!r}") from error
    if not found:
        raise InputError(
            f"{path} holds nobody{f' for the photo {name}' if name else ''}; expected OpenPose's, "
            "COCO's or MediaPipe's JSON"
        )
    return max(found, key=lambda points: points[:, 2].sum())


def read_openpose(path: Path) -> np.ndarray:
    """OpenPose's JSON of BODY_25: float32 (25, 3), all zero when nobody was found.

    With several people, the one with the highest summed confidence.  Raises InputError.
    """
    people = _json(path).get("people")
    try:
        found = [np.array(p["pose_keypoints_2d"], np.float32).reshape(-1, 3) for p in people or []]
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path} is not OpenPose's JSON: {error!r}") from error
    if not found:
        return np.zeros((KEYPOINT_COUNT, 3), np.float32)
    best = max(found, key=lambda points: points[:, 2].sum())
    if len(best) != KEYPOINT_COUNT:
        raise InputError(f"{path} has {len(best)} key points, expected {KEYPOINT_COUNT} (BODY_25)")
    points = best.copy()
    points[points[:, 2] <= 0] = 0
    points[:, 2] = points[:, 2].clip(0, 1)
    return points


def openpose_values(points: np.ndarray) -> dict[str, Any]:
    """Key points (25, 3) as the values of OpenPose's JSON."""
    flat = [round(float(value), 3) for value in points.reshape(-1)]
    return {"version": 1.3, "people": [{"pose_keypoints_2d": flat}]}


def read_dresscode_keypoints(path: Path, size: tuple[int, int]) -> np.ndarray:
    """DressCode's JSON, 18 rows of x, y, confidence, number: float32 (25, 3) in a picture of
    `size` (h, w).  Raises InputError.
    """
    try:
        rows = np.array(_json(path)["keypoints"], np.float32).reshape(len(OPENPOSE_18), -1)
    except (KeyError, ValueError, TypeError) as error:
        raise InputError(f"{path} is not DressCode's JSON of 18 key points: {error!r}") from error
    height, width = DRESSCODE_KEYPOINT_SIZE
    scale = np.array([size[1] / width, size[0] / height], np.float32)
    there = (rows[:, 0] >= 0) & (rows[:, 1] >= 0)
    return body25_from(OPENPOSE_18, np.column_stack([rows[:, :2] * scale, there]))


def _people(values: Any, name: str | None) -> list[Any]:
    """What a file says about each person, whatever its format."""
    if isinstance(values, Mapping):
        for key in ("people", "annotations"):
            if key in values:
                return [p for p in values[key] if _of_photo(p, values, name)]
        if "instance_info" in values:
            return [p for frame in values["instance_info"] for p in frame["instances"]]
        return [values]
    if isinstance(values, list) and values and isinstance(values[0], Mapping):
        first = values[0]
        if "visibility" in first or "keypoints" not in first:
            return [values]  # one person's landmarks
        return [p for p in values if _of_photo(p, {}, name)]
    return [values] if values else []


def _of_photo(person: Any, values: Mapping[str, Any], name: str | None) -> bool:
    """Whether a COCO entry belongs to the photo; entries that name none do."""
    if name is None or not isinstance(person, Mapping):
        return True
    known = {entry.get("id"): Path(entry["file_name"]).stem for entry in values.get("images", ())}
    place = person.get("image_id")
    if place in known:
        return known[place] == name
    return not isinstance(place, str) or Path(place).stem == name


def _points(person: Any, size: tuple[int, int]) -> np.ndarray:
    if isinstance(person, Mapping) and "pose_keypoints_2d" in person:
        return _from_rows(_rows(person["pose_keypoints_2d"], 3), size)
    if isinstance(person, Mapping) and "keypoints" in person:
        rows = _coco_rows(person)
        return _from_rows(rows, size)
    if isinstance(person, Mapping):
        key = "landmarks" if "landmarks" in person else "pose_landmarks"
        person = person[key]
    if person and isinstance(person[0], list) and person[0] and isinstance(person[0][0], Mapping):
        person = person[0]  # MediaPipe's list of people
    return _from_rows(_landmarks(person), size)


def _coco_rows(person: Mapping[str, Any]) -> np.ndarray:
    if "keypoint_scores" in person:
        place = np.array(person["keypoints"], np.float32).reshape(-1, 2)
        rows = np.column_stack([place, np.array(person["keypoint_scores"], np.float32)])
    else:
        parts = [person["keypoints"], *([person["foot_kpts"]] if "foot_kpts" in person else [])]
        rows = np.vstack([_rows(part, 3) for part in parts])
        if rows[:, 2].max(initial=0) > 1.0:  # COCO's 0, 1, 2: not there, hidden, visible
            rows[:, 2] /= 2.0
    return rows[: len(COCO_17) + len(_FEET)] if len(rows) == _WHOLE_BODY else rows


def _landmarks(landmarks: Sequence[Any]) -> np.ndarray:
    if isinstance(landmarks[0], Mapping):
        return np.array([[m["x"], m["y"], m.get("visibility", 1.0)] for m in landmarks], np.float32)
    rows = np.array(landmarks, np.float32)
    return rows[:, [0, 1, -1]]


def _from_rows(rows: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    if len(rows) not in _ORDERS:
        raise ValueError(f"{len(rows)} key points, expected one of {sorted(_ORDERS)}")
    names = _ORDERS[len(rows)]
    if names is MEDIAPIPE_33 and np.abs(rows[:, :2]).max() <= 4.0:  # shares of the photo
        place = rows[:, :2] * (size[1], size[0]) - 0.5
        rows = np.column_stack([place, rows[:, 2]]).astype(np.float32)
        outside = (place < 0).any(1) | (place[:, 0] > size[1] - 1) | (place[:, 1] > size[0] - 1)
        rows[outside, 2] = 0
    return body25_from(names, rows)


def _rows(values: Any, width: int) -> np.ndarray:
    return np.array(values, np.float32).reshape(-1, width)


def _any_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is not JSON: {error}") from error


def _json(path: Path) -> dict[str, Any]:
    values = _any_json(path)
    if not isinstance(values, dict):
        raise InputError(f"{path} holds a {type(values).__name__}, expected an object")
    return values
