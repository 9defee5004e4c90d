"""Pictures of what was understood: label maps, skeletons, landmarks, masks, flows.

Every function takes and gives uint8 (h, w, 3) sRGB; no function changes its inputs.
"""

from collections.abc import Callable, Mapping

import cv2
import numpy as np

from gpvton.analysis.palette import (
    GARMENT_COLOURS,
    PART_COLOURS,
    PERSON_COLOURS,
    Colour,
    garment_name,
    person_name,
)
from gpvton.analysis.sheet import Legend, Panel, panel_row
from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.keypoints import KEYPOINT_INDEX, KEYPOINT_NAMES, LIMBS
from gpvton.domain.parts import PART_TABLE, Category

DRAWING_HEIGHT = 900
"""Pictures are brought to this height before lines are drawn, so that lines stay legible."""

_SURENESS = ((0.3, (211, 47, 47)), (0.6, (253, 216, 53)), (0.95, (56, 142, 60)))
_LEFT, _RIGHT, _CENTRE = (64, 196, 255), (255, 112, 67), (255, 238, 88)


def draw_person(pixels: np.ndarray, person: PersonAnnotation) -> np.ndarray:
    """The photo, its parsing with a legend, its skeleton and how sure of it, side by side."""
    labels = draw_labels(pixels, person.parsing, PERSON_COLOURS)
    skeleton = draw_skeleton(pixels, person.keypoints)
    found = int((person.keypoints[:, 2] > 0).sum())
    parts = person.view.parts
    legend = tuple(
        (f"{name} {parts[key]:.2f}" if (key := name.replace(" ", "_")) in parts else name, colour)
        for name, colour in _legend(person.parsing, PERSON_COLOURS, person_name)
    )
    sure = person.view.confidence
    return panel_row(
        [
            Panel(pixels=pixels, caption=_seen(person)),
            Panel(pixels=labels, caption="parsing", legend=legend),
            Panel(
                pixels=skeleton,
                caption=f"key points: {found} of {len(KEYPOINT_NAMES)}",
                legend=(("wearer's left", _LEFT), ("wearer's right", _RIGHT)),
            ),
            *([] if sure is None else [_sure_panel(pixels, person.silhouette, sure)]),
        ],
        notes=person.warnings,
    )


def draw_garment(pixels: np.ndarray, garment: GarmentAnnotation) -> np.ndarray:
    """The picture, its mask, and its parsing with landmarks, side by side."""
    labels = draw_labels(pixels, garment.parsing, GARMENT_COLOURS)
    return panel_row(
        [
            Panel(pixels=pixels, caption="garment"),
            Panel(
                pixels=cut_out_on_checker(pixels, garment.mask),
                caption=", ".join(_named(garment)),
            ),
            Panel(
                pixels=draw_landmarks(labels, garment.landmarks, DRAWING_HEIGHT / pixels.shape[0]),
                caption="parts and landmarks",
                legend=_legend(garment.parsing, GARMENT_COLOURS, garment_name),
            ),
        ],
        notes=garment.warnings,
    )


def draw_confidence(
    pixels: np.ndarray, silhouette: np.ndarray, confidence: np.ndarray
) -> np.ndarray:
    """How sure the parsing of the person is: red below a half, yellow, green towards one.

    silhouette, confidence: [0, 1], over the photo at any size.
    """
    small, _ = _resized(pixels)
    size = (small.shape[1], small.shape[0])
    sure = cv2.resize(confidence.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    weight = 0.75 * cv2.resize(silhouette.astype(np.float32), size)[..., None].clip(0, 1)
    steps = [level for level, _ in _SURENESS]
    colours = np.array([colour for _, colour in _SURENESS], np.float32)
    painted = np.dstack([np.interp(sure, steps, channel) for channel in colours.T])
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)[..., None]
    light = 0.5 + 0.5 * grey / 255
    faded = 255 - (255 - grey) * 0.35
    return np.clip(painted * light * weight + faded * (1 - weight), 0, 255).astype(np.uint8)


