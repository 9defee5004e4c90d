"""What a data set on disk gives: pairs of person and garment, and the files that go with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import numpy as np

from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.parts import Category


class Pairing(StrEnum):
    """Whether the person already wears the garment (paired) or another one."""

    PAIRED = "paired"
    UNPAIRED = "unpaired"


class Kind(StrEnum):
    """What a file is."""

    PERSON = "person"
    GARMENT = "garment"
    TRUTH = "truth"
    GARMENT_MASK = "garment_mask"
    PERSON_PARSING = "person_parsing"
    GARMENT_PARSING = "garment_parsing"
    KEYPOINTS = "keypoints"
    DENSEPOSE = "densepose"
    TRUTH_PARSING = "truth_parsing"
    TRUTH_FLOW = "truth_flow"


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One person, one garment, by the file names (without suffix) that the layout uses.

    strata: name to value, by which results are told apart, such as pose to raised.
    truth: name of the photo that shows the right answer, where the layout has one; in a paired
    set that is the person's own photo.
    """

    person: str
    garment: str
    category: Category
    split: str
    pairing: Pairing
    truth: str | None = None
    strata: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """A name for files: person_garment, plus the category where names repeat across them."""
        return f"{self.category}_{self.person}_{self.garment}"


class Source(Protocol):
    """A data set: everything the rest of the program asks of one."""

    layout: str
    root: Path

    def splits(self) -> tuple[tuple[str, Pairing], ...]:
        """The pair lists that are there."""
        ...

    def pairs(self, split: str, pairing: Pairing) -> tuple[Pair, ...]:
        """A pair list, in the file's order.  Raises InputError when there is none."""
        ...

    def path(self, pair: Pair, kind: Kind) -> Path | None:
        """Where the file is, or should be; None when the layout has no such file."""
        ...

    def required(self, kind: Kind) -> bool:
        """Whether a pair is useless without this file."""
        ...

    def person_annotation(self, pair: Pair) -> PersonAnnotation | None:
        """The person's labels from the files; None when the layout lacks them or one is missing.

        Raises InputError for a file that cannot be used.
        """
        ...

    def garment_annotation(self, pair: Pair) -> GarmentAnnotation | None:
        """The garment's labels from the files, likewise."""
        ...

    def truth_flow(self, pair: Pair) -> np.ndarray | None:
        """The true flow into the garment's picture, float32 (2, h, w) in [-1, 1], NaN where the
        garment does not show; None where there is none.  Raises InputError.
        """
        ...

    def verify(self, kind: Kind, path: Path) -> None:
        """Read a file of this kind.  Raises InputError when it cannot be used."""
        ...

    def ratio(self, pair: Pair) -> float | None:
        """Height to width of the worn over that of the flat garment, where a file says it."""
        ...
