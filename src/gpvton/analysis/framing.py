"""Frames: the upright window of a photo that a network looks at, and the way back.

Ours: the whole photo first, padded to the network's aspect; then the person, padded likewise.
Pixel (0, 0) is the centre of the top left pixel.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from gpvton.weights.folder import NetworkConfig

PAD = 127
"""Grey level around a photo, as in training."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A window of a photo, in its pixels: left, top (edges, not centres), width, height."""

    left: float
    top: float
    width: float
    height: float

    def to_photo(self, points: np.ndarray, size: tuple[int, int]) -> np.ndarray:
        """Points (n, 2), x, y in pixels of the window drawn at (h, w) = size -> photo pixels."""
        scale = np.array([self.width / size[1], self.height / size[0]])
        return (points + 0.5) * scale + (self.left - 0.5, self.top - 0.5)


def padded(box: tuple[float, float, float, float], aspect: float, margin: float) -> Frame:
    """The frame of width / height = aspect around a box x0, y0, x1, y1, grown by `margin`."""
    x0, y0, x1, y1 = box
    height = max((y1 - y0) * (1 + margin), (x1 - x0) * (1 + margin) / aspect, 1.0)
    width = height * aspect
    return Frame(left=(x0 + x1 - width) / 2, top=(y0 + y1 - height) / 2, width=width, height=height)


def whole(size: tuple[int, int], aspect: float) -> Frame:
    """The frame around a photo of (h, w) = size."""
    return padded((0.0, 0.0, float(size[1]), float(size[0])), aspect, 0.0)


def halves(size: tuple[int, int], aspect: float) -> list[Frame]:
    """Nine overlapping windows of half the photo's frame, from the top left to the bottom right."""
    frame = whole(size, aspect)
    height, width = min(frame.height / 2, size[0]), min(frame.width / 2, size[1])
    height = max(height, width / aspect)
    width = height * aspect
    return [
        Frame(
            left=share_x * (size[1] - width),
            top=share_y * (size[0] - height),
            width=width,
            height=height,
        )
        for share_y in (0.0, 0.5, 1.0)
        for share_x in (0.0, 0.5, 1.0)
    ]


def cut(pixels: np.ndarray, frame: Frame, size: tuple[int, int]) -> np.ndarray:
    """The window drawn at (h, w) = size, uint8 (h, w, 3); PAD outside the photo.

    Shrinking averages over areas first, so that nothing is skipped.
    """
    step = max(int(min(frame.height / size[0], frame.width / size[1])), 1)
    if step > 1:
        shrunk = (max(pixels.shape[1] // step, 1), max(pixels.shape[0] // step, 1))
        scale_x, scale_y = pixels.shape[1] / shrunk[0], pixels.shape[0] / shrunk[1]
        pixels = cv2.resize(pixels, shrunk, interpolation=cv2.INTER_AREA)
        frame = Frame(
            left=frame.left / scale_x,
            top=frame.top / scale_y,
            width=frame.width / scale_x,
            height=frame.height / scale_y,
        )
    scale_x, scale_y = frame.width / size[1], frame.height / size[0]
    inverse = np.array(
        [
            [scale_x, 0, frame.left - 0.5 + 0.5 * scale_x],
            [0, scale_y, frame.top - 0.5 + 0.5 * scale_y],
        ]
    )
    return cv2.warpAffine(
        pixels,
        inverse,
        size[::-1],
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(PAD, PAD, PAD),
    )


def paste_map(values: np.ndarray, frame: Frame, size: tuple[int, int]) -> np.ndarray:
    """A float32 map (h, w) of the window resampled to the photo of (h, w) = size.

    Outside the window the nearest value of the map is repeated; see `inside`.
    """
    scale_x, scale_y = values.shape[1] / frame.width, values.shape[0] / frame.height
    inverse = np.array(
        [
            [scale_x, 0, (0.5 - frame.left) * scale_x - 0.5],
            [0, scale_y, (0.5 - frame.top) * scale_y - 0.5],
        ]
    )
    return cv2.warpAffine(
        values,
        inverse,
        size[::-1],
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )


def inside(frame: Frame, size: tuple[int, int]) -> tuple[slice, slice]:
    """Rows and columns of a photo of (h, w) = size that the window covers."""
    rows = slice(max(round(frame.top), 0), min(round(frame.top + frame.height), size[0]))
    columns = slice(max(round(frame.left), 0), min(round(frame.left + frame.width), size[1]))
    return rows, columns


def mask_box(mask: np.ndarray) -> tuple[float, float, float, float] | None:
    """x0, y0, x1, y1 (edges) around the True pixels, or None."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return None
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)


def inside_photo(points: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Points (n, 3) of a photo of (h, w) = size; those beyond its edge become missing."""
    x, y = points[:, 0], points[:, 1]
    outside = (x < -0.5) | (y < -0.5) | (x > size[1] - 0.5) | (y > size[0] - 0.5)
    kept = points.copy()
    kept[outside] = 0
    kept[:, 0] = kept[:, 0].clip(0, size[1] - 1)
    kept[:, 1] = kept[:, 1].clip(0, size[0] - 1)
    return kept


def shrunk(pixels: np.ndarray, side: int = 640) -> np.ndarray:
    """A copy at most `side` pixels on its longer side."""
    factor = min(1.0, side / max(pixels.shape[:2]))
    if factor == 1.0:
        return pixels.copy()
    size = (max(round(pixels.shape[1] * factor), 1), max(round(pixels.shape[0] * factor), 1))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)


def network_image(window: np.ndarray, config: NetworkConfig) -> np.ndarray:
    """A window uint8 (h, w, 3) as a network takes it, float32 (1, 3, h, w)."""
    mean, scale = np.array(config.mean, np.float32), np.array(config.scale, np.float32)
    tables = (np.arange(256, dtype=np.float32)[:, None] - mean) / scale
    channels = zip(cv2.split(window), tables.T, strict=True)
    return np.stack([cv2.LUT(channel, table) for channel, table in channels])[None]
