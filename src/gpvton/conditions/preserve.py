"""Preserve mask: what of the photo the new garment can neither cover nor uncover.

Paper section 3.2; deviation: what lies under the old garment is unknown here, so neither its
length nor its sleeves can be read off the mask.
"""

import cv2
import numpy as np

from gpvton.conditions.palms import palm_mask
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import PART_TABLE, Category
from gpvton.geometry.body import Body, nominal_radii
from gpvton.geometry.curves import at_lengths
from gpvton.geometry.sleeve import along_limb


def agnostic_region(parsing: np.ndarray, body: Body, category: Category) -> np.ndarray:
    """Where the new garment may change the picture: bool (h, w).

    The old garment's labels, the skin it may cover or uncover, and the limbs' whole length in
    generous capsules, so that the region is the same for a short and a long old sleeve, hem or
    trouser leg.
    """
    row = PART_TABLE[category]
    region = np.isin(parsing, tuple(row.replaced | row.hidden))
    canvas = region.astype(np.uint8)
    kinds = {"sleeve": "arm", "leg": "leg", "skirt": "leg"}
    limbs = {kinds[motion] for motion in row.motion if motion in kinds}
    if P.LEFT_LEG in row.hidden:
        limbs.add("leg")
    for kind in sorted(limbs):
        for side in ("left", "right"):
            _draw_limb(canvas, body, kind, side)
    return canvas.astype(bool)


def _draw_limb(canvas: np.ndarray, body: Body, kind: str, side: str) -> None:
    line = body.limb(kind, side)
    shares = np.linspace(0.0, 1.95, 24)
    path = at_lengths(line, along_limb(line, shares))
    radii = nominal_radii(kind, shares) * body.span * 1.5
    for (x, y), radius in zip(path.tolist(), radii, strict=True):
        cv2.circle(canvas, (round(x), round(y)), max(round(float(radius)), 1), 1, cv2.FILLED)


def preserve_mask(parsing: np.ndarray, body: Body, category: Category) -> np.ndarray:
    """What stays as it is: bool (h, w); always with face, hair, hands and what is carried."""
    kept = ~agnostic_region(parsing, body, category)
    row = PART_TABLE[category]
    kept |= np.isin(parsing, tuple(row.front)) | palm_mask(parsing, body)
    return kept & ~np.isin(parsing, tuple(row.replaced))
