"""Where trousers, shorts and skirts go.

Ours.  Each trouser leg is one tube from the waist: its rows begin level at the waist, turn at the
crotch and follow hip, knee and ankle; both legs share the centre line.  A skirt hangs from the
waist in straight rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gpvton.geometry.body import Body
from gpvton.geometry.curves import at_lengths, smooth, unit
from gpvton.geometry.edges import filled, half_widths, shape_edges
from gpvton.geometry.mesh import Mesh, ruled
from gpvton.geometry.sleeve import (
    ROWS,
    along_limb,
    limb_share,
    limb_widths,
    tube_source,
    tube_target,
)
from gpvton.geometry.top import reined_in

HIPS = 1.46  # usual flat width at the hips in spans
DRAPE = 1.3
COLUMNS = np.linspace(-0.2, 1.2, 13)
CROTCH = 0.30  # spans below the hip joints
_HIP_HALF = 0.53
_YOKE = 7  # rows from waist to crotch


@dataclass(frozen=True, kw_only=True)
class FlatLower:
    """Measures of a flat lower garment in pixels of its picture.

    points: landmarks, (2,) each.  scale: spans per pixel.  rise: waist to crotch, or to the widest
    place of a skirt.  stretch: factor on the length below the waist, or below the crotch.
    """

    points: Mapping[str, np.ndarray]
    scale: float
    rise: float
    stretch: float = 1.0


def measure_lower(points: Mapping[str, np.ndarray], longest: float) -> FlatLower:
    """Measures from the landmarks; trousers have a crotch, skirts do not.

    longest: spans from waist to hem of a skirt, see `reined_in`.
    """
    waist = (points["waist_left"] + points["waist_right"]) / 2
    hips = float(np.linalg.norm(points["hip_left"] - points["hip_right"]))
    if "crotch" in points:
        rise = float(np.linalg.norm(points["crotch"] - waist))
    else:
        rise = float(np.linalg.norm((points["hip_left"] + points["hip_right"]) / 2 - waist))
    waist_width = float(np.linalg.norm(points["waist_left"] - points["waist_right"]))
    width = min(hips, 1.45 * waist_width) if "crotch" not in points else hips
    scale = HIPS / max(width, 1.0)
    if "crotch" not in points:
        hem = (points["hem_left"] + points["hem_right"]) / 2
        scale = reined_in(scale, float(np.linalg.norm(hem - waist)), longest)
    return FlatLower(points=points, scale=scale, rise=max(rise, 1.0))


def _waist(body: Body, rise: float, old: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Middle, left and right of the waist line; `rise` in spans above the crotch."""
    span = body.span
    height = float(np.clip(rise, 0.55, 1.0)) - CROTCH
    middle = body.points["mid_hip"] + height * span * body.up
    hips = unit(body.points["left_hip"] - body.points["right_hip"])
    across = unit(body.across + hips)
    bare = np.interp(height, (0.0, 0.25, 0.5, 0.8), (0.50, 0.45, 0.41, 0.40)) * span * _turn(body)
    halves = []
    for side in half_widths(old, middle[None], across[None], 0.9 * span):
        halves.append(float(np.clip(filled(side, bare)[0], 0.85 * bare, 1.15 * bare)))
    return middle, middle + halves[0] * across, middle - halves[1] * across


def _turn(body: Body) -> float:
    hips = np.linalg.norm(body.points["left_hip"] - body.points["right_hip"])
    return float(np.clip(hips / (0.55 * body.span), 0.6, 1.05))


def trouser_mesh(
    lower: FlatLower,
    body: Body,
    side: str,
    flat: np.ndarray,
    old: np.ndarray,
    limb: np.ndarray,
) -> tuple[Mesh, float]:
    """The mesh of one trouser leg, and the share of the leg that it covers.

    flat: bool (h, w), the leg in the garment's picture.  old: bool (h, w), hips and lower garment
    of what the person wears now.  limb: bool (h, w), that leg as it is visible now.
    """
    sign = 1.0 if side == "left" else -1.0
    source, share = _leg_source(lower, side, flat)
    middle, left, right = _waist(body, lower.rise * lower.scale, old)
    corner = left if side == "left" else right
    turned = _turn(body)
    crotch = body.points["mid_hip"] - CROTCH * body.span * body.up
    hip = _HIP_HALF * body.span * turned
    outer = crotch + sign * hip * body.across
    line = body.limb("leg", side)
    own = np.linalg.norm(source[0] - source[1], axis=1)[_YOKE - 1 :] / 2 / DRAPE
    own = np.interp(np.linspace(0, 1, ROWS), np.linspace(0, 1, len(own)), own)
    widths = limb_widths(body, "leg", side, limb, share, own * lower.scale * body.span)
    legs = tube_target(line, (outer, crotch), sign, share, widths)
    yoke = np.linspace(0.0, 1.0, _YOKE)[:-1, None]
    hip_bulge = np.sin(np.pi * yoke) * 0.03 * sign * body.span * turned * body.across
    target = (
        smooth(np.vstack([corner + yoke * (outer - corner) + hip_bulge, legs[0]]), 3),
        smooth(np.vstack([middle + yoke * (crotch - middle), legs[1]]), 1),
    )
    return _with_margins(source, target), share


