"""Photos named on the command line, folders among them, as a list of what to analyse."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gpvton.cli import options
from gpvton.domain.errors import InputError

SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".avif", ".heic"}
)
DRAWING = "_analysis.png"
"""How a drawing's name ends; folders are read without them."""
PERSON_FOLDERS = frozenset({"image", "images", "people", "person", "persons"})
GARMENT_FOLDERS = frozenset({"cloth", "clothes", "garment", "garments"})
SPLITS = ("train", "test")


class Kind(StrEnum):
    """What a photo is looked at as."""

    AUTO = "auto"
    PERSON = "person"
    GARMENT = "garment"


@dataclass(frozen=True, kw_only=True)
class Job:
    """A photo to analyse, under which name and as what."""

    photo: Path
    name: str
    kind: Kind = Kind.AUTO
    split: str = "test"


def list_jobs(given: list[Path], kind: Kind) -> list[Job]:
    """The photos, those of folders in the order of their names; names are made unique.

    A folder with `train` or `test` and `image` and `cloth` in it (VITON-HD), or with `people` and
    `garments`, is read by those folders, and they say what a photo is looked at as.
    Raises InputError for a folder without photos.
    """
    found: list[tuple[Path, Kind, str]] = []
    for path in given:
        if path.is_dir():
            inside = _in_folder(path)
            if not inside:
                raise InputError(f"{path} holds no photos ({', '.join(sorted(SUFFIXES))})")
            found += inside
        else:
            found.append((path, Kind.AUTO, "test"))
    found = [(p, k if kind is Kind.AUTO else kind, split) for p, k, split in found]
    groups: dict[tuple[Kind, str], list[int]] = {}
    for index, (_, seen_as, split) in enumerate(found):
        groups.setdefault((seen_as, split), []).append(index)
    names = [""] * len(found)
    for indices in groups.values():
        stems = ["_".join(found[i][0].stem.split()) for i in indices]
        for index, name in zip(indices, options.unique(stems), strict=True):
            names[index] = name
    return [
        Job(photo=p, name=name, kind=k, split=split)
        for (p, k, split), name in zip(found, names, strict=True)
    ]


def _in_folder(root: Path) -> list[tuple[Path, Kind, str]]:
    roots = [*((split, root / split) for split in SPLITS), ("test", root)]
    known = PERSON_FOLDERS | GARMENT_FOLDERS
    if not any((folder / name).is_dir() for _, folder in roots for name in known):
        return [(photo, Kind.AUTO, "test") for photo in _pictures(root, deep=True)]
    found = []
    for split, folder in roots:
        for names, kind in ((PERSON_FOLDERS, Kind.PERSON), (GARMENT_FOLDERS, Kind.GARMENT)):
            for name in sorted(names):
                found += [(photo, kind, split) for photo in _pictures(folder / name)]
    return found


def _pictures(folder: Path, deep: bool = False) -> list[Path]:
    if not folder.is_dir():
        return []
    paths = folder.rglob("*") if deep else folder.iterdir()
    return sorted(
        path
        for path in paths
        if path.suffix.lower() in SUFFIXES
        and path.is_file()
        and not path.name.startswith(".")
        and not path.name.endswith(DRAWING)
    )
