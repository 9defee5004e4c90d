"""Polylines in the plane: float64 (n, 2) arrays of x, y in pixels."""

import numpy as np


def unit(vector: np.ndarray) -> np.ndarray:
    """`vector` (..., 2) scaled to length 1; a zero vector stays zero."""
    length = np.linalg.norm(vector, axis=-1, keepdims=True)
    return vector / np.maximum(length, 1e-9)


def left_normal(vector: np.ndarray) -> np.ndarray:
    """`vector` (..., 2) turned by 90 degrees: (x, y) -> (y, -x); down becomes right."""
    return np.stack([vector[..., 1], -vector[..., 0]], axis=-1)


def arc_lengths(line: np.ndarray) -> np.ndarray:
    """Distance along the polyline from its first point, (n,)."""
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    return np.concatenate([[0.0], np.cumsum(steps)])


def at_lengths(line: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Points at the given distances from the start, (m, 2); beyond the ends it goes straight on."""
    along = arc_lengths(line)
    clipped = np.clip(lengths, 0.0, along[-1])
    points = np.stack([np.interp(clipped, along, line[:, k]) for k in (0, 1)], axis=1)
    start, end = unit(line[0] - line[1]), unit(line[-1] - line[-2])
    before = np.maximum(-lengths, 0.0)[:, None]
    after = np.maximum(lengths - along[-1], 0.0)[:, None]
    return points + before * start + after * end


def resample(line: np.ndarray, count: int) -> np.ndarray:
    """`count` points at equal distances along the polyline, ends included."""
    return at_lengths(line, np.linspace(0.0, arc_lengths(line)[-1], count))


def smooth(values: np.ndarray, passes: int) -> np.ndarray:
    """Repeated [1, 2, 1] / 4 along the first axis; the two ends stay where they are."""
    values = np.array(values, np.float64)
    for _ in range(passes):
        values[1:-1] = (values[:-2] + 2.0 * values[1:-1] + values[2:]) / 4.0
    return values


def spline(knots: np.ndarray, points: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Monotone piecewise cubic through `points` (n, k) at the rising `knots` (n,), evaluated `at`.

    Tangents are limited as by Fritsch and Carlson (1980), so a rising sequence stays rising:
    rows of a mesh do not overtake each other.
    """
    knots = np.asarray(knots, np.float64)
    points = np.asarray(points, np.float64).reshape(len(knots), -1)
    step = np.diff(knots)[:, None]
    slope = np.diff(points, axis=0) / step
    tangent = np.vstack([slope[:1], (slope[:-1] + slope[1:]) / 2.0, slope[-1:]])
    same_sign = slope[:-1] * slope[1:] > 0
    limit = 3.0 * np.minimum(np.abs(slope[:-1]), np.abs(slope[1:]))
    inner = np.where(same_sign, np.clip(tangent[1:-1], -limit, limit), 0.0)
    tangent[1:-1] = inner
    index = np.clip(np.searchsorted(knots, at, side="right") - 1, 0, len(knots) - 2)
    h = step[index]
    t = (np.asarray(at, np.float64)[:, None] - knots[index][:, None]) / h
    h00, h10 = (1 + 2 * t) * (1 - t) ** 2, t * (1 - t) ** 2
    h01, h11 = t * t * (3 - 2 * t), t * t * (t - 1)
    return (
        h00 * points[index]
        + h10 * h * tangent[index]
        + h01 * points[index + 1]
        + h11 * h * tangent[index + 1]
    )


def offset_polyline(line: np.ndarray, distances: np.ndarray) -> np.ndarray:
    """The polyline moved sideways by `distances` (n,) along its mitred normals, (n, 2).

    Positive distances go to the `left_normal` side.  A sharp bend's mitre is limited to 1.5 times
    the distance.
    """
    direction = unit(np.diff(line, axis=0))
    before = np.vstack([direction[:1], direction])
    after = np.vstack([direction, direction[-1:]])
    normal = unit(left_normal(before) + left_normal(after))
    stretch = 1.0 / np.maximum(np.sum(normal * left_normal(after), axis=1), 1.0 / 1.5)
    return line + normal * (distances * stretch)[:, None]
