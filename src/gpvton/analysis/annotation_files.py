"""Annotations as files that can be edited and given back.

An annotation is a JSON file and pictures beside it:

    {
      "kind": "person", "size": [1024, 768],
      "parsing": "anna_parsing.png", "silhouette": "anna_silhouette.png",
      "keypoints": {"nose": [312.5, 88.1, 0.97]},
      "view": {"facing": "front", "framing": "half", "people": 1, "parts": {"hair": 0.91}},
      "warnings": [{"kind": "joints_missing", "text": "..."}]
    }

Pictures are named relative to the JSON file.  The parsing is a palette picture (index = label),
the silhouette and a garment's mask are grey.  Points that are left out are missing.  Where the
parsing was edited, silhouette or mask follow it (`outline_after`).
"""

import json
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from gpvton.analysis.label_files import (
    read_garment_parsing,
    read_mask,
    read_person_parsing,
    write_labels,
    write_mask,
)
from gpvton.analysis.palette import GARMENT_COLOURS, PERSON_COLOURS
from gpvton.domain.annotations import (
    Facing,
    Framing,
    GarmentAnnotation,
    PersonAnnotation,
    PersonView,
)
from gpvton.domain.errors import InputError
from gpvton.domain.keypoints import KEYPOINT_COUNT, KEYPOINT_INDEX, KEYPOINT_NAMES
from gpvton.domain.labels import GarmentLabel
from gpvton.domain.notices import Notice
from gpvton.domain.parts import Category
from gpvton.domain.writing import write_bytes

_EDGE = 3
"""Pixels around a label's outline in which a soft edge may differ from the labels."""

Places = Mapping[str, Path]
"""Picture of an annotation ("parsing", "silhouette", "mask") to its file."""


def beside(path: Path, *names: str) -> dict[str, Path]:
    """The usual places of an annotation's pictures: `anna.json` -> `anna_parsing.png`."""
    return {name: path.with_name(f"{path.stem}_{name}.png") for name in names}


def write_person(path: Path, person: PersonAnnotation, places: Places | None = None) -> None:
    """Write an annotation; the JSON file is written last.  Raises OutputError."""
    places = places or beside(path, "parsing", "silhouette")
    write_labels(places["parsing"], person.parsing, PERSON_COLOURS)
    write_mask(places["silhouette"], person.silhouette)
    values = person_values(person)
    values |= {name: _relative(place, path) for name, place in places.items()}
    _write(path, {**values, "parsing_crc": zlib.crc32(person.parsing.tobytes())})


def write_garment(path: Path, garment: GarmentAnnotation, places: Places | None = None) -> None:
    """Write an annotation; the JSON file is written last.  Raises OutputError."""
    places = places or beside(path, "parsing", "mask")
    write_labels(places["parsing"], garment.parsing, GARMENT_COLOURS)
    write_mask(places["mask"], garment.mask)
    values = garment_values(garment)
    values |= {name: _relative(place, path) for name, place in places.items()}
    _write(path, {**values, "parsing_crc": zlib.crc32(garment.parsing.tobytes())})


def person_values(person: PersonAnnotation) -> dict[str, Any]:
    """Everything but the pictures, as JSON values."""
    view = person.view
    return {
        "kind": "person",
        "size": list(person.parsing.shape),
        "keypoints": {
            name: [round(float(value), 3) for value in point]
            for name, point in zip(KEYPOINT_NAMES, person.keypoints, strict=True)
            if point[2] > 0
        },
        "view": {
            "facing": str(view.facing),
            "facing_scores": {str(k): round(float(v), 3) for k, v in view.facing_scores.items()},
            "framing": str(view.framing),
            "people": view.people,
            "parts": {name: round(float(value), 3) for name, value in view.parts.items()},
        },
        "warnings": _warning_values(person.warnings),
    }


def garment_values(garment: GarmentAnnotation) -> dict[str, Any]:
    """Everything but the pictures, as JSON values."""
    return {
        "kind": "garment",
        "size": list(garment.mask.shape),
        "category": str(garment.category),
        "category_scores": {str(k): round(v, 3) for k, v in garment.category_scores.items()},
        "type": garment.type,
        "type_scores": {k: round(v, 3) for k, v in garment.type_scores.items() if v >= 0.0005},
        "side": str(garment.side),
        "pieces": garment.pieces,
        "worn": round(garment.worn, 3),
        "landmarks": {
            name: [round(float(value), 2) for value in place]
            for name, place in garment.landmarks.items()
        },
        "warnings": _warning_values(garment.warnings),
    }