def _leg_source(
    lower: FlatLower, side: str, flat: np.ndarray
) -> tuple[tuple[np.ndarray, np.ndarray], float]:
    """Edges of a flat leg, waist to cuff, and the share of the limb that it covers."""
    points = lower.points
    waist = (points["waist_left"] + points["waist_right"]) / 2
    end = (points[f"cuff_outer_{side}"], points[f"cuff_inner_{side}"])
    crotch, hip = points["crotch"], points[f"hip_{side}"]
    tube = tube_source(flat, (hip, crotch), end)
    yoke = np.linspace(0.0, 1.0, _YOKE)[:-1, None]
    corner = points[f"waist_{side}"]
    source = (
        np.vstack([corner + yoke * (hip - corner), tube[0]]),
        np.vstack([waist + yoke * (crotch - waist), tube[1]]),
    )
    inseam = float(np.linalg.norm((end[0] + end[1]) / 2 - (crotch + hip) / 2)) * lower.scale
    return source, limb_share("leg", inseam + CROTCH, CROTCH, lower.stretch)


def _with_margins(
    source: tuple[np.ndarray, np.ndarray], target: tuple[np.ndarray, np.ndarray]
) -> Mesh:
    def extended(edge: np.ndarray) -> np.ndarray:
        before, after = edge[0] - edge[1], edge[-1] - edge[-3]
        return np.vstack([edge[0] + 0.8 * before, edge, edge[-1] + 0.5 * after, edge[-1] + after])

    grids = [ruled(extended(a), extended(b), COLUMNS) for a, b in (source, target)]
    return Mesh(source=grids[0], target=grids[1])


def skirt_mesh(lower: FlatLower, body: Body, flat: np.ndarray, old: np.ndarray) -> Mesh:
    """The mesh of a skirt.  flat: bool (h, w) in its picture; old: see `trouser_mesh`."""
    points = lower.points
    waist = (points["waist_left"] + points["waist_right"]) / 2
    hem = (points["hem_left"] + points["hem_right"]) / 2
    down = hem - waist
    across = unit(np.array([down[1], -down[0]]))
    shares = np.linspace(0.01, 0.985, ROWS)
    source = shape_edges(
        flat, waist + shares[:, None] * down, across, 2.5 * float(np.linalg.norm(down))
    )
    rise = float(np.clip(lower.rise * lower.scale, 0.45, 0.65)) + CROTCH
    middle, left, right = _waist(body, rise, old)
    axis, directions = _skirt_axis(lower, body, middle, float(np.linalg.norm(down)))
    own = np.linalg.norm(source[0] - source[1], axis=1) / 2 / DRAPE
    widths = skirt_widths(body, axis, directions, own * lower.scale * body.span, old)
    edges = []
    for sign, half, corner in ((1.0, widths[0], left), (-1.0, widths[1], right)):
        edge = axis + sign * half[:, None] * directions
        pull = np.clip(1.0 - np.arange(ROWS) / 4.0, 0.0, 1.0)[:, None]
        edges.append(smooth(edge + pull * (corner - edge[0]), 2))
    return _with_margins(source, (edges[0], edges[1]))


def _skirt_axis(
    lower: FlatLower, body: Body, middle: np.ndarray, length: float
) -> tuple[np.ndarray, np.ndarray]:
    hip = body.points["mid_hip"]
    knees = (body.points["left_knee"] + body.points["right_knee"]) / 2
    thigh = unit(knees - hip)
    below = hip + 4.0 * body.span * unit(thigh + np.array([0.0, 1.0]))
    standing = np.linalg.norm(knees - hip) / (1.22 * body.span)
    total = lower.stretch * length * lower.scale * body.span * float(np.clip(standing, 0.7, 1.1))
    axis = smooth(at_lengths(np.stack([middle, hip, below]), np.linspace(0, total, ROWS)), 10)
    normal = np.gradient(axis, axis=0)
    return axis, unit(np.stack([normal[:, 1], -normal[:, 0]], axis=1))


def skirt_widths(
    body: Body, axis: np.ndarray, across: np.ndarray, own: np.ndarray, old: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Half widths of a skirt's rows: its own, at least the hips and both legs.

    axis, across: (rows, 2).  own: (rows,) in pixels.  old: see `trouser_mesh`.
    """
    depth = (axis - body.points["mid_hip"]) @ -body.up / body.span
    hips = np.interp(depth, (-0.8, -0.5, 0.0, 0.3), (0.40, 0.41, 0.50, 0.52))
    hips = hips * body.span * _turn(body)
    sides = []
    seen_sides = half_widths(old, axis, across, 1.1 * body.span)
    for sign, side, seen in zip((1.0, -1.0), ("left", "right"), seen_sides, strict=True):
        line = body.limb("leg", side)
        shares = np.linspace(0.0, 2.0, 40)
        leg = at_lengths(line, along_limb(line, shares))
        reach = np.array(
            [
                sign * float(np.dot(leg[np.argmin(np.abs((leg - p) @ -body.up))] - p, c))
                for p, c in zip(axis, across, strict=True)
            ]
        )
        legs = np.where(
            depth > 0.1, reach + np.interp(depth, (0, 1.3, 2.4), (0.28, 0.2, 0.14)) * body.span, 0.0
        )
        least = np.fmax(np.fmin(hips, np.where(np.isfinite(seen), seen, hips)), 0.0)
        least = np.where(depth < 0.45, np.maximum(least, 0.0), legs)
        loose = np.maximum(own, least)
        near = np.clip(np.where(np.isfinite(seen), seen, loose), 0.92 * loose, 1.1 * loose)
        sides.append(smooth(np.where(depth < 0.6, near, loose), 6))
    return sides[0], sides[1]
