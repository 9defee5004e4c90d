"""What analysis (or a file, or another backend) says about a photo: frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from gpvton.domain.errors import InputError
from gpvton.domain.keypoints import KEYPOINT_COUNT, KEYPOINT_INDEX
from gpvton.domain.parts import Category

LANDMARK_NAMES = (
    "neck_left",  # where the collar meets the shoulder seam
    "neck_right",
    "neck_center",  # lowest point of the front neckline
    "shoulder_left",  # tip of the shoulder, where a sleeve begins
    "shoulder_right",
    "armpit_left",
    "armpit_right",
    "cuff_outer_left",  # end of the sleeve or trouser leg, side away from the body
    "cuff_outer_right",
    "cuff_inner_left",
    "cuff_inner_right",
    "waist_left",  # narrowest place of a top or dress; upper edge of a lower garment
    "waist_right",
    "hip_left",
    "hip_right",
    "hem_left",
    "hem_right",
    "crotch",
)
"""Garment landmarks; left and right are the wearer's.  A garment has only those that make sense."""


class Facing(StrEnum):
    """Which side is seen: of a person (side: turned by more than 60 degrees), of a garment."""

    FRONT = "front"
    SIDE = "side"
    BACK = "back"
    UNKNOWN = "unknown"


FACINGS = (Facing.FRONT, Facing.SIDE, Facing.BACK)
"""Channels of a network that says it."""


class Framing(StrEnum):
    """How much of a person is in the photo."""

    HEAD = "head"  # no hips
    HALF = "half"  # from the head to below the hips, without feet
    FULL = "full"  # from the head to the feet
    LOWER = "lower"  # no shoulders: a lower body
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class PersonView:
    """How a person is seen.

    facing_scores: probabilities of front, side and back; empty when nobody said.
    people: number of people seen, the annotated one included.
    parts: label name (of `PersonLabel`, lower case) to confidence in [0, 1].
    confidence: float16 (h', w') in [0, 1], how sure the parsing is, over the photo at any size;
    None when nobody said.
    """

    facing: Facing = Facing.UNKNOWN
    facing_scores: Mapping[Facing, float] = field(default_factory=dict)
    framing: Framing = Framing.UNKNOWN
    people: int = 1
    parts: Mapping[str, float] = field(default_factory=dict)
    confidence: np.ndarray | None = None


@dataclass(frozen=True, kw_only=True)
class PersonAnnotation:
    """A person in a photo of h x w pixels.

    parsing: uint8 (h, w), values of `PersonLabel`.
    keypoints: float32 (25, 3), x, y in pixels, confidence in [0, 1] (0 = missing).
    silhouette: float32 (h, w) in [0, 1], the whole person with all that is worn and carried.
    view: facing, framing, confidences.
    warnings: plain sentences for the user, typed ones (`Notice`) among them.
    """

    parsing: np.ndarray
    keypoints: np.ndarray
    silhouette: np.ndarray
    view: PersonView = field(default_factory=PersonView)
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.keypoints.shape != (KEYPOINT_COUNT, 3):
            raise InputError(
                f"key points have shape {self.keypoints.shape}, expected ({KEYPOINT_COUNT}, 3)"
            )
        if self.parsing.ndim != 2 or self.parsing.shape != self.silhouette.shape:
            raise InputError(
                f"parsing {self.parsing.shape} and silhouette {self.silhouette.shape} must both "
                "be (h, w) of the photo"
            )

    def point(self, name: str, minimum: float = 0.1) -> np.ndarray | None:
        """The key point's (x, y), float32 (2,), or None when its confidence is below `minimum`."""
        x, y, confidence = self.keypoints[KEYPOINT_INDEX[name]]
        return np.array([x, y], np.float32) if confidence >= minimum else None


@dataclass(frozen=True, kw_only=True)
class GarmentAnnotation:
    """A garment in a picture of h x w pixels.

    mask: float32 (h, w) in [0, 1], soft at the edge.
    parsing: uint8 (h, w), values of `GarmentLabel`.
    category: upper, lower or dress; category_scores sum to 1.
    worn: probability that somebody wears it, in [0, 1].
    landmarks: name (of `LANDMARK_NAMES`) to (x, y) in pixels.
    type_scores: type (of `garment_classes.TYPES`) to probability; empty when nobody said.
    side: whether the picture shows the garment's front or its back.
    pieces: number of separate garments that the mask holds.
    warnings: plain sentences for the user, typed ones (`Notice`) among them.
    """

    mask: np.ndarray
    parsing: np.ndarray
    category: Category
    category_scores: Mapping[Category, float] = field(default_factory=dict)
    worn: float = 0.0
    landmarks: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    type_scores: Mapping[str, float] = field(default_factory=dict)
    side: Facing = Facing.UNKNOWN
    pieces: int = 1
    warnings: tuple[str, ...] = ()

    @property
    def type(self) -> str | None:
        """The most probable type, None when nobody said."""
        return max(self.type_scores, key=lambda name: self.type_scores[name], default=None)

    def __post_init__(self) -> None:
        if self.parsing.ndim != 2 or self.parsing.shape != self.mask.shape:
            raise InputError(
                f"garment parsing {self.parsing.shape} and mask {self.mask.shape} must both be "
                "(h, w) of the picture"
            )
        unknown = set(self.landmarks) - set(LANDMARK_NAMES)
        if unknown:
            raise InputError(f"unknown garment landmarks: {', '.join(sorted(unknown))}")
