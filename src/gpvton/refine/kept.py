"""What refinements of one result share, so that the next one is quick."""

from dataclasses import dataclass, field, replace
from hashlib import sha256

import numpy as np

from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.errors import InputError
from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.domain.parts import PART_TABLE, Category
from gpvton.dressing.generation import LearnedGenerator
from gpvton.dressing.learned import LearnedWarping
from gpvton.dressing.scene import Scene, frame
from gpvton.dressing.tuck import hangs, with_top_tucked
from gpvton.refine.adjustments import UNCHANGED, Adjustments

_SCENES = 2  # as it was understood, and as it was corrected last


@dataclass(kw_only=True, eq=False)
class Kept:
    """Scenes of one photo and category, by what was corrected of the person.

    Filled by `scene`; holds nothing before the first refinement.  About 60 bytes per pixel of the
    person's crop for each of two scenes.  warping, generator: see `dress`.
    """

    warping: LearnedWarping | None = None
    generator: LearnedGenerator | None = None
    known: dict[tuple[object, ...], tuple[PersonAnnotation, Scene]] = field(default_factory=dict)

    def scene(
        self,
        photo: np.ndarray,
        person: PersonAnnotation,
        category: Category,
        wanted: Adjustments,
    ) -> tuple[PersonAnnotation, Scene]:
        """The corrected person and their scene; kept from an earlier call where it can be."""
        tucked = bool(wanted.tucked) and PART_TABLE[category].takes_in
        painted = None if wanted.parsing is None else sha256(wanted.parsing.tobytes()).digest()
        key = (tuple(sorted(wanted.keypoints.items())), painted, category, tucked)
        if key not in self.known:
            corrected = corrected_person(person, wanted)
            like = list(self.known.values())[-1][1] if self.known else None
            if len(self.known) >= _SCENES:
                del self.known[list(self.known)[-1]]
            worn = with_top_tucked(corrected) if tucked and hangs(corrected) else corrected
            self.known[key] = (corrected, frame(photo, worn, category, like))
        return self.known[key]


def corrected_person(person: PersonAnnotation, wanted: Adjustments) -> PersonAnnotation:
    """The person with moved key points and painted parsing; the same object without either.

    Raises InputError when an edit has not the photo's size or a point lies outside the photo.
    """
    height, width = person.parsing.shape
    for name in ("parsing", "keep", "free"):
        edit = getattr(wanted, name)
        if edit is not None and edit.shape != (height, width):
            raise InputError(f"{name} is {edit.shape}, expected {(height, width)} as the photo")
    if not wanted.keypoints and wanted.parsing is None:
        return person
    points = person.keypoints.copy()
    for name, place in wanted.keypoints.items():
        if place is None:
            points[KEYPOINT_INDEX[name]] = 0
            continue
        _check_inside("keypoints", name, place, (height, width))
        points[KEYPOINT_INDEX[name]] = (*place, 1.0)
    parsing = person.parsing
    if wanted.parsing is not None:
        parsing = np.where(wanted.parsing == UNCHANGED, parsing, wanted.parsing)
    return replace(person, keypoints=points, parsing=parsing)


def corrected_garment(garment: GarmentAnnotation, wanted: Adjustments) -> GarmentAnnotation:
    """The garment with moved landmarks; the same object without any.

    Raises InputError when a landmark lies outside the picture.
    """
    if not wanted.landmarks:
        return garment
    height, width = garment.mask.shape
    for name, place in wanted.landmarks.items():
        _check_inside("landmarks", name, place, (height, width))
    moved = {name: (float(x), float(y)) for name, (x, y) in wanted.landmarks.items()}
    return replace(garment, landmarks={**garment.landmarks, **moved})


def _check_inside(
    field_name: str, name: str, place: tuple[float, float], size: tuple[int, int]
) -> None:
    x, y = place
    if not (-0.5 <= x <= size[1] - 0.5 and -0.5 <= y <= size[0] - 0.5):
        raise InputError(
            f"{field_name}.{name} is ({x:g}, {y:g}), expected a place inside the picture of "
            f"{size[1]} x {size[0]} pixels"
        )
