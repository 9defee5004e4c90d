"""Skirts: the hanging part of a skirt or a dress, a tube of its own."""

from functools import cache

import numpy as np

from gpvton.synthetic.bodies import Body
from gpvton.synthetic.cuts import Cut, measure_body, torso_profile
from gpvton.synthetic.garments import Garment
from gpvton.synthetic.limbs import smoothstep
from gpvton.synthetic.profile import hang
from gpvton.synthetic.suit import suit

SKIRT_COLUMNS = 128
SKIRT_ROWS = 72


@cache
def _skirt_quads() -> np.ndarray:
    number = np.arange(SKIRT_ROWS * SKIRT_COLUMNS).reshape(SKIRT_ROWS, SKIRT_COLUMNS)
    right = np.roll(number, -1, axis=1)
    return np.stack([number[:-1], number[1:], right[1:], right[:-1]], axis=2).reshape(-1, 4)


def cut_skirt(garment: Garment, body: Body) -> Cut:
    """The hanging part of a skirt or dress: a tube around waist, hips and both legs."""
    from scipy.spatial import KDTree

    base, sizes = suit(), measure_body(body)
    profile = torso_profile(body)
    dress = garment.has_torso
    top = sizes.waist + (0.012 if dress else garment.waist)
    bottom = sizes.waist - garment.skirt * (sizes.waist - sizes.ankle)
    level = np.linspace(top, bottom - 0.02, SKIRT_ROWS)
    angle = np.arange(SKIRT_COLUMNS) * 2 * np.pi / SKIRT_COLUMNS
    ease = garment.ease if dress else 0.010
    cling = garment.cling if dress else 1.0
    target = hang(profile, sizes.armpit - 0.02 if dress else top, cling, ease)
    hips = sizes.crotch + 0.07
    y, theta = np.meshgrid(level, angle, indexing="ij")
    reach = profile.at(np.maximum(y, hips), theta, target)
    drop = np.maximum(hips + 0.12 - y, 0)
    drop = drop**2 / (drop + 0.12)
    reach = reach + garment.flare * drop * (1 + 0.06 * np.cos(theta * 2))
    x, z = reach * np.sin(theta), reach * np.cos(theta) + profile.axis(np.maximum(y, hips))
    points = np.stack([x, y, z], axis=2).reshape(-1, 3)
    body_points = base.rest(body)
    trunk = np.flatnonzero(base.arm.sum(axis=1) < 0.3)
    nearest = trunk[
        KDTree(body_points[trunk], leafsize=16).query(
            np.stack([points[:, 0], np.maximum(points[:, 1], hips), points[:, 2]], axis=1)
        )[1]
    ]
    flat = points[:, 1]
    n = len(points)
    zeros = np.zeros(n)
    return Cut(
        points=points,
        quads=_skirt_quads(),
        bones=base.bones[nearest],
        weights=base.weights[nearest],
        cut=np.minimum(flat - bottom, top + 0.01 - flat),
        neck=np.full(n, 1.0),
        hem=flat - bottom,
        sleeves=np.full((n, 2), -1.0),
        arm_along=zeros,
        leg_along=zeros,
        arm=np.zeros((n, 2)),
        leg=np.zeros((n, 2)),
        front=points[:, 2] - profile.axis(np.maximum(flat, hips)) + 0.005,
        skirt=smoothstep(sizes.waist - flat, 0.0, max(0.05, sizes.waist - hips)),
    )
