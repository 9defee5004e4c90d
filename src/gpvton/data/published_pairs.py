"""Training pairs of the published networks: VITON-HD, DressCode and GP-VTON's layouts, framed.

Everything is brought to one size (white around it where the shape differs), as the authors' data
are.  Labels that the files lack are made by the analysts once and kept.
"""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gpvton.conditions.body_parts import body_part_map
from gpvton.conditions.frame import Frame, frame_around
from gpvton.conditions.published import ParsingClasses
from gpvton.data.sources.source import Pair, Pairing, Source
from gpvton.data.tryon_dataset import (
    GarmentAnalyse,
    PersonAnalyse,
    TryOnDataset,
    TryOnSample,
    densepose_labels,
)
from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.errors import InputError
from gpvton.domain.labels import GarmentLabel
from gpvton.domain.parts import PART_TABLE, Category
from gpvton.domain.writing import make_folder, write_bytes
from gpvton.geometry.body import body_from


@dataclass(frozen=True, kw_only=True)
class PublishedPair:
    """A person wearing a garment, and that garment flat, h x w.

    picture: uint8 (h, w, 3).  person: its annotation.  densepose: uint8 (h, w), 0..24.
    garment: float32 (3, h, w) in [-1, 1], 0 outside the parts.  garment_parsing: uint8 (h, w).
    part_masks: bool (3, h, w).  ratio: of `data.truncation_ratio` from a file, or None.
    """

    pair: Pair
    picture: np.ndarray
    person: PersonAnnotation
    densepose: np.ndarray
    garment: np.ndarray
    garment_parsing: np.ndarray
    part_masks: np.ndarray
    ratio: float | None


class PublishedPairs:
    """The paired list of a source, by default the one for training, by number.

    classes: of the form; pairs of categories that it does not know are refused.  DensePose is read
    where the source has label maps of it (0..24), else our body-part map stands in: see
    `has_densepose`.
    """

    def __init__(
        self,
        source: Source,
        classes: ParsingClasses,
        size: tuple[int, int],
        *,
        split: str = "train",
        analyse_person: PersonAnalyse | None = None,
        analyse_garment: GarmentAnalyse | None = None,
    ) -> None:
        self._reader = TryOnDataset(
            source,
            split,
            Pairing.PAIRED,
            analyse_person=analyse_person,
            analyse_garment=analyse_garment,
        )
        self.source, self.size = source, size
        self.pairs = self._reader.pairs
        if not self.pairs:
            raise InputError(f"{source.root}: the {split} list is empty")
        unknown = {pair.category for pair in self.pairs} - set(classes.parts)
        if unknown:
            raise InputError(
                f"{source.root} has garments of category {', '.join(sorted(unknown))}, which this "
                "recipe does not know; use dresscode-published"
            )
        self.has_densepose = densepose_labels(source, self.pairs[0]) is not None

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, index: int) -> PublishedPair:
        """Raises InputError for a file that is missing or broken."""
        pair = self.pairs[index]
        sample = self._reader.load(pair)
        if sample.person_annotation is None or sample.garment_annotation is None:
            raise InputError(f"{pair.name}: no labels; give analysts to make them")
        frame = _frame(sample.person.size, self.size)
        person = _framed(sample.person_annotation, frame)
        garment, parsing, masks = _framed_garment(
            sample.garment.on_white().pixels,
            sample.garment_annotation,
            pair.category,
            self.size,
        )
        return PublishedPair(
            pair=pair,
            picture=frame.cut(sample.person.pixels, fill=255),
            person=person,
            densepose=self._densepose(sample, person, frame),
            garment=garment,
            garment_parsing=parsing,
            part_masks=masks,
            ratio=self.source.ratio(pair),
        )

    def _densepose(self, sample: TryOnSample, person: PersonAnnotation, frame: Frame) -> np.ndarray:
        if not self.has_densepose:
            return body_part_map(body_from(person), *self.size)
        if sample.densepose is None:
            raise InputError(
                f"{sample.pair.name}: no DensePose label map, which other pairs have; "
                "gpvton data check names what is missing"
            )
        return frame.cut(sample.densepose, labels=True)


def kept_analysis(analyse: PersonAnalyse, folder: Path) -> PersonAnalyse:
    """The analyst, asked once per photo: answers are kept in `folder`."""

    def ask(pixels: np.ndarray) -> PersonAnnotation:
        def make() -> dict[str, np.ndarray]:
            found = analyse(pixels)
            return {
                "parsing": found.parsing,
                "keypoints": found.keypoints,
                "silhouette": found.silhouette.astype(np.float16),
            }

        arrays = _kept(folder, pixels, make)
        return PersonAnnotation(
            parsing=arrays["parsing"],
            keypoints=arrays["keypoints"],
            silhouette=arrays["silhouette"].astype(np.float32),
        )

    return ask


def kept_garment_analysis(analyse: GarmentAnalyse, folder: Path) -> GarmentAnalyse:
    """The same for garments."""

    def ask(pixels: np.ndarray, alpha: np.ndarray | None) -> GarmentAnnotation:
        def make() -> dict[str, np.ndarray]:
            found = analyse(pixels, alpha)
            marks = found.landmarks
            return {
                "parsing": found.parsing,
                "mask": found.mask.astype(np.float16),
                "category": np.array(str(found.category)),
                "names": np.array(list(marks), dtype=np.str_),
                "places": np.array(list(marks.values()), np.float32).reshape(-1, 2),
            }

        arrays = _kept(folder, pixels, make)
        names, places = arrays["names"].tolist(), arrays["places"].tolist()
        return GarmentAnnotation(
            mask=arrays["mask"].astype(np.float32),
            parsing=arrays["parsing"],
            category=Category(str(arrays["category"])),
            landmarks={n: (float(x), float(y)) for n, (x, y) in zip(names, places, strict=True)},
        )

    return ask


def _kept(
    folder: Path, pixels: np.ndarray, make: Callable[[], dict[str, np.ndarray]]
) -> dict[str, np.ndarray]:
    key = hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()[:24]
    path = folder / f"{key}.npz"
    if not path.is_file():
        stream = io.BytesIO()
        np.savez_compressed(stream, **make())  # type: ignore[arg-type]
        make_folder(folder)
        write_bytes(path, stream.getvalue())
    with np.load(path, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def _frame(photo: tuple[int, int], size: tuple[int, int]) -> Frame:
    """The whole photo, (h, w), in a frame of `size`."""
    return frame_around(np.zeros(2) - 0.5, np.array([photo[1], photo[0]]) - 0.5, size)


def _framed(person: PersonAnnotation, frame: Frame) -> PersonAnnotation:
    points = person.keypoints.copy()
    found = points[:, 2] > 0
    points[found, :2] = frame.points(points[found, :2])
    return replace(
        person,
        parsing=frame.cut(person.parsing, labels=True),
        silhouette=frame.cut(person.silhouette),
        keypoints=points.astype(np.float32),
    )


def _framed_garment(
    pixels: np.ndarray, garment: GarmentAnnotation, category: Category, size: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Picture (3, h, w), parsing (h, w) and part masks (3, h, w) in a frame of `size`."""
    frame = _frame(garment.mask.shape, size)
    parsing = frame.cut(garment.parsing, labels=True)
    mask = (frame.cut(garment.mask) > 0.5) & (parsing != GarmentLabel.INNER_COLLAR)
    parts = np.stack([np.isin(parsing, tuple(row)) & mask for row in PART_TABLE[category].flat])
    picture = (frame.cut(pixels, fill=255).transpose(2, 0, 1) / 127.5 - 1) * mask
    return picture.astype(np.float32), parsing, parts
