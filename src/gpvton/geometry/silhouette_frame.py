"""The upright frame in which a garment's silhouette is read.

Ours: the axis of best mirror symmetry within 30 degrees of the vertical becomes the middle column
of a small picture; outlines are read there, half by half, and mapped back.
"""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

WORK_SIDE = 288  # longer side of the garment in the upright frame, in pixels
MARGIN = 12
_SMALL = 72


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A silhouette turned upright.

    mask: bool (h, w), the garment, its axis at column `axis`.
    matrix: float64 (2, 3), picture coordinates to frame coordinates.
    """

    mask: np.ndarray
    axis: int
    matrix: np.ndarray

    @property
    def height(self) -> int:
        """Rows from the top to the bottom of the garment."""
        rows = np.flatnonzero(self.mask.any(axis=1))
        return int(rows[-1] - rows[0] + 1)

    def half(self, side: str) -> np.ndarray:
        """The wearer's left or right half, bool; column 0 lies on the axis, x grows outward."""
        return self.half_of(self.mask, side)

    def half_of(self, mask: np.ndarray, side: str) -> np.ndarray:
        """A half, as above, of another mask of the frame."""
        right_of_axis = mask[:, self.axis :]
        left_of_axis = mask[:, : self.axis + 1][:, ::-1]
        return (right_of_axis if side == "left" else left_of_axis).copy()

    def from_picture(self, mask: np.ndarray) -> np.ndarray:
        """A mask, bool (h, w) of the picture, in the frame."""
        scale = float(np.sqrt(abs(np.linalg.det(self.matrix[:, :2]))))
        return _warp_mask(mask, self.matrix, self.mask.shape[::-1], scale) > 0.5

    def from_half(self, side: str, point: tuple[float, float]) -> tuple[float, float]:
        """A point of a half in frame coordinates."""
        x, y = point
        return (self.axis + x if side == "left" else self.axis - x, y)

    def to_picture(self, point: tuple[float, float]) -> tuple[float, float]:
        """A point of the frame in picture coordinates."""
        inverse = cv2.invertAffineTransform(self.matrix)
        x, y = inverse @ np.array([point[0], point[1], 1.0])
        return float(x), float(y)


def upright_frame(mask: np.ndarray, max_degrees: int = 30) -> Frame:
    """Turns the silhouette, bool (h, w) and not empty, upright; see `Frame`."""
    angle, centre = symmetry_axis(mask, max_degrees)
    turn = cv2.getRotationMatrix2D(centre, angle, 1.0)
    outline = _outer_points(mask)
    turned = outline @ turn[:, :2].T + turn[:, 2]
    low, high = turned.min(axis=0), turned.max(axis=0)
    scale = WORK_SIDE / max(float((high - low).max()), 1.0)
    reach = max(high[0] - centre[0], centre[0] - low[0]) * scale
    axis = int(np.ceil(reach)) + MARGIN
    matrix = turn * scale
    matrix[0, 2] += axis - centre[0] * scale
    matrix[1, 2] += MARGIN - low[1] * scale
    size = (2 * axis + 1, int(np.ceil((high[1] - low[1]) * scale)) + 2 * MARGIN)
    soft = _warp_mask(mask, matrix, size, scale)
    return Frame(mask=soft > 0.5, axis=axis, matrix=matrix)


