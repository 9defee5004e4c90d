"""Evens the outline of the warped garment: hems, sleeve ends and sides without teeth.

Ours.  A learned flow and a parsing of few pixels leave notches and tips of some pixels in an
outline that a real hem does not have.
"""

from dataclasses import replace

import cv2
import numpy as np

from gpvton.dressing.cutout import Cutout
from gpvton.dressing.warp import WarpedPart, warp_parts
from gpvton.geometry.dilation import disc
from gpvton.geometry.nearest import nearest_known

SHARE = 0.025
"""Deviation of the blur in spans: notches and tips up to about twice that width go."""
_SLENDER = 0.03
"""Half the width, in widths of the flat garment, below which a strap is left as it is."""
_EDGE = 1.5  # pixels over which the evened outline falls off
_TOP = (0, 2, 1)  # parts from top to bottom


def slender(cutout: Cutout, coordinates: np.ndarray, size: tuple[int, int]) -> np.ndarray | None:
    """Where straps and the like lie on the person, float32 (h, w) in [0, 1]; None without any.

    coordinates, size: as `warp_parts` takes them.
    """
    flat = (cutout.part_alpha.max(axis=0) > 0.5).astype(np.uint8)
    radius = _SLENDER * max(1, np.count_nonzero(flat.any(axis=0)))
    thin = cv2.subtract(flat, cv2.morphologyEx(flat, cv2.MORPH_OPEN, disc(radius)))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(thin, connectivity=8)
    long = np.max(stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]], axis=1) > 3 * radius
    long[0] = False
    if not long.any():
        return None
    straps = (long[np.asarray(labels)] * cutout.part_alpha.max(axis=0)).astype(np.float32)
    alone = replace(cutout, part_alpha=np.where(cutout.part_alpha > 0, straps, 0))
    return np.max([part.alpha for part in warp_parts(alone, coordinates, size)], axis=0)


def evened(
    parts: list[WarpedPart], span: float, spared: np.ndarray | None = None
) -> list[WarpedPart]:
    """The parts with the outline of all of them together evened; seams between them stay.

    parts: left, middle, right.  span: pixels between the shoulders.  spared: float32 (h, w) in
    [0, 1], where nothing is taken away.  What is added takes the colour of the nearest cloth.
    """
    alphas = np.stack([part.alpha for part in parts])
    union = 1.0 - np.prod(1.0 - alphas, axis=0)
    solid = union > 0.9
    if not solid.any():
        return parts
    even = _even(union, SHARE * span)
    if spared is not None:
        even = np.maximum(even, np.minimum(union, spared))
    kept = np.minimum(1.0, even / np.maximum(union, 1e-3))
    out = [part.covered(kept) for part in parts]
    places = np.nonzero(even > union + 0.02)
    near = tuple(nearest_known(solid)[places].T)
    added = (even - union)[places]
    owner = np.full(len(added), _TOP[-1])
    for index in reversed(_TOP):
        owner[alphas[index][near] > 0.5] = index
    for index, part in enumerate(out):
        own = owner == index
        here, there = (tuple(axis[own] for axis in which) for which in (places, near))
        cloth = parts[index].colour[there] / np.maximum(parts[index].alpha[there], 1e-3)[:, None]
        part.colour[here] += cloth * added[own, None]
        part.alpha[here] += added[own]
        np.minimum(part.alpha, 1.0, out=part.alpha)
    return out


def _even(alpha: np.ndarray, deviation: float) -> np.ndarray:
    blurred = cv2.GaussianBlur(alpha, (0, 0), deviation, borderType=cv2.BORDER_REPLICATE)
    steep = max(1.0, np.sqrt(2.0 * np.pi) * deviation / _EDGE)
    return np.clip((blurred - 0.5) * steep + 0.5, 0.0, 1.0).astype(np.float32)
