"""Annotations written in a layout, so that `open_source` reads them back.

`vitonhd` is the row `gpvton-viton-hd`: VITON-HD's folders with the 29-label parsing, upper garments
only.  `gpvton` is the row `own`: all categories.  Both also hold `annotations/`, the same values as
files that can be edited and given back (`analysis.annotation_files`); those are written last, so
that what is there is complete.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gpvton.analysis.annotation_files import (
    read_garment,
    read_person,
    write_garment,
    write_person,
)
from gpvton.analysis.pose_files import openpose_values
from gpvton.data.sources.layouts import GPVTON_VITON_HD, OWN, PICTURES, Layout
from gpvton.data.sources.source import Kind
from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.errors import InputError, OutputError
from gpvton.domain.images import Photo
from gpvton.domain.parts import Category
from gpvton.domain.writing import make_folder, write_bytes, write_image


class WrittenLayout(StrEnum):
    """Layouts that annotations are written in."""

    VITONHD = "vitonhd"
    GPVTON = "gpvton"


_ROWS: Mapping[WrittenLayout, Layout] = {
    WrittenLayout.VITONHD: GPVTON_VITON_HD,
    WrittenLayout.GPVTON: OWN,
}
_SPLIT_FOLDERS = {WrittenLayout.VITONHD: "{split}/", WrittenLayout.GPVTON: ""}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A photo that was written: its name, the file's suffix, and for garments the category."""

    name: str
    suffix: str
    split: str = "test"
    category: Category | None = None


@dataclass(frozen=True, kw_only=True)
class LayoutWriter:
    """Writes into a folder; holds no state, so that several processes may write."""

    root: Path
    layout: WrittenLayout

    def annotation(self, kind: str, name: str, split: str) -> Path:
        """Where the editable annotation of a "person" or a "garment" lies."""
        return self._folder(split) / "annotations" / kind / f"{name}.json"

    def person(
        self, source: Path, photo: Photo, name: str, split: str, person: PersonAnnotation
    ) -> Entry:
        """Write a person's photo and annotation.  Raises OutputError."""
        suffix = self._photo(Kind.PERSON, source, photo, name, split)
        path = _ready(self.annotation("person", name, split))
        self._write_person(path, name, split, person)
        return Entry(name=name, suffix=suffix, split=split)

    def _write_person(self, path: Path, name: str, split: str, person: PersonAnnotation) -> None:
        points = self._place(Kind.KEYPOINTS, name, split, ".json")
        write_bytes(points, (json.dumps(openpose_values(person.keypoints)) + "\n").encode())
        places = {
            "parsing": self._place(Kind.PERSON_PARSING, name, split, ".png"),
            "silhouette": _ready(self._folder(split) / "person_silhouette" / f"{name}.png"),
        }
        write_person(path, person, places)

    def garment(
        self, source: Path, photo: Photo, name: str, split: str, garment: GarmentAnnotation
    ) -> Entry:
        """Write a garment's picture and annotation.

        Raises OutputError, or InputError for a category that the layout does not hold.
        """
        if self.layout is WrittenLayout.VITONHD and garment.category is not Category.UPPER:
            raise InputError(
                f"the layout vitonhd holds upper garments only, this was taken for "
                f"{garment.category}; use --layout gpvton, or --category upper if it is wrong"
            )
        suffix = self._photo(Kind.GARMENT, source, photo, name, split)
        path = _ready(self.annotation("garment", name, split))
        self._write_garment(path, name, split, garment)
        return Entry(name=name, suffix=suffix, split=split, category=garment.category)

    def _write_garment(self, path: Path, name: str, split: str, garment: GarmentAnnotation) -> None:
        mask = (
            self._place(Kind.GARMENT_MASK, name, split, ".png")
            if Kind.GARMENT_MASK in self._row.places
            else _ready(self._folder(split) / "garment_mask" / f"{name}.png")
        )
        parsing = self._place(Kind.GARMENT_PARSING, name, split, ".png")
        write_garment(path, garment, {"parsing": parsing, "mask": mask})

    def corrected(self, kind: str, name: str, split: str) -> None:
        """Bring the files of a "person" or a "garment" in line with its edited annotation.

        Raises InputError for an annotation that cannot be read.
        """
        path = self.annotation(kind, name, split)
        if kind == "garment":
            self._write_garment(path, name, split, read_garment(path))
        else:
            self._write_person(path, name, split, read_person(path))

    def finish(self, people: Sequence[Entry], garments: Sequence[Entry]) -> list[Path]:
        """Write the pair lists that are not there yet; gives those written.

        A person and a garment of one name are a pair; otherwise people and garments are dealt
        out in turn.
        """
        written = []
        for path, lines in self._lists(people, garments):
            if lines and not path.exists():
                write_bytes(path, ("\n".join(lines) + "\n").encode())
                written.append(path)
        return written

    @property
    def _row(self) -> Layout:
        return _ROWS[self.layout]

    def _folder(self, split: str) -> Path:
        return self.root / _SPLIT_FOLDERS[self.layout].format(split=split)

    def _place(self, kind: Kind, name: str, split: str, suffix: str) -> Path:
        template = self._row.places[kind].template
        return _ready(
            self.root / (template.format(split=split, person=name, garment=name) + suffix)
        )

    def _photo(self, kind: Kind, source: Path, photo: Photo, name: str, split: str) -> str:
        """Copy the photo where it does not lie there already; gives its suffix."""
        suffix = source.suffix.lower()
        if suffix not in PICTURES:
            place = self._place(kind, name, split, ".png")
            write_image(place, photo.pixels)
            return ".png"
        place = self._place(kind, name, split, source.suffix)
        if place.exists() and place.resolve() == source.resolve():
            return source.suffix
        try:
            temporary = place.with_name(f".{place.name}.tmp")
            shutil.copyfile(source, temporary)
            temporary.replace(place)
        except OSError as error:
            raise OutputError(f"{place} cannot be written: {error.strerror or error}") from error
        return source.suffix

    def _lists(
        self, people: Sequence[Entry], garments: Sequence[Entry]
    ) -> list[tuple[Path, list[str]]]:
        if self.layout is WrittenLayout.GPVTON:
            rows = [
                f"{person.name},{garment.name},{garment.category},test,unpaired"
                for person, garment in _dealt(people, garments)
            ]
            header = ["person,garment,category,split,pairing"] if rows else []
            return [(self.root / "pairs.csv", header + rows)]
        lists = []
        for entry in self._row.lists:
            wearers = [person for person in people if person.split == entry.split]
            worn = [garment for garment in garments if garment.split == entry.split]
            if entry.pairing == "paired":
                names = {garment.name: garment for garment in worn}
                pairs = [(p, names[p.name]) for p in wearers if p.name in names]
            else:
                pairs = _dealt(wearers, worn)
            lines = [f"{p.name}{p.suffix} {g.name}{g.suffix}" for p, g in pairs]
            lists.append((self.root / entry.template, lines))
        return lists


def _dealt(people: Sequence[Entry], garments: Sequence[Entry]) -> list[tuple[Entry, Entry]]:
    """Every person and every garment at least once; nobody with a garment of the own name."""
    if not people or not garments:
        return []
    same = bool({person.name for person in people} & {garment.name for garment in garments})
    shift = int(same and len(garments) > 1)
    count = max(len(people), len(garments))
    return [(people[k % len(people)], garments[(k + shift) % len(garments)]) for k in range(count)]


def _ready(path: Path) -> Path:
    """The path, its folder made."""
    make_folder(path.parent)
    return path
