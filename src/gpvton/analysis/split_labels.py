"""Coarse labels split by key points: sleeves from torsos, left from right, face from neck.

Ours.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from gpvton.analysis.body_regions import (
    Pose,
    arm_distance,
    body_scale,
    face_distance,
    foot_distance,
    leg_distance,
    neck_distance,
    segment_distance,
    torso_distance,
    xy,
)
from gpvton.domain.labels import PersonLabel as P

_SLEEVES = {
    "upper": (P.UPPER_LEFT_SLEEVE, P.UPPER_TORSO, P.UPPER_RIGHT_SLEEVE),
    "dress": (P.DRESS_LEFT_SLEEVE, P.DRESS_TORSO, P.DRESS_RIGHT_SLEEVE),
    "coat": (P.COAT_LEFT_SLEEVE, P.COAT_TORSO, P.COAT_RIGHT_SLEEVE),
}


def _nearest(distances: Mapping[Any, np.ndarray]) -> np.ndarray:
    labels = np.array(list(distances), np.uint8)
    return labels[np.argmin(np.stack(list(distances.values())), 0)]


def split_top(size: tuple[int, int], pose: Pose, family: str) -> np.ndarray:
    """Label map uint8 (h, w) of a top of `family` (upper, dress, coat): torso or a sleeve."""
    left, torso, right = _SLEEVES[family]
    scale = body_scale(pose)
    distances = {torso: torso_distance(size, pose)}
    row = np.arange(size[0])[:, None]
    hip_y = (pose["left_hip"][1] + pose["right_hip"][1]) / 2
    for label, side in ((left, "left"), (right, "right")):
        distance = arm_distance(size, pose, side, hand=False)
        # a wide skirt below the hips is no sleeve, however far it is from the trunk
        reach = np.where(row > hip_y, 0.08 * scale, 0.35 * scale)
        distance = np.where(distance < reach, distance, np.inf)
        seen = min(pose[f"{side}_elbow"][2], pose[f"{side}_wrist"][2]) >= 0.5
        if seen:  # a forearm before the trunk wins over it
            forearm = _forearm(size, pose, side)
            distance = np.where(forearm < 0, forearm - scale, distance)
        distances[label] = distance
    return _nearest(distances)


def _forearm(size: tuple[int, int], pose: Pose, side: str) -> np.ndarray:
    scale = body_scale(pose)
    elbow, wrist = xy(pose, f"{side}_elbow"), xy(pose, f"{side}_wrist")
    return segment_distance(size, elbow, wrist) - 0.13 * scale


def split_skin(size: tuple[int, int], pose: Pose) -> np.ndarray:
    """Label map of bare skin: face, neck (and trunk), arms, legs."""
    trunk = np.minimum(torso_distance(size, pose), neck_distance(size, pose))
    scale = body_scale(pose)
    distances = {P.FACE: face_distance(size, pose), P.NECK: trunk}
    for label, side in ((P.LEFT_ARM, "left"), (P.RIGHT_ARM, "right")):
        arm = arm_distance(size, pose, side)
        distances[label] = np.where(arm < 0, arm - 0.2 * scale, arm)
    for label, side in ((P.LEFT_LEG, "left"), (P.RIGHT_LEG, "right")):
        distances[label] = leg_distance(size, pose, side)
    return _nearest(distances)


def split_legs(size: tuple[int, int], pose: Pose, left: int, right: int) -> np.ndarray:
    """Label map of trousers or stockings: `left` or `right`, whichever leg is nearer."""
    return _nearest(
        {left: leg_distance(size, pose, "left"), right: leg_distance(size, pose, "right")}
    )


def split_shoes(size: tuple[int, int], pose: Pose) -> np.ndarray:
    """Label map of shoes: the nearer foot's."""
    return _nearest(
        {
            P.LEFT_SHOE: foot_distance(size, pose, "left"),
            P.RIGHT_SHOE: foot_distance(size, pose, "right"),
        }
    )


def at_half(
    split: Callable[..., np.ndarray], size: tuple[int, int], pose: Pose, *arguments: Any
) -> np.ndarray:
    """A split drawn on every second pixel and repeated: four times faster, off by a pixel."""
    half = {
        name: np.array([row[0] / 2, row[1] / 2, row[2]], np.float32) for name, row in pose.items()
    }
    small = split(((size[0] + 1) // 2, (size[1] + 1) // 2), half, *arguments)
    return small.repeat(2, 0).repeat(2, 1)[: size[0], : size[1]]
