"""Strokes painted over the photo by hand: what must stay, what gives way, what something is."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np

from gpvton.analysis.palette import PERSON_COLOURS
from gpvton.domain.errors import InputError
from gpvton.domain.labels import PersonLabel
from gpvton.refine.adjustments import UNCHANGED

KEEP, FREE, RUBBER = "keep", "free", "rubber"
_MASKS = {
    KEEP: ("stays as in the photo", (22, 163, 74)),
    FREE: ("gives way to the garment", (236, 72, 153)),
    RUBBER: ("rubber, takes paint away", (0, 0, 0)),
}
_LABELS = {label.name.lower(): int(label) for label in PersonLabel}
_WIDEST, _MOST_PLACES = 0.5, 4000


@dataclass(frozen=True, kw_only=True)
class Stroke:
    """One stroke of a brush.

    brush: `KEEP`, `FREE`, `RUBBER`, or the name of a `PersonLabel` in small letters.  width: share
    of the picture's longer side.  path: places as shares of width and height, in [0, 1].

    Raises InputError.
    """

    brush: str
    width: float
    path: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        if self.brush not in _MASKS and self.brush not in _LABELS:
            raise InputError(f"no brush is called {self.brush!r}, expected one of {_names()}")
        if not 0.0 < self.width <= _WIDEST:
            raise InputError(f"the brush is {self.width} wide, expected more than 0, to {_WIDEST}")
        if not 0 < len(self.path) <= _MOST_PLACES or not np.isfinite(self.path).all():
            raise InputError(f"a stroke has {len(self.path)} places, expected 1 to {_MOST_PLACES}")


def strokes_from(values: Iterable[dict[str, Any]]) -> tuple[Stroke, ...]:
    """From what the page's script sends.  Raises InputError."""
    try:
        return tuple(
            Stroke(
                brush=str(value["brush"]),
                width=float(value["width"]),
                path=tuple((float(x), float(y)) for x, y in value["path"]),
            )
            for value in values
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"strokes cannot be read: {error!r}") from error


def painted(strokes: Sequence[Stroke], size: tuple[int, int]) -> dict[str, np.ndarray | None]:
    """The fields keep, free and parsing of `Adjustments`, at `size` (height, width).

    Later strokes lie over earlier ones; None where nothing of a kind is painted.
    """
    keep, free = np.zeros(size, bool), np.zeros(size, bool)
    parsing = np.full(size, UNCHANGED, np.uint8)
    for stroke in strokes:
        where = _drawn(stroke, size)
        if stroke.brush in _LABELS:
            parsing[where] = _LABELS[stroke.brush]
            continue
        keep[where], free[where] = stroke.brush == KEEP, stroke.brush == FREE
        if stroke.brush == RUBBER:
            parsing[where] = UNCHANGED
    return {
        "keep": keep if keep.any() else None,
        "free": free if free.any() else None,
        "parsing": parsing if (parsing != UNCHANGED).any() else None,
    }


def _drawn(stroke: Stroke, size: tuple[int, int]) -> np.ndarray:
    """Where a stroke covers a picture: bool (h, w)."""
    height, width = size
    canvas = np.zeros(size, np.uint8)
    places = np.clip(np.array(stroke.path), 0.0, 1.0) * (width, height) - 0.5
    thick = max(round(stroke.width * max(size)), 1)
    line = np.rint(places).astype(np.int32)
    cv2.polylines(canvas, [line.reshape(-1, 1, 2)], False, 1, thick)
    for x, y in line[[0, -1]].tolist():
        cv2.circle(canvas, (x, y), thick // 2, 1, cv2.FILLED)
    return canvas.astype(bool)


def brushes() -> list[dict[str, str]]:
    """All brushes with their names and colours, for the page's script."""
    found = [
        {"name": name, "label": label, "colour": _hex(colour), "group": "Mask"}
        for name, (label, colour) in _MASKS.items()
    ]
    for name, label in _LABELS.items():
        words = name.replace("_", " ")
        colour = _hex(PERSON_COLOURS[label])
        found.append({"name": name, "label": words, "colour": colour, "group": "This is"})
    return found


def plain(strokes: Sequence[Stroke]) -> list[dict[str, Any]]:
    """As the page's script takes them."""
    return [asdict(stroke) for stroke in strokes]


def _hex(colour: Sequence[int]) -> str:
    return "#" + "".join(f"{value:02x}" for value in colour)


def _names() -> str:
    return ", ".join([*_MASKS, *_LABELS])
