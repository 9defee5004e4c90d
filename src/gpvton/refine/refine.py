"""Dresses anew with adjustments, from what analysis gave."""

from collections.abc import Callable

import numpy as np

from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.parts import PART_TABLE
from gpvton.dressing.dress import Dressed, dress
from gpvton.refine.adjustments import Adjustments, Tuck
from gpvton.refine.kept import Kept, corrected_garment


def redressed(
    photo: np.ndarray,
    person: PersonAnnotation,
    garment_pixels: np.ndarray,
    garment: GarmentAnnotation,
    wanted: Adjustments,
    kept: Kept,
    after_step: Callable[[str], None] | None = None,
) -> tuple[Dressed, PersonAnnotation, GarmentAnnotation]:
    """The new dressing, and the annotations that it was made from.

    photo, garment_pixels: uint8 (h, w, 3).  person, garment: as analysis gave them.  kept: of the
    same photo and person; it is filled.  after_step: see `dress`.
    Raises InputError and its children, see `dress`.
    """
    corrected, scene = kept.scene(photo, person, garment.category, wanted)
    worn = corrected_garment(garment, wanted)
    dressed = dress(
        photo,
        corrected,
        garment_pixels,
        worn,
        category=garment.category,
        tucked=wanted.tucked,
        warping=kept.warping,
        generator=kept.generator,
        fit=wanted.fit(),
        scene=scene,
        after_step=after_step,
    )
    return dressed, corrected, worn


def without_effect(garment: GarmentAnnotation, wanted: Adjustments) -> tuple[str, ...]:
    """Plain sentences about wishes that this garment cannot follow."""
    row = PART_TABLE[garment.category]
    sleeves = row.flat[0] | row.flat[2]
    found = []
    if wanted.sleeve_length != 1.0 and not (
        "sleeve" in row.motion and np.isin(garment.parsing, tuple(sleeves)).any()
    ):
        found.append("the garment has no sleeves, so their length changes nothing")
    if wanted.tuck is not Tuck.AUTO and not (row.tuckable or row.takes_in):
        found.append("a dress is worn over everything, so nothing is tucked in")
    return tuple(found)
