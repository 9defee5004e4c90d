"""Reading one half of an upright silhouette: outline, concavities, corners, runs.

A half is bool (h, w) with column 0 on the garment's axis and x growing outward.
"""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np


@dataclass(frozen=True, kw_only=True)
class Concavity:
    """A bay of the outline: the hull's chord from `start` to `end`, its deepest point, in pixels.

    Points are float (x, y); `outward` is the chord's unit normal away from the garment.
    """

    start: np.ndarray
    end: np.ndarray
    deepest: np.ndarray
    depth: float
    outward: np.ndarray


def outline(half: np.ndarray) -> np.ndarray:
    """Outer outline, float (n, 2), from the axis' top around the outside to the axis' bottom."""
    contours, _ = cv2.findContours(half.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    points = max(contours, key=cv2.contourArea).reshape(-1, 2)
    near = points[:, 0] <= points[:, 0].min() + 1
    on_axis = np.flatnonzero(near)
    top = on_axis[points[on_axis, 1].argmin()]
    bottom = on_axis[points[on_axis, 1].argmax()]
    points = np.roll(points, -top, axis=0)
    end = (bottom - top) % len(points)
    first, second = points[: end + 1], np.vstack([points[end:], points[:1]])[::-1]
    return (first if first[:, 0].sum() > second[:, 0].sum() else second).astype(np.float64)


def concavities(path: np.ndarray) -> list[Concavity]:
    """Bays of the outline `path`, float (n, 2), clockwise in the picture; deepest first."""
    hull = cv2.convexHull(path.astype(np.int32).reshape(-1, 1, 2), returnPoints=False)
    corners = np.unique(hull.ravel())
    bays = []
    for first, last in pairwise(corners):
        chord = path[last] - path[first]
        length = float(np.hypot(*chord))
        if length < 1 or last - first < 3:
            continue
        normal = np.array([chord[1], -chord[0]]) / length
        depths = (path[first] - path[first : last + 1]) @ normal
        far = first + int(depths.argmax())
        bays.append(
            Concavity(
                start=path[first],
                end=path[last],
                deepest=path[far],
                depth=float(depths.max()),
                outward=normal,
            )
        )
    return sorted(bays, key=lambda bay: -bay.depth)


def axis_run(half: np.ndarray) -> np.ndarray:
    """Per row the width of the run of garment nearest to the axis, float (h,); 0 without one."""
    columns = np.arange(half.shape[1])
    beyond = ~half & (columns > half.argmax(axis=1)[:, None])
    ends = np.where(beyond.any(axis=1), beyond.argmax(axis=1), half.shape[1])
    return np.where(half.any(axis=1), ends, 0).astype(np.float64)


def top_above(half: np.ndarray, point: np.ndarray, lean: float) -> np.ndarray:
    """Topmost garment pixel on the ray up from `point`, leaning inward by `lean` per row."""
    ys = np.arange(int(point[1]), -1, -1)
    xs = np.clip(np.round(point[0] - lean * (point[1] - ys)), 0, half.shape[1] - 1).astype(int)
    hits = np.flatnonzero(half[ys, xs])
    last = hits[-1] if len(hits) else 0
    return np.array([float(xs[last]), float(ys[last])])


def corner(part: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """The part's pixel (x, y) farthest in `direction`; the mean of those within a pixel."""
    ys, xs = np.nonzero(part)
    reach = xs * direction[0] + ys * direction[1]
    close = reach >= reach.max() - 1.0
    return np.array([xs[close].mean(), ys[close].mean()])


def open_holes(half: np.ndarray, smallest: float = 0.0015) -> np.ndarray:
    """The half with larger holes opened downward (a gap between sleeve and torso closed below)."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        (~half).astype(np.uint8), connectivity=4
    )
    opened = half.copy()
    height, width = half.shape
    area = float(half.sum())
    for index in range(1, count):
        x, y, w, h, size = stats[index]
        touches = x + w == width or y == 0 or y + h == height
        tall = h > 2.0 * w
        if touches or size < smallest * area or not (tall and x > 0):
            continue
        column = int(np.flatnonzero(labels[y + h - 1] == index).mean())
        opened[y + h - 1 :, max(1, column - 1) : column + 2] = False
    return opened
