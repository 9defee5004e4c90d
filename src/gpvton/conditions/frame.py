"""Frames: the windows of fixed size in which the warping network sees a person and a garment.

Ours: the window follows the body (or the garment's mask), so that a garment fills it whether the
photo shows half a body or a whole one.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from gpvton.domain.parts import PART_TABLE, Category
from gpvton.geometry.body import Body
from gpvton.geometry.flow import to_normalised


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A window of a picture.

    left, top: its corner in picture pixels, measured at pixel edges.  rate: frame pixels per
    picture pixel.  size: (height, width) of the frame.
    """

    left: float
    top: float
    rate: float
    size: tuple[int, int]

    def points(self, places: np.ndarray) -> np.ndarray:
        """(..., 2) x, y in picture pixels (0 = a pixel's centre) to frame pixels."""
        return (places + 0.5 - np.array([self.left, self.top])) * self.rate - 0.5

    def points_back(self, places: np.ndarray) -> np.ndarray:
        """Inverse of `points`."""
        return (places + 0.5) / self.rate + np.array([self.left, self.top]) - 0.5

    def cut(self, picture: np.ndarray, *, labels: bool = False, fill: int | None = 0) -> np.ndarray:
        """The window of (h, w) or (h, w, c), at the frame's size.

        Outside the picture it shows `fill`, or for None the picture's edge drawn on.
        """
        height, width = self.size
        rate, left, top = self.rate, self.left, self.top
        if not labels and rate < 0.7:  # shrink with an area filter, so that no pixel is skipped
            scale = max(rate * 1.25, 2.0 / min(picture.shape[:2]))
            wide, high = (max(round(picture.shape[k] * scale), 2) for k in (1, 0))
            ratio = np.array([wide / picture.shape[1], high / picture.shape[0]])
            picture = cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA)
            step, corner = 1.0 / (rate / ratio), np.array([left, top]) * ratio
        else:
            step, corner = np.array([1.0, 1.0]) / rate, np.array([left, top])
        matrix = np.array(
            [
                [step[0], 0.0, 0.5 * step[0] + corner[0] - 0.5],
                [0.0, step[1], 0.5 * step[1] + corner[1] - 0.5],
            ]
        )
        way = cv2.INTER_NEAREST if labels else cv2.INTER_LINEAR
        return cv2.warpAffine(
            np.ascontiguousarray(picture),
            matrix,
            (width, height),
            flags=way | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE if fill is None else cv2.BORDER_CONSTANT,
            borderValue=(fill or 0,) * 4,
        )

    def put_back(self, seen: np.ndarray, size: tuple[int, int]) -> np.ndarray:
        """A map of the frame, float32 (h, w) or (h, w, c), over a picture of `size` (cubic).

        Outside the frame the map's edge is drawn on.
        """
        step, corner = self.rate * seen.shape[0] / self.size[0], (self.left, self.top)
        shift = [0.5 * step - 0.5 - step * start for start in corner]
        matrix = np.array([[step, 0.0, shift[0]], [0.0, step, shift[1]]])
        return cv2.warpAffine(
            seen,
            matrix,
            size[::-1],
            flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )

    def coordinates(self, *, divided: int = 1) -> np.ndarray:
        """Picture pixels of the frame's pixels, float32 (2, h / divided, w / divided), x first."""
        height, width = self.size[0] // divided, self.size[1] // divided
        x = (np.arange(width) + 0.5) * divided / self.rate + self.left - 0.5
        y = (np.arange(height) + 0.5) * divided / self.rate + self.top - 0.5
        return np.stack(np.broadcast_arrays(x[None, :], y[:, None])).astype(np.float32)

    def flow(self, coordinates: np.ndarray) -> np.ndarray:
        """Places in picture pixels, (..., 2, h, w) x first, as a flow into this frame."""
        height, width = self.size
        x = (coordinates[..., 0, :, :] + 0.5 - self.left) * self.rate - 0.5
        y = (coordinates[..., 1, :, :] + 0.5 - self.top) * self.rate - 0.5
        return np.stack([to_normalised(x, width), to_normalised(y, height)], axis=-3)

    def places(self, flow: np.ndarray) -> np.ndarray:
        """Inverse of `flow`."""
        height, width = self.size
        x = (flow[..., 0, :, :] + 1.0) * width / 2.0 / self.rate + self.left - 0.5
        y = (flow[..., 1, :, :] + 1.0) * height / 2.0 / self.rate + self.top - 0.5
        return np.stack([x, y], axis=-3)


def frame_around(
    low: np.ndarray, high: np.ndarray, size: tuple[int, int], margin: float = 0.0
) -> Frame:
    """The smallest frame that holds the box from `low` to `high` (x, y), centred on it.

    margin: added on every side, as a share of the box's longer side.
    """
    extent = np.maximum(high - low, 1.0)
    extent = extent + 2 * margin * extent.max()
    rate = min(size[1] / extent[0], size[0] / extent[1])
    centre = (low + high) / 2
    return Frame(
        left=float(centre[0] + 0.5 - size[1] / 2 / rate),
        top=float(centre[1] + 0.5 - size[0] / 2 / rate),
        rate=float(rate),
        size=size,
    )


def garment_frame(mask: np.ndarray, size: tuple[int, int]) -> Frame:
    """Around the garment's mask, float (h, w) in [0, 1], with a margin of 4 %."""
    rows, columns = np.nonzero(mask > 0.5)
    if rows.size == 0:
        rows, columns = np.array([0, mask.shape[0] - 1]), np.array([0, mask.shape[1] - 1])
    low = np.array([columns.min(), rows.min()], np.float64)
    high = np.array([columns.max(), rows.max()], np.float64)
    return frame_around(low, high, size, 0.04)


def person_frame(
    body: Body, category: Category, picture: tuple[int, ...], size: tuple[int, int]
) -> Frame:
    """Around all that a garment of the category may cover on this body, whatever it wears now.

    In spans of the shoulders: from 0.75 above the neck, or 0.6 above the hips for a lower garment,
    to the longest usual hem or the ankles, and all joints of the limbs that the parts follow; as
    far as the picture of (height, width) goes.
    """
    row, points, span = PART_TABLE[category], body.points, body.span
    top = points["neck"] + 0.75 * span * body.up
    places = [points["mid_hip"] + sign * 0.85 * span * body.across for sign in (-1.0, 1.0)]
    if "torso" in row.motion:
        places += [top, points["neck"] - min(row.longest + 0.35, 2.5) * span * body.up]
        places += [points[f"{side}_shoulder"] for side in ("left", "right")]
        places += [body.limb("arm", side)[joint] for side in ("left", "right") for joint in (1, 2)]
    else:
        places += [points["mid_hip"] + 0.6 * span * body.up]
    if category is not Category.UPPER:
        places += [body.limb("leg", side)[joint] for side in ("left", "right") for joint in (1, 2)]
    joined = np.stack(places)
    far = np.array([picture[1] - 1.0, picture[0] - 1.0])
    low = np.clip(joined.min(axis=0) - 0.2 * span, 0.0, 0.9 * far)
    high = np.clip(joined.max(axis=0) + 0.2 * span, low + 0.1 * far, far)
    return frame_around(low, high, size)
