"""Flat garments: the cut pressed into a plane, as packshots are, and rendered from the front."""

import cv2
import numpy as np

from gpvton.synthetic.bodies import Body, skin
from gpvton.synthetic.camera import Camera
from gpvton.synthetic.cuts import STRIP, Cut, smoothstep
from gpvton.synthetic.flat_values import Flat, FlatStyle, Width
from gpvton.synthetic.folds import fold_map, sample_map
from gpvton.synthetic.garments import Garment
from gpvton.synthetic.poses import Arm, Leg, Pose, resolve
from gpvton.synthetic.profile import ROW, Profile, measure

BINS = 24


def lay_flat(
    cuts: list[Cut], garment: Garment, body: Body, style: FlatStyle, size: tuple[int, int]
) -> tuple[list[Flat], Camera]:
    """Lay the cuts into one plane and into a picture of `size` (h, w)."""
    stretched = [_stretch_out(cut, body, style) for cut in cuts]
    width = _shared_width(stretched, cuts, garment)
    pressed = [
        _press(points, cut, garment, style, width)
        for points, cut in zip(stretched, cuts, strict=True)
    ]
    kept = np.concatenate([p[0][cut.cut >= 0] for p, cut in zip(pressed, cuts, strict=True)])
    camera = _camera(kept, style, size)
    return [
        Flat(
            points=points,
            torso=points[:, :2] - _origin(garment, kept),
            limb=limb,
            pixels=camera.project(points, size),
        )
        for points, limb in pressed
    ], camera


def _origin(garment: Garment, kept: np.ndarray) -> np.ndarray:
    """Where the decal's zero lies: shoulders of a top at 0.92, upper edge of a lower at 0.98."""
    return np.array([0.0, kept[:, 1].max() - (0.92 if garment.has_torso else 0.98)])


def _camera(points: np.ndarray, style: FlatStyle, size: tuple[int, int]) -> Camera:
    angle = np.radians(style.turn)
    axes = np.array(
        [[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]]
    )
    turned = points @ axes.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    aspect = size[1] / size[0]
    half = max((high[1] - low[1]) / 2, (high[0] - low[0]) / 2 / aspect) / style.fill
    matrix = np.eye(4)
    matrix[:3, :3] = axes
    matrix[:3, 3] = -(low + high) / 2
    matrix = np.diag([1 / (half * aspect), 1 / half, -1 / 2.0, 1.0]) @ matrix
    return Camera(matrix=matrix, eye=np.array([0.0, 0.0, 50.0]))


def _stretch_out(cut: Cut, body: Body, style: FlatStyle) -> np.ndarray:
    """The cut's points (n, 3) with sleeves and legs straight, at the style's angles."""
    down = np.radians(style.sleeve_angle)
    arm = Arm(upper=(np.cos(down), -np.sin(down), 0.0), lower=(np.cos(down), -np.sin(down), 0.0))
    spread = np.tan(np.radians(style.leg_spread))
    leg = Leg(upper=(spread, -1, 0), lower=(spread, -1, 0), turn_out=0)
    pose = Pose(name="flat", left_arm=arm, right_arm=arm, left_leg=leg, right_leg=leg)
    transforms = resolve(pose, body)
    points = skin(cut.points, cut.bones, cut.weights, transforms)
    if cut.skirt.any():
        points = cut.points + (points[0] - cut.points[0]) * [0, 1, 0]
    return points


def _press(points: np.ndarray, cut: Cut, garment: Garment, style: FlatStyle, width: Width):
    """Places (n, 3) of the cut laid into the plane, and limb places on the fabric (n, 2)."""
    moved = _press_trunk(points, cut.arm.sum(axis=1), garment.has_torso, style, width)
    limb = np.c_[moved[:, 0], moved[:, 1]]
    for side in (0, 1):
        for share, place in ((cut.arm, cut.arm_along), (cut.leg, cut.leg_along)):
            if ((share[:, side] > 0.55) & (cut.cut > -0.02)).sum() < 60 or (
                share is cut.leg and garment.leg == 0
            ):
                continue
            blend = smoothstep(share[:, side], 0.25, 0.9)[:, None]
            if share is cut.leg:
                blend = (share[:, side] > 0.3)[:, None] * smoothstep(place, 0.0, 0.17)[:, None]
            offset, across = _press_limb(
                points, share[:, side], place, cut, style, width if share is cut.leg else None
            )
            moved = moved + (points + offset - moved) * blend
            if share is cut.arm:
                length = -_straight_place(points, share[:, side])
                limb = np.where(share[:, side, None] > 0.3, np.c_[across, length], limb)
    if cut.leg.any() and garment.leg > 0:
        limb = moved[:, :2].copy()
    moved = moved * [1, 1, 0.55 - 0.33 * style.pressed]
    return _crease(moved, cut, garment, style), limb


