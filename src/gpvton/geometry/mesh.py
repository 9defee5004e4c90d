"""A part's warp as a mesh: rows of points on the person, each with its place in the flat garment.

Ours: the geometric flow of a part is piecewise affine over the triangles of a grid.  It does not
fold as long as every triangle keeps its orientation, which `fold_count` counts and
`unfolded` assures.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, kw_only=True)
class Mesh:
    """Grid of points; row by row along the part, column by column across it.

    target: float64 (rows, columns, 2), x, y in pixels of the person's picture.
    source: float64 (rows, columns, 2), x, y in pixels of the garment's picture.
    """

    target: np.ndarray
    source: np.ndarray


def ruled(first: np.ndarray, second: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Grid (rows, columns, 2) of straight rows from `first` (rows, 2) to `second` (rows, 2).

    `columns`, (c,) or (rows, c), are positions across: 0 on `first`, 1 on `second`; outside [0, 1]
    a row goes straight on.
    """
    return first[:, None] + columns[..., None] * (second - first)[:, None]


def _areas(grid: np.ndarray) -> np.ndarray:
    """Twice the signed area of both triangles of every cell, (2, rows - 1, columns - 1)."""
    a, b = grid[:-1, :-1], grid[:-1, 1:]
    c, d = grid[1:, :-1], grid[1:, 1:]

    def cross(p: np.ndarray, q: np.ndarray) -> np.ndarray:
        return p[..., 0] * q[..., 1] - p[..., 1] * q[..., 0]

    return np.stack([cross(b - a, c - a), cross(c - d, b - d)])


def fold_count(mesh: Mesh) -> int:
    """How many triangles have another orientation in the target than in the source."""
    target, source = _areas(mesh.target), _areas(mesh.source)
    orientation = np.sign(np.median(target)) * np.sign(np.median(source))
    return int(np.count_nonzero(target * source * orientation <= 0))


def unfolded(mesh: Mesh, rounds: int = 300) -> Mesh:
    """The mesh with folded places relaxed until nothing folds; unfolded places do not move.

    Raises:
        ValueError: the mesh still folds after `rounds` rounds.
    """
    return Mesh(target=_relaxed(mesh.target, rounds), source=_relaxed(mesh.source, rounds))


def _relaxed(grid: np.ndarray, rounds: int) -> np.ndarray:
    """Moves the corners of folded cells and their neighbours to their neighbours' mean."""
    grid = grid.copy()
    for turn in range(rounds):
        areas = _areas(grid)
        orientation = np.sign(areas.sum())
        least = 0.02 * np.abs(np.median(areas))
        folded = (areas * orientation <= least).any(axis=0)
        if not folded.any():
            return grid
        corners = np.zeros(grid.shape[:2], bool)
        for row in (0, 1):
            for column in (0, 1):
                corners[row : row + folded.shape[0], column : column + folded.shape[1]] |= folded
        for _ in range(1 + turn // 25):
            corners = _neighbours(corners)
        padded = _padded(grid, still=turn < rounds // 3)
        mean = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]
        grid[corners] = 0.5 * grid[corners] + 0.5 * mean[corners] / 4.0
    if (_areas(grid) * np.sign(_areas(grid).sum()) <= 0).any():
        raise ValueError("the part's mesh folds over")
    return grid


def _padded(grid: np.ndarray, *, still: bool) -> np.ndarray:
    """The grid with one more point around it: so that the outline keeps its place, or gives way."""
    around = ((1, 1), (1, 1), (0, 0))
    if still:
        return np.pad(grid, around, mode="reflect", reflect_type="odd")
    return np.pad(grid, around, mode="edge")


def _neighbours(marked: np.ndarray) -> np.ndarray:
    out = marked.copy()
    out[1:] |= marked[:-1]
    out[:-1] |= marked[1:]
    out[:, 1:] |= marked[:, :-1]
    out[:, :-1] |= marked[:, 1:]
    return out


def rasterise(mesh: Mesh, height: int, width: int) -> np.ndarray:
    """Sampling coordinates of every pixel that the mesh covers.

    Returns float32 (2, height, width), x first, in pixels of the garment's picture; NaN where the
    mesh does not reach.  Where cells overlap, the later row wins.
    """
    out = np.full((2, height, width), np.nan, np.float32)
    rows, columns = mesh.target.shape[:2]
    for row in range(rows - 1):
        for column in range(columns - 1):
            corners = ((row, column), (row, column + 1), (row + 1, column), (row + 1, column + 1))
            for triangle in (corners[:3], corners[:0:-1]):
                points = np.array([mesh.target[index] for index in triangle])
                places = np.array([mesh.source[index] for index in triangle])
                _fill_triangle(out, points, places)
    return out


def _fill_triangle(out: np.ndarray, points: np.ndarray, places: np.ndarray) -> None:
    height, width = out.shape[1:]
    x0, y0 = np.maximum(np.ceil(points.min(axis=0) - 1e-6).astype(int), 0)
    x1 = min(int(np.floor(points[:, 0].max() + 1e-6)), width - 1)
    y1 = min(int(np.floor(points[:, 1].max() + 1e-6)), height - 1)
    if x0 > x1 or y0 > y1:
        return
    edges = np.stack([points[1] - points[0], points[2] - points[0]], axis=1)
    determinant = edges[0, 0] * edges[1, 1] - edges[0, 1] * edges[1, 0]
    if abs(determinant) < 1e-9:
        return
    x = np.arange(x0, x1 + 1)[None, :] - points[0, 0]
    y = np.arange(y0, y1 + 1)[:, None] - points[0, 1]
    second = (x * edges[1, 1] - y * edges[0, 1]) / determinant
    third = (y * edges[0, 0] - x * edges[1, 0]) / determinant
    inside = (second >= -1e-6) & (third >= -1e-6) & (second + third <= 1 + 1e-6)
    if not inside.any():
        return
    for axis in (0, 1):
        value = (
            places[0, axis]
            + second * (places[1, axis] - places[0, axis])
            + third * (places[2, axis] - places[0, axis])
        )
        view = out[axis, y0 : y1 + 1, x0 : x1 + 1]
        view[inside] = value[inside]
