"""Results in a folder: which file belongs to which pair."""

from pathlib import Path

from gpvton.data.sources.source import Pair
from gpvton.domain.errors import InputError

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")


def find_result(folder: Path, pair: Pair) -> Path:
    """The file named PERSON_GARMENT, CATEGORY_PERSON_GARMENT or PERSON.  Raises InputError."""
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder; give the folder of the results")
    stems = (f"{pair.person}_{pair.garment}", pair.name, pair.person)
    for stem in stems:
        for suffix in SUFFIXES:
            path = folder / (stem + suffix)
            if path.is_file():
                return path
    raise InputError(
        f"{folder} has no result for {pair.name}; expected a file "
        f"{', '.join(stems)} ({', '.join(SUFFIXES)})"
    )
