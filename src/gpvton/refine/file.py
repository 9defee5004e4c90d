"""Adjustments as a JSON file; masks are pictures beside it.

    {
      "keypoints": {"left_elbow": [412, 380], "right_wrist": null},
      "landmarks": {"hem_left": [300, 910]},
      "parsing": "labels.png", "keep": "keep.png", "free": "free.png",
      "hem_length": 0.85, "sleeve_length": 0.5,
      "tuck": "in", "in_front_of": ["hair", "bag"]
    }

Every field may be left out.  `keep` and `free` are set where the picture is not black; `parsing` is
a grey picture of labels 0..28, 255 where nothing changes.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from gpvton.domain.errors import InputError
from gpvton.domain.writing import write_bytes, write_image
from gpvton.refine.adjustments import Adjustments, Tuck

_NAMES = tuple(field.name for field in fields(Adjustments))
_PICTURES = ("parsing", "keep", "free")


def read_adjustments(path: str | Path) -> Adjustments:
    """From a JSON file as described above.

    Raises InputError, which names the file and the field.
    """
    path = Path(path)
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"{path} is no JSON: {error}") from error
    try:
        return adjustments_from(values, path.parent)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def adjustments_from(values: Any, folder: Path) -> Adjustments:
    """From the values of a JSON object; pictures are looked for in `folder`.

    Raises InputError, which names the field.
    """
    if not isinstance(values, Mapping):
        raise InputError(f"the file holds {_kind(values)}, expected an object of adjustments")
    unknown = [name for name in values if name not in _NAMES]
    if unknown:
        raise InputError(f"unknown field {unknown[0]!r}, expected some of {', '.join(_NAMES)}")
    read: dict[str, Callable[[str, Any], Any]] = {
        "keypoints": lambda name, value: _places(name, value, missing=True),
        "landmarks": lambda name, value: _places(name, value, missing=False),
        "parsing": lambda name, value: _picture(name, value, folder),
        "keep": lambda name, value: _picture(name, value, folder) > 0,
        "free": lambda name, value: _picture(name, value, folder) > 0,
        "hem_length": _number,
        "sleeve_length": _number,
        "tuck": _tuck,
        "in_front_of": _names,
    }
    return Adjustments(**{name: read[name](name, value) for name, value in values.items()})


def write_adjustments(path: str | Path, wanted: Adjustments) -> list[Path]:
    """Write the file, and the pictures that it names beside it; gives all of them.

    Raises OutputError.
    """
    path = Path(path)
    blank = Adjustments()
    values: dict[str, Any] = {}
    written = []
    for name in _NAMES:
        value = getattr(wanted, name)
        if value is None or (name not in _PICTURES and value == getattr(blank, name)):
            continue
        if name in _PICTURES:
            picture = path.with_name(f"{path.stem}-{name}.png")
            pixels = value.astype(np.uint8) * (255 if value.dtype == bool else 1)
            write_image(picture, pixels)
            written.append(picture)
            value = picture.name
        values[name] = _plain(value)
    write_bytes(path, (json.dumps(values, indent=2) + "\n").encode())
    return [path, *written]


def _plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return {key: place and [float(v) for v in place] for key, place in value.items()}
    return value


def _places(name: str, value: Any, missing: bool) -> dict[str, tuple[float, float] | None]:
    if not isinstance(value, Mapping):
        raise InputError(f"{name} is {_kind(value)}, expected an object of names and [x, y]")
    places: dict[str, tuple[float, float] | None] = {}
    for key, place in value.items():
        if place is None and missing:
            places[key] = None
        elif isinstance(place, list) and len(place) == 2 and all(map(_is_number, place)):
            places[key] = (float(place[0]), float(place[1]))
        else:
            raise InputError(f"{name}.{key} is {json.dumps(place)}, expected [x, y] in pixels")
    return places


def _picture(name: str, value: Any, folder: Path) -> np.ndarray:
    if not isinstance(value, str):
        raise InputError(f"{name} is {_kind(value)}, expected the name of a picture")
    try:
        with Image.open(folder / value) as picture:
            return np.array(picture.convert("L"))
    except (OSError, UnidentifiedImageError) as error:
        raise InputError(f"{name}: cannot read {folder / value}: {error}") from error


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(name: str, value: Any) -> float:
    if not _is_number(value):
        raise InputError(f"{name} is {json.dumps(value)}, expected a number")
    return float(value)


def _tuck(name: str, value: Any) -> Tuck:
    if value not in tuple(Tuck):
        raise InputError(f"{name} is {json.dumps(value)}, expected one of {', '.join(Tuck)}")
    return Tuck(value)


def _names(name: str, value: Any) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise InputError(f"{name} is {json.dumps(value)}, expected a list of names")
    return frozenset(value)


def _kind(value: Any) -> str:
    kinds = {"NoneType": "null", "str": "text", "dict": "an object", "list": "a list"}
    return kinds.get(type(value).__name__, f"the value {value!r}")
