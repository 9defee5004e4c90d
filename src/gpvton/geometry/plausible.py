"""Landmarks of a top or dress made plausible before a flow is built on them.

Ours.  A sleeve that lies along the torso leaves no armpit to be seen in the outline, and thin
straps mislead a search for shoulders; proportions and the part masks then say more.
"""

from collections.abc import Mapping

import numpy as np

from gpvton.geometry.body import ray_lengths
from gpvton.geometry.curves import unit

_ARMHOLE = (0.26, 0.85)  # plausible lengths of shoulder to armpit in chest widths
_USUAL = 0.43


def plausible_top(
    points: Mapping[str, np.ndarray],
    torso: np.ndarray,
    sleeves: Mapping[str, np.ndarray],
) -> dict[str, np.ndarray]:
    """The landmarks with implausible shoulders and armpits replaced.

    points: landmarks in pixels.  torso: bool (h, w), the torso part.  sleeves: side to the mask
    of its sleeve, bool (h, w), for the sides that have one.
    """
    fixed = dict(points)
    hem = (points["hem_left"] + points["hem_right"]) / 2
    neck = (points["neck_left"] + points["neck_right"]) / 2
    down = unit(hem - neck)
    across = np.array([down[1], -down[0]])
    length = float(np.linalg.norm(hem - neck))
    chest = _chest_width(torso, neck, down, across, length)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        if side not in sleeves:
            fixed[f"shoulder_{side}"] = _strap(fixed, torso, side, sign, (down, across, chest))
        depth = float(np.dot(fixed[f"armpit_{side}"] - fixed[f"shoulder_{side}"], down))
        aside = sign * float(np.dot(fixed[f"armpit_{side}"] - neck, across))
        if not (_ARMHOLE[0] <= depth / chest <= _ARMHOLE[1]) or aside < 0.25 * chest:
            reach = (_USUAL * chest, sign * across)
            fixed[f"armpit_{side}"] = _edge_below(fixed, torso, neck, side, down, reach)
        if side in sleeves and not _ends_far_out(fixed, sleeves[side], side):
            fixed |= cuff_from_mask(fixed, sleeves[side], side)
    return fixed


def _chest_width(
    torso: np.ndarray, neck: np.ndarray, down: np.ndarray, across: np.ndarray, length: float
) -> float:
    """Median width of the torso between a third and two thirds of its length, in pixels."""
    axis = neck + np.linspace(0.35, 0.65, 9)[:, None] * length * down
    sides = [
        ray_lengths(torso, axis, np.broadcast_to(sign * across, axis.shape), 2.0 * length)
        for sign in (1.0, -1.0)
    ]
    widths = sides[0] + sides[1]
    known = widths[np.isfinite(widths)]
    return float(np.median(known)) if known.size else 0.75 * length


def _strap(
    points: Mapping[str, np.ndarray],
    whole: np.ndarray,
    side: str,
    sign: float,
    frame: tuple[np.ndarray, np.ndarray, float],
) -> np.ndarray:
    """Outer end of the strap or shoulder of a side without sleeve, (2,)."""
    down, across, chest = frame
    neck, shoulder = points[f"neck_{side}"], points[f"shoulder_{side}"]
    drop = float(np.dot(shoulder - neck, down))
    out = sign * float(np.dot(shoulder - neck, across))
    if -0.1 * chest <= drop <= 0.22 * chest and out >= 0.03 * chest:
        return shoulder
    begin = neck + 0.05 * chest * down + sign * 0.02 * chest * across
    reach = ray_lengths(whole, begin[None], sign * across[None], 0.5 * chest)[0]
    if not np.isfinite(reach):
        reach = 0.08 * chest
    return begin + sign * max(float(reach), 0.04 * chest) * across


def _edge_below(
    points: Mapping[str, np.ndarray],
    torso: np.ndarray,
    neck: np.ndarray,
    side: str,
    down: np.ndarray,
    reach: tuple[float, np.ndarray],
) -> np.ndarray:
    """The torso's edge at the usual depth below the shoulder, (2,)."""
    depth, outward = reach
    level = float(np.dot(points[f"shoulder_{side}"] - neck, down)) + depth
    centre = neck + level * down
    width = ray_lengths(torso, centre[None], outward[None], 4.0 * depth)[0]
    if not np.isfinite(width):
        width = 1.1 * depth
    return centre + float(width) * outward


def _ends_far_out(points: Mapping[str, np.ndarray], sleeve: np.ndarray, side: str) -> bool:
    """Whether the cuff lies near the far end of the sleeve, its row not turned over."""
    names = (f"cuff_outer_{side}", f"cuff_inner_{side}")
    if not all(name in points for name in names):
        return False
    shoulder, armpit = points[f"shoulder_{side}"], points[f"armpit_{side}"]
    outer, inner = points[names[0]], points[names[1]]
    places = np.argwhere(sleeve)[:, ::-1]
    longest = float(np.percentile(np.linalg.norm(places - shoulder, axis=1), 99.5))
    long_enough = float(np.linalg.norm(outer - shoulder)) > 0.55 * longest
    middle, root = (outer + inner) / 2, (shoulder + armpit) / 2
    far_enough = float(np.linalg.norm(middle - root)) > 0.45 * longest
    upright = float(np.dot(unit(outer - inner), unit(shoulder - armpit))) > -0.3
    return long_enough and far_enough and upright


def cuff_from_mask(
    points: Mapping[str, np.ndarray], sleeve: np.ndarray, side: str
) -> dict[str, np.ndarray]:
    """Both cuff landmarks at the far end of the sleeve's mask, bool (h, w)."""
    root = (points[f"shoulder_{side}"] + points[f"armpit_{side}"]) / 2
    places = np.argwhere(sleeve)[:, ::-1].astype(np.float64)
    along = unit(places.mean(axis=0) - root)
    reach = (places - root) @ along
    tip = places[reach > 0.82 * np.percentile(reach, 99.5)]
    outward = np.array([along[1], -along[0]]) * (1.0 if side == "left" else -1.0)
    aside = tip @ outward
    corners = [tip[aside >= np.percentile(aside, 96)], tip[aside <= np.percentile(aside, 4)]]
    ends = [corner[np.argmax(corner @ along)] for corner in corners]
    return {f"cuff_outer_{side}": ends[0], f"cuff_inner_{side}": ends[1]}
