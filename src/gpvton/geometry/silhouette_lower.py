"""Trousers, shorts and skirts: legs and landmarks from the upright silhouette."""

import cv2
import numpy as np

from gpvton.domain.labels import GarmentLabel
from gpvton.geometry.silhouette_frame import Frame
from gpvton.geometry.silhouette_outline import axis_run, concavities, corner

Point = tuple[float, float]


def read_lower(frame: Frame, legs: bool | None) -> tuple[dict[int, np.ndarray], dict[str, Point]]:
    """Part masks (label -> bool, of the frame) and landmarks (of the frame) of a lower garment."""
    crotch = find_crotch(frame, 0.012 if legs else 0.035)
    if legs is None:
        legs = crotch is not None or _narrow(frame)
    return _read_legs(frame, crotch) if legs else _read_skirt(frame)


def find_crotch(frame: Frame, depth: float = 0.035) -> Point | None:
    """Deepest point of the bay between the legs, or the top of the slit; None without one.

    depth: how deep a bay must be, as a share of the garment's height.
    """
    rows = np.flatnonzero(frame.mask.any(axis=1))
    height = len(rows)
    bay = _bay_between(frame, rows, height, depth)
    slit = _slit_between(frame, rows, height)
    found = [point for point in (bay, slit) if point is not None]
    return min(found, key=lambda point: point[1]) if found else None


