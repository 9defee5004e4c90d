"""One reader for all layouts: a row of `LAYOUTS` and a root."""

from pathlib import Path

import numpy as np

from gpvton.analysis import label_files, pose_files
from gpvton.data.sources import labels
from gpvton.data.sources.annotations import garment_from_parsing, person_from_parsing
from gpvton.data.sources.layouts import LAYOUTS, OWN, Layout, PairList
from gpvton.data.sources.pair_lists import read_pairs, read_table
from gpvton.data.sources.rendered import RenderedSource
from gpvton.data.sources.source import Kind, Pair, Pairing, Source
from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.errors import InputError
from gpvton.domain.parts import Category

TABLE = "pairs.csv"
OF_TRUTH = (Kind.TRUTH, Kind.TRUTH_PARSING, Kind.TRUTH_FLOW)
RATIOS = "height_ratios.json"
"""Optional: person's name to ratio.  Ours: the authors never published their file."""


class LayoutSource:
    """A data set on disk (see `Source`)."""

    def __init__(self, root: Path, layout: Layout) -> None:
        self.root = root
        self.layout = layout.name
        self._row = layout
        self._ratios: dict[str, float] | None = None

    def splits(self) -> tuple[tuple[str, Pairing], ...]:
        """See `Source`."""
        if self._row is OWN:
            pairs = read_table(self.root / TABLE)
            return tuple(dict.fromkeys((pair.split, pair.pairing) for pair in pairs))
        present = [entry for entry in self._row.lists if self._files(entry)]
        return tuple((entry.split, entry.pairing) for entry in present)

    def fits(self) -> bool:
        """Whether the root looks like this layout: a pair list, and a folder that goes with it."""
        if self._row is OWN:
            return (self.root / TABLE).is_file()
        folders = self._row.folders or {split: None for split, _ in self.splits()}
        return bool(self.splits()) and any((self.root / name).is_dir() for name in folders)

    def pairs(self, split: str, pairing: Pairing) -> tuple[Pair, ...]:
        """See `Source`."""
        if (split, pairing) not in self.splits():
            there = ", ".join(f"{s} {p}" for s, p in self.splits()) or "none"
            raise InputError(
                f"{self.root} ({self.layout}) has no pair list {split} {pairing}; there: {there}"
            )
        if self._row is OWN:
            pairs = read_table(self.root / TABLE)
            return tuple(p for p in pairs if (p.split, p.pairing) == (split, pairing))
        entry = next(e for e in self._row.lists if (e.split, e.pairing) == (split, pairing))
        return tuple(
            pair
            for category, path in self._files(entry)
            for pair in read_pairs(path, entry, self._row, category)
        )

    def path(self, pair: Pair, kind: Kind) -> Path | None:
        """See `Source`."""
        place = self._row.places.get(kind)
        if kind == Kind.TRUTH and pair.pairing == Pairing.PAIRED and pair.truth is None:
            return self.path(pair, Kind.PERSON)
        if place is None or (kind in OF_TRUTH and pair.truth is None):
            return None
        stem = place.template.format(
            split=pair.split,
            category=self._folder(pair.category),
            person=pair.person,
            garment=pair.garment,
            truth=pair.truth,
        )
        candidates = [self.root / (stem + suffix) for suffix in place.suffixes]
        return next((path for path in candidates if path.is_file()), candidates[0])

    def required(self, kind: Kind) -> bool:
        """See `Source`."""
        place = self._row.places.get(kind)
        return place is not None and place.required

    def person_annotation(self, pair: Pair) -> PersonAnnotation | None:
        """See `Source`."""
        parsing_path = self._existing(pair, Kind.PERSON_PARSING)
        points_path = self._existing(pair, Kind.KEYPOINTS)
        if self._row.parsing is None or parsing_path is None or points_path is None:
            return None
        parsing = label_files.read_person_parsing(parsing_path)
        points = (
            pose_files.read_openpose(points_path)
            if self._row.keypoints == "openpose25"
            else pose_files.read_dresscode_keypoints(points_path, parsing.shape)
        )
        return person_from_parsing(parsing, points)

    def garment_annotation(self, pair: Pair) -> GarmentAnnotation | None:
        """See `Source`; landmarks come from the outline."""
        path = self._existing(pair, Kind.GARMENT_PARSING)
        if not self._row.garment_parsing or path is None:
            return None
        return garment_from_parsing(label_files.read_garment_parsing(path), pair.category)

    def truth_flow(self, pair: Pair) -> np.ndarray | None:
        """See `Source`."""
        path = self._existing(pair, Kind.TRUTH_FLOW)
        return None if path is None else labels.read_flow(path)

    def verify(self, kind: Kind, path: Path) -> None:
        """See `Source`."""
        if kind == Kind.KEYPOINTS:
            if self._row.keypoints == "openpose25":
                pose_files.read_openpose(path)
            else:
                pose_files.read_dresscode_keypoints(path, pose_files.DRESSCODE_KEYPOINT_SIZE)
        elif kind == Kind.GARMENT_PARSING:
            label_files.read_garment_parsing(path)
        elif kind == Kind.TRUTH_FLOW:
            labels.read_flow(path)
        elif kind == Kind.TRUTH_PARSING or (
            kind == Kind.PERSON_PARSING and self._row.parsing is not None
        ):
            label_files.read_person_parsing(path)
        elif kind == Kind.PERSON_PARSING:
            label_files.read_labels(path)
        else:
            labels.verify_picture(path)

    def ratio(self, pair: Pair) -> float | None:
        """See `Source`."""
        if self._ratios is None:
            self._ratios = labels.read_ratios(self.root / RATIOS)
        return self._ratios.get(pair.person)

    def _existing(self, pair: Pair, kind: Kind) -> Path | None:
        path = self.path(pair, kind)
        return path if path is not None and path.is_file() else None

    def _files(self, entry: PairList) -> list[tuple[Category | None, Path]]:
        """The files of a pair list that are there, with their category."""
        if "{category}" not in entry.template:
            path = self.root / entry.template
            only = None if self._row.folders else Category.UPPER
            return [(only, path)] if path.is_file() else []
        found = [
            (category, self.root / entry.template.format(category=folder))
            for folder, category in self._row.folders.items()
        ]
        return [(category, path) for category, path in found if path.is_file()]

    def _folder(self, category: Category) -> str:
        return next((f for f, c in self._row.folders.items() if c == category), "")


def open_source(root: str | Path, layout: str | None = None) -> Source:
    """The data set in a folder; the layout is recognised by its pair lists unless given.

    Raises InputError when nothing, or more than one layout, fits.
    """
    root = Path(root)
    if not root.is_dir():
        raise InputError(f"{root} is no folder; give the root of a data set")
    known: dict[str, LayoutSource | RenderedSource] = {
        name: LayoutSource(root, row) for name, row in LAYOUTS.items()
    }
    known[RenderedSource.layout] = RenderedSource(root)
    if layout is not None:
        if layout not in known:
            raise InputError(f"layout {layout!r}, expected one of {', '.join(known)}")
        return known[layout]
    fitting = [source for source in known.values() if source.fits()]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        names = ", ".join(source.layout for source in fitting)
        raise InputError(f"{root} fits the layouts {names}; say which with --layout")
    raise InputError(
        f"{root} has none of the pair lists of the layouts {', '.join(known)}; "
        "see docs/data-sets.md"
    )