def symmetry_axis(mask: np.ndarray, max_degrees: int = 30) -> tuple[float, tuple[float, float]]:
    """Angle (degrees, as OpenCV turns) that makes the axis vertical, and a point on the axis.

    Scores the overlap of the silhouette with its mirror image; small angles are preferred.
    """
    points = _outer_points(mask)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = _SMALL / max(float((high - low).max()), 1.0)
    middle = (low + high) / 2
    canvas = 2 * _SMALL
    source, lift = _shrunk(mask, scale)

    @cache
    def score(angle: float) -> tuple[float, float]:
        turn = cv2.getRotationMatrix2D((float(middle[0]), float(middle[1])), angle, scale)
        turn[:, 2] += canvas / 2 - middle
        small = cv2.warpAffine(source, turn @ lift, (canvas, canvas), flags=cv2.INTER_LINEAR)
        rows = np.fft.rfft(small[small.any(axis=1)], 2 * canvas, axis=1)
        overlap = np.fft.irfft((rows**2).sum(axis=0), 2 * canvas)
        best = int(overlap.argmax())
        left, here, right = overlap[best - 1], overlap[best], overlap[(best + 1) % len(overlap)]
        bend = left - 2 * here + right
        fine = 0.5 * (left - right) / bend if bend < 0 else 0.0
        shared = here / max(2 * float((small**2).sum()) - here, 1e-6)
        offset = ((best + fine) / 2 - canvas / 2) / scale
        return shared - 0.0015 * abs(angle), offset

    coarse = max(range(-max_degrees, max_degrees + 1, 4), key=lambda a: score(a)[0])
    angle = max((coarse + d for d in (0, -2, -1, 1, 2)), key=lambda a: score(a)[0])
    offset = score(angle)[1]
    # the axis lies `offset` to the right of the middle in the turned picture
    radians = np.deg2rad(angle)
    centre = (middle[0] + offset * np.cos(radians), middle[1] + offset * np.sin(radians))
    return float(angle), (float(centre[0]), float(centre[1]))


def _outer_points(mask: np.ndarray) -> np.ndarray:
    """Corners (n, 2), x and y, of the convex hull of a mask bool (h, w) that is not empty."""
    outlines, _ = cv2.findContours(
        mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )
    return cv2.convexHull(np.vstack(outlines)).reshape(-1, 2)


def _warp_mask(
    mask: np.ndarray, matrix: np.ndarray, size: tuple[int, int], scale: float
) -> np.ndarray:
    """The mask in a frame, float32 in [0, 1]; shrunk by an area filter first."""
    source, lift = _shrunk(mask, scale)
    return cv2.warpAffine(source, matrix @ lift, size, flags=cv2.INTER_LINEAR)


def _shrunk(mask: np.ndarray, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """The mask, float32, made small for a frame at `scale`; float64 (3, 3) back to the mask."""
    source = mask.astype(np.float32)
    if scale >= 0.5:
        return source, np.eye(3)
    factor = scale * 1.5
    source = cv2.resize(source, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    back_x, back_y = mask.shape[1] / source.shape[1], mask.shape[0] / source.shape[0]
    lift = np.array([[back_x, 0, 0.5 * back_x - 0.5], [0, back_y, 0.5 * back_y - 0.5], [0, 0, 1.0]])
    return source, lift


def spread_labels(frame: Frame, parts: dict[int, np.ndarray], mask: np.ndarray) -> np.ndarray:
    """Part masks of the frame, label -> bool, as a label map uint8 of the picture.

    Every pixel of `mask`, bool (h, w), gets exactly one of the labels; the rest is 0.
    """
    height, width = mask.shape
    labels = np.zeros((height, width), np.uint8)
    if len(parts) == 1:
        labels[mask] = next(iter(parts))
        return labels
    whole = np.zeros(frame.mask.shape, np.uint8)
    for index, part in enumerate(parts.values(), start=1):
        whole[part] = index
    filled = nearest_label(whole)
    inverse = cv2.invertAffineTransform(frame.matrix)
    best = np.full((height, width), -1.0, np.float32)
    for index, label in enumerate(parts, start=1):
        soft = (filled == index).astype(np.float32)
        weight = cv2.warpAffine(
            soft, inverse, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        better = mask & (weight > best)
        labels[better] = label
        best = np.where(better, weight, best)
    return labels


def nearest_label(labels: np.ndarray) -> np.ndarray:
    """Label map uint8 (h, w) with every 0 replaced by the nearest other label."""
    empty = (labels == 0).astype(np.uint8)
    if not empty.any() or empty.all():
        return labels
    _, nearest = cv2.distanceTransformWithLabels(
        empty, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros(nearest.max() + 1, np.uint8)
    table[nearest[empty == 0]] = labels[empty == 0]
    return table[nearest]
