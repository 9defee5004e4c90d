"""What a user can change about a result.

Ours: the paper names interactive correction of its intermediate values as future work (section 5);
explicit warping makes every one of them a handle.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from gpvton.domain.annotations import LANDMARK_NAMES
from gpvton.domain.errors import InputError
from gpvton.domain.fit import Fit
from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.domain.labels import PERSON_LABEL_COUNT

UNCHANGED = 255
"""Value of a parsing edit where the parsing stays."""

Place = tuple[float, float]


class Tuck(StrEnum):
    """Whether the top's hem goes into the lower garment; `AUTO` keeps what the photo shows.

    The top is the new garment or, under a new lower garment, what the photo shows.  A top that the
    photo shows tucked in cannot be laid over a new lower garment, as its hem is unknown.
    """

    AUTO = "auto"
    IN = "in"
    OUT = "out"


_TUCKED = {Tuck.AUTO: None, Tuck.IN: True, Tuck.OUT: False}


@dataclass(frozen=True, kw_only=True, eq=False)
class Adjustments:
    """All changes to one result; places are absolute, so applying them twice is applying once.

    keypoints: name (BODY_25) to (x, y) in pixels of the photo, or None for a point that does not
    show.  landmarks: name to (x, y) in pixels of the garment's picture.  parsing: uint8 (h, w) of
    `PersonLabel`, 255 where the parsing stays.  keep, free: bool (h, w), painted over the photo:
    stays as it is, gives way to the garment.  hem_length, sleeve_length, in_front_of: see `Fit`.

    Raises InputError, which names the field.
    """

    keypoints: Mapping[str, Place | None] = field(default_factory=dict)
    landmarks: Mapping[str, Place] = field(default_factory=dict)
    parsing: np.ndarray | None = None
    keep: np.ndarray | None = None
    free: np.ndarray | None = None
    hem_length: float = 1.0
    sleeve_length: float = 1.0
    tuck: Tuck = Tuck.AUTO
    in_front_of: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        _known("keypoints", self.keypoints, KEYPOINT_INDEX)
        _known("landmarks", self.landmarks, LANDMARK_NAMES)
        for name in ("keep", "free"):
            mask = getattr(self, name)
            if mask is not None and (mask.dtype != bool or mask.ndim != 2):
                raise InputError(f"{name} is {mask.dtype} {mask.shape}, expected bool (h, w)")
        edit = self.parsing
        if edit is not None:
            if edit.dtype != np.uint8 or edit.ndim != 2:
                raise InputError(f"parsing is {edit.dtype} {edit.shape}, expected uint8 (h, w)")
            largest = int(edit[edit != UNCHANGED].max(initial=0))
            if largest >= PERSON_LABEL_COUNT:
                raise InputError(
                    f"parsing holds the value {largest}, expected labels 0 to "
                    f"{PERSON_LABEL_COUNT - 1}, or {UNCHANGED} where it stays"
                )
        if self.tuck not in _TUCKED:
            raise InputError(f"tuck is {self.tuck!r}, expected one of {', '.join(Tuck)}")
        self.fit()

    def fit(self) -> Fit:
        """The part of it that concerns how the garment is worn."""
        return Fit(
            hem_length=self.hem_length,
            sleeve_length=self.sleeve_length,
            in_front_of=self.in_front_of,
            keep=self.keep,
            free=self.free,
        )

    @property
    def tucked(self) -> bool | None:
        """As `dress` takes it."""
        return _TUCKED[self.tuck]


def tuck_of(tucked: bool | None) -> Tuck:
    """Inverse of `Adjustments.tucked`."""
    return next(tuck for tuck, value in _TUCKED.items() if value is tucked)


def _known(name: str, places: Mapping[str, Place | None], names: object) -> None:
    for key, place in places.items():
        if key not in names:  # type: ignore[operator]
            raise InputError(f"{name} names {key!r}, expected some of {', '.join(names)}")  # type: ignore[arg-type]
        if place is not None and not (len(place) == 2 and np.isfinite(place).all()):
            raise InputError(f"{name}.{key} is {place}, expected x and y in pixels")
