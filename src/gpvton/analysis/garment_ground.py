"""A garment of the same colour as the plain ground that it lies on.

Ours: on a grey ground a grey shirt melts away, for a network as for an eye that looks from afar;
what still shows it is the ground's evenness.  So the ground is learnt from the picture's border,
and the network looks once more at how far every pixel is from it, much enlarged.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from gpvton.analysis.framing import Frame

_EVEN = 3.0  # largest spread of a plain ground's colour, in Lab units of 8 bits
_ALIKE = (
    70.0  # distance of a quarter of the garment from the ground's colour, below which it is near
)
_UNSURE = 0.14  # area between sure and excluded, relative to the sure one (usual: 0.05 to 0.12)
_GAIN = 4.0  # grey levels that one level of difference becomes
_GROUND = 235.0  # grey level of the ground in the enlarged difference
_TOLERANCE = 2.0  # beyond the ground's own spread, what still counts as the ground


@dataclass(frozen=True, kw_only=True)
class PlainGround:
    """The ground of a picture: Lab colour float32 (3,) of 8 bits, spread in the same units."""

    colour: np.ndarray
    spread: float


def photo_area(frame: Frame, size: tuple[int, int], window: tuple[int, int]) -> np.ndarray:
    """Which pixels, bool (h, w) = window, show the photo of (h, w) = size and not the padding."""
    rows = (np.arange(window[0]) + 0.5) * frame.height / window[0] + frame.top
    columns = (np.arange(window[1]) + 0.5) * frame.width / window[1] + frame.left
    return ((rows > 0) & (rows < size[0]))[:, None] & ((columns > 0) & (columns < size[1]))


def plain_ground(window: np.ndarray, area: np.ndarray) -> PlainGround | None:
    """The ground of a window uint8 (h, w, 3), from the border of `area`; None where it is uneven.

    Three quarters of the border have to be of its colour.
    """
    inner = cv2.erode(area.astype(np.uint8), np.ones((7, 7), np.uint8), borderValue=0) > 0
    edge = area & ~inner
    if not edge.any():
        return None
    border = _lab(window)[edge]
    colour = np.median(border, axis=0)
    spread = float(np.percentile(np.abs(border - colour).max(axis=1), 75))
    return PlainGround(colour=colour, spread=spread) if spread <= _EVEN else None


def melts(window: np.ndarray, ground: PlainGround, mask: np.ndarray) -> bool:
    """Whether a garment, mask float32 (h', w') of the window, may be larger than it seems: much
    of it is neither sure nor excluded, and a part of what is sure is of nearly the ground's colour.
    """
    probability = cv2.resize(mask, window.shape[1::-1])
    sure = probability > 0.7
    unsure = (probability > 0.1) & ~sure
    if float(unsure.sum()) <= _UNSURE * float(sure.sum()):
        return False
    if not sure.any():
        return True
    distance = np.linalg.norm(_lab(window)[sure] - ground.colour, axis=1)
    return float(np.percentile(distance, 25)) < _ALIKE


def enlarged_difference(window: np.ndarray, ground: PlainGround, area: np.ndarray) -> np.ndarray:
    """Distance of every pixel from the ground, enlarged, on a light ground: uint8 (h, w, 3)."""
    colour = ground.colour.round().astype(np.uint8)[None, None]
    plain = cv2.cvtColor(colour, cv2.COLOR_LAB2RGB).astype(np.float32)
    beyond = np.maximum(np.abs(window - plain) - 2 * ground.spread, 0)
    beyond[~area] = 0
    return np.clip(_GROUND - _GAIN * beyond, 0, 255).astype(np.uint8)


def off_ground(window: np.ndarray, ground: PlainGround, area: np.ndarray) -> np.ndarray:
    """What cannot be reached from the border over the ground's colour, bool (h, w)."""
    distance = cv2.blur(np.abs(_lab(window) - ground.colour).max(axis=2), (3, 3))
    like = (distance < max(1.5 * ground.spread, 1.0) + _TOLERANCE) | ~area
    like = cv2.erode(like.astype(np.uint8), np.ones((3, 3), np.uint8))
    outside = cv2.copyMakeBorder(like, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    _, parts = cv2.connectedComponents(outside, connectivity=4)
    reached = (np.asarray(parts) == parts[0, 0])[1:-1, 1:-1].astype(np.uint8)
    return cv2.dilate(reached, np.ones((3, 3), np.uint8)) == 0


def joined(first: np.ndarray, second: np.ndarray, off: np.ndarray) -> np.ndarray:
    """The mask float32 (h, w) in [0, 1] from both looks and from what is off the ground.

    first, second: float32 (h, w).  off: bool of the window; it counts near what a look saw.
    """
    seen = np.maximum(first, second)
    reach = max(2, round(0.03 * float(np.sqrt((seen > 0.7).sum()))))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    near = cv2.dilate((seen > 0.3).astype(np.uint8), kernel) > 0
    texture = cv2.resize(off.astype(np.float32), seen.shape[::-1], interpolation=cv2.INTER_AREA)
    return (0.5 * seen + 0.5 * texture * near).astype(np.float32)


def _lab(pixels: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB).astype(np.float32)
