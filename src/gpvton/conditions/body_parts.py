"""A body-part map drawn from key points; it stands where the paper uses DensePose.

Ours: capsules of torso, upper and lower arms, thighs, calves, hands, feet and head.  The numbers
are DensePose's, front side, so a DensePose picture can take its place.
"""

from enum import IntEnum

import cv2
import numpy as np

from gpvton.geometry.body import Body, nominal_radii
from gpvton.geometry.curves import unit


class BodyPart(IntEnum):
    """Numbers of the body-part map; left and right are the wearer's."""

    BACKGROUND = 0
    BACK = 1
    TORSO = 2
    RIGHT_HAND = 3
    LEFT_HAND = 4
    LEFT_FOOT = 5
    RIGHT_FOOT = 6
    RIGHT_THIGH = 9
    LEFT_THIGH = 10
    RIGHT_CALF = 13
    LEFT_CALF = 14
    LEFT_UPPER_ARM = 17
    RIGHT_UPPER_ARM = 18
    LEFT_FOREARM = 21
    RIGHT_FOREARM = 22
    HEAD = 24


def body_part_map(body: Body, height: int, width: int) -> np.ndarray:
    """uint8 (height, width) of `BodyPart`; limbs lie over the torso, hands over all.

    Parts whose joints were not found are left out.  In a view from behind the torso is `BACK`.
    """
    canvas = np.zeros((height, width), np.uint8)
    if {"left_shoulder", "right_shoulder"} <= body.seen:
        _fill(canvas, torso_outline(body), BodyPart.BACK if body.back else BodyPart.TORSO)
    for side in ("left", "right"):
        name = _wearers(side, body.back)
        _limb(canvas, body, "leg", side, (f"{name}_THIGH", f"{name}_CALF"))
        foot = f"{side}_big_toe"
        if {f"{side}_ankle", foot} <= body.seen:
            ends = np.stack([body.points[f"{side}_ankle"], body.points[foot]])
            _capsule(canvas, ends, (0.1 * body.span, 0.08 * body.span), BodyPart[f"{name}_FOOT"])
    _head(canvas, body)
    for side in ("left", "right"):
        name = _wearers(side, body.back)
        _limb(canvas, body, "arm", side, (f"{name}_UPPER_ARM", f"{name}_FOREARM"))
        if {f"{side}_wrist", f"{side}_elbow"} <= body.seen:
            wrist = body.points[f"{side}_wrist"]
            bone = unit(wrist - body.points[f"{side}_elbow"])
            hand = np.stack([wrist + 0.06 * body.span * bone, wrist + 0.3 * body.span * bone])
            _capsule(canvas, hand, (0.1 * body.span, 0.08 * body.span), BodyPart[f"{name}_HAND"])
    return canvas


def torso_outline(body: Body) -> np.ndarray:
    """Outline of the bare torso, neck to crotch: float64 (n, 2) in pixels."""
    points, span, up, across = body.points, body.span, body.up, body.across
    turned = np.linalg.norm(points["left_hip"] - points["right_hip"]) / (0.57 * span)
    turned = float(np.clip(turned, 0.5, 1.1))
    waist = points["mid_hip"] + 0.5 * span * up
    sides = {}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        shoulder = points[f"{side}_shoulder"]
        sides[side] = [
            points["neck"] + 0.22 * span * up + sign * 0.15 * span * across,
            shoulder + 0.10 * span * up,
            shoulder - 0.35 * span * up - sign * 0.02 * span * across,
            waist + sign * 0.40 * span * turned * across,
            points["mid_hip"] + sign * 0.50 * span * turned * across,
            points["mid_hip"] - 0.30 * span * up + sign * 0.48 * span * turned * across,
        ]
    return np.array(sides["left"] + sides["right"][::-1])


def _wearers(side: str, back: bool) -> str:
    if back:
        side = "right" if side == "left" else "left"
    return side.upper()


def _fill(canvas: np.ndarray, outline: np.ndarray, value: int) -> None:
    cv2.fillPoly(canvas, [np.rint(outline).astype(np.int32)], int(value))


def _capsule(canvas: np.ndarray, ends: np.ndarray, radii: tuple[float, float], value: int) -> None:
    axis = unit(ends[1] - ends[0])
    normal = np.array([-axis[1], axis[0]])
    outline = [
        ends[0] + radii[0] * normal,
        ends[1] + radii[1] * normal,
        ends[1] - radii[1] * normal,
        ends[0] - radii[0] * normal,
    ]
    _fill(canvas, np.array(outline), value)
    for end, radius in zip(ends, radii, strict=True):
        centre = (round(float(end[0])), round(float(end[1])))
        cv2.circle(canvas, centre, max(round(radius), 1), int(value), cv2.FILLED)


def _limb(canvas: np.ndarray, body: Body, kind: str, side: str, names: tuple[str, str]) -> None:
    joints = ("shoulder", "elbow", "wrist") if kind == "arm" else ("hip", "knee", "ankle")
    radii = nominal_radii(kind, np.array([0.0, 1.0, 2.0])) * body.span
    for bone in (0, 1):
        ends = (f"{side}_{joints[bone]}", f"{side}_{joints[bone + 1]}")
        if set(ends) <= body.seen:
            places = np.stack([body.points[end] for end in ends])
            size = (float(radii[bone]) * (0.9 if bone == 0 else 1.0), float(radii[bone + 1]))
            _capsule(canvas, places, size, BodyPart[names[bone]])


def _head(canvas: np.ndarray, body: Body) -> None:
    marks = [
        body.points[n]
        for n in ("nose", "left_ear", "right_ear", "left_eye", "right_eye")
        if n in body.seen
    ]
    if not marks:
        return
    centre = np.mean(marks, axis=0) + 0.04 * body.span * body.up
    axes = (max(round(0.24 * body.span), 1), max(round(0.33 * body.span), 1))
    tilt = float(np.degrees(np.arctan2(body.up[0], -body.up[1])))
    place = (round(float(centre[0])), round(float(centre[1])))
    cv2.ellipse(canvas, place, axes, tilt, 0, 360, int(BodyPart.HEAD), cv2.FILLED)
