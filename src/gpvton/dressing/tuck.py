"""Tuck state: whether a top's hem goes into the lower garment."""

from dataclasses import replace

import numpy as np

from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.garment_classes import OUTERWEAR
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import Category
from gpvton.dressing.scene import Scene
from gpvton.geometry.body import body_from
from gpvton.geometry.nearest import from_nearest

_LOWEST_WAIST = 0.25  # spans above the hip joints, see `geometry.lower`
LOWER = (P.LEFT_PANTS, P.RIGHT_PANTS, P.SKIRT, P.BELT)


def is_tucked(scene: Scene) -> bool:
    """Whether the photo shows the lower garment's waist over the top's hem.

    True where the lower garment begins above the hip joints' line by a tenth of the torso or more.
    """
    top = _waist_height(scene)
    return top is not None and top > 0.16 * scene.body.span


def default_tuck(garment: GarmentAnnotation) -> bool | None:
    """The tuck state where nobody said: False for coats, jackets and hoodies, None (as the photo
    shows it) for the rest.
    """
    return False if garment.category is Category.UPPER and garment.type in OUTERWEAR else None


def _waist_height(scene: Scene) -> float | None:
    """Height of the visible lower garment's upper edge over the hip joints, in pixels."""
    body = scene.body
    rows, columns = np.nonzero(scene.shows(*LOWER))
    if rows.size < 100:
        return None
    hip, up, across = body.points["mid_hip"], body.up, body.across
    aside = (columns - hip[0]) * across[0] + (rows - hip[1]) * across[1]
    height = (columns - hip[0]) * up[0] + (rows - hip[1]) * up[1]
    near = np.abs(aside) < 0.3 * body.span
    return float(np.percentile(height[near], 98)) if near.sum() > 30 else None


def lower_in_front(scene: Scene) -> np.ndarray:
    """Where a tucked-in top is hidden: bool (h, w), from the lower garment's waist downwards."""
    rows, columns = np.mgrid[: scene.size[0], : scene.size[1]]
    body = scene.body
    hip, up = body.points["mid_hip"], body.up
    height = (columns - hip[0]) * up[0] + (rows - hip[1]) * up[1]
    waist = _waist_height(scene)
    line = max(waist if waist is not None else 0.0, 0.30 * body.span)
    return scene.shows(*LOWER) | (height < line)


def hangs(person: PersonAnnotation) -> bool:
    """Whether what is worn above can be tucked in: a top, and no dress or coat."""
    count = np.bincount(person.parsing.ravel(), minlength=P.COAT_TORSO + 1)
    return bool(count[P.UPPER_TORSO] > count[P.DRESS_TORSO] + count[P.COAT_TORSO])


def with_top_tucked(person: PersonAnnotation) -> PersonAnnotation:
    """The person as if the top's hem went into the lower garment that is to be replaced.

    What hangs of the top below the lowest place for a waist counts as lower garment, so that it is
    taken off with it.  Coats and dresses are not tucked in.  Applying it twice is applying it once.
    """
    body = body_from(person)
    rows, columns = np.mgrid[: person.parsing.shape[0], : person.parsing.shape[1]]
    right, down = columns - body.points["mid_hip"][0], rows - body.points["mid_hip"][1]
    below = right * body.up[0] + down * body.up[1] < _LOWEST_WAIST * body.span
    hem = (person.parsing == P.UPPER_TORSO) & below
    if not hem.any():
        return person
    worn = np.isin(person.parsing, LOWER)
    if worn.any():
        label = from_nearest(person.parsing, worn)
    else:
        left = (right * body.across[0] + down * body.across[1] > 0) != body.back
        label = np.where(left, P.LEFT_PANTS, P.RIGHT_PANTS)
    return replace(person, parsing=np.where(hem, label, person.parsing).astype(np.uint8))
