"""Where the torso of a top or a dress goes: measures of the flat garment, rows on the person.

Ours.  A torso is a ruled mesh whose rows run from its left to its right edge: collar, neck,
shoulders, armpits, then evenly down to the hem.  Sleeves (sleeve.py) begin on the line from
shoulder to armpit.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gpvton.geometry.body import TORSO, Body, ray_lengths
from gpvton.geometry.curves import at_lengths, smooth, unit
from gpvton.geometry.edges import filled, half_widths, shape_edges
from gpvton.geometry.mesh import Mesh, ruled

ROWS = 24
COLUMNS = np.linspace(-0.2, 1.2, 15)
CHEST, SHOULDERS = 1.44, 1.18  # usual flat widths of a garment in spans
LONG_SLEEVE = 1.68
DRAPE = 1.27  # flat width over the width that shows when worn
_BODY_AT = (0.0, 0.4, 1.05, TORSO, 1.95, 2.6)  # spans below the neck joint
_BODY_HALF = (0.50, 0.46, 0.40, 0.50, 0.50, 0.42)


@dataclass(frozen=True, kw_only=True)
class FlatTop:
    """Measures of a flat top or dress in pixels of its picture.

    points: landmarks, (2,) each.  left, right: torso edges from armpit to hem, (ROWS, 2).
    scale: spans per pixel.  length: armpits to hem.  sleeved: left and right have a sleeve.
    """

    points: Mapping[str, np.ndarray]
    left: np.ndarray
    right: np.ndarray
    scale: float
    length: float


def measure_top(
    torso: np.ndarray, points: Mapping[str, np.ndarray], sleeved: bool, longest: float
) -> FlatTop:
    """Measures from the torso's mask, bool (h, w), and the landmarks.

    longest: spans from neck to hem, see `reined_in`.
    """
    armpits = (points["armpit_left"] + points["armpit_right"]) / 2
    hem = (points["hem_left"] + points["hem_right"]) / 2
    down = hem - armpits
    axis = armpits + np.linspace(0.02, 0.97, ROWS)[:, None] * down
    across = unit(np.array([down[1], -down[0]]))
    chest = float(np.linalg.norm(points["armpit_left"] - points["armpit_right"]))
    left, right = shape_edges(torso, axis, across, 1.5 * max(chest, 1.0))
    shoulders = float(np.linalg.norm(points["shoulder_left"] - points["shoulder_right"]))
    widths = np.linalg.norm(left - right, axis=1)
    by_chest = CHEST / max(chest, float(np.median(widths[1 : ROWS // 3])), 1.0)
    by_shoulders = SHOULDERS / max(shoulders, 1.0)
    scale = by_chest
    if sleeved:
        scale = float(np.sqrt(by_chest * np.clip(by_shoulders, 0.8 * by_chest, 1.2 * by_chest)))
        scale = min(scale, 1.12 * _scale_by_sleeves(points))
    collar = (points["neck_left"] + points["neck_right"]) / 2
    scale = reined_in(scale, float(np.linalg.norm(hem - collar)), longest)
    return FlatTop(
        points=points, left=left, right=right, scale=scale, length=float(np.linalg.norm(down))
    )


def reined_in(scale: float, length: float, longest: float) -> float:
    """The scale, lowered where it would make a garment of `length` pixels longer than `longest`.

    A garment laid narrow, or folded, looks longer than it is; of what it is too long, a third is
    believed.
    """
    worn = scale * max(length, 1.0)
    return scale if worn <= longest else scale * (longest + (worn - longest) / 3.0) / worn


def _scale_by_sleeves(points: Mapping[str, np.ndarray]) -> float:
    """Spans per pixel if the longer sleeve is a long one; infinite when it is too short for that.

    Folded or adjoining sleeves make the torso look narrow, but hardly change their own length.
    """
    sleeves = [
        float(np.linalg.norm(points[f"cuff_outer_{side}"] - points[f"shoulder_{side}"]))
        for side in ("left", "right")
        if f"cuff_outer_{side}" in points
    ]
    torso = points["hem_left"] + points["hem_right"] - points["neck_left"] - points["neck_right"]
    longest = max(sleeves, default=0.0)
    return LONG_SLEEVE / longest if longest > 0.36 * np.linalg.norm(torso) else np.inf


def torso_mesh(
    top: FlatTop,
    body: Body,
    old: np.ndarray,
    arms: np.ndarray,
    anchors: Mapping[str, np.ndarray],
) -> Mesh:
    """The torso's mesh.

    old: bool (h, w), torso of what the person wears now, without arms; its outline is kept where
    it is within what the new garment's width allows.  arms: bool (h, w), both arms; beside a
    hanging arm the garment does not reach beyond it.  anchors: see `anchor_points`.
    """
    source = ruled(*_source_edges(top), COLUMNS)
    target = ruled(*_target_edges(top, body, (old, arms), anchors), COLUMNS)
    return Mesh(target=target, source=source)


def anchor_points(top: FlatTop, body: Body, figure: np.ndarray) -> dict[str, np.ndarray]:
    """Places on the person of the garment's neck, shoulder and armpit landmarks, in pixels.

    figure: bool (h, w), trunk and arms as they are visible now; the shoulders are put on its
    outline where that is near.

    The neck and shoulder landmarks lie on the line from the base of the neck to the tip of the
    shoulder, as far out as the garment is cut; beyond the tip they slide down the upper arm.
    """
    across, up, span = body.across, body.up, body.span
    centre = (top.points["neck_left"] + top.points["neck_right"]) / 2
    axis = unit(np.mean(top.left - top.right, axis=0))
    anchors = {}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        joint = body.points[f"{side}_shoulder"]
        half = abs(float(np.dot(joint - body.points["neck"], across)))
        rise, out = _shoulder_outline(body, side, figure, sign * across)
        tip = joint + rise * up + sign * out * across
        base = body.points["neck"] + 0.25 * span * up + sign * 0.17 * span * across
        full = half + out
        line = np.stack([base, tip, tip + 0.3 * span * unit(sign * 0.3 * across - up)])
        steps = np.linalg.norm(np.diff(line, axis=0), axis=1)

        def outward(name: str, side: str = side, sign: float = sign) -> float:
            offset = top.points[f"{name}_{side}"] - centre
            return max(sign * float(np.dot(offset, axis)), 0.0) * top.scale * span

        turned = full / (0.58 * span)  # a turned shoulder is foreshortened
        neck = np.clip(outward("neck") * min(turned, 1.0), 0.16 * span, 0.8 * full)
        shoulder = np.clip(
            outward("shoulder") * min(turned, 1.0), neck + 0.08 * span, full + 0.12 * span
        )
        along = [
            (place - 0.17 * span) / max(full - 0.17 * span, 1.0) * steps[0]
            if place <= full
            else steps[0] + place - full
            for place in (neck, shoulder)
        ]
        anchors[f"neck_{side}"], anchors[f"shoulder_{side}"] = at_lengths(line, np.array(along))
        depth = top.points[f"armpit_{side}"] - top.points[f"shoulder_{side}"]
        drop = float(np.linalg.norm(depth)) * top.scale
        armpit = 0.41 + 0.5 * (np.clip(drop, 0.4, 0.75) - 0.55)
        anchors[f"armpit_{side}"] = (
            joint - armpit * span * up - sign * min(0.05 * span, 0.1 * half) * across
        )
    return anchors


def _shoulder_outline(
    body: Body, side: str, figure: np.ndarray, outward: np.ndarray
) -> tuple[float, float]:
    """How far the figure goes on above and outside the shoulder joint, in pixels."""
    joint = body.points[f"{side}_shoulder"]
    found = []
    for direction, usual, most in ((body.up, 0.10, 0.13), (outward, 0.08, 0.12)):
        length = float(ray_lengths(figure, joint[None], direction[None], 0.3 * body.span)[0])
        length = length if np.isfinite(length) else usual * body.span
        found.append(float(np.clip(length, 0.7 * usual * body.span, most * body.span)))
    return found[0], found[1]


def _rows(
    points: Mapping[str, np.ndarray], side: str, lower: np.ndarray, collar: np.ndarray
) -> np.ndarray:
    """Edge of all rows on one side: collar, neck to shoulder, shoulder to armpit, armpit to hem."""
    neck, shoulder = points[f"neck_{side}"], points[f"shoulder_{side}"]
    armpit = lower[0]
    t = np.linspace(0.0, 1.0, 7)[:-1, None]
    beyond = lower[-1] + (lower[-1] - lower[-4]) * np.array([[0.5], [1.2]])
    return np.vstack(
        [
            neck + collar,
            neck + t * (shoulder - neck),
            shoulder + t * (armpit - shoulder),
            lower,
            beyond,
        ]
    )


def _source_edges(top: FlatTop) -> tuple[np.ndarray, np.ndarray]:
    middle = (top.left + top.right) / 2
    up = unit(middle[0] - middle[-1])
    collar = 0.22 / top.scale * up
    return (
        _rows(top.points, "left", top.left, collar),
        _rows(top.points, "right", top.right, collar),
    )


def _target_edges(
    top: FlatTop,
    body: Body,
    seen: tuple[np.ndarray, np.ndarray],
    anchors: Mapping[str, np.ndarray],
) -> tuple[np.ndarray, np.ndarray]:
    axis, across = _torso_axis(top, body, anchors)
    widths = _worn_widths(top, body, seen, axis, across)
    collar = 0.22 * body.span * body.up
    edges = []
    for side, sign in (("left", 1.0), ("right", -1.0)):
        lower = axis + sign * widths[side][:, None] * across
        lower[0] = anchors[f"armpit_{side}"]
        lower = smooth(lower, 2)
        edges.append(_rows(anchors, side, lower, collar))
    return edges[0], edges[1]


def _torso_axis(
    top: FlatTop, body: Body, anchors: Mapping[str, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Axis points from armpits to hem and the directions across, (ROWS, 2) each."""
    armpits = (anchors["armpit_left"] + anchors["armpit_right"]) / 2
    hip = body.points["mid_hip"]
    below = hip + 3.0 * body.span * unit(-0.25 * body.up + np.array([0.0, 1.0]))
    shorter = np.linalg.norm(hip - body.points["neck"]) / (TORSO * body.span)
    length = top.length * top.scale * body.span * float(np.clip(shorter, 0.6, 1.15))
    line = np.stack([armpits, (armpits + hip) / 2, hip, below])
    lengths = np.linspace(0.0, length, ROWS)
    axis = smooth(at_lengths(line, lengths), 8)
    slope = unit(anchors["armpit_left"] - anchors["armpit_right"])
    hips = unit(body.points["left_hip"] - body.points["right_hip"])
    share = np.clip(lengths / max(np.linalg.norm(hip - armpits), 1.0), 0.0, 1.0)[:, None]
    normal = np.gradient(axis, axis=0)
    square = unit(np.stack([normal[:, 1], -normal[:, 0]], axis=1))
    return axis, unit(0.5 * square + 0.5 * ((1 - share) * slope + share * hips))