def draw_labels(
    pixels: np.ndarray,
    parsing: np.ndarray,
    colours: Mapping[int, Colour],
    strength: float = 0.72,
) -> np.ndarray:
    """Labels laid over the faded picture, a thin light line between them."""
    small, _ = _resized(pixels)
    labels = _labels_resized(parsing, small.shape)
    table = np.full((256, 3), 255, np.float32)
    for label, colour in colours.items():
        table[label] = colour
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)[..., None]
    light = 0.55 + 0.45 * grey / 255  # keeps folds and faces readable under the colour
    painted = table[labels] * light * strength + small * (1 - strength)
    faded = 255 - (255 - grey) * 0.35
    out = np.where((labels > 0)[..., None], painted, faded)
    out[_borders(labels)] = 255
    return np.clip(out, 0, 255).astype(np.uint8)


def draw_skeleton(pixels: np.ndarray, keypoints: np.ndarray, minimum: float = 0.1) -> np.ndarray:
    """Bones and joints over the faded picture; unsure points are drawn thinner."""
    small, scale = _resized(pixels)
    canvas = (255 - (255 - small.astype(np.float32)) * 0.55).astype(np.uint8)
    points = {
        name: (keypoints[index, :2] + 0.5) * scale - 0.5
        for name, index in KEYPOINT_INDEX.items()
        if keypoints[index, 2] >= minimum
    }
    width = max(2, round(small.shape[0] / 220))
    for first, second in LIMBS:
        if first in points and second in points:
            colour = _side_colour(second)
            sure = min(keypoints[KEYPOINT_INDEX[n], 2] for n in (first, second)) >= 0.4
            _line(canvas, points[first], points[second], (40, 40, 40), width + 2)
            _line(canvas, points[first], points[second], colour, width if sure else 1)
    for name, point in points.items():
        small_point = name.endswith(("eye", "ear", "toe", "heel"))
        _dot(canvas, point, _side_colour(name), round(width * (0.9 if small_point else 1.5)))
    return canvas


def draw_landmarks(
    pixels: np.ndarray, landmarks: Mapping[str, tuple[float, float]], scale: float = 1.0
) -> np.ndarray:
    """Landmarks as dots; `scale` is pixels of this picture per landmark pixel."""
    canvas = pixels.copy()
    radius = max(3, round(canvas.shape[0] / 160))
    for name, place in landmarks.items():
        point = (np.array(place, np.float32) + 0.5) * scale - 0.5
        _dot(canvas, point, _side_colour(name), radius)
    return canvas


