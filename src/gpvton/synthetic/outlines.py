"""The outline of a rendered flat garment and that of a photographed one, point for point.

Ours: both outlines are followed from landmark to landmark, and a thin-plate spline through the
points carries the cloth from the one to the other.
"""

from dataclasses import replace
from itertools import combinations, pairwise

import cv2
import numpy as np

from gpvton.domain.errors import GarmentError
from gpvton.domain.labels import GarmentLabel as G
from gpvton.domain.parts import Category
from gpvton.geometry.silhouette import parts_from_mask
from gpvton.synthetic.cutouts import Cutout, outline
from gpvton.synthetic.flat_values import Flat
from gpvton.synthetic.proportions import Point

STEPS = 14  # outline points between two landmarks
_TOP = ("hem", "cuff_outer", "cuff_inner", "armpit", "shoulder", "neck")
_LOWER = ("waist", "hem", "cuff_outer", "cuff_inner", "crotch")


def _marked_outline(mask: np.ndarray, marks: dict[str, Point]) -> tuple[np.ndarray, dict[str, int]]:
    """The outline, clockwise, and the place on it of every landmark that lies near it."""
    path = outline(mask)
    if path is None:
        raise GarmentError("the garment's mask is empty; expected one garment in the picture")
    reach = 0.03 * float(np.hypot(*np.ptp(path, axis=0)))
    found = {}
    for name, point in marks.items():
        far = np.hypot(*(path - point).T)
        if far.min() < reach:
            found[name] = int(far.argmin())
    return path, found


def _between(path: np.ndarray, start: int, end: int) -> np.ndarray:
    """`STEPS` points along a closed path from one place to another, the first included."""
    piece = path[start : end + 1] if start <= end else np.vstack([path[start:], path[: end + 1]])
    way = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(piece, axis=0).T))])
    at = np.linspace(0, way[-1], STEPS, endpoint=False)
    return np.stack([np.interp(at, way, piece[:, k]) for k in range(2)], axis=1)


def _in_one_order(names: list[str], places: dict[str, int]) -> list[str]:
    """The landmarks, without up to two, that follow each other around the second outline too."""
    for left_out in (0, 1, 2):
        for kept in combinations(names, len(names) - left_out):
            steps = np.diff([places[name] for name in [*kept, *kept[:1]]])
            if len(kept) > 3 and np.count_nonzero(steps <= 0) == 1:
                return list(kept)
    return []


def flat_landmarks(mask: np.ndarray, cutout: Cutout) -> dict[str, Point]:
    """Landmarks of a rendered flat mask that is laid like the cut-out."""
    legs = bool(np.isin(cutout.parsing, [G.LEFT_LEG, G.RIGHT_LEG]).any())
    lower = cutout.category == Category.LOWER
    return dict(parts_from_mask(mask, cutout.category, legs=legs if lower else None)[1])


def correspondences(
    mask: np.ndarray, own: dict[str, Point], cutout: Cutout
) -> tuple[np.ndarray, np.ndarray]:
    """Outline points (n, 2) of a rendered flat mask and the same points of a photographed one.

    own: the mask's landmarks.
    Raises GarmentError where the two outlines do not have their landmarks in one order.
    """
    parsing, marks, category = cutout.parsing, cutout.landmarks, cutout.category
    first, places = _marked_outline(mask, own)
    second, others = _marked_outline(parsing > 0, marks)
    ends = _LOWER if category == Category.LOWER else _TOP
    common = [
        n for n in places if n in others and n.removesuffix("_left").removesuffix("_right") in ends
    ]
    order = _in_one_order(sorted(common, key=lambda name: places[name]), others)
    if len(order) < 4:
        raise GarmentError("the outlines of garment and photograph are of different build")
    rows = [
        (_between(first, places[a], places[b]), _between(second, others[a], others[b]))
        for a, b in pairwise([*order, order[0]])
    ]
    return np.concatenate([r[0] for r in rows]), np.concatenate([r[1] for r in rows])


def onto(flats: list[Flat], start: np.ndarray, end: np.ndarray, limit: tuple[int, int]):
    """The flats with their places in the picture carried by the map that takes `start` to `end`.

    Thin-plate spline.  Raises GarmentError where it would tear or fold the cloth.
    """
    from scipy.interpolate import RBFInterpolator

    carry = RBFInterpolator(start, end, smoothing=1.0, kernel="thin_plate_spline")
    grid = np.stack(np.meshgrid(*(np.linspace(*r, 24) for r in _spans(start))), axis=2)
    moved = carry(grid.reshape(-1, 2)).reshape(grid.shape)
    along, down = np.diff(moved, axis=1)[:-1], np.diff(moved, axis=0)[:, :-1]
    turned = along[..., 0] * down[..., 1] - along[..., 1] * down[..., 0] <= 0
    near = cv2.pointPolygonTest
    polygon = start.astype(np.float32).reshape(-1, 1, 2)
    inside = np.array(
        [[near(polygon, (float(x), float(y)), False) > 0 for x, y in row] for row in grid[:-1, :-1]]
    )
    if (turned & inside).sum() > 0.03 * inside.sum():
        raise GarmentError("the photographed garment cannot be carried onto without folds")
    low, high = np.array([-100.0, -100.0]), np.array([limit[1] + 100.0, limit[0] + 100.0])
    return [replace(flat, pixels=carry(flat.pixels).clip(low, high)) for flat in flats]


def _spans(points: np.ndarray) -> list[tuple[float, float]]:
    return [(float(points[:, k].min()), float(points[:, k].max())) for k in range(2)]
