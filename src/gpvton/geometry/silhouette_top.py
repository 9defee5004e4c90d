"""Tops and dresses: sleeves, torso and landmarks from the upright silhouette."""

import cv2
import numpy as np

from gpvton.domain.labels import GarmentLabel
from gpvton.geometry.silhouette_frame import Frame
from gpvton.geometry.silhouette_outline import (
    Concavity,
    axis_run,
    concavities,
    corner,
    open_holes,
    outline,
    top_above,
)

_LEAN = 0.10  # a shoulder seam leans inward by this much per row above the armpit


def read_top(
    frame: Frame, torso_label: int, *, long: bool, hint: np.ndarray | None = None
) -> tuple[dict[int, np.ndarray], dict[str, tuple[float, float]]]:
    """Part masks (label -> bool, of the frame) and landmarks (of the frame) of a top or dress."""
    width = body_width(frame)
    parts = {torso_label: frame.mask.copy()}
    landmarks: dict[str, tuple[float, float]] = {}
    torsos = {}
    for side, label in (("left", GarmentLabel.LEFT_SLEEVE), ("right", GarmentLabel.RIGHT_SLEEVE)):
        half = frame.half(side)
        points, sleeve = _read_half(half, width, long=long)
        if hint is not None:
            seen = frame.half_of(frame.from_picture(hint == int(label)), side) & half
            points, sleeve = _believe(half, points, sleeve, seen, width)
        torsos[side] = half & ~sleeve
        if sleeve.any():
            whole = _whole(frame, side, sleeve)
            parts[torso_label] &= ~whole
            parts[int(label)] = whole
        for name, point in points.items():
            landmarks[f"{name}_{side}"] = frame.from_half(side, (point[0], point[1]))
    landmarks |= _torso_landmarks(frame, torsos, landmarks, long=long)
    return parts, landmarks


def body_width(frame: Frame) -> float:
    """Width of the torso in frame pixels: the runs at the axis, sleeves and flare left out."""
    rows = np.flatnonzero(frame.mask.any(axis=1))
    runs = axis_run(open_holes(frame.half("left"))) + axis_run(open_holes(frame.half("right")))
    low, high = rows[0] + int(0.3 * len(rows)), rows[0] + int(0.8 * len(rows))
    return float(np.percentile(runs[low : max(high, low + 1)], 30))


