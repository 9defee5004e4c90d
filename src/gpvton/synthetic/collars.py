"""Collars: the folded collar of shirts and polos, a strip of its own along the neckline."""

import numpy as np

from gpvton.synthetic.cuts import STRIP, Cut
from gpvton.synthetic.garments import Garment
from gpvton.synthetic.limbs import smoothstep

COLUMNS, ROWS = 97, 11
STITCH = 0.011  # metres by which the stitch line lies closer to the edge than on a hem


def neckline_curve(top: Cut, angle: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places (n, 3) of the neckline at angles around the neck (0 the back, pi the front), and the
    nearest vertices of the cut (n,)."""
    near = np.flatnonzero((np.abs(top.neck) < 0.014) & (top.arm.sum(axis=1) < 0.5))
    ring = top.points[near]
    centre = np.array([0.0, (ring[:, 2].min() + ring[:, 2].max()) / 2])
    turn = np.arctan2(ring[:, 0], -(ring[:, 2] - centre[1]))
    weight = np.exp(-((((angle[:, None] - turn[None] + np.pi) % (2 * np.pi) - np.pi) / 0.10) ** 2))
    weight = weight * np.exp(-((top.neck[near] / 0.006) ** 2))[None] + 1e-12
    curve = weight @ ring / weight.sum(axis=1, keepdims=True)
    mirrored = curve[::-1] * [-1, 1, 1]
    curve = (curve + mirrored) / 2
    nearest = near[np.argmin(((curve[:, None] - ring[None]) ** 2).sum(axis=2), axis=1)]
    return curve, nearest


def cut_collar(garment: Garment, top: Cut) -> Cut:
    """A folded collar: a band that stands and a fall that lies on it, with points in front."""
    front = np.pi - garment.collar_gap
    angle = np.linspace(-front, front, COLUMNS)
    curve, nearest = neckline_curve(top, angle)
    middle = np.array([0.0, 0.0, curve[:, 2].mean()])
    outward = (curve - middle) * [1, 0, 1]
    outward /= np.maximum(np.linalg.norm(outward, axis=1, keepdims=True), 1e-6)
    forward = smoothstep(np.abs(angle), 0.55 * np.pi, front)
    stand = 0.030 - 0.016 * forward
    fall = garment.collar * (0.85 + 0.45 * forward**3)
    rows = np.linspace(0, 1, ROWS)
    rise = np.interp(rows, [0, 0.3, 0.4, 1.0], [0.0, 1.0, 1.0, 0.0])
    down = np.clip((rows - 0.4) / 0.6, 0, 1)
    out = np.interp(rows, [0, 0.3, 0.4, 0.6, 1.0], [0.004, -0.004, 0.004, 0.012, 0.020])
    up = stand[None] * rise[:, None] + (stand - fall)[None] * down[:, None]
    slope = 0.55 + 0.25 * forward  # cloth below the neckline lies further out
    reach = out[:, None] + np.maximum(-up, 0) * slope[None]
    points = curve[None] + outward[None] * reach[..., None]
    points[..., 1] += up
    share = np.abs(angle) / front
    points[..., 0] += np.sign(angle) * 0.012 * (share**8)[None] * down[:, None]
    hem = np.repeat((1 - rows)[:, None] * fall[None] * 0.9, 1, axis=1) + STITCH
    return strip(points, top, nearest, hem)


def strip(
    points: np.ndarray, top: Cut, nearest: np.ndarray, hem: np.ndarray, neck: float = 0.0
) -> Cut:
    """A cut from a grid (rows, columns, 3) that moves with the neckline's vertices `nearest`."""
    rows, columns = points.shape[:2]
    number = np.arange(rows * columns).reshape(rows, columns)
    quads = np.stack([number[:-1, :-1], number[:-1, 1:], number[1:, 1:], number[1:, :-1]], axis=2)
    chosen = np.tile(nearest, rows)
    count = len(chosen)
    zeros = np.zeros(count)
    return Cut(
        points=points.reshape(-1, 3),
        quads=quads.reshape(-1, 4),
        bones=top.bones[chosen],
        weights=top.weights[chosen],
        cut=np.full(count, 0.05),
        neck=np.full(count, neck),
        hem=hem.ravel(),
        sleeves=np.full((count, 2), -1.0),
        arm_along=zeros,
        leg_along=zeros,
        arm=np.zeros((count, 2)),
        leg=np.zeros((count, 2)),
        front=np.full(count, STRIP),
        skirt=zeros,
    )
