"""Label files: parsings, masks and key points as other data sets store them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from gpvton.domain.errors import InputError
from gpvton.domain.keypoints import KEYPOINT_COUNT, KEYPOINT_INDEX
from gpvton.domain.labels import PERSON_LABEL_COUNT, GarmentLabel

# OpenPose's 18 points of COCO, which DressCode uses
_COCO_18 = (
    "nose", "neck", "right_shoulder", "right_elbow", "right_wrist", "left_shoulder",
    "left_elbow", "left_wrist", "right_hip", "right_knee", "right_ankle", "left_hip",
    "left_knee", "left_ankle", "right_eye", "left_eye", "right_ear", "left_ear",
)  # fmt: skip
DRESSCODE_KEYPOINT_SIZE = (512, 384)
"""(height, width) of the picture that DressCode's key points are measured in."""


def read_labels(path: Path) -> np.ndarray:
    """A label map, uint8 (h, w): the indices of a palette picture, or grey levels.

    Raises InputError when the file is no picture or has colours instead of labels.
    """
    try:
        with Image.open(path) as picture:
            if picture.mode not in ("P", "L", "1", "I", "I;16"):
                raise InputError(
                    f"{path} is a picture of mode {picture.mode}, expected labels (grey or palette)"
                )
            labels = np.asarray(picture)
    except (OSError, SyntaxError, ValueError) as error:
        raise InputError(f"{path} cannot be read as a label map: {error}") from error
    return labels.astype(np.uint8)


def read_person_parsing(path: Path) -> np.ndarray:
    """A person parsing of our 29 labels, uint8 (h, w).  Raises InputError."""
    labels = read_labels(path)
    if labels.max(initial=0) >= PERSON_LABEL_COUNT:
        raise InputError(
            f"{path} has the label {labels.max()}, expected 0 to {PERSON_LABEL_COUNT - 1}"
        )
    return labels


def read_garment_parsing(path: Path) -> np.ndarray:
    """A garment parsing of our labels, uint8 (h, w).  Raises InputError."""
    labels = read_labels(path)
    unknown = set(np.unique(labels).tolist()) - {int(label) for label in GarmentLabel}
    if unknown:
        raise InputError(f"{path} has labels {sorted(unknown)}, which no garment has")
    return labels


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
    return _missing_are_zero(best)


def read_dresscode_keypoints(path: Path, size: tuple[int, int]) -> np.ndarray:
    """DressCode's JSON, 18 rows of x, y, confidence, number: float32 (25, 3) in a picture of
    `size` (h, w).  The middle of the hips is added.  Raises InputError.
    """
    try:
        rows = np.array(_json(path)["keypoints"], np.float32).reshape(len(_COCO_18), -1)
    except (KeyError, ValueError, TypeError) as error:
        raise InputError(f"{path} is not DressCode's JSON of 18 key points: {error!r}") from error
    height, width = DRESSCODE_KEYPOINT_SIZE
    scale = np.array([size[1] / width, size[0] / height], np.float32)
    points = np.zeros((KEYPOINT_COUNT, 3), np.float32)
    for name, row in zip(_COCO_18, rows, strict=True):
        if row[0] >= 0 and row[1] >= 0:
            points[KEYPOINT_INDEX[name]] = (*(row[:2] * scale), 1.0)
    hips = points[[KEYPOINT_INDEX["left_hip"], KEYPOINT_INDEX["right_hip"]]]
    if (hips[:, 2] > 0).all():
        points[KEYPOINT_INDEX["mid_hip"]] = hips.mean(axis=0)
    return _missing_are_zero(points)


def read_flow(path: Path) -> np.ndarray:
    """A true flow: float32 (2, h, w) in [-1, 1] into the garment's picture, NaN where none shows.

    Raises InputError.
    """
    try:
        flow = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise InputError(f"{path} cannot be read as an array: {error}") from error
    if flow.ndim != 3 or flow.shape[0] != 2:
        raise InputError(f"{path} holds {flow.shape}, expected a flow (2, h, w)")
    return flow.astype(np.float32)


def read_ratios(path: Path) -> dict[str, float]:
    """Person's name to ratio from a JSON object; empty when there is no file."""
    if not path.is_file():
        return {}
    try:
        return {name: float(value) for name, value in _json(path).items()}
    except (TypeError, ValueError) as error:
        raise InputError(f"{path}: {error}; expected names with numbers") from error


def verify_picture(path: Path) -> None:
    """Decode a picture.  Raises InputError when that fails."""
    try:
        with Image.open(path) as picture:
            picture.load()
    except (OSError, SyntaxError, ValueError) as error:
        raise InputError(f"{path} cannot be read as a picture: {error}") from error


def _missing_are_zero(points: np.ndarray) -> np.ndarray:
    points = points.copy()
    points[points[:, 2] <= 0] = 0
    points[:, 2] = points[:, 2].clip(0, 1)
    return points


def _json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is not JSON: {error}") from error
    if not isinstance(values, dict):
        raise InputError(f"{path} holds a {type(values).__name__}, expected an object")
    return values
