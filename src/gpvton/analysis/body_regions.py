"""Signed distances to simple body shapes drawn from pose points; they split coarse labels.

Ours.  All distances are float32 (h, w) in pixels, negative inside.  A pixel goes to the shape
with the smallest distance.
"""

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np

Pose = dict[str, np.ndarray]


def segment_distance(size: tuple[int, int], a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Distance of every pixel of a picture (h, w) to the segment from a to b, each (x, y)."""
    y = np.arange(size[0], dtype=np.float32)[:, None]
    x = np.arange(size[1], dtype=np.float32)[None]
    ab = (b - a).astype(np.float32)
    along = ((x - a[0]) * ab[0] + (y - a[1]) * ab[1]) / max(float(ab @ ab), 1e-6)
    np.clip(along, 0.0, 1.0, out=along)
    across, down = x - a[0] - along * ab[0], y - a[1] - along * ab[1]
    return np.sqrt(across * across + down * down).astype(np.float32)


def chain_distance(size: tuple[int, int], points: Sequence[np.ndarray]) -> np.ndarray:
    """Distance to the polyline through `points`."""
    pairs = pairwise(points)
    return np.minimum.reduce([segment_distance(size, a, b) for a, b in pairs])


def polygon_distance(size: tuple[int, int], corners: Sequence[np.ndarray]) -> np.ndarray:
    """Signed distance to the polygon: negative inside, positive outside."""
    closed = [*corners, corners[0]]
    distance = chain_distance(size, closed)
    # the filled polygon is drawn at an eighth of a pixel; corners may lie outside the picture
    inside = np.zeros(size, np.uint8)
    fixed = np.round(np.array(corners, np.float64) * 8).astype(np.int32)
    cv2.fillPoly(inside, [fixed], 1, shift=3)
    return np.where(inside > 0, -distance, distance)


def xy(pose: Pose, name: str) -> np.ndarray:
    """(x, y) of a pose point."""
    return pose[name][:2]


def body_scale(pose: Pose) -> float:
    """A length in pixels that is about the shoulder width, for any turn of the body."""
    shoulders = float(np.linalg.norm(xy(pose, "left_shoulder") - xy(pose, "right_shoulder")))
    middle = (xy(pose, "left_shoulder") + xy(pose, "right_shoulder")) / 2
    hips = (xy(pose, "left_hip") + xy(pose, "right_hip")) / 2
    return max(shoulders, 0.65 * float(np.linalg.norm(middle - hips)), 4.0)


def arm_distance(size: tuple[int, int], pose: Pose, side: str, hand: bool = True) -> np.ndarray:
    """Signed distance to an arm; it begins a little below the shoulder joint."""
    scale = body_scale(pose)
    shoulder, elbow = xy(pose, f"{side}_shoulder"), xy(pose, f"{side}_elbow")
    wrist = xy(pose, f"{side}_wrist")
    start = shoulder + 0.12 * (elbow - shoulder)
    distance = segment_distance(size, start, elbow) - 0.17 * scale
    distance = np.minimum(distance, segment_distance(size, elbow, wrist) - 0.14 * scale)
    if hand:
        tip = (xy(pose, f"{side}_index") + xy(pose, f"{side}_pinky")) / 2
        tip = tip + 0.6 * (tip - wrist)
        distance = np.minimum(distance, segment_distance(size, wrist, tip) - 0.13 * scale)
    return distance


def torso_distance(size: tuple[int, int], pose: Pose) -> np.ndarray:
    """Signed distance to the trunk: shoulders (drawn in a little) to hips (drawn out a little)."""
    left, right = xy(pose, "left_shoulder"), xy(pose, "right_shoulder")
    left_hip, right_hip = xy(pose, "left_hip"), xy(pose, "right_hip")
    scale = body_scale(pose)
    half = (left - right) / 2
    drop = np.array([0.0, 0.1 * scale], np.float32)
    out = (left_hip - right_hip) * 0.42
    length = 0.12 * (left_hip - left)
    corners = (
        left - 0.08 * half - drop,
        right + 0.08 * half - drop,
        right_hip - out + length,
        left_hip + out + length,
    )
    return polygon_distance(size, corners)


def leg_distance(size: tuple[int, int], pose: Pose, side: str) -> np.ndarray:
    """Signed distance to a leg from hip to foot."""
    scale = body_scale(pose)
    names = ("hip", "knee", "ankle")
    points = [xy(pose, f"{side}_{name}") for name in names]
    return np.minimum(
        chain_distance(size, points) - 0.16 * scale, foot_distance(size, pose, side) - 0.1 * scale
    )


def foot_distance(size: tuple[int, int], pose: Pose, side: str) -> np.ndarray:
    """Distance to the lines ankle, heel, toe of a foot."""
    names = ("ankle", "heel", "foot_index", "ankle")
    return chain_distance(size, [xy(pose, f"{side}_{name}") for name in names])


def face_distance(size: tuple[int, int], pose: Pose) -> np.ndarray:
    """Signed distance to the face, a disc around the nose, down to the chin."""
    eyes = (xy(pose, "left_eye") + xy(pose, "right_eye")) / 2
    mouth = (xy(pose, "mouth_left") + xy(pose, "mouth_right")) / 2
    height = max(float(np.linalg.norm(mouth - eyes)), 0.1 * body_scale(pose))
    centre = (eyes + mouth) / 2
    return segment_distance(size, centre, centre) - 1.4 * height


def neck_distance(size: tuple[int, int], pose: Pose) -> np.ndarray:
    """Signed distance to the neck, from the chin to the middle of the shoulders."""
    eyes = (xy(pose, "left_eye") + xy(pose, "right_eye")) / 2
    mouth = (xy(pose, "mouth_left") + xy(pose, "mouth_right")) / 2
    base = (xy(pose, "left_shoulder") + xy(pose, "right_shoulder")) / 2
    chin = mouth + 0.9 * (mouth - eyes)
    return segment_distance(size, chin, base) - 0.2 * body_scale(pose)
