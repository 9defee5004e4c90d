"""Rendered pairs: one person wearing A and wearing B, so that "A's wearer in B" has a true answer.

The layout that `gpvton synthesize` writes: `pairs.txt` (number category difficulty) and a folder
`pairs/NUMBER` with person_a.jpg, flat_a.jpg, parsing_a.png, flat_parsing_a.png, flow_a.png, all of
it for b too, and keypoints.json.
"""

from pathlib import Path

import cv2
import numpy as np

from gpvton.analysis import label_files, pose_files
from gpvton.data.sources import labels
from gpvton.data.sources.annotations import garment_from_parsing, person_from_parsing
from gpvton.data.sources.source import Kind, Pair, Pairing
from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.errors import InputError
from gpvton.domain.parts import Category
from gpvton.geometry.flow import flow_from_pixels

LIST = "pairs.txt"
_FLOW_SHIFT, _FLOW_SCALE = 128.0, 32.0
_FILES = {
    Kind.PERSON: "person_{person}.jpg",
    Kind.GARMENT: "flat_{garment}.jpg",
    Kind.PERSON_PARSING: "parsing_{person}.png",
    Kind.GARMENT_PARSING: "flat_parsing_{garment}.png",
    Kind.KEYPOINTS: "keypoints.json",
    Kind.TRUTH: "person_{garment}.jpg",
    Kind.TRUTH_PARSING: "parsing_{garment}.png",
    Kind.TRUTH_FLOW: "flow_{garment}.png",
}


class RenderedSource:
    """Rendered pairs on disk (see `Source`); unpaired is A's wearer in B, with the truth."""

    layout = "rendered"

    def __init__(self, root: Path) -> None:
        self.root = root

    def splits(self) -> tuple[tuple[str, Pairing], ...]:
        """See `Source`."""
        there = (self.root / LIST).is_file() and (self.root / "pairs").is_dir()
        return (("test", Pairing.UNPAIRED), ("test", Pairing.PAIRED)) if there else ()

    def fits(self) -> bool:
        """Whether the root looks like this layout."""
        return bool(self.splits())

    def pairs(self, split: str, pairing: Pairing) -> tuple[Pair, ...]:
        """See `Source`."""
        if (split, pairing) not in self.splits():
            raise InputError(f"{self.root} (rendered) has no pair list {split} {pairing}")
        lines = (self.root / LIST).read_text(encoding="utf-8").splitlines()
        return tuple(
            _pair(line, pairing, f"{self.root / LIST}, line {number}")
            for number, line in enumerate(lines, start=1)
            if line.strip()
        )

    def path(self, pair: Pair, kind: Kind) -> Path | None:
        """See `Source`."""
        if kind not in _FILES:
            return None
        number, person = pair.person.split("_")
        garment = pair.garment.split("_")[1]
        name = _FILES[kind].format(person=person, garment=garment)
        return self.root / "pairs" / number / name

    def required(self, kind: Kind) -> bool:
        """See `Source`: every file is written, so none may be missing."""
        return kind in _FILES

    def verify(self, kind: Kind, path: Path) -> None:
        """See `Source`."""
        readers = {
            Kind.PERSON_PARSING: label_files.read_person_parsing,
            Kind.TRUTH_PARSING: label_files.read_person_parsing,
            Kind.GARMENT_PARSING: label_files.read_garment_parsing,
            Kind.KEYPOINTS: pose_files.read_openpose,
            Kind.TRUTH_FLOW: read_flow_picture,
        }
        readers.get(kind, labels.verify_picture)(path)

    def ratio(self, pair: Pair) -> float | None:
        """See `Source`; not stored."""
        return None

    def person_annotation(self, pair: Pair) -> PersonAnnotation | None:
        """See `Source`."""
        parsing, points = self.path(pair, Kind.PERSON_PARSING), self.path(pair, Kind.KEYPOINTS)
        assert parsing is not None and points is not None
        return person_from_parsing(
            label_files.read_person_parsing(parsing), pose_files.read_openpose(points)
        )

    def garment_annotation(self, pair: Pair) -> GarmentAnnotation | None:
        """See `Source`."""
        path = self.path(pair, Kind.GARMENT_PARSING)
        assert path is not None
        return garment_from_parsing(label_files.read_garment_parsing(path), pair.category)

    def truth_flow(self, pair: Pair) -> np.ndarray | None:
        """See `Source`."""
        path = self.path(pair, Kind.TRUTH_FLOW)
        assert path is not None
        return read_flow_picture(path)


def read_flow_picture(path: Path) -> np.ndarray:
    """A 16-bit picture of a flow: float32 (2, h, w) in [-1, 1], NaN where the garment is not seen.

    Red and green are the place in the flat picture, (pixel + 128) * 32; blue is 0 where the garment
    is not seen.  Raises InputError.
    """
    stored = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if stored is None or stored.dtype != np.uint16 or stored.ndim != 3:
        raise InputError(f"{path} is no flow picture (16-bit PNG with three channels)")
    place = stored[:, :, [2, 1]].transpose(2, 0, 1).astype(np.float32) / _FLOW_SCALE - _FLOW_SHIFT
    height, width = stored.shape[:2]
    flow = flow_from_pixels(place, (height, width))
    return np.where(stored[None, :, :, 0] > 0, flow, np.nan).astype(np.float32)


def _pair(line: str, pairing: Pairing, where: str) -> Pair:
    words = line.split()
    if len(words) != 3 or words[1] not in set(Category):
        raise InputError(f"{where}: {line!r}, expected: number category difficulty")
    number, category, difficulty = words
    other = "a" if pairing == Pairing.PAIRED else "b"
    return Pair(
        person=f"{number}_a",
        garment=f"{number}_{other}",
        category=Category(category),
        split="test",
        pairing=pairing,
        truth=f"{number}_{other}",
        strata={"difficulty": difficulty},
    )
