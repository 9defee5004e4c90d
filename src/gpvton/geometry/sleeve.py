"""Where a sleeve or a trouser leg goes: two-bone skinning along the limb.

Ours.  Rows run from the outer to the inner edge of the limb; on a bent limb the edges are mitred,
so the rows of both bones meet on the bisector of the joint and do not cross.
"""

import numpy as np

from gpvton.geometry.body import Body, nominal_radii, ray_lengths
from gpvton.geometry.curves import (
    arc_lengths,
    at_lengths,
    left_normal,
    offset_polyline,
    smooth,
    unit,
)
from gpvton.geometry.edges import filled
from gpvton.geometry.mesh import Mesh, ruled

ROWS = 22
COLUMNS = np.array([-0.14, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.14])


def tube_source(
    mask: np.ndarray, root: tuple[np.ndarray, np.ndarray], end: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Outer and inner edge of a flat sleeve or leg, (ROWS, 2) each.

    mask: bool (h, w).  root, end: (outer, inner) points of its first and last row.
    """
    outer, inner = straight_tube(root, end)
    axis, across = (outer + inner) / 2, unit(outer - inner)
    wide = float(np.linalg.norm(outer - inner, axis=1).max())
    sides = []
    for sign, straight in ((1.0, outer), (-1.0, inner)):
        guess = np.abs(np.sum((straight - axis) * across, axis=1))
        found = ray_lengths(mask, axis, sign * across, 1.2 * wide + 4.0)
        near = np.where(np.abs(found - guess) < 0.5 * guess + 4.0, found, np.nan)
        widths = filled(near, guess)
        widths[0], widths[-1] = guess[0], guess[-1]
        sides.append(axis + sign * smooth(widths, 4)[:, None] * across)
    return sides[0], sides[1]


def straight_tube(
    root: tuple[np.ndarray, np.ndarray], end: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Straight outer and inner edges from the first row to the last, (ROWS, 2) each."""
    share = np.linspace(0.0, 1.0, ROWS)[:, None]
    return root[0] + share * (end[0] - root[0]), root[1] + share * (end[1] - root[1])


def plain_tube(
    mask: np.ndarray, root: np.ndarray, outward: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Outer and inner edge of the straight band that a flat sleeve fills, (ROWS, 2) each.

    mask: bool (h, w).  root: the middle of its first row, (2,).  outward: roughly from the inner
    to the outer edge, (2,).  For sleeves whose outline cannot be read: rows are square to the
    band, so it never folds.
    """
    places = np.argwhere(mask)[:, ::-1].astype(np.float64)
    along = unit(places.mean(axis=0) - root)
    normal = left_normal(along)
    normal = normal if float(np.dot(normal, outward)) > 0 else -normal
    reach = float(np.percentile((places - root) @ along, 99))
    half = max(float(np.percentile(np.abs((places - root) @ normal), 80)), 1.0)
    axis = root + np.linspace(0.0, reach, ROWS)[:, None] * along
    return axis + half * normal, axis - half * normal


def tube_half_widths(source: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Half widths of a flat tube square to its axis, (ROWS,) in pixels."""
    row = source[0] - source[1]
    along = unit(np.gradient((source[0] + source[1]) / 2, axis=0))
    square = np.abs(row[:, 0] * along[:, 1] - row[:, 1] * along[:, 0]) / 2
    return smooth(square, 3)


_BONES = {"arm": (0.86, 0.74), "leg": (1.22, 1.12)}  # usual lengths in spans
_WHOLE = 2.02


def limb_share(kind: str, length: float, root: float = 0.0, factor: float = 1.0) -> float:
    """Share of a limb (0 root, 1 middle joint, 2 end) that a tube of `length` spans covers.

    A tube that ends within a tenth of the wrist or ankle ends there.  factor: then makes it longer
    or shorter from `root` spans on, to a little beyond the limb's end at most.
    """
    share = _share(kind, length)
    share = _WHOLE if share > 1.8 else share
    if factor == 1.0:
        return share
    first, second = _BONES[kind]
    worn = first * min(share, 1.0) + second * max(share - 1.0, 0.0)
    return min(_share(kind, root + factor * (worn - root)), 2.15)


def _share(kind: str, length: float) -> float:
    first, second = _BONES[kind]
    return float(length / first if length <= first else 1.0 + (length - first) / second)


def along_limb(line: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Lengths along the joint line (3, 2) of the given shares, in pixels."""
    return np.interp(shares, (0.0, 1.0, 2.0), arc_lengths(line)) + np.maximum(
        shares - 2.0, 0.0
    ) * np.linalg.norm(line[2] - line[1])


def tube_target(
    line: np.ndarray,
    root: tuple[np.ndarray, np.ndarray],
    side: float,
    share: float,
    widths: tuple[np.ndarray, np.ndarray],
) -> tuple[np.ndarray, np.ndarray]:
    """Outer and inner edge on the person, (ROWS, 2) each.

    line: joints (3, 2).  root: (outer, inner) points where the tube begins.  side: +1 where the
    outer edge lies on the left_normal side of the line, else -1.  share: how far it reaches.
    widths: half widths (ROWS,) outwards and inwards in pixels.
    """
    edges = []
    for sign, begin, half in ((side, root[0], widths[0]), (-side, root[1], widths[1])):
        first = unit(line[1] - line[0])
        start = max(float(np.dot(begin - line[0], first)), 0.0)
        stop = float(along_limb(line, np.array([share]))[0])
        stop = max(stop, start + 0.3 * float(np.linalg.norm(root[0] - root[1])))
        lengths = np.linspace(start, stop, ROWS)
        aside = abs(float(np.dot(begin - line[0], left_normal(first))))
        half = np.minimum(half, max(aside, 0.5 * half[0]) + 0.15 * (lengths - start))
        dense = np.linspace(0.0, stop, 6 * ROWS)
        path = smooth(at_lengths(line, dense), 12)
        edge = offset_polyline(path, sign * np.interp(dense, lengths, half))
        edge = np.stack([np.interp(lengths, dense, edge[:, k]) for k in (0, 1)], axis=1)
        pull = (1.0 - np.linspace(0.0, 1.0, ROWS)[:, None]) ** 2
        edges.append(edge + pull * (begin - edge[0]))
    return edges[0], edges[1]


def limb_widths(
    body: Body,
    kind: str,
    side: str,
    limb: np.ndarray,
    share: float,
    own: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Half widths (ROWS,) outwards and inwards: the tube's own, at least the limb's.

    limb: bool (h, w), what is visible of the limb with its sleeve now.  own: half widths of the
    tube itself in pixels.
    """
    line = body.limb(kind, side)
    shares = np.linspace(0.0, share, ROWS)
    path = at_lengths(line, along_limb(line, shares))
    normal = unit(left_normal(np.gradient(path, axis=0)))
    outward = 1.0 if side == "left" else -1.0
    bare = nominal_radii(kind, shares) * body.span
    found = []
    for sign in (outward, -outward):
        seen = ray_lengths(limb, path, sign * normal, 2.0 * float(bare.max()))
        seen = np.where(seen < 2.0 * bare, seen, np.nan)
        near = filled(seen, np.nan)
        loose = np.maximum(own, np.fmin(1.08 * bare, near))
        kept = np.clip(1.03 * near, 0.9 * loose, 1.2 * loose)
        found.append(smooth(np.where(np.isfinite(seen), kept, loose), 4))
    return found[0], found[1]


def tube_mesh(source: tuple[np.ndarray, np.ndarray], target: tuple[np.ndarray, np.ndarray]) -> Mesh:
    """The mesh between two edges, with a margin on both sides and beyond the end."""

    grids = []
    for outer, inner in (source, target):
        before = _root_margin(outer, inner)
        after = [edge[-1] - edge[-3] for edge in (outer, inner)]
        edges = [
            np.vstack([edge[0] + before, edge, edge[-1] + 0.5 * step, edge[-1] + 1.2 * step])
            for edge, step in zip((outer, inner), after, strict=True)
        ]
        rows = len(edges[0])
        fan = np.clip(np.arange(rows) / 8.0, 0.02, 1.0)[:, None]  # rows fan out at the armpit
        inside = np.clip(COLUMNS, 0.0, 1.0)
        grids.append(ruled(edges[0], edges[1], inside + fan * (COLUMNS - inside)))
    return Mesh(source=grids[0], target=grids[1])


def _root_margin(outer: np.ndarray, inner: np.ndarray) -> np.ndarray:
    """How far the root row is moved back over the seam, (2,)."""
    row = outer[0] - inner[0]
    normal = 0.1 * left_normal(row)
    onward = (outer[4] + inner[4]) / 2 - (outer[0] + inner[0]) / 2
    return normal if float(np.dot(normal, onward)) < 0 else -normal