def _read_half(
    half: np.ndarray, width: float, *, long: bool
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Landmarks of one half, name without side -> (x, y), and its sleeve (bool, may be empty)."""
    opened = open_holes(half)
    rows = np.flatnonzero(half.any(axis=1))
    bust = opened.copy()
    if long:  # a skirt's flare must not hide the armpit's bay
        bust[min(int(rows[0] + 1.35 * width), int(rows[-1])) + 1 :] = False
    path = outline(bust)
    bay = _armpit_bay(path, rows[0], width)
    points = {"neck": _neck(path, width)}
    sleeve = np.zeros_like(half)
    if bay is not None and _is_sleeve(opened, bay, width):
        shoulder = top_above(opened, bay.deepest, _LEAN)
        sleeve = _cut_sleeve(opened, bay.deepest, shoulder, width)
    if bay is not None and sleeve.any():
        points |= {"armpit": bay.deepest, "shoulder": shoulder}
        points |= _cuff(sleeve, points["armpit"], points["shoulder"])
    else:
        points |= _sleeveless(path, bay, points["neck"])
    return points, sleeve


def _believe(
    half: np.ndarray,
    points: dict[str, np.ndarray],
    sleeve: np.ndarray,
    seen: np.ndarray,
    width: float,
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The outline's sleeve where it agrees with the one that was seen, else the latter."""
    shared = (sleeve & seen).sum() / max(1, (sleeve | seen).sum())
    if shared > 0.5 or (not sleeve.any() and seen.sum() < 0.03 * half.sum()):
        return points, sleeve
    if seen.sum() < 0.03 * half.sum():  # no sleeve after all
        path = outline(half)
        return {"neck": points["neck"]} | _sleeveless(path, None, points["neck"]), seen & False
    body = cv2.dilate((half & ~seen).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    ys, xs = np.nonzero(seen & body)
    if len(ys) < 2:
        return points, sleeve
    top = int(ys.argmin())
    shoulder = np.array([xs[top], ys[top]], np.float64)
    # a sleeve that lies against the torso touches it far below the armpit
    low = ys <= shoulder[1] + 0.42 * width
    deep = np.flatnonzero(low)[int(ys[low].argmax())]
    armpit = np.array([xs[deep], ys[deep]], np.float64)
    found = {"neck": points["neck"], "armpit": armpit, "shoulder": shoulder}
    return found | _cuff(seen, armpit, shoulder), seen


def _armpit_bay(path: np.ndarray, top: int, width: float) -> Concavity | None:
    """The bay under the arm: it opens outward or down, not upward."""
    for bay in concavities(path):
        opens = bay.outward[1] > 0.05 or bay.outward[0] > 0.75
        if bay.depth > 0.025 * width and opens and bay.deepest[1] > top + 0.08 * width:
            return bay
    return None


def _is_sleeve(half: np.ndarray, bay: Concavity, width: float) -> bool:
    """Whether what lies above the bay reaches farther out than the body below it."""
    below = min(int(bay.deepest[1] + 0.12 * width), len(half) - 1)
    body = axis_run(half[below : below + 1])[0]
    return bool(bay.start[0] > max(body, bay.deepest[0]) + 0.035 * width)


def _cut_sleeve(
    half: np.ndarray, armpit: np.ndarray, shoulder: np.ndarray, width: float
) -> np.ndarray:
    """What the seam from armpit to shoulder cuts off, bool; empty when it cuts nothing off."""
    seam = half.astype(np.uint8)
    along = (shoulder - armpit) / max(float(np.hypot(*(shoulder - armpit))), 1.0)
    first, last = armpit - 3 * along, shoulder + 3 * along
    cv2.line(seam, _pixel(first), _pixel(last), 0, 2)
    _, labels = cv2.connectedComponents(seam, connectivity=4)
    inner = labels[:, : max(2, int(0.2 * width))]
    torso = np.bincount(inner[inner > 0], minlength=labels.max() + 1).argmax()
    kept = (labels > 0) & (labels != torso)
    outside = _outer_side(half.shape, armpit, shoulder)
    # scraps on the torso's side of the seam stay with the torso
    sleeve = np.zeros_like(half)
    for label in np.unique(labels[kept]):
        piece = labels == label
        if (piece & outside).sum() > 0.5 * piece.sum():
            sleeve |= piece
    share = sleeve.sum() / max(1, half.sum())
    if not 0.012 < share < 0.75:
        return np.zeros_like(half)
    seam_pixels = (
        half
        & (labels == 0)
        & outside
        & (cv2.dilate(sleeve.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0)
    )
    return sleeve | seam_pixels


def _outer_side(shape: tuple[int, ...], armpit: np.ndarray, shoulder: np.ndarray) -> np.ndarray:
    """Pixels outward of the seam, or below the armpit and outward of it."""
    ys, xs = np.mgrid[: shape[0], : shape[1]]
    slope = (shoulder[0] - armpit[0]) / min(shoulder[1] - armpit[1], -1.0)
    border = armpit[0] + np.clip(ys - armpit[1], None, 0) * slope
    return (xs >= border) | (ys > armpit[1])


def _cuff(sleeve: np.ndarray, armpit: np.ndarray, shoulder: np.ndarray) -> dict[str, np.ndarray]:
    """Outer and inner corner of the sleeve's end."""
    ys, xs = np.nonzero(sleeve)
    pixels = np.stack([xs, ys], axis=1).astype(np.float64)
    root = (armpit + shoulder) / 2
    far = np.hypot(*(pixels - root).T)
    reach = np.percentile(far, 99)
    tip = pixels[far > 0.85 * reach].mean(axis=0)
    back = pixels[(far > 0.45 * reach) & (far < 0.65 * reach)]
    base = (
        back.mean(axis=0)
        if len(back) > 4 and reach > 1.2 * np.hypot(*(armpit - shoulder))
        else root
    )
    along = (tip - base) / max(float(np.hypot(*(tip - base))), 1e-6)
    across = np.array([along[1], -along[0]])  # towards the outer side
    end = np.zeros_like(sleeve)
    keep = far > 0.6 * reach
    end[ys[keep], xs[keep]] = True
    return {
        "cuff_outer": corner(end, along + 0.8 * across),
        "cuff_inner": corner(end, along - 0.8 * across),
    }


def _neck(path: np.ndarray, width: float) -> np.ndarray:
    """Where the collar meets the shoulder: the peak beside the neckline, or a hood's foot."""
    inner = path[:, 0] < max(0.34 * width, path[:, 0].min() + 3)
    beyond = np.flatnonzero(~inner)
    upper = path[: max(int(beyond[0]) if len(beyond) else len(path), 2)]
    peak = upper[:, 1].min()
    high = upper[upper[:, 1] <= peak + 0.02 * width]
    corner_x = high[:, 0].max()
    if corner_x > 0.08 * width:
        return high[high[:, 0].argmax()]
    # the peak is at the axis: a hood or a closed collar; take its foot, where the slope eases
    chord = upper[-1] - upper[0]
    normal = np.array([-chord[1], chord[0]]) / max(float(np.hypot(*chord)), 1e-6)
    depth = (upper - upper[0]) @ normal
    if depth.max() > 0.03 * width:
        return upper[int(depth.argmax())]
    index = int(np.abs(upper[:, 0] - 0.18 * width).argmin())
    return upper[index]


def _sleeveless(path: np.ndarray, bay: Concavity | None, neck: np.ndarray) -> dict[str, np.ndarray]:
    """Shoulder and armpit of a half without a sleeve."""
    if bay is None:
        outer = path[(path[:, 0] * 1.0 - path[:, 1] * 1.0).argmax()]
        return {"shoulder": outer, "armpit": outer}
    first = int(np.hypot(*(path - bay.start).T).argmin())
    deep = int(np.hypot(*(path - bay.deepest).T).argmin())
    last = int(np.hypot(*(path - bay.end).T).argmin())
    shoulder = bay.start if bay.start[0] >= neck[0] else path[first]
    below = path[deep : last + 1]
    chord = below[-1] - below[0]
    normal = np.array([chord[1], -chord[0]]) / max(float(np.hypot(*chord)), 1e-6)
    bulge = (below - below[0]) @ normal
    armpit = below[int(bulge.argmax())] if bulge.max() > 2.0 else bay.end
    if armpit[1] > shoulder[1] + 2.2 * max(armpit[0], 1.0):
        armpit = bay.deepest
    return {"shoulder": shoulder, "armpit": armpit}


def _torso_landmarks(
    frame: Frame,
    torsos: dict[str, np.ndarray],
    found: dict[str, tuple[float, float]],
    *,
    long: bool,
) -> dict[str, tuple[float, float]]:
    """Neck centre, waist, hip and hem, from both halves' torsos at common rows."""
    runs = {side: axis_run(torso) for side, torso in torsos.items()}
    rows = np.flatnonzero(runs["left"] + runs["right"] > 0)
    corners = {side: corner(torso, np.array([0.55, 1.0])) for side, torso in torsos.items()}
    hem = (corners["left"][1] + corners["right"][1]) / 2
    armpit = (found["armpit_left"][1] + found["armpit_right"][1]) / 2
    armpit = min(armpit, hem - 4)
    waist, hip = _waist_and_hip(runs["left"] + runs["right"], armpit, hem, long=long)
    column = np.flatnonzero(frame.mask[:, frame.axis])
    top = float(column[0]) if len(column) else float(rows[0])
    points = {"neck_center": (float(frame.axis), top)}
    for side, run in runs.items():
        for name, row in (("waist", waist), ("hip", hip)):
            x = max(float(run[row]) - 1, 0.0)
            points[f"{name}_{side}"] = frame.from_half(side, (x, float(row)))
        points[f"hem_{side}"] = frame.from_half(side, (corners[side][0], corners[side][1]))
    return points


def _waist_and_hip(widths: np.ndarray, armpit: float, hem: float, *, long: bool) -> tuple[int, int]:
    """Rows of waist and hip: the narrowest place, else a usual share of the way down."""
    length = hem - armpit
    usual = 0.3 if long else 0.55
    low = int(armpit + (0.12 if long else 0.25) * length)
    high = int(armpit + (0.5 if long else 0.8) * length)
    smooth = cv2.GaussianBlur(widths.reshape(-1, 1), (1, 9), 0).ravel()
    span = smooth[low : max(high, low + 1)]
    narrow = low + int(span.argmin())
    inside = low + 2 < narrow < high - 2
    edge = max(smooth[low], 1.0)
    clear = inside and smooth[narrow] < 0.985 * min(edge, smooth[max(high - 1, low)])
    waist = narrow if clear else int(armpit + usual * length)
    hip = int(waist + (0.28 if long else 0.6) * (hem - waist))
    return waist, hip


def _whole(frame: Frame, side: str, part: np.ndarray) -> np.ndarray:
    """A part of a half as bool of the frame."""
    whole = np.zeros_like(frame.mask)
    if side == "left":
        whole[:, frame.axis :] = part
    else:
        whole[:, : frame.axis + 1] = part[:, ::-1]
    return whole & frame.mask


def _pixel(point: np.ndarray) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))
