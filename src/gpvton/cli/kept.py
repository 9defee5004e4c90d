"""What an earlier `gpvton analyze --layout` left: taken over; corrections by hand are never lost.

Beside every annotation lies a record of what it was made from and of what was written, so that an
annotation that was edited since is told from one that only is old.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gpvton.domain.errors import InputError


@dataclass(frozen=True, kw_only=True)
class Kept:
    """An annotation's entry.  edited: by hand, at some time; fresh: since the last run."""

    entry: dict[str, Any]
    edited: bool = False
    fresh: bool = False


def remember(
    annotation: Path,
    photo: Path,
    choices: Sequence[str],
    entry: dict[str, Any],
    edited: bool = False,
) -> None:
    """Write the record of an annotation that has just been written.  Raises OutputError.

    choices: what beside the photo decides it.
    """
    from gpvton.domain.writing import write_bytes

    record = {
        "photo": _digest([photo]),
        "choices": list(choices),
        "written": _written(annotation),
        "edited": edited,
        "entry": entry,
    }
    write_bytes(_record(annotation), (json.dumps(record) + "\n").encode())


def kept(annotation: Path, photo: Path, choices: Sequence[str]) -> Kept | None:
    """What is there of the same photo and choices, or was corrected by hand; None where it is to
    be made anew.

    Raises InputError where it was corrected, and the photo is another one now.
    """
    record = _read(annotation)
    if record is None:
        return None
    fresh = record["written"] != _written(annotation)
    edited = fresh or bool(record["edited"])
    same = record["photo"] == _digest([photo])
    if edited and not same:
        raise InputError(
            f"{annotation} was edited by hand, but {photo} is another photo now; delete the "
            "annotation to have it made anew"
        )
    if not edited and not (same and record["choices"] == list(choices)):
        return None
    return Kept(entry=record["entry"], edited=edited, fresh=fresh)


def _read(annotation: Path) -> dict[str, Any] | None:
    try:
        record = json.loads(_record(annotation).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    known = {"photo", "choices", "written", "edited", "entry"}
    return record if annotation.is_file() and set(record) == known else None


def _record(annotation: Path) -> Path:
    return annotation.with_suffix(".made")


def _written(annotation: Path) -> str:
    """Of the annotation's file and the pictures that it names."""
    try:
        values = json.loads(annotation.read_text(encoding="utf-8"))
        named = [values.get(name) for name in ("parsing", "silhouette", "mask")]
    except (OSError, ValueError, AttributeError):
        named = []
    pictures = [annotation.parent / name for name in named if isinstance(name, str)]
    return _digest([annotation, *pictures])


def _digest(files: Sequence[Path]) -> str:
    content = hashlib.sha256()
    for path in files:
        try:
            content.update(hashlib.sha256(path.read_bytes()).digest())
        except OSError:
            content.update(b"unreadable")
    return content.hexdigest()