def read_person(path: str | Path, size: tuple[int, int] | None = None) -> PersonAnnotation:
    """A person's annotation; size: (h, w) of the photo, where it is known.

    Raises InputError, which names the file and the field.
    """
    path = Path(path)
    values = _read(path, "person")
    parsing = read_person_parsing(_picture(path, values, "parsing"))
    _check_size(path, parsing.shape, size)
    silhouette = _outline(path, values, "silhouette", parsing, parsing > 0)
    view = _part(path, values, "view", dict)
    try:
        seen = PersonView(
            facing=Facing(view.get("facing", "unknown")),
            facing_scores={Facing(k): float(v) for k, v in view.get("facing_scores", {}).items()},
            framing=Framing(view.get("framing", "unknown")),
            people=int(view.get("people", 1)),
            parts={str(k): float(v) for k, v in view.get("parts", {}).items()},
        )
    except (TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{path}, view: {error}") from error
    return PersonAnnotation(
        parsing=parsing,
        keypoints=_keypoints(path, _part(path, values, "keypoints", dict)),
        silhouette=silhouette,
        view=seen,
        warnings=_warnings(path, values),
    )


def read_garment(path: str | Path, size: tuple[int, int] | None = None) -> GarmentAnnotation:
    """A garment's annotation; size: (h, w) of the picture, where it is known.

    Raises InputError, which names the file and the field.
    """
    path = Path(path)
    values = _read(path, "garment")
    parsing = read_garment_parsing(_picture(path, values, "parsing"))
    _check_size(path, parsing.shape, size)
    # the inner collar shows in the picture, but never when the garment is worn
    solid = (parsing > 0) & (parsing != GarmentLabel.INNER_COLLAR)
    mask = _outline(path, values, "mask", parsing, solid)
    try:
        return GarmentAnnotation(
            mask=mask,
            parsing=parsing,
            category=Category(values.get("category")),
            category_scores={
                Category(k): float(v) for k, v in values.get("category_scores", {}).items()
            },
            type_scores={str(k): float(v) for k, v in values.get("type_scores", {}).items()},
            side=Facing(values.get("side", "unknown")),
            pieces=int(values.get("pieces", 1)),
            worn=float(values.get("worn", 0.0)),
            landmarks={
                str(name): (float(x), float(y))
                for name, (x, y) in _part(path, values, "landmarks", dict).items()
            },
            warnings=_warnings(path, values),
        )
    except (TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{path}: {error}") from error


def outline_after(soft: np.ndarray, solid: np.ndarray, edge: int = _EDGE) -> np.ndarray:
    """A soft mask float32 (h, w) that follows edited labels: `solid`, bool (h, w).

    Ours: the soft values stay where they agree with the labels, and within `edge` pixels of both
    outlines; elsewhere the labels decide.
    """
    kernel = np.ones((2 * edge + 1, 2 * edge + 1), np.uint8)
    own, new = (
        cv2.morphologyEx(side.astype(np.uint8), cv2.MORPH_GRADIENT, kernel) > 0
        for side in (soft > 0.5, solid)
    )
    keep = ((soft > 0.5) == solid) | (own & new)
    return np.where(keep, soft, solid.astype(np.float32)).astype(np.float32)


def _outline(
    path: Path, values: Mapping[str, Any], name: str, parsing: np.ndarray, solid: np.ndarray
) -> np.ndarray:
    if name not in values:
        return solid.astype(np.float32)
    soft = read_mask(_picture(path, values, name))
    if soft.shape != parsing.shape:
        raise InputError(f"{path}: {name} is {soft.shape}, the parsing {parsing.shape}")
    if values.get("parsing_crc") == zlib.crc32(parsing.tobytes()):
        return soft
    return outline_after(soft, solid)


def _keypoints(path: Path, given: Mapping[str, Any]) -> np.ndarray:
    points = np.zeros((KEYPOINT_COUNT, 3), np.float32)
    for name, place in given.items():
        if name not in KEYPOINT_INDEX:
            raise InputError(f"{path}: unknown key point {name!r}, expected BODY_25's names")
        if place is None:
            continue
        try:
            row = np.array(place, np.float32)
        except (TypeError, ValueError) as error:
            raise InputError(f"{path}: keypoints.{name}: {error}") from error
        if row.shape not in ((2,), (3,)) or not np.isfinite(row).all():
            raise InputError(f"{path}: keypoints.{name} is {place}, expected [x, y, confidence]")
        points[KEYPOINT_INDEX[name]] = (*row[:2], np.clip(row[2], 0, 1) if len(row) == 3 else 1.0)
    return points


def _read(path: Path, kind: str) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"{path} is no JSON: {error}") from error
    found = values.get("kind") if isinstance(values, dict) else type(values).__name__
    if found != kind:
        raise InputError(f"{path} holds {found!r}, expected the annotation of a {kind}")
    return values


def _part(path: Path, values: Mapping[str, Any], name: str, kind: type) -> Any:
    part = values.get(name, kind())
    if not isinstance(part, kind):
        raise InputError(f"{path}: {name} is a {type(part).__name__}, expected an object")
    return part


def _picture(path: Path, values: Mapping[str, Any], name: str) -> Path:
    given = values.get(name)
    if not isinstance(given, str):
        raise InputError(f"{path}: {name} is {given!r}, expected the name of a picture")
    return path.parent / given


def _check_size(path: Path, found: tuple[int, ...], size: tuple[int, int] | None) -> None:
    if size is not None and found != tuple(size):
        raise InputError(
            f"{path} annotates a picture of {found[1]} x {found[0]} pixels, the photo has "
            f"{size[1]} x {size[0]}; give the photo that was analysed, unscaled"
        )


def _warning_values(warnings: tuple[str, ...]) -> list[dict[str, str]]:
    return [
        {**({"kind": str(w.kind)} if isinstance(w, Notice) else {}), "text": str(w)}
        for w in warnings
    ]


def _warnings(path: Path, values: Mapping[str, Any]) -> tuple[str, ...]:
    try:
        return tuple(
            Notice(entry["kind"], entry["text"]) if "kind" in entry else str(entry["text"])
            for entry in values.get("warnings", ())
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: warnings: {error!r}") from error


def _relative(place: Path, path: Path) -> str:
    return Path(os.path.relpath(place, path.parent)).as_posix()


def _write(path: Path, values: Mapping[str, Any]) -> None:
    write_bytes(path, (json.dumps(values, indent=1) + "\n").encode())
