"""How far cloth stands off a body: radial profiles that hang from chest, seat and hips."""

from dataclasses import dataclass

import cv2
import numpy as np

ANGLES = 64
ROW = 0.012


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Reach from a vertical axis: radius (rows, 64), rows from `low` upwards every `ROW` metres;
    angle 0 is the front, growing to the wearer's left.  centre: z of the axis by row."""

    low: float
    radius: np.ndarray
    centre: np.ndarray

    def rows(self, y: np.ndarray) -> np.ndarray:
        """Fractional row of heights."""
        return np.clip((y - self.low) / ROW, 0, len(self.radius) - 1.001)

    def axis(self, y: np.ndarray) -> np.ndarray:
        """z of the axis at heights."""
        return np.interp(self.rows(y), np.arange(len(self.centre)), self.centre)

    def at(self, y: np.ndarray, angle: np.ndarray, values: np.ndarray | None = None) -> np.ndarray:
        """`values` (or the radius) at heights and angles."""
        table = self.radius if values is None else values
        return bilinear(table, self.rows(y), angle)

    def perimeter(self) -> np.ndarray:
        """Length around by row."""
        turn = np.arange(ANGLES) * 2 * np.pi / ANGLES
        x, z = self.radius * np.sin(turn), self.radius * np.cos(turn)
        step = np.hypot(x - np.roll(x, 1, axis=1), z - np.roll(z, 1, axis=1))
        return step.sum(axis=1)

    def share_to_side(self, y: np.ndarray, angle: np.ndarray) -> np.ndarray:
        """Way along the surface from the middle of front or back (0) to the side (1)."""
        even = (self.radius + np.roll(self.radius[:, ::-1], 1, axis=1)) / 2
        half = ANGLES // 2 + 1
        turn = np.arange(half) * 2 * np.pi / ANGLES
        x, z = even[:, :half] * np.sin(turn), even[:, :half] * np.cos(turn)
        step = np.hypot(np.diff(x, axis=1), np.diff(z, axis=1))
        way = np.hstack([np.zeros((len(x), 1)), np.cumsum(step, axis=1)])
        side = ANGLES // 4
        front = way[:, : side + 1] / way[:, side : side + 1]
        back = (way[:, -1:] - way[:, side + 1 :]) / (way[:, -1:] - way[:, side : side + 1])
        share = np.hstack([front, back])
        return self.at(y, np.abs(angle), np.hstack([share, share[:, -2:0:-1]]))


def bilinear(table: np.ndarray, row: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """A table (rows, angles) at fractional rows and at angles in radians."""
    column = np.mod(angle / (2 * np.pi) * ANGLES, ANGLES)
    i, j = np.floor(row).astype(int), np.floor(column).astype(int)
    fi, fj = row - i, column - j
    j, right, up = j % ANGLES, (j + 1) % ANGLES, np.minimum(i + 1, len(table) - 1)
    top = table[i, j] * (1 - fj) + table[i, right] * fj
    return top * (1 - fi) + (table[up, j] * (1 - fj) + table[up, right] * fj) * fi


def hull(radius: np.ndarray) -> np.ndarray:
    """Each row (n, 64) made convex, as cloth stretched around it."""
    turn = np.arange(ANGLES) * 2 * np.pi / ANGLES
    cosine = np.cos(turn[:, None] - turn[None])
    support = (radius[:, :, None] * cosine[None]).max(axis=1)
    with np.errstate(divide="ignore"):
        bound = np.where(cosine > 0.05, 1.0 / np.maximum(cosine, 0.05), np.inf)
    return (support[:, None, :] * bound[None]).min(axis=2)


def measure(points: np.ndarray, low: float, high: float) -> Profile:
    """The profile of surface points (n, 3) between two heights."""
    count = int(np.ceil((high - low) / ROW)) + 1
    row = np.round((points[:, 1] - low) / ROW).astype(int)
    inside = (row >= 0) & (row < count)
    points, row = points[inside], row[inside]
    near, far = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(near, row, points[:, 2])
    np.maximum.at(far, row, points[:, 2])
    good = np.isfinite(near)
    rows = np.arange(count)
    centre = np.interp(rows, rows[good], (near[good] + far[good]) / 2)
    centre = cv2.GaussianBlur(centre.astype(np.float32)[:, None], (1, 31), 8)[:, 0]
    x, z = points[:, 0], points[:, 2] - centre[row]
    column = np.round(np.arctan2(x, z) / (2 * np.pi) * ANGLES).astype(int) % ANGLES
    radius = np.zeros((count, ANGLES))
    np.maximum.at(radius, (row, column), np.hypot(x, z))
    return Profile(low=low, radius=_filled(radius), centre=centre)


def _filled(radius: np.ndarray) -> np.ndarray:
    """Empty cells from their neighbours, then a little smoothing."""
    out = radius.copy()
    for _ in range(12):
        empty = out == 0
        if not empty.any():
            break
        around = [
            np.roll(out, 1, 1),
            np.roll(out, -1, 1),
            np.vstack([out[1:], out[-1:]]),
            np.vstack([out[:1], out[:-1]]),
        ]
        total, count = sum(around), sum((a > 0).astype(int) for a in around)
        out = np.where(empty & (count > 0), total / np.maximum(count, 1), out)
    wide = np.hstack([out, out, out]).astype(np.float32)
    return cv2.GaussianBlur(wide, (0, 0), 1.0)[:, ANGLES : 2 * ANGLES]


def hang(profile: Profile, start: float, cling: float, ease: float) -> np.ndarray:
    """Radius (rows, 64) of cloth that hangs from height `start` downwards.

    cling 0 falls straight from the widest place above, 1 follows the body.
    """
    convex = hull(profile.radius)
    result = profile.radius * cling + convex * (1 - cling) + ease
    first = int(profile.rows(np.array([start]))[0])
    for row in range(first - 1, -1, -1):
        held = result[row + 1] - ROW * (0.06 + 3.0 * cling**2)
        result[row] = np.maximum(result[row], held)
    wide = np.hstack([result, result, result]).astype(np.float32)
    return cv2.GaussianBlur(wide, (0, 0), sigmaX=1.2, sigmaY=2.0)[:, ANGLES : 2 * ANGLES]
