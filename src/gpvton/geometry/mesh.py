"""A part's warp as a mesh: rows of points on the person, each with its place in the flat garment.

Ours: the geometric flow of a part is piecewise affine over the triangles of a grid.  It does not
fold as long as every triangle keeps its orientation, which `fold_count` counts and
`unfolded` assures.
"""

from dataclasses import dataclass

import cv2
import numpy as np

_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)


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
        moves = cv2.dilate(corners.astype(np.uint8), _CROSS, iterations=1 + turn // 25) > 0
        around = _sum_of_neighbours(grid, still=turn < rounds // 3)
        grid[moves] = 0.5 * grid[moves] + 0.5 * around[moves] / 4.0
    if (_areas(grid) * np.sign(_areas(grid).sum()) <= 0).any():
        raise ValueError("the part's mesh folds over")
    return grid


def _sum_of_neighbours(grid: np.ndarray, *, still: bool) -> np.ndarray:
    """Of the four neighbours of each point; beyond the outline, such that it keeps its place or,
    not `still`, gives way."""
    above, below, before, after = (np.empty_like(grid) for _ in range(4))
    above[1:], below[:-1], before[:, 1:], after[:, :-1] = (
        grid[:-1], grid[1:], grid[:, :-1], grid[:, 1:],
    )  # fmt: skip
    above[0] = 2 * grid[0] - grid[1] if still else grid[0]
    below[-1] = 2 * grid[-1] - grid[-2] if still else grid[-1]
    before[:, 0] = 2 * grid[:, 0] - grid[:, 1] if still else grid[:, 0]
    after[:, -1] = 2 * grid[:, -1] - grid[:, -2] if still else grid[:, -1]
    return above + below + before + after


def rasterise(mesh: Mesh, height: int, width: int) -> np.ndarray:
    """Sampling coordinates of every pixel that the mesh covers.

    Returns float32 (2, height, width), x first, in pixels of the garment's picture; NaN where the
    mesh does not reach.  Where cells overlap, the later row wins.
    """
    target, source = _triangles(mesh.target), _triangles(mesh.source)
    owner = np.zeros((height, width), np.int32)  # number of the triangle, from 1
    fixed = np.rint(target * 16.0).astype(np.int32)
    for number, corners in enumerate(fixed, start=1):
        cv2.fillConvexPoly(owner, corners, number, lineType=cv2.LINE_8, shift=4)
    ones = np.ones((*target.shape[:2], 1))
    affine = np.linalg.pinv(np.concatenate([target, ones], axis=2)) @ source
    rows, columns = np.nonzero(owner)
    chosen = affine[owner[rows, columns] - 1]
    places = columns[:, None] * chosen[:, 0] + rows[:, None] * chosen[:, 1] + chosen[:, 2]
    out = np.full((2, height, width), np.nan, np.float32)
    out[:, rows, columns] = places.T
    return out


def _triangles(grid: np.ndarray) -> np.ndarray:
    """Both triangles of every cell, row by row, (n, 3, 2)."""
    a, b = grid[:-1, :-1], grid[:-1, 1:]
    c, d = grid[1:, :-1], grid[1:, 1:]
    pairs = np.stack([np.stack([a, b, c], axis=2), np.stack([d, c, b], axis=2)], axis=2)
    return pairs.reshape(-1, 3, 2)