def _worn_widths(
    top: FlatTop,
    body: Body,
    seen: tuple[np.ndarray, np.ndarray],
    axis: np.ndarray,
    across: np.ndarray,
) -> dict[str, np.ndarray]:
    """Half widths in pixels per side: the garment's own, at least the body's, near the old ones."""
    span = body.span
    depth = (axis - body.points["neck"]) @ -body.up / span
    turned = np.linalg.norm(body.points["left_shoulder"] - body.points["right_shoulder"]) / span
    turned = float(np.clip(turned, 0.55, 1.0))
    bare = np.interp(depth, _BODY_AT, _BODY_HALF) * span * turned
    flat = np.linalg.norm(top.left - top.right, axis=1) / 2
    own = flat * top.scale * span / DRAPE * turned
    old, arms = seen
    worn = {}
    outlines = half_widths(old, axis, across, 1.3 * span)
    for side, sign, outline in zip(("left", "right"), (1.0, -1.0), outlines, strict=True):
        near = filled(outline, np.nan)
        loose = np.maximum(own, np.fmin(bare, near))
        kept = np.clip(near, 0.9 * loose, 1.12 * loose)
        width = np.where(np.isfinite(outline), kept, loose)
        beyond = axis + (sign * (outline + 0.05 * span))[:, None] * across
        beside = np.isfinite(outline) & _shows(arms, beyond)
        worn[side] = smooth(np.where(beside, np.fmin(width, near + 0.08 * span), width), 6)
    return worn


def _shows(mask: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Whether the mask, bool (h, w), is set at the places (n, 2); False outside and for NaN."""
    whole = np.rint(np.nan_to_num(places, nan=-1.0)).astype(int)
    columns, rows = whole[:, 0], whole[:, 1]
    height, width = mask.shape
    framed = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    return framed & mask[rows.clip(0, height - 1), columns.clip(0, width - 1)]
