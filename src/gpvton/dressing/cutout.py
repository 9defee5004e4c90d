"""The garment cut out of its picture: clean edges, one alpha per part, premultiplied."""

from dataclasses import dataclass

import cv2
import numpy as np

from gpvton.conditions.pushpull import push_pull
from gpvton.domain.annotations import GarmentAnnotation
from gpvton.domain.errors import GarmentError
from gpvton.domain.labels import GarmentLabel
from gpvton.domain.parts import PART_TABLE, Category
from gpvton.geometry.dilation import disc

APART = (1.5, 5.0, 1.5)
"""Reach where the parts' own outlines meet: the middle part a little under its neighbours."""
OVERLAPPING = (14.0, 14.0, 14.0)
"""Reach where a parsing decides between the parts: they may lie over each other."""


@dataclass(frozen=True, kw_only=True)
class Cutout:
    """colour: float32 (h, w, 3) in [0, 255], continued beyond the garment's edge.

    part_alpha: float32 (3, h, w) in [0, 1], order left, middle, right.  scale: pixels of this
    cutout per pixel of the garment's picture (below 1 when it was shrunk).
    """

    colour: np.ndarray
    part_alpha: np.ndarray
    scale: float


def cut_out(
    pixels: np.ndarray,
    garment: GarmentAnnotation,
    category: Category,
    scale: float = 1.0,
    reach: tuple[float, float, float] = APART,
) -> Cutout:
    """Cuts the garment's parts out of uint8 (h, w, 3), shrunk by `scale` with an area filter.

    The mask is eroded by about a pixel, the inner collar is left out, and the colours near the
    edge, which are mixed with the ground, are replaced by those further inside.  reach: how far
    each part goes on under its neighbours, in 512ths of the picture.

    Raises:
        GarmentError: no part of the category is in the parsing.
    """
    mask = garment.mask * ~_inner_collar(garment)
    alpha = _eroded(mask.astype(np.float32), 1.2 * max(mask.shape) / 512)
    parts = _part_masks(garment.parsing, category, max(mask.shape) / 512, reach)
    if not parts.any():
        raise GarmentError(
            f"the garment's picture shows no part of a garment of category '{category}'; "
            "give another category or picture"
        )
    part_alpha = parts * alpha
    if scale < 1.0:
        size = (max(round(mask.shape[1] * scale), 2), max(round(mask.shape[0] * scale), 2))
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        alpha = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA)
        part_alpha = np.stack(
            [cv2.resize(p, size, interpolation=cv2.INTER_AREA) for p in part_alpha]
        )
    colour = _decontaminated(pixels.astype(np.float32), alpha)
    return Cutout(colour=colour, part_alpha=part_alpha, scale=min(scale, 1.0))


def _inner_collar(garment: GarmentAnnotation) -> np.ndarray:
    """The inner collar as far as it can be one: bool (h, w).

    It ends a twentieth of the chest below the line between the neck landmarks; what is called inner
    collar further down is more likely the garment's front.
    """
    collar = garment.parsing == GarmentLabel.INNER_COLLAR
    marks = {name: np.array(place) for name, place in garment.landmarks.items()}
    needed = ("neck_left", "neck_right", "armpit_left", "armpit_right")
    if not collar.any() or not all(name in marks for name in needed):
        return collar
    neck = marks["neck_left"] - marks["neck_right"]
    down = np.array([-neck[1], neck[0]]) / max(float(np.linalg.norm(neck)), 1.0)
    chest = float(np.linalg.norm(marks["armpit_left"] - marks["armpit_right"]))
    rows, columns = np.mgrid[: collar.shape[0], : collar.shape[1]]
    middle = (marks["neck_left"] + marks["neck_right"]) / 2
    depth = (columns - middle[0]) * down[0] + (rows - middle[1]) * down[1]
    return collar & (depth < 0.05 * chest)


def _eroded(mask: np.ndarray, radius: float) -> np.ndarray:
    """Soft mask moved inwards by `radius` pixels, with an edge two pixels wide."""
    inside = cv2.distanceTransform((mask > 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    return np.clip((inside - radius) / 2.0 + 0.5, 0.0, 1.0).astype(np.float32)


def _part_masks(
    parsing: np.ndarray, category: Category, unit: float, reach: tuple[float, float, float]
) -> np.ndarray:
    """float32 (3, h, w); parts reach under their neighbours, so no gap opens."""
    masks = np.stack(
        [np.isin(parsing, tuple(labels)) for labels in PART_TABLE[category].flat]
    ).astype(np.uint8)
    whole = masks.any(axis=0)
    grown = []
    for mask, far in zip(masks, reach, strict=True):
        grown.append(cv2.dilate(mask, disc(far * unit)) * whole if mask.any() else mask)
    soft = [cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 0.8 * unit) for mask in grown]
    beyond = ~whole  # the garment's own edge is the alpha's business
    return np.stack(
        [
            np.where(beyond & (m > 0), np.minimum(1.0, 2 * s), s)
            for m, s in zip(grown, soft, strict=True)
        ]
    ).astype(np.float32)


def _decontaminated(colour: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    core = cv2.erode((alpha > 0.95).astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32)
    if core.sum() < 16:
        core = (alpha > 0.5).astype(np.float32)
    return np.where(core[..., None] > 0, colour, push_pull(colour, core))
