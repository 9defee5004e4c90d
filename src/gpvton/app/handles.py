"""Points to drag over a picture, and boxes to choose from: what the page's scripts draw."""

from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from gpvton.analysis.draw import draw_labels
from gpvton.analysis.palette import PERSON_COLOURS
from gpvton.analysis.people import Box
from gpvton.app.pictures import inline
from gpvton.app.room import Look
from gpvton.app.strokes import brushes, plain
from gpvton.domain.keypoints import LIMBS
from gpvton.result import TryOnResult

HERE = Path(__file__).parent
_TURNS = count()  # an equal value would not be shown again, over what was moved since
BODY_POINTS = (
    "neck", "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist",
    "right_wrist", "mid_hip", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle",
    "right_ankle",
)  # fmt: skip
"""Key points that dressing uses."""


def script(name: str) -> str:
    """A file of this folder."""
    return (HERE / name).read_text(encoding="utf-8")


def body_handles(result: TryOnResult) -> dict[str, Any]:
    """The person's points over the photo; places are shares of the picture in [0, 1]."""
    points = {
        name: None if place is None else (float(place[0]), float(place[1]))
        for name in BODY_POINTS
        for place in [result.person.annotation.point(name)]
    }
    lines = [pair for pair in LIMBS if set(pair) <= set(BODY_POINTS)]
    return _figure(result.person.photo.pixels, points, lines, "key points of the person")


def garment_handles(result: TryOnResult) -> dict[str, Any]:
    """The garment's landmarks over its picture."""
    marks = dict(result.garment.annotation.landmarks)
    pixels = result.garment.photo.on_white().pixels
    return _figure(pixels, marks, [], "landmarks of the garment")


def boxes_to_choose(pixels: np.ndarray, boxes: tuple[Box, ...]) -> dict[str, Any]:
    """People to choose from, each a box over the photo."""
    height, width = pixels.shape[:2]
    return {
        "picture": inline(pixels),
        "boxes": [
            [left / width, top / height, (right - left) / width, (bottom - top) / height]
            for left, top, right, bottom in boxes
        ],
    }


def photo_to_paint(look: Look) -> dict[str, Any]:
    """The photo, the same with its parsing, and the strokes on it so far."""
    person = look.small.person
    seen = draw_labels(person.photo.pixels, person.annotation.parsing, PERSON_COLOURS, 0.5)
    height, width = person.photo.pixels.shape[:2]
    return {
        "picture": inline(person.photo.pixels),
        "parsing": inline(seen),
        "size": [2 * width, 2 * height],
        "brushes": brushes(),
        "strokes": plain(look.strokes),
        "turn": next(_TURNS),
    }


def place_in(pixels: np.ndarray, share: Any) -> tuple[float, float] | None:
    """A place in pixels from shares that a script sent; None for a point taken away."""
    if share is None:
        return None
    height, width = pixels.shape[:2]
    x, y = (min(max(float(value), 0.0), 1.0) for value in share)
    return x * width - 0.5, y * height - 0.5


def _figure(
    pixels: np.ndarray,
    points: Mapping[str, tuple[float, float] | None],
    lines: list[tuple[str, str]],
    label: str,
) -> dict[str, Any]:
    height, width = pixels.shape[:2]
    return {
        "picture": inline(pixels),
        "label": label,
        "points": [
            {
                "name": name,
                "label": name.replace("_", " "),
                "at": None if at is None else [(at[0] + 0.5) / width, (at[1] + 0.5) / height],
            }
            for name, at in points.items()
        ],
        "lines": lines,
        "turn": next(_TURNS),
    }
