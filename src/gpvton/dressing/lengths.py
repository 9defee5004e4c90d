"""A part made longer or shorter with its cloth at its own size.

Ours.  A mesh of another length would stretch the pattern.  Instead the cloth goes on as it lies,
is mirrored to and fro above the hem where it does not suffice, or is left out there where it is too
much; the hem itself stays at the end.
"""

import numpy as np

from gpvton.geometry.curves import unit
from gpvton.geometry.mesh import Mesh, rasterise

_HEM, _LONGEST_HEM = 0.12, 0.45
"""Share of the changed length that is at least, and at most, the hem's own: band, cuff, seam."""
_MIRRORED = 0.4  # largest share of it that is mirrored at a time
_SOLID = 0.9  # share of a row that cloth covers above the hem


def unstretched(old: Mesh, new: Mesh, cloth: np.ndarray) -> np.ndarray:
    """Where each pixel of the mesh `new` finds its cloth on the mesh `old`: float32 (2, h, w).

    Both have the same rows and columns, and lengths between their rows of their own.  cloth: bool
    (h, w), where it shows on `old`; the hem begins where it no longer covers whole rows.  NaN where
    `new` does not reach.
    """
    column, row = _places(new, cloth.shape)
    known = np.isfinite(row)
    number = np.arange(len(new.target), dtype=np.float64)
    before = _down(old, old)
    after = _down(new, old)
    same = np.abs(before - after) < 0.01 * max(before[-1], after[-1])
    start = float(before[np.argmin(same) - 1]) if not same.all() and same[0] else 0.0
    place = np.interp(row[known], number, after)
    lower = place > start
    hem = before[-1] - np.interp(_solid_rows(old, cloth), number, before)
    place[lower] = start + natural(place[lower] - start, before[-1] - start, after[-1] - start, hem)
    out = np.full((2, *cloth.shape), np.nan, np.float32)
    out[:, known] = _at(old.target, np.interp(place, before, number), column[known]).T
    return out


def natural(places: np.ndarray, before: float, after: float, hem: float = 0.0) -> np.ndarray:
    """Places on cloth of length `before` for places on cloth that is to be `after` long.

    hem: how much of its end stays together.
    """
    hem = float(np.clip(hem, _HEM * min(before, after), _LONGEST_HEM * min(before, after)))
    end = before - hem  # of the cloth above the hem
    extra = max(after - before, 0.0)
    turns = max(np.ceil(extra / (2 * _MIRRORED * end)), 1.0)
    swing = max(extra / (2 * turns), 1e-6)
    beyond = np.clip(places - end, 0.0, extra)
    mirrored = end - (swing - np.abs(np.mod(beyond, 2 * swing) - swing))
    above = np.where(places < end, places, mirrored)
    return np.where(places > after - hem, before - (after - places), above)


def _places(mesh: Mesh, size: tuple[int, ...]) -> np.ndarray:
    """Column and row of the mesh at every pixel: float32 (2, h, w), NaN beside it."""
    rows, columns = np.mgrid[: mesh.target.shape[0], : mesh.target.shape[1]].astype(np.float64)
    numbered = Mesh(target=mesh.target, source=np.dstack([columns, rows]))
    return rasterise(numbered, size[0], size[1])


def _solid_rows(mesh: Mesh, cloth: np.ndarray) -> float:
    """The last row down to which the middle half of the rows is covered."""
    column, row = _places(mesh, cloth.shape)
    last = mesh.target.shape[1] - 1
    middle = (column > 0.25 * last) & (column < 0.75 * last)
    number = row[middle].astype(int)
    count = np.maximum(np.bincount(number, minlength=len(mesh.target)), 1)
    share = np.bincount(number, cloth[middle], minlength=len(mesh.target)) / count
    solid = np.flatnonzero(share >= _SOLID)
    return float(solid[-1]) if solid.size else float(len(mesh.target) - 1)


def _down(mesh: Mesh, first: Mesh) -> np.ndarray:
    """How far each row lies along the middle from the first row of `first`: float64 (rows,)."""
    middle = _middle(mesh)
    steps = np.linalg.norm(np.diff(middle, axis=0), axis=1)
    start = _middle(first)
    ahead = float(np.dot(middle[0] - start[0], unit(start[1] - start[0])))
    return ahead + np.concatenate([[0.0], np.cumsum(np.maximum(steps, 1e-6))])


def _middle(mesh: Mesh) -> np.ndarray:
    return (mesh.target[:, 0] + mesh.target[:, -1]) / 2


def _at(grid: np.ndarray, row: np.ndarray, column: np.ndarray) -> np.ndarray:
    """Points between those of a grid (rows, columns, 2): float64 (n, 2)."""
    r = np.clip(np.floor(row).astype(int), 0, grid.shape[0] - 2)
    c = np.clip(np.floor(column).astype(int), 0, grid.shape[1] - 2)
    down, across = (row - r)[:, None], (column - c)[:, None]
    upper = grid[r, c] * (1 - across) + grid[r, c + 1] * across
    lower = grid[r + 1, c] * (1 - across) + grid[r + 1, c + 1] * across
    return upper * (1 - down) + lower * down
