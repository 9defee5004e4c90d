"""Pair lists: the text files of published data sets, and our table."""

import csv
from collections.abc import Mapping
from pathlib import Path

from gpvton.data.sources.layouts import Layout, PairList
from gpvton.data.sources.source import Pair, Pairing
from gpvton.domain.errors import InputError
from gpvton.domain.parts import Category

_COLUMNS = ("split", "pairing", "person", "garment", "category", "truth")
_NUMBERED = {"0": Category.UPPER, "1": Category.LOWER, "2": Category.DRESS}


def read_pairs(
    path: Path, entry: PairList, layout: Layout, category: Category | None
) -> list[Pair]:
    """The pairs of a text file; `category` is that of its folder, None where a word says it.

    Raises InputError with the line's number.
    """
    pairs = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        words = line.split()
        if not words:
            continue
        if len(words) < 2:
            raise InputError(f"{path}, line {number}: {line!r}, expected: person garment")
        person = _name(words[0], layout.person_ending)
        garment = person if entry.own else _name(words[1], layout.garment_ending)
        pairs.append(
            Pair(
                person=person,
                garment=garment,
                category=category or _category(words[2:], layout.folders, path, number),
                split=entry.split,
                pairing=entry.pairing,
            )
        )
    return pairs


def read_table(path: Path) -> list[Pair]:
    """The pairs of our `pairs.csv`.

    Columns: person, garment, category; optional split (test), pairing (unpaired) and truth; every
    other column is a stratum.  Raises InputError with the line's number.
    """
    if not path.is_file():
        raise InputError(f"there is no {path}; it lists the pairs (see docs/data-sets.md)")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream)
        missing = {"person", "garment", "category"} - set(rows.fieldnames or ())
        if missing:
            raise InputError(f"{path} lacks the columns {', '.join(sorted(missing))}")
        return [_table_pair(row, path, rows.line_num) for row in rows]


def _table_pair(row: Mapping[str, str | None], path: Path, number: int) -> Pair:
    values = {name: (value or "").strip() for name, value in row.items() if name is not None}
    try:
        category = Category(values["category"])
        pairing = Pairing(values.get("pairing") or Pairing.UNPAIRED)
    except ValueError as error:
        raise InputError(f"{path}, line {number}: {error}") from None
    if not values["person"] or not values["garment"]:
        raise InputError(f"{path}, line {number}: person and garment must be named")
    return Pair(
        person=values["person"],
        garment=values["garment"],
        category=category,
        split=values.get("split") or "test",
        pairing=pairing,
        truth=values.get("truth") or None,
        strata={n: v for n, v in values.items() if n not in _COLUMNS and v},
    )


def _category(
    words: list[str], folders: Mapping[str, Category], path: Path, number: int
) -> Category:
    known = {**_NUMBERED, **folders}
    for word in words:
        if word in known:
            return known[word]
    raise InputError(
        f"{path}, line {number}: no category after person and garment, expected one of "
        f"{', '.join(folders)}"
    )


def _name(word: str, ending: str) -> str:
    """A file name's stem without the ending that says what it shows."""
    stem = Path(word).stem
    return stem[: -len(ending)] if ending and stem.endswith(ending) else stem
