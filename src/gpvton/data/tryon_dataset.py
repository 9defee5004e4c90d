"""The one data set class: any source, loaded pair by pair, missing labels made by the analysts."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gpvton.analysis.label_files import read_labels, read_person_parsing
from gpvton.conditions.published import DENSEPOSE_LABELS
from gpvton.data.sources.source import Kind, Pair, Pairing, Source
from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.errors import InputError
from gpvton.domain.images import Photo, read_photo

PersonAnalyse = Callable[[np.ndarray], PersonAnnotation]
GarmentAnalyse = Callable[[np.ndarray, np.ndarray | None], GarmentAnnotation]


@dataclass(frozen=True, kw_only=True)
class TryOnSample:
    """A pair, loaded.

    person_annotation, garment_annotation: from the files, else from the analysts, else None.
    truth: the photo of the person wearing the garment, None where there is none.
    truth_parsing: uint8 (h, w), person parsing of the truth.  truth_flow: float32 (2, h, w) in
    [-1, 1] into the garment's picture, NaN where the garment does not show.  densepose: uint8
    (h, w), labels 0..24 of the person, None where there are none (`densepose_labels`).
    """

    pair: Pair
    person: Photo
    garment: Photo
    truth: Photo | None
    person_annotation: PersonAnnotation | None
    garment_annotation: GarmentAnnotation | None
    truth_parsing: np.ndarray | None = None
    truth_flow: np.ndarray | None = None
    densepose: np.ndarray | None = None


class TryOnDataset:
    """Pairs of a source, by number; fits `torch.utils.data.DataLoader`, but needs no torch.

    analyse_person, analyse_garment: make the labels that the files lack, or all of the inputs'
    when `labels` is "analyst" (the truth's come from files in any case).  An item depends on its
    number alone.
    """

    def __init__(
        self,
        source: Source,
        split: str,
        pairing: Pairing,
        *,
        analyse_person: PersonAnalyse | None = None,
        analyse_garment: GarmentAnalyse | None = None,
        labels: str = "files",
    ) -> None:
        if labels not in ("files", "analyst"):
            raise InputError(f"labels from {labels!r}, expected files or analyst")
        self.labels = labels
        self.source = source
        self.pairs = source.pairs(split, pairing)
        self._analyse_person = analyse_person
        self._analyse_garment = analyse_garment

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, index: int) -> TryOnSample:
        return self.load(self.pairs[index])

    def load(self, pair: Pair) -> TryOnSample:
        """Any pair of the source.  Raises InputError for a file that is missing or broken."""
        person = self._photo(pair, Kind.PERSON).on_white()
        garment = self._photo(pair, Kind.GARMENT)
        truth = self._file(pair, Kind.TRUTH)
        stored = self.labels == "files"
        person_annotation = self.source.person_annotation(pair) if stored else None
        garment_annotation = self.source.garment_annotation(pair) if stored else None
        if person_annotation is not None:
            _check_size(pair, "person", person, person_annotation.parsing)
        elif self._analyse_person is not None:
            person_annotation = self._analyse_person(person.pixels)
        if garment_annotation is not None:
            _check_size(pair, "garment", garment, garment_annotation.parsing)
        elif self._analyse_garment is not None:
            garment_annotation = self._analyse_garment(garment.pixels, garment.alpha)
        return TryOnSample(
            pair=pair,
            person=person,
            garment=garment,
            truth=read_photo(truth).on_white() if truth is not None else None,
            person_annotation=person_annotation,
            garment_annotation=garment_annotation,
            truth_parsing=self._truth_parsing(pair, person_annotation),
            truth_flow=self.source.truth_flow(pair),
            densepose=densepose_labels(self.source, pair),
        )

    def _truth_parsing(self, pair: Pair, person: PersonAnnotation | None) -> np.ndarray | None:
        """From its file, from the person's own labels, or from the analyst."""
        path = self._file(pair, Kind.TRUTH_PARSING)
        if path is not None:
            return read_person_parsing(path)
        truth = self._file(pair, Kind.TRUTH)
        if truth is not None and truth == self._file(pair, Kind.PERSON):
            return person.parsing if person is not None else None
        if truth is None or self._analyse_person is None:
            return None
        return self._analyse_person(read_photo(truth).on_white().pixels).parsing

    def _file(self, pair: Pair, kind: Kind) -> Path | None:
        """The file, None when the layout has none or it is not there."""
        path = self.source.path(pair, kind)
        return path if path is not None and path.is_file() else None

    def _photo(self, pair: Pair, kind: Kind) -> Photo:
        path = self.source.path(pair, kind)
        if path is None or not path.is_file():
            raise InputError(f"{path} is missing; `gpvton data check` names all that is")
        return read_photo(path)


def densepose_labels(source: Source, pair: Pair) -> np.ndarray | None:
    """DensePose's label map, uint8 (h, w), 0..24; None where there is none, or one in colours."""
    path = source.path(pair, Kind.DENSEPOSE)
    if path is None or not path.is_file():
        return None
    try:
        labels = read_labels(path)
    except InputError:
        return None  # rendered in colours, as VITON-HD publishes it: no labels
    return labels if labels.max() < DENSEPOSE_LABELS else None


def _check_size(pair: Pair, what: str, photo: Photo, labels: np.ndarray) -> None:
    if labels.shape != photo.size:
        raise InputError(
            f"{pair.name}: the {what}'s labels are {labels.shape}, its photo {photo.size}; "
            "resize the labels (nearest) to the photo"
        )