def cut_out_on_checker(pixels: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """What the mask keeps, on a light checkerboard; `mask` is float (h, w) in [0, 1]."""
    small, _ = _resized(pixels)
    alpha = cv2.resize(mask.astype(np.float32), small.shape[1::-1], interpolation=cv2.INTER_AREA)
    rows, columns = np.indices(alpha.shape) // max(8, small.shape[0] // 48)
    checker = np.where((rows + columns) % 2, 238, 250).astype(np.float32)[..., None]
    return (small * alpha[..., None] + checker * (1 - alpha[..., None])).astype(np.uint8)


def draw_mask(pixels: np.ndarray, mask: np.ndarray, colour: Colour = (216, 27, 96)) -> np.ndarray:
    """A bool or [0, 1] mask (h, w) laid over the faded picture."""
    small, _ = _resized(pixels)
    alpha = cv2.resize(mask.astype(np.float32), small.shape[1::-1], interpolation=cv2.INTER_AREA)
    faded = 255 - (255 - small.astype(np.float32)) * 0.5
    weight = 0.6 * alpha[..., None]
    return (faded * (1 - weight) + np.array(colour, np.float32) * weight).astype(np.uint8)


def draw_flow(flow: np.ndarray, parsing: np.ndarray, category: Category) -> np.ndarray:
    """A checkerboard of the garment's picture, carried by the flow onto the person.

    flow: float32 (3, 2, h, w) in [-1, 1].  parsing: uint8, the person parsing over the same
    frame at any size; it says which part shows where.
    """
    height, width = flow.shape[-2:]
    labels = cv2.resize(parsing, (width, height), interpolation=cv2.INTER_NEAREST)
    out = np.full((height, width, 3), 255, np.uint8)
    for index, worn in enumerate(PART_TABLE[category].worn):
        shown = np.isin(labels, [int(label) for label in worn])
        cells = np.floor((flow[index] + 1) * 16).astype(np.int64)
        dark = (cells[0] + cells[1]) % 2 == 1
        colour = np.array(PART_COLOURS[index], np.float32)
        out[shown & dark] = colour.astype(np.uint8)
        out[shown & ~dark] = (255 - (255 - colour) * 0.25).astype(np.uint8)
    return _resized(out)[0]


def _named(garment: GarmentAnnotation) -> list[str]:
    """What it is in words: category, type with its probability, side, worn or not."""
    words = [str(garment.category)]
    if garment.type is not None:
        words.append(f"{garment.type} {garment.type_scores[garment.type]:.2f}")
    if garment.side != "unknown":
        words.append(f"its {garment.side}")
    return [*words, "worn by somebody" if garment.worn > 0.5 else "lying flat or hanging"]


def _seen(person: PersonAnnotation) -> str:
    """What the view says, in words: facing, framing and other people."""
    view = person.view
    words = [str(v) for v in (view.facing, view.framing) if v != "unknown"]
    others = [f"{view.people} people"] if view.people > 1 else []
    return ", ".join(["photo", *words, *others])


def _sure_panel(pixels: np.ndarray, silhouette: np.ndarray, sure: np.ndarray) -> Panel:
    legend = tuple((f"{level:.2f}", colour) for level, colour in reversed(_SURENESS))
    drawn = draw_confidence(pixels, silhouette, sure)
    return Panel(pixels=drawn, caption="confidence of the parsing", legend=legend)


def _resized(pixels: np.ndarray) -> tuple[np.ndarray, float]:
    """A copy at the drawing height, and its scale."""
    scale = DRAWING_HEIGHT / pixels.shape[0]
    width = max(1, round(pixels.shape[1] * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(pixels, (width, DRAWING_HEIGHT), interpolation=how), scale


def _labels_resized(parsing: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    return cv2.resize(parsing, (shape[1], shape[0]), interpolation=cv2.INTER_NEAREST)


def _borders(labels: np.ndarray) -> np.ndarray:
    lines = np.zeros(labels.shape, bool)
    lines[:, 1:] |= labels[:, 1:] != labels[:, :-1]
    lines[1:] |= labels[1:] != labels[:-1]
    return lines


def _legend(
    parsing: np.ndarray, colours: Mapping[int, Colour], name: Callable[[int], str]
) -> Legend:
    counts = np.bincount(parsing.ravel(), minlength=256)
    shown = [label for label in colours if label and counts[label] > 0.0005 * parsing.size]
    return tuple((name(label), colours[label]) for label in sorted(shown, key=lambda k: -counts[k]))


def _side_colour(name: str) -> Colour:
    words = name.split("_")
    return _LEFT if "left" in words else _RIGHT if "right" in words else _CENTRE


def _line(canvas: np.ndarray, a: np.ndarray, b: np.ndarray, colour: Colour, width: int) -> None:
    ends = [tuple(round(float(v) * 16) for v in point) for point in (a, b)]
    cv2.line(canvas, ends[0], ends[1], colour, width, cv2.LINE_AA, shift=4)


def _dot(canvas: np.ndarray, point: np.ndarray, colour: Colour, radius: int) -> None:
    centre = tuple(round(float(v) * 16) for v in point)
    cv2.circle(canvas, centre, (radius + 1) * 16, (40, 40, 40), -1, cv2.LINE_AA, shift=4)
    cv2.circle(canvas, centre, radius * 16, colour, -1, cv2.LINE_AA, shift=4)