def _bay_between(frame: Frame, rows: np.ndarray, height: int, depth: float) -> Point | None:
    contours, _ = cv2.findContours(
        frame.mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    contour = max(contours, key=cv2.contourArea).reshape(-1, 2)
    # from the top around once, clockwise (OpenCV walks the other way)
    path = np.roll(contour, -int(contour[:, 1].argmin()), axis=0)[::-1].astype(np.float64)
    half_width = float(np.percentile(axis_run(frame.half("left"))[rows[: height // 3]], 50))
    for bay in concavities(path):
        ends = sorted((bay.start[0], bay.end[0]))
        astride = ends[0] - 0.2 * half_width < frame.axis < ends[1] + 0.2 * half_width
        low = min(bay.start[1], bay.end[1]) > rows[0] + 0.35 * height
        central = abs(bay.deepest[0] - frame.axis) < 0.6 * max(half_width, 1.0)
        below_waist = bay.deepest[1] > rows[0] + 0.15 * height
        if bay.depth > depth * height and astride and low and central and below_waist:
            return float(bay.deepest[0]), float(bay.deepest[1])
    return None


def _slit_between(frame: Frame, rows: np.ndarray, height: int) -> Point | None:
    """Top of a hole between the legs that is closed below."""
    _, labels, stats, centres = cv2.connectedComponentsWithStats(
        (~frame.mask).astype(np.uint8), connectivity=4
    )
    area = float(frame.mask.sum())
    for index in np.argsort(-stats[:, cv2.CC_STAT_AREA]):
        x, y, w, h, size = stats[index]
        outside = x == 0 or y == 0
        if index == 0 or outside or size < 0.002 * area or h < 1.5 * w or h < 0.06 * height:
            continue
        if abs(centres[index][0] - frame.axis) < 0.12 * height and y > rows[0] + 0.15 * height:
            return float(np.flatnonzero(labels[y] == index).mean()), float(y)
    return None


def _narrow(frame: Frame) -> bool:
    """Whether the silhouette is as long and narrow as trousers with their legs together."""
    rows = np.flatnonzero(frame.mask.any(axis=1))
    widths = frame.mask[rows].sum(axis=1)
    upper = np.percentile(widths[: len(rows) // 3], 50)
    lower = np.percentile(widths[2 * len(rows) // 3 :], 50)
    return len(rows) > 2.3 * upper and lower < 1.05 * upper


def _read_legs(
    frame: Frame, crotch: Point | None
) -> tuple[dict[int, np.ndarray], dict[str, Point]]:
    rows = np.flatnonzero(frame.mask.any(axis=1))
    waist = {side: _waist_corner(frame, side) for side in ("left", "right")}
    middle = (
        (waist["left"][0] + waist["right"][0]) / 2,
        (waist["left"][1] + waist["right"][1]) / 2,
    )
    if crotch is None:  # legs together: a usual share of the way down, on the axis
        ratio = len(rows) / max(waist["left"][0] - waist["right"][0], 1.0)
        share = float(np.clip(0.85 / ratio, 0.26, 0.8))
        crotch = (float(frame.axis), float(rows[0] + share * len(rows)))
    split = _split_curve(frame, middle, crotch, rows[-1])
    columns = np.arange(frame.mask.shape[1])
    right_of = columns[None, :] > split[:, None]
    parts = {
        int(GarmentLabel.LEFT_LEG): frame.mask & right_of,
        int(GarmentLabel.RIGHT_LEG): frame.mask & ~right_of,
    }
    landmarks = {"crotch": crotch}
    hip_row = int(middle[1] + 0.65 * (crotch[1] - middle[1]))
    for side, label in (("left", GarmentLabel.LEFT_LEG), ("right", GarmentLabel.RIGHT_LEG)):
        leg = parts[int(label)]
        landmarks[f"waist_{side}"] = waist[side]
        landmarks[f"hip_{side}"] = _outer_edge(frame, side, hip_row)
        if leg.any():
            landmarks |= _leg_end(leg, side, middle, crotch)
    return parts, landmarks


def _split_curve(frame: Frame, middle: Point, crotch: Point, bottom: int) -> np.ndarray:
    """Per row the column that parts the legs, float (h,)."""
    height = len(frame.mask)
    known_rows, known_columns = [middle[1], crotch[1]], [middle[0], crotch[0]]
    column = crotch[0]
    for y in range(int(crotch[1]) + 1, bottom + 1):
        gap = _gap_at(frame.mask[y], column)
        if gap is not None:
            column = gap
            known_rows.append(float(y))
            known_columns.append(column)
    if known_rows[-1] < bottom - 1:
        known_rows.append(float(bottom))
        tip = frame.mask[bottom - max(3, height // 40) : bottom].nonzero()[1]
        last = float(tip.mean()) if len(known_rows) < 4 and len(tip) else known_columns[-1]
        known_columns.append(last)
    order = np.argsort(known_rows, kind="stable")
    split = np.interp(
        np.arange(height), np.array(known_rows)[order], np.array(known_columns)[order]
    )
    return split


def _gap_at(row: np.ndarray, column: float) -> float | None:
    """Middle of the background run between garment on both sides, nearest to `column`."""
    inside = np.flatnonzero(row)
    if len(inside) < 2:
        return None
    breaks = np.flatnonzero(np.diff(inside) > 1)
    if not len(breaks):
        return None
    middles = (inside[breaks] + inside[breaks + 1]) / 2
    widths = inside[breaks + 1] - inside[breaks]
    near = np.abs(middles - column) - widths / 2
    best = int(near.argmin())
    return float(middles[best]) if near[best] < 0.08 * len(row) else None


def _leg_end(leg: np.ndarray, side: str, middle: Point, crotch: Point) -> dict[str, Point]:
    """Outer and inner corner of the leg's end, and nothing else."""
    ys, xs = np.nonzero(leg)
    pixels = np.stack([xs, ys], axis=1).astype(np.float64)
    bottom = np.percentile(ys, 99.5)
    length = max(bottom - middle[1], 1.0)
    tip = pixels[ys > bottom - 0.08 * length].mean(axis=0)
    back_rows = (ys > bottom - 0.3 * length) & (ys < bottom - 0.15 * length)
    base = pixels[back_rows].mean(axis=0) if back_rows.any() else np.array(middle)
    along = (tip - base) / max(float(np.hypot(*(tip - base))), 1e-6)
    outward = 1.0 if side == "left" else -1.0
    across = np.array([along[1], -along[0]]) * outward
    end = leg & (np.arange(len(leg)) > min(bottom - 0.25 * length, bottom - 4))[:, None]
    outer, inner = corner(end, along + 0.8 * across), corner(end, along - 0.8 * across)
    return {
        f"cuff_outer_{side}": (float(outer[0]), float(outer[1])),
        f"cuff_inner_{side}": (float(inner[0]), float(inner[1])),
    }


def _read_skirt(frame: Frame) -> tuple[dict[int, np.ndarray], dict[str, Point]]:
    rows = np.flatnonzero(frame.mask.any(axis=1))
    landmarks: dict[str, Point] = {}
    for side in ("left", "right"):
        top = _waist_corner(frame, side)
        hem = corner(frame.half(side), np.array([0.55, 1.0]))
        landmarks[f"waist_{side}"] = top
        landmarks[f"hem_{side}"] = frame.from_half(side, (float(hem[0]), float(hem[1])))
    widths = abs(landmarks["waist_left"][0] - landmarks["waist_right"][0])
    down = min(0.45 * widths, 0.5 * len(rows))
    hip_row = int(rows[0] + down)
    for side in ("left", "right"):
        landmarks[f"hip_{side}"] = _outer_edge(frame, side, hip_row)
    return {int(GarmentLabel.SKIRT): frame.mask.copy()}, landmarks


def _waist_corner(frame: Frame, side: str) -> Point:
    """Outer corner of the waistband."""
    half = frame.half(side)
    rows = np.flatnonzero(half.any(axis=1))
    upper = half.copy()
    upper[rows[0] + max(3, int(0.3 * len(rows))) :] = False
    point = corner(upper, np.array([0.5, -1.0]))
    return frame.from_half(side, (float(point[0]), float(point[1])))


def _outer_edge(frame: Frame, side: str, row: int) -> Point:
    half = frame.half(side)
    row = int(np.clip(row, 0, len(half) - 1))
    inside = np.flatnonzero(half[row])
    x = float(inside[-1]) if len(inside) else 0.0
    return frame.from_half(side, (x, float(row)))