def _trunk(points: np.ndarray, cut: Cut) -> np.ndarray:
    """Which vertices (n,) tell how wide the trunk is."""
    trunk = (cut.arm.sum(axis=1) < 0.25) & (cut.cut > -0.03)
    upper = trunk & (cut.leg.sum(axis=1) < 0.9)
    return upper if upper.any() else trunk


def _half_width(points: np.ndarray) -> tuple[Profile, np.ndarray]:
    """Profile of trunk points and its half width by row."""
    profile = measure(points, float(points[:, 1].min()), float(points[:, 1].max()))
    turn = np.arange(64) * 2 * np.pi / 64
    half = np.abs(profile.radius * np.sin(turn)).max(axis=1)
    return profile, cv2.GaussianBlur(half.astype(np.float32)[:, None], (1, 21), 4)[:, 0]


def _shared_width(stretched: list[np.ndarray], cuts: list[Cut], garment: Garment) -> Width:
    """Half widths of all cuts of a garment together, so that bodice and skirt meet."""
    if garment.hood > 0:  # it says nothing of the trunk
        known = [k for k, cut in enumerate(cuts) if cut.front[0] != STRIP]
        stretched, cuts = [stretched[k] for k in known], [cuts[k] for k in known]
    points = np.concatenate([p[_trunk(p, c)] for p, c in zip(stretched, cuts, strict=True)])
    profile, half = _half_width(points)
    quarter = np.maximum(profile.perimeter() / 4, half)
    quarter = cv2.GaussianBlur(quarter.astype(np.float32)[:, None], (1, 21), 4)[:, 0]
    if garment.skirt == 0 and garment.leg == 0:
        quarter = _straighten(quarter, half, garment)
    crotch = 0.0
    if garment.leg > 0:
        leg = points[
            np.concatenate(
                [c.leg.sum(1)[_trunk(p, c)] for p, c in zip(stretched, cuts, strict=True)]
            )
            > 0.5
        ]
        crotch = float(leg[:, 1].max()) if len(leg) else profile.low
    return Width(profile=profile, half=half, quarter=quarter, crotch=crotch)


def _press_trunk(points, arms, has_torso, style, width) -> np.ndarray:
    profile = width.profile
    a = width.at(points[:, 1], width.half)
    c = width.at(points[:, 1], width.quarter)
    angle = np.arctan2(points[:, 0], points[:, 2] - profile.axis(points[:, 1]))
    excess = np.maximum(np.abs(points[:, 0]) - a, 0) * smoothstep(arms, 0.02, 0.25)
    laid = np.sign(points[:, 0]) * (c * profile.share_to_side(points[:, 1], angle) + excess)
    amount = style.pressed
    if has_torso:  # shoulders keep their shape
        top = profile.low + ROW * (len(profile.radius) - 1)
        amount *= 0.35 + 0.65 * (1 - smoothstep(points[:, 1], top - 0.28, top - 0.05))
    moved = points.copy()
    moved[:, 0] += (laid - points[:, 0]) * amount
    return moved


def _press_leg(points, across, place, middle, wide, style, width):
    """A trouser leg: edges are straight lines from the hips to the hem."""
    side = np.sign(points[:, 0])
    below = middle > 0.16
    fit = (
        np.polyfit(middle[below], wide[below], 1) if below.sum() > 3 else np.array([0, wide.max()])
    )
    end = max(float(middle[-1]), 0.1)
    flat = 1 + (np.pi / 2 - 1) * style.pressed
    level = np.array([width.crotch])
    hips = width.at(level, width.half) * (1 - style.pressed)
    hips = float((hips + width.at(level, width.quarter) * style.pressed)[0]) / 2
    hem = max(float(np.polyval(fit, end)), 0.03) * flat
    half = hips + (hem - hips) * np.clip(place / end, 0, None)
    u = np.clip(across / np.interp(place, middle, wide), -1, 1)
    laid = half * np.arcsin(u) * 2 / np.pi
    spread = np.tan(np.radians(style.leg_spread))
    target = half + 0.004 + spread * np.maximum(place - 0.08, 0) + laid
    return np.c_[side * target - points[:, 0], np.zeros((len(points), 2))], laid


