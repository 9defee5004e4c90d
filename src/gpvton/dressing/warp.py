"""Warps the cut-out parts onto the person, once, at the photo's own resolution."""

from dataclasses import dataclass

import cv2
import numpy as np

from gpvton.dressing.cutout import Cutout
from gpvton.dressing.scene import extent
from gpvton.geometry.part_flow import extended


@dataclass(frozen=True, kw_only=True)
class WarpedPart:
    """A part on the person: colour float32 (h, w, 3) in [0, 255], alpha float32 (h, w) in [0, 1].

    The colour is premultiplied by the alpha.
    """

    colour: np.ndarray
    alpha: np.ndarray

    def covered(self, share: np.ndarray) -> "WarpedPart":
        """The part where `share`, float32 (h, w) in [0, 1], lets it show."""
        there, colour = extent(self.alpha), np.zeros_like(self.colour)
        colour[there] = self.colour[there] * share[there][..., None]
        return WarpedPart(colour=colour, alpha=self.alpha * share)

    def within(self, there: tuple[slice, slice]) -> "WarpedPart":
        """Only these rows and columns of it."""
        return WarpedPart(colour=self.colour[there], alpha=self.alpha[there])


def shrinking(coordinates: np.ndarray) -> float:
    """Median number of garment pixels per work pixel along an axis, over all parts."""
    rates = []
    for part in coordinates:
        dx = np.diff(part, axis=2)[:, :-1]
        dy = np.diff(part, axis=1)[:, :, :-1]
        area = np.abs(dx[0] * dy[1] - dx[1] * dy[0])
        rates.append(area[np.isfinite(area) & (area > 0)])
    every = np.concatenate(rates) if rates else np.array([])
    return float(np.sqrt(np.median(every))) if every.size else 1.0


def warp_parts(cutout: Cutout, coordinates: np.ndarray, size: tuple[int, int]) -> list[WarpedPart]:
    """Every part at `size` (height, width) of the photo's crop.

    coordinates: float32 (3, 2, h, w) in garment pixels at work size, NaN outside a part's mesh.
    """
    height, width = size
    colour = (cutout.colour).astype(np.float32)
    parts = []
    for place, alpha in zip(coordinates, cutout.part_alpha, strict=True):
        filled, known = extended(place)
        if not known.any() or not alpha.any():
            empty = np.zeros((height, width), np.float32)
            parts.append(WarpedPart(colour=np.zeros((height, width, 3), np.float32), alpha=empty))
            continue
        at = [_scaled(axis, (width, height)) for axis in filled]
        at = [((axis + 0.5) * cutout.scale - 0.5).astype(np.float32) for axis in at]
        picture = np.dstack([colour * alpha[..., None], alpha])
        warped = cv2.remap(picture, at[0], at[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        valid = _scaled(known.astype(np.float32), (width, height)) > 0.5
        warped *= valid[..., None]
        parts.append(WarpedPart(colour=warped[..., :3], alpha=warped[..., 3]))
    return parts


def _scaled(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    return cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR)
