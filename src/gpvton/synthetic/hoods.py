"""Hoods: worn down, a pouch of cloth that lies on the back and rolls around the neck."""

import numpy as np

from gpvton.synthetic.collars import neckline_curve, strip
from gpvton.synthetic.cuts import Cut
from gpvton.synthetic.garments import Garment
from gpvton.synthetic.limbs import smoothstep

COLUMNS, ROWS = 97, 25
GAP = 0.10  # radians to each side of the middle where it is open in front
RIM = 0.78  # row (0 the neckline, 1 deep inside) of the edge of its opening
# Rows, and metres outwards and upwards from the neckline, behind, beside and in front; heights
# below 0 behind are shares of the hood's fall.
ROW = np.array([0.0, 0.22, 0.42, 0.60, 0.70, RIM, 0.90, 1.0])
BEHIND = (
    np.array([0.004, 0.020, 0.040, 0.085, 0.090, 0.070, 0.046, 0.020]),
    np.array([0.0, -0.55, -1.0, -0.50, -0.05, 0.24, 0.05, -0.45]),
)
BESIDE = (
    np.array([0.004, 0.024, 0.042, 0.054, 0.046, 0.028, 0.008, -0.004]),
    np.array([0.0, -0.014, -0.012, 0.016, 0.038, 0.050, 0.032, 0.0]),
)
FRONT = (
    np.array([0.004, 0.012, 0.022, 0.028, 0.024, 0.014, 0.004, -0.004]),
    np.array([0.0, -0.022, -0.032, -0.012, 0.006, 0.014, 0.002, -0.016]),
)
SLOPE = (0.30, 1.10, 0.60)  # metres that the garment goes outwards for each metre down


def cut_hood(garment: Garment, top: Cut) -> Cut:
    """A hood worn down: from the neckline down the back, up to its rim, and inside again."""
    front = np.pi - GAP
    angle = np.linspace(-front, front, COLUMNS)
    curve, nearest = neckline_curve(top, angle)
    middle = np.array([0.0, 0.0, curve[:, 2].mean()])
    outward = (curve - middle) * [1, 0, 1]
    outward /= np.maximum(np.linalg.norm(outward, axis=1, keepdims=True), 1e-6)
    forward = smoothstep(np.abs(angle), 0.50 * np.pi, 0.92 * np.pi)
    backward = 1 - smoothstep(np.abs(angle), 0.10 * np.pi, 0.58 * np.pi)
    shares = np.stack([backward, 1 - backward - forward, forward])
    rows = np.linspace(0, 1, ROWS)
    scale = garment.hood / 0.18
    profiles = [BEHIND, BESIDE, FRONT]
    out = sum(
        np.interp(rows, ROW, p[0])[:, None] * s for p, s in zip(profiles, shares, strict=True)
    )
    falls = (garment.hood, scale, scale)
    up = sum(
        np.interp(rows, ROW, p[1])[:, None] * s * f
        for p, s, f in zip(profiles, shares, falls, strict=True)
    )
    slope = sum(a * s for a, s in zip(SLOPE, shares, strict=True))
    below = np.where(rows[:, None] < RIM, np.maximum(-up, 0), 0)
    points = curve[None] + outward[None] * (out * scale + below * slope)[..., None]
    points[..., 1] += up
    points = _rounded(points)
    hem = np.broadcast_to(0.03 + 0.4 * np.abs(rows - RIM)[:, None], points.shape[:2])
    return strip(points[::-1], top, nearest, hem[::-1], neck=0.06)  # its outside in front


def _rounded(points: np.ndarray) -> np.ndarray:
    """The grid (rows, columns, 3) with its corners between rows smoothed; ends stay."""
    out = points.copy()
    for _ in range(2):
        out[1:-1] = 0.25 * out[:-2] + 0.5 * out[1:-1] + 0.25 * out[2:]
    return out
