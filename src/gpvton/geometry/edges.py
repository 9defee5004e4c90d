"""Where a shape ends on both sides of an axis."""

import numpy as np

from gpvton.geometry.body import ray_lengths
from gpvton.geometry.curves import smooth, unit


def filled(values: np.ndarray, fallback: np.ndarray | float) -> np.ndarray:
    """NaNs replaced by interpolation along the axis; `fallback` where there is no value at all."""
    known = np.isfinite(values)
    if not known.any():
        return np.broadcast_to(np.asarray(fallback, np.float64), values.shape).copy()
    index = np.arange(len(values))
    return np.interp(index, index[known], values[known])


def half_widths(
    mask: np.ndarray, axis: np.ndarray, across: np.ndarray, longest: float
) -> tuple[np.ndarray, np.ndarray]:
    """Distances from the axis to the mask's edge along +across and -across, (n,) each.

    mask: bool (h, w).  axis, across: (n, 2).  NaN where the axis point lies outside the mask or
    no edge comes within `longest` pixels.
    """
    across = unit(np.broadcast_to(across, axis.shape))
    sides = []
    for sign in (1.0, -1.0):
        lengths = ray_lengths(mask, axis, sign * across, longest)
        sides.append(np.where(lengths >= longest - 1.0, np.nan, lengths))
    return sides[0], sides[1]


def shape_edges(
    mask: np.ndarray, axis: np.ndarray, across: np.ndarray, longest: float, passes: int = 3
) -> tuple[np.ndarray, np.ndarray]:
    """Points on both edges of a shape, (n, 2) each: the +across side, then the other.

    Gaps are interpolated and the edge is smoothed `passes` times.
    """
    across = unit(np.broadcast_to(across, axis.shape))
    edges = []
    for sign, widths in zip((1.0, -1.0), half_widths(mask, axis, across, longest), strict=True):
        even = smooth(filled(widths, longest / 2.0), passes)
        edges.append(axis + sign * even[:, None] * across)
    return edges[0], edges[1]