def _straight_place(points: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Distance along a limb that lies straight, from its middle."""
    core = points[share > 0.6, :2]
    centre = core.mean(axis=0)
    direction = np.linalg.svd(core - centre, full_matrices=False)[2][0]
    return (points[:, :2] - centre) @ (direction * -np.sign(direction[1]))


def _straighten(quarter: np.ndarray, half: np.ndarray, garment: Garment) -> np.ndarray:
    """Half widths of a top laid flat: without a body in it, its sides are nearly straight."""
    below = np.arange(int(0.75 * len(quarter)))
    fit = np.polyval(np.polyfit(below, quarter[below], 1), np.arange(len(quarter)))
    amount = (0.85 - 0.55 * garment.cling) * np.clip(
        (len(quarter) * 0.8 - np.arange(len(quarter))) / (0.2 * len(quarter)), 0, 1
    )
    return quarter * (1 - amount) + np.maximum(fit, quarter.min()) * amount


def _press_limb(points, share, place, cut, style, width):
    """Offset (n, 3) that presses a limb's tube, and the signed distance across it (n,).

    width: of the trunk, for a leg; None for a sleeve.
    """
    inner = width is not None
    core = (share > 0.55) & (cut.cut > -0.02)
    bins = np.linspace(place[core].min(), place[core].max() + 1e-6, BINS + 1)
    number = np.clip(np.digitize(place, bins) - 1, 0, BINS - 1)
    axis_x, axis_y, count = (
        np.bincount(number[core], w, BINS) for w in (points[core, 0], points[core, 1], None)
    )
    good = count > 2
    middle = (bins[:-1] + bins[1:]) / 2
    fit_x = np.polyfit(middle[good], (axis_x / np.maximum(count, 1))[good], 2)
    fit_y = np.polyfit(middle[good], (axis_y / np.maximum(count, 1))[good], 2)
    centre = np.c_[np.polyval(fit_x, place), np.polyval(fit_y, place)]
    line_x = np.polyfit(middle[good], np.polyval(fit_x, middle[good]), 1)
    line_y = np.polyfit(middle[good], np.polyval(fit_y, middle[good]), 1)
    straight = np.c_[np.polyval(line_x, place), np.polyval(line_y, place)] - centre
    tangent = np.c_[np.polyval(np.polyder(fit_x), place), np.polyval(np.polyder(fit_y), place)]
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    cross = np.c_[-tangent[:, 1], tangent[:, 0]]
    # positive across = outer or upper side
    sign = np.sign((cross * [np.sign(np.mean(points[core, 0])), 0.0 if inner else 1.0]).sum(axis=1))
    cross *= sign[:, None]
    across = ((points[:, :2] - centre) * cross).sum(axis=1)
    high, low = np.full(BINS, -np.inf), np.full(BINS, np.inf)
    np.maximum.at(high, number[core], across[core])
    np.minimum.at(low, number[core], across[core])
    high, low = (
        cv2.GaussianBlur(
            np.interp(np.arange(BINS), np.flatnonzero(good), edge[good]).astype(np.float32)[
                :, None
            ],
            (1, 9),
            1.5,
        )[:, 0]
        for edge in (high, low)
    )
    across = across - np.interp(place, middle, (high + low) / 2)
    straight = straight - cross * np.interp(place, middle, (high + low) / 2)[:, None] * (not inner)
    wide = (high - low) / 2
    if inner:
        return _press_leg(points, across, place, middle, wide, style, width)
    line = np.polyval(np.polyfit(np.arange(BINS), wide, 1), np.arange(BINS))
    wide = 0.4 * wide + 0.6 * line
    w = np.interp(place, middle, wide)
    u = np.clip(across / w, -1, 1)
    laid = w * np.arcsin(u)
    # keep the upper edge of a sleeve, the inner edge of a leg
    shift = (np.pi / 2 - 1) * w * (1 if inner else -1)
    change = (laid + shift - across) * style.pressed
    plane = cross * change[:, None] + straight * style.pressed
    offset = np.c_[plane, np.zeros(len(points))]
    return offset, laid


def _crease(points: np.ndarray, cut: Cut, garment: Garment, style: FlatStyle) -> np.ndarray:
    """Small folds towards the viewer, and an outline that is not ruled."""
    rng = np.random.default_rng(style.seed)
    out = points.copy()
    start = rng.uniform(0, 1, 6)
    amount = 0.003 + 0.006 * garment.folds * rng.uniform(0.4, 1.0)
    limp = fold_map("crumple", int(rng.integers(6)))
    drape = fold_map("drape", int(rng.integers(6)))
    x, y = points[:, 0], points[:, 1]
    arms = cut.arm.sum(axis=1)
    out[:, 2] += amount * (
        sample_map(limp, x / 0.55 + start[0], y / 0.55 + start[1])
        + 0.7 * (1 - arms) * sample_map(drape, x / 0.7 + start[2], y / 0.7)
    )
    if cut.skirt.any():
        out[:, 2] += (
            0.012
            * garment.folds
            * cut.skirt
            * sample_map(drape, x / (0.6 + 0.5 * (0.5 - y)) + start[3], 0.2 + 0.05 * y)
        )
        bow = (x / max(np.abs(x).max(), 0.1)) ** 2
        out[:, 1] += cut.skirt * (0.02 + 0.13 * max(garment.flare, 0)) * bow
    wave = fold_map("crumple", 7)
    out[:, 0] += 0.0035 * sample_map(wave, x / 1.9 + start[4], y / 1.9)
    out[:, 1] += 0.0035 * sample_map(wave, x / 1.9 + start[5], y / 1.9 + 0.5)
    return out
