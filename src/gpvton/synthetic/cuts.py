"""Cutting a garment from the suit on one body: shape at rest, cut lines, parts, fabric places."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from gpvton.synthetic.bodies import Body, body_model
from gpvton.synthetic.garments import NECKLINES, Garment, Neckline
from gpvton.synthetic.limbs import limb_along, limb_room, smoothstep
from gpvton.synthetic.profile import Profile, hang, measure
from gpvton.synthetic.suit import Suit, limb_joints, suit

STRIP = -1.0
"""`Cut.front` of a strip sewn on (collar, hood): it has no front and back of its own."""


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """Heights (m) of a body's places at rest, and arm and leg length."""

    neck: float
    shoulder: float
    armpit: float
    waist: float
    crotch: float
    ankle: float
    arm: float
    leg: float


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A garment's surface at rest; n vertices.

    points (n, 3); quads; bones, weights: skinning.  cut, neck, hem: metres to the edges (cut is
    negative where there is no garment).  sleeves (n, 2): above 0 on the left, right limb part.
    limb (n, 2): metres along and signed share of limb.  front: above 0 on the front.  skirt: 1 on
    hanging cloth that does not follow the legs.
    """

    points: np.ndarray
    quads: np.ndarray
    bones: np.ndarray
    weights: np.ndarray
    cut: np.ndarray
    neck: np.ndarray
    hem: np.ndarray
    sleeves: np.ndarray
    arm_along: np.ndarray
    leg_along: np.ndarray
    arm: np.ndarray
    leg: np.ndarray
    front: np.ndarray
    skirt: np.ndarray


def measure_body(body: Body) -> Sizes:
    """The heights that cut lines refer to."""
    model = body_model()
    joint = {
        name: body.joints[model.bone(name)]
        for name in ("neck01", "upperarm01.L", "spine04", "foot.L", "spine02")
    }
    crotch = _crotch(body)
    arm = limb_joints(body, "arm", "L")
    leg = limb_joints(body, "leg", "L")
    return Sizes(
        neck=float(joint["neck01"][1]),
        shoulder=float(joint["upperarm01.L"][1]),
        armpit=float(joint["upperarm01.L"][1] - 0.115),
        waist=float(joint["spine04"][1] + 0.02),
        crotch=crotch,
        ankle=float(joint["foot.L"][1]),
        arm=sum(float(np.linalg.norm(b - a)) for a, b in pairwise(arm)),
        leg=sum(float(np.linalg.norm(b - a)) for a, b in pairwise(leg)),
    )


def _crotch(body: Body) -> float:
    base = suit()
    points = base.rest(body)
    middle = (np.abs(points[:, 0]) < 0.012) & (base.leg.sum(axis=1) > 0.2)
    return float(points[middle, 1].min())


def neck_field(garment: Garment, points: np.ndarray, sizes: Sizes, share: np.ndarray) -> np.ndarray:
    """Metres from the neckline, positive on the garment."""
    width, front_depth, back_depth, power = NECKLINES[garment.neckline]
    width, front_depth = width * garment.neck_scale, front_depth * garment.neck_scale
    if garment.neckline == Neckline.TURTLENECK:
        tilt = 0.35 * (points[:, 2] - 0.02)
        return sizes.neck + 0.045 - (points[:, 1] + tilt)
    near = (np.abs(np.abs(points[:, 0]) - width) < 0.012) & (share < 0.5)
    top = float(points[near & (points[:, 1] > sizes.armpit), 1].max())
    ridge = points[near & (points[:, 1] > top - 0.012), 2].mean()
    forward = smoothstep(points[:, 2] - ridge, -0.03, 0.03)
    depth = back_depth + (front_depth - back_depth) * forward
    down = np.maximum(top - points[:, 1], 0) / depth
    across = np.abs(points[:, 0]) / width
    value = across**power + down**power - 1
    slope = np.hypot(
        power * np.maximum(across, 0.05) ** (power - 1) / width,
        power * np.maximum(down, 0.05) ** (power - 1) / depth * (down > 0),
    )
    field = value / np.maximum(slope, 0.3 / width)
    return np.clip(field, -0.3, 0.3)


def cut_top(garment: Garment, body: Body, outer: bool = False) -> Cut:
    """The part of a top or dress that comes from the suit."""
    base, sizes = suit(), measure_body(body)
    points = base.rest(body)
    arm_share = base.arm.sum(axis=1)
    arm_along = limb_along(points, body, "arm", base)
    effective = arm_along * np.clip(arm_share * 2.5, 0, 1)
    end = garment.sleeve * sizes.arm
    if garment.sleeve > 0:
        sleeve_cut = end - effective
    else:
        sleeve_cut = (0.5 - arm_share) * 0.16
        sleeve_cut = np.minimum(sleeve_cut, 0.30)
    neck = neck_field(garment, points, sizes, arm_share)
    if garment.strap > 0:
        sleeve_cut = np.minimum(sleeve_cut, _strap_field(garment, points, sizes))
    bottom = _hem_height(garment, sizes)
    hem = points[:, 1] - bottom + 0.25 * np.clip(arm_share, 0, 1)
    cut = np.minimum(np.minimum(sleeve_cut, neck), hem)
    if garment.open_front > 0:
        gap = garment.open_front * (0.5 + 0.5 * smoothstep(sizes.shoulder - points[:, 1], 0, 0.4))
        free = np.where(points[:, 2] > -0.02, np.abs(points[:, 0]) - gap, 0.3)
        cut = np.minimum(cut, free)
        hem = np.minimum(hem, np.maximum(free, 0))
    shaped = shape_top(garment, body, base, points, sizes, outer)
    if garment.skirt > 0:
        hem = np.ones(len(points))  # sewn to the skirt: no stitched edge
    edge = np.minimum(hem, sleeve_cut) if garment.sleeve > 0 else hem
    return Cut(
        points=shaped,
        quads=base.quads,
        bones=base.bones,
        weights=base.weights,
        cut=cut,
        neck=neck,
        hem=edge,
        sleeves=base.arm - 0.5,
        arm_along=arm_along,
        leg_along=limb_along(points, body, "leg", base),
        arm=base.arm,
        leg=base.leg,
        front=_front(points, body),
        skirt=np.zeros(len(points)),
    )


def _strap_field(garment: Garment, points: np.ndarray, sizes: Sizes) -> np.ndarray:
    """Metres from the outer edge of straps and the armhole below them, positive on the garment."""
    outer = NECKLINES[garment.neckline][0] * garment.neck_scale + garment.strap
    top, low = sizes.shoulder + 0.06, sizes.armpit - 0.01
    drop = np.clip((top - points[:, 1]) / (top - low), 0, 1.3)
    return np.clip(outer + (0.30 - outer) * drop**5 - np.abs(points[:, 0]), -0.3, 0.3)


def _hem_height(garment: Garment, sizes: Sizes) -> float:
    if garment.skirt > 0:
        return sizes.waist - 0.01
    if garment.tucked:
        return sizes.waist - 0.05
    return sizes.waist + (sizes.crotch + 0.01 - sizes.waist) * min(garment.hem, 1.0)


def _front(points: np.ndarray, body: Body) -> np.ndarray:
    """Above 0 in front of the side seams."""
    profile = torso_profile(body)
    return points[:, 2] - profile.axis(points[:, 1]) + 0.005


_PROFILES: dict[int, Profile] = {}


def torso_profile(body: Body) -> Profile:
    """Profile of trunk and seat at rest, without the arms (kept for the body drawn last)."""
    key = hash(body.vertices[:400].tobytes())
    if key not in _PROFILES:
        _PROFILES.clear()
        base = suit()
        points = base.rest(body)
        model = body_model()
        low = float(body.joints[model.bone("lowerleg01.L"), 1])
        trunk = base.arm.sum(axis=1) < 0.45
        _PROFILES[key] = measure(points[trunk], low, float(points[:, 1].max()))
    return _PROFILES[key]


def shape_top(garment, body, base, points, sizes, outer) -> np.ndarray:
    """The suit's points moved off the body as the garment's cloth lies."""
    profile = torso_profile(body)
    target = hang(profile, sizes.armpit - 0.02, garment.cling, garment.ease)
    angle = np.arctan2(points[:, 0], points[:, 2] - profile.axis(points[:, 1]))
    gain = profile.at(points[:, 1], angle, target - profile.radius)
    least = 0.007 + (0.012 if outer else 0.0)
    low = 0.013 if not garment.tucked and garment.skirt == 0 else 0.0
    below = smoothstep(sizes.waist + 0.06 - points[:, 1], 0, 0.08)
    gain = np.maximum(gain, least + low * below)
    if garment.tucked:
        gain = gain * (1 - below) + 0.003 * below
        gain += (
            0.02
            * np.exp(-(((points[:, 1] - sizes.waist - 0.05) / 0.03) ** 2))
            * (1 - garment.cling)
        )
    upper = smoothstep(points[:, 1], sizes.armpit - 0.05, sizes.shoulder + 0.01)
    radial = np.stack([np.sin(angle), np.zeros_like(angle), np.cos(angle)], axis=1)
    normal = _normals(points, base)
    torso = radial * (gain * (1 - upper))[:, None] + normal * (least * upper)[:, None]
    arm = limb_room(points, body, "arm", base, normal, garment, sizes.arm)
    share = smoothstep(base.arm.sum(axis=1), 0.15, 0.85)[:, None]
    return points + torso * (1 - share) + (arm + normal * (least - 0.007)) * share


def _normals(points: np.ndarray, base: Suit) -> np.ndarray:
    from gpvton.synthetic.mesh import vertex_normals

    return vertex_normals(points, base.quads)


def cut_trousers(garment: Garment, body: Body) -> Cut:
    """Trousers, shorts or leggings."""
    base, sizes = suit(), measure_body(body)
    points = base.rest(body)
    leg_along = limb_along(points, body, "leg", base)
    share = base.leg.sum(axis=1)
    end = garment.leg * sizes.leg + (0.02 if garment.leg > 0.9 else 0.0)
    bottom = end - leg_along * np.clip(share * 2.5, 0, 1)
    top = sizes.waist + garment.waist - points[:, 1] - 0.15 * (points[:, 2] - 0.02)
    cut = np.minimum(np.minimum(bottom, top), 0.4 - base.arm.sum(axis=1))
    normal = _normals(points, base)
    room = limb_room(points, body, "leg", base, normal, garment, sizes.leg)
    blend = smoothstep(share, 0.3, 0.95)[:, None]
    seat = normal * (0.006 + 0.5 * garment.ease)
    side = np.stack([points[:, 0], -points[:, 0]], axis=1)
    return Cut(
        points=points + seat * (1 - blend) + room * blend,
        quads=base.quads,
        bones=base.bones,
        weights=base.weights,
        cut=cut,
        neck=np.full(len(points), 1.0),
        hem=np.minimum(bottom, 1.0),
        sleeves=side,
        arm_along=np.zeros(len(points)),
        leg_along=leg_along,
        arm=np.zeros_like(base.arm),
        leg=base.leg,
        front=_front(points, body),
        skirt=np.zeros(len(points)),
    )


def cut_garment(garment: Garment, body: Body, outer: bool = False) -> list[Cut]:
    """All surfaces of a garment on a body."""
    from gpvton.synthetic.skirts import cut_skirt

    if garment.leg > 0:
        return [cut_trousers(garment, body)]
    cuts = [cut_top(garment, body, outer)] if garment.has_torso else []
    if garment.collar > 0:
        from gpvton.synthetic.collars import cut_collar

        cuts.append(cut_collar(garment, cuts[0]))
    if garment.hood > 0:
        from gpvton.synthetic.hoods import cut_hood

        cuts.append(cut_hood(garment, cuts[0]))
    return cuts + ([cut_skirt(garment, body)] if garment.skirt > 0 else [])
