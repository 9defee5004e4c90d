"""Sleeves and trouser legs: places along a limb, and the tube of cloth around it."""

import numpy as np

from gpvton.synthetic.bodies import Body
from gpvton.synthetic.suit import Suit, along_and_axis, limb_joints


def smoothstep(x: np.ndarray, low: float, high: float) -> np.ndarray:
    """0 below `low`, 1 above `high`, smooth between."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def limb_axis(points: np.ndarray, body: Body, kind: str, base: Suit):
    """Metres along the near limb (n,) and the foot of each point on its axis (n, 3)."""
    left, left_axis = along_and_axis(points, limb_joints(body, kind, "L"))
    right, right_axis = along_and_axis(points, limb_joints(body, kind, "R"))
    is_left = base.template[:, 0] > 0
    return np.where(is_left, left, right), np.where(is_left[:, None], left_axis, right_axis)


def limb_along(points: np.ndarray, body: Body, kind: str, base: Suit) -> np.ndarray:
    """Metres along the near limb, (n,)."""
    return limb_axis(points, body, kind, base)[0]


def limb_room(points, body, kind, base, normal, garment, length) -> np.ndarray:
    """Displacement (n, 3) off the arm or leg.

    Cloth is a straight tube from the upper limb to its hem, wider than the limb by at least a
    little; on an arm the room lies below it.
    """
    place, axis = limb_axis(points, body, kind, base)
    end = max((garment.sleeve if kind == "arm" else garment.leg) * length, 0.08)
    share = np.clip(place / end, 0, 1)
    outward = points - axis
    radius = np.linalg.norm(outward, axis=1)
    start = 0.006 + 0.45 * garment.ease
    ring = (base.arm if kind == "arm" else base.leg).sum(axis=1) > 0.8
    first = _ring_radius(place, radius, ring, 0.30 * length if kind == "leg" else 0.18 * length)
    last = _ring_radius(place, radius, ring, min(end, 0.88 * length))
    tube = first + start + (last + garment.cuff - first - start) * share
    room = start + np.maximum(tube - radius - start, 0) * smoothstep(place, 0.03, 0.16)
    if kind == "leg":
        side = outward[:, 0] * np.sign(points[:, 0]) / np.maximum(radius, 1e-6)
        space = np.maximum(np.abs(points[:, 0]) - 0.006, 0.004)
        room = np.where(side < 0, np.minimum(room, np.maximum(0.8 * space, 0.005)), room)
        return normal * room[:, None]
    down = np.stack(
        [-np.sign(points[:, 0]) * 0.7, -0.7 * np.ones(len(points)), np.zeros(len(points))], axis=1
    )
    return (
        normal * np.maximum(room * 0.85, 0.006)[:, None]
        + down * (np.maximum(room - start, 0) * 0.45)[:, None]
    )


def _ring_radius(place, radius, ring, at: float) -> float:
    near = ring & (np.abs(place - at) < 0.015)
    return float(np.percentile(radius[near], 80)) if near.any() else 0.05
