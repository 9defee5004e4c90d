"""People framed around one garment, packed into memory-mapped arrays: training decodes nothing.

One entry is a photo seen for one category.  Colour variants of one photograph, and the two outfits
of a rendered person, share a group: each may stand for the photo in which another is to be worn.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from gpvton.conditions.frame import Frame
from gpvton.conditions.generation import region_frame
from gpvton.conditions.palms import palm_mask
from gpvton.conditions.preserve import agnostic_region
from gpvton.conditions.skin import skin_colours
from gpvton.domain.annotations import PersonAnnotation
from gpvton.domain.errors import InputError
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import PART_TABLE, Category
from gpvton.geometry.body import body_from

SIZE = (352, 264)
"""Height and width of an entry."""
AROUND = 1.15
"""An entry shows so many times the region's box, for random crops."""
CATEGORIES = tuple(Category)
SKIN_NAMES = ("left_arm", "right_arm", "left_leg", "right_leg", "neck", "face")

_FIELDS = {
    "pixels": ((*SIZE, 3), np.uint8),
    "parsing": (SIZE, np.uint8),
    "front": (SIZE, np.bool_),
    "garment": ((*SIZE, 4), np.uint8),
    "keypoints": ((25, 3), np.float32),
    "skin": ((2, len(SKIN_NAMES), 3), np.float32),
    "facts": ((3,), np.int32),
}


@dataclass(frozen=True, kw_only=True)
class GeneratorEntry:
    """A person framed around a garment.  All maps have the size `SIZE`.

    name: unique.  group: entries of one group show the same person, pose and frame.
    pixels: uint8 (h, w, 3).  parsing: uint8 (h, w), 29 labels.  front: bool (h, w), what lies over
    the garment.  garment: uint8 (h, w, 4), the flat garment warped by the true flow, straight
    alpha; all 0 where the worn garment itself is to be taken from the photo.
    keypoints: float32 (25, 3) in pixels of the entry.  skin: float32 (2, 6, 3), `SKIN_NAMES`, from
    all skin and from face and neck alone; NaN where none shows.
    """

    name: str
    group: str
    category: Category
    pixels: np.ndarray
    parsing: np.ndarray
    front: np.ndarray
    garment: np.ndarray
    keypoints: np.ndarray
    skin: np.ndarray


def framed_entry(
    name: str,
    group: str,
    pixels: np.ndarray,
    person: PersonAnnotation,
    category: Category,
    *,
    frame: Frame | None = None,
    garment: np.ndarray | None = None,
) -> GeneratorEntry:
    """Cut an entry out of a photo.

    frame: by default `entry_frame`.  garment: uint8 (h, w, 4) of the photo's size.
    Raises PersonError when the person has no torso.
    """
    body = body_from(person)
    frame = frame or entry_frame(person, category)
    front = np.isin(person.parsing, tuple(PART_TABLE[category].front))
    front |= palm_mask(person.parsing, body)
    keypoints = person.keypoints.copy()
    keypoints[:, :2] = frame.points(keypoints[:, :2])
    keypoints[person.keypoints[:, 2] == 0] = 0
    shown = garment if garment is not None else np.zeros((*pixels.shape[:2], 4), np.uint8)
    return GeneratorEntry(
        name=name,
        group=group,
        category=category,
        pixels=frame.cut(pixels, fill=None),
        parsing=frame.cut(person.parsing, labels=True, fill=None),
        front=frame.cut(front.astype(np.uint8), labels=True, fill=None) > 0,
        garment=frame.cut(shown, fill=None),
        keypoints=keypoints.astype(np.float32),
        skin=np.stack([_skin(pixels, person.parsing), _face_skin(pixels, person.parsing)]),
    )


def entry_frame(person: PersonAnnotation, category: Category) -> Frame:
    """Around the region that a garment of the category may change."""
    region = agnostic_region(person.parsing, body_from(person), category)
    return region_frame(region & _near(person.parsing), SIZE, AROUND)


def _near(parsing: np.ndarray) -> np.ndarray:
    """The person and a little around: capsules of wrongly placed joints do not widen the frame."""
    size = max(parsing.shape[0] // 20, 1)
    return cv2.dilate((parsing > 0).astype(np.uint8), np.ones((size, size), np.uint8)) > 0


def _skin(pixels: np.ndarray, parsing: np.ndarray) -> np.ndarray:
    found = skin_colours(pixels, parsing)
    none = np.full(3, np.nan, np.float32)
    return np.stack([found.get(name, none) for name in SKIN_NAMES])


def _face_skin(pixels: np.ndarray, parsing: np.ndarray) -> np.ndarray:
    return _skin(pixels, np.where(np.isin(parsing, (P.FACE, P.NECK)), parsing, 0))


def write_shard(folder: Path, entries: Iterable[GeneratorEntry], capacity: int) -> int:
    """Write up to `capacity` entries as one shard; how many there were.

    A shard is a folder of `.npy` files and `index.json`; the latter is written last, so a folder
    without it is unfinished.
    """
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {
        name: np.lib.format.open_memmap(
            folder / f"{name}.npy", mode="w+", dtype=dtype, shape=(capacity, *shape)
        )
        for name, (shape, dtype) in _FIELDS.items()
    }
    names: list[str] = []
    groups: dict[str, int] = {}
    for index, entry in enumerate(entries):
        if index >= capacity:
            raise InputError(f"more than {capacity} entries for {folder}: raise its capacity")
        for name in ("pixels", "parsing", "front", "garment", "keypoints", "skin"):
            arrays[name][index] = getattr(entry, name)
        group = groups.setdefault(entry.group, len(groups))
        arrays["facts"][index] = (CATEGORIES.index(entry.category), group, 0)
        names.append(entry.name)
    for array in arrays.values():
        array.flush()
    temporary = folder / "index.json.part"
    temporary.write_text(json.dumps({"names": names}))
    temporary.replace(folder / "index.json")
    return len(names)


class GeneratorShards:
    """Entries of one or several shards by number, read through memory maps."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._shards: list[dict[str, np.ndarray]] = []
        self.names: list[str] = []
        self._places: list[tuple[int, int]] = []
        for folder in folders:
            if not (folder / "index.json").is_file():
                raise InputError(f"{folder} holds no finished shard; pack it again")
            names = json.loads((folder / "index.json").read_text())["names"]
            arrays = {n: np.load(folder / f"{n}.npy", mmap_mode="r") for n in _FIELDS}
            self._places += [(len(self._shards), index) for index in range(len(names))]
            self._shards.append(arrays)
            self.names += names
        self.groups = self._grouped()

    def __len__(self) -> int:
        return len(self.names)

    def field(self, name: str, index: int) -> np.ndarray:
        """One array of an entry, of `GeneratorEntry`."""
        shard, row = self._places[index]
        return self._shards[shard][name][row]

    def category(self, index: int) -> Category:
        """What the entry is framed for."""
        return CATEGORIES[int(self.field("facts", index)[0])]

    def group(self, index: int) -> list[int]:
        """Numbers of all entries of the same person, pose and frame, itself among them."""
        return self.groups[self._key(index)]

    def _key(self, index: int) -> tuple[int, int]:
        return self._places[index][0], int(self.field("facts", index)[1])

    def _grouped(self) -> dict[tuple[int, int], list[int]]:
        found: dict[tuple[int, int], list[int]] = {}
        for index in range(len(self._places)):
            found.setdefault(self._key(index), []).append(index)
        return found

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self)))
