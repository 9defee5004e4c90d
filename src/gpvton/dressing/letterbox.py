"""A picture fitted whole into a frame of fixed size, and back."""

from dataclasses import dataclass

import cv2
import numpy as np


@dataclass(frozen=True, kw_only=True)
class Letterbox:
    """source and frame: (height, width); the source is scaled to fit and centred."""

    source: tuple[int, int]
    frame: tuple[int, int]

    @property
    def content(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of the picture in the frame, in pixels."""
        (height, width), (rows, columns) = self.source, self.frame
        scale = min(rows / height, columns / width)
        high = max(min(round(height * scale), rows), 1)
        wide = max(min(round(width * scale), columns), 1)
        left, top = (columns - wide) // 2, (rows - high) // 2
        return left, top, left + wide, top + high

    def fit(self, picture: np.ndarray, fill: int, *, labels: bool = False) -> np.ndarray:
        """(h, w) or (h, w, c) of the source's size to the frame's; around it `fill`."""
        left, top, right, bottom = self.content
        scaled = _resized(picture, (bottom - top, right - left), labels)
        framed = np.full((*self.frame, *picture.shape[2:]), fill, scaled.dtype)
        framed[top:bottom, left:right] = scaled
        return framed

    def back(self, picture: np.ndarray, *, labels: bool = False) -> np.ndarray:
        """The frame's content at the source's size."""
        left, top, right, bottom = self.content
        return _resized(picture[top:bottom, left:right], self.source, labels)

    def points(self, points: np.ndarray) -> np.ndarray:
        """(..., 2) x, y in pixels of the source to pixels of the frame (0 = a pixel's centre)."""
        left, top, right, bottom = self.content
        rate = np.array([(right - left) / self.source[1], (bottom - top) / self.source[0]])
        return (points + 0.5) * rate - 0.5 + np.array([left, top])

    def points_back(self, points: np.ndarray) -> np.ndarray:
        """Inverse of `points`."""
        left, top, right, bottom = self.content
        rate = np.array([(right - left) / self.source[1], (bottom - top) / self.source[0]])
        return (points - np.array([left, top]) + 0.5) / rate - 0.5


def _resized(picture: np.ndarray, size: tuple[int, int], labels: bool) -> np.ndarray:
    if picture.shape[:2] == size:
        return picture
    smaller = size[0] < picture.shape[0]
    way = cv2.INTER_NEAREST if labels else cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return cv2.resize(np.ascontiguousarray(picture), size[::-1], interpolation=way)
