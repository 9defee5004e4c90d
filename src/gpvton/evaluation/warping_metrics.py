"""How well a garment was laid on a person: outlines, parts, folds, stretch, distance to the truth.

Flows are in THE convention (`geometry/flow.py`): float32 (2, h, w), x first, in [-1, 1] into the
garment's picture.
"""

import numpy as np

from gpvton.domain.errors import InputError
from gpvton.domain.parts import PART_NAMES, PART_TABLE, Category
from gpvton.geometry.flow import pixels_from_flow

Size = tuple[int, int]


def mask_iou(first: np.ndarray, second: np.ndarray) -> float | None:
    """Intersection over union of two masks, bool (h, w); None when both are empty."""
    if first.shape != second.shape:
        raise InputError(f"masks of {first.shape} and {second.shape}: expected one size")
    union = np.count_nonzero(first | second)
    return np.count_nonzero(first & second) / union if union else None


def outline_labels(category: Category) -> tuple[frozenset[int], ...]:
    """Person labels per part (left, middle, right) by which outlines are compared.

    Ours: a parser may call a dress a top and a skirt, or a coat.  Nothing else is worn with one, so
    for dresses these count as the dress, in the truth as in the result.
    """
    parts = PART_TABLE[category].worn
    if category is not Category.DRESS:
        return parts
    tops, lower = PART_TABLE[Category.UPPER].worn, PART_TABLE[Category.LOWER].worn
    left, middle, right = (own | top for own, top in zip(parts, tops, strict=True))
    return left, middle | lower[1], right


def worn_mask(parsing: np.ndarray, category: Category) -> np.ndarray:
    """Where the garment shows in a person parsing, uint8 (h, w), by `outline_labels`: bool."""
    return np.isin(parsing, sorted(frozenset().union(*outline_labels(category))))


def part_ious(first: np.ndarray, second: np.ndarray, category: Category) -> dict[str, float]:
    """Part name to IoU of two person parsings, uint8 (h, w); without parts that neither has."""
    out = {}
    for name, labels in zip(PART_NAMES, outline_labels(category), strict=True):
        iou = mask_iou(np.isin(first, sorted(labels)), np.isin(second, sorted(labels)))
        if iou is not None:
            out[name] = iou
    return out


def jacobian(flow: np.ndarray, garment_size: Size) -> np.ndarray:
    """Derivative of garment pixels by person pixels: float64 (h - 1, w - 1, 2, 2).

    Entry [y, x, i, j] is d(garment coordinate i) / d(person coordinate j), forward differences.
    """
    places = pixels_from_flow(flow, garment_size).astype(np.float64)
    along_x = np.diff(places, axis=2)[:, :-1]
    along_y = np.diff(places, axis=1)[:, :, :-1]
    return np.moveaxis(np.stack([along_x, along_y], axis=-1), 0, 2)


def fold_over_rate(flow: np.ndarray, garment_size: Size, mask: np.ndarray) -> float | None:
    """Share of a mask's pixels where the flow turns the garment over; None for an empty mask.

    Turned over means: the Jacobian's determinant is not of the sign that most pixels have (a
    person seen from behind has all of them negative, and no fold).
    """
    determinant = np.linalg.det(jacobian(flow, garment_size))[_inner(mask)]
    if determinant.size == 0:
        return None
    side = 1.0 if np.count_nonzero(determinant > 0) * 2 >= determinant.size else -1.0
    return float(np.mean(determinant * side <= 0))


def stretch(flow: np.ndarray, garment_size: Size, mask: np.ndarray) -> float | None:
    """Median ratio of the greater to the smaller local scale: 1 is undistorted, 2 is twice as wide.

    Ours: singular values of the Jacobian, in garment pixels per person pixel.
    """
    values = np.linalg.svd(jacobian(flow, garment_size)[_inner(mask)], compute_uv=False)
    if values.size == 0:
        return None
    return float(np.median(values[:, 0] / np.maximum(values[:, 1], 1e-9)))


def end_point_error(
    flow: np.ndarray, truth: np.ndarray, garment_size: Size, mask: np.ndarray
) -> float | None:
    """Mean distance in garment pixels between a flow and the true one over a mask, bool (h, w)."""
    if flow.shape != truth.shape:
        raise InputError(f"flows of {flow.shape} and {truth.shape}: expected one shape")
    if not mask.any():
        return None
    offset = pixels_from_flow(flow, garment_size) - pixels_from_flow(truth, garment_size)
    return float(np.hypot(offset[0], offset[1])[mask].mean(dtype=np.float64))


def _inner(mask: np.ndarray) -> np.ndarray:
    """Pixels whose right and lower neighbours are in the mask too: bool (h - 1, w - 1)."""
    return mask[:-1, :-1] & mask[1:, :-1] & mask[:-1, 1:] & mask[1:, 1:]
