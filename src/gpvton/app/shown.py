"""What the page says and shows of a visit: values of the domain to values of components."""

from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np

from gpvton.analysis.draw import (
    draw_flow,
    draw_labels,
    draw_landmarks,
    draw_mask,
    draw_skeleton,
)
from gpvton.analysis.palette import GARMENT_COLOURS, PERSON_COLOURS
from gpvton.app.pictures import inline, within
from gpvton.app.room import SHOWN, Look, Visit
from gpvton.domain.errors import GpvtonError
from gpvton.domain.parts import PART_TABLE

_THUMB = 240


def spoken(error: GpvtonError, file: Any = None) -> str:
    """An error as a sentence; `file` is named without the folder that holds uploads."""
    text = str(error)
    if isinstance(file, str | Path):
        text = text.replace(str(file), Path(file).name)
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def spoken_of(error: GpvtonError, file: str) -> str:
    """The same, where it has to say which of several files is meant."""
    text, name = spoken(error, file), Path(file).stem
    return text if name.lower() in text.lower() else f"{name}: {text}"


def compared(look: Look | None, pixels: np.ndarray | None = None, *, photo: bool = True) -> Any:
    """The value of `parts.compare`; without `photo` the page keeps the one that it shows."""
    if look is None:
        return None
    after = look.shown.image if pixels is None else pixels
    return {
        "before": look.before if photo else None,
        "after": inline(within(after, SHOWN)),
        "alt": f"after: the person in {look.name.replace('-', ' ')}, an edited picture",
    }


def facts(look: Look | None, warnings: tuple[str, ...] = ()) -> str:
    """What is to be said of a look, as Markdown."""
    if look is None:
        return ""
    lines = ["An edited picture; the downloaded file says so."]
    return "\n".join(lines + [f"- {text}" for text in warnings or look.shown.warnings])


def thumb(look: Look) -> tuple[np.ndarray, str]:
    """A small picture and its caption, for a gallery."""
    return within(look.shown.image, _THUMB), look.name.replace("-", " ")


def steps(result: Any) -> list[tuple[np.ndarray, str]]:
    """What was understood: pictures and captions."""
    left, top, right, bottom = result.dressed.box
    crop = result.parsing[top:bottom, left:right]
    pixels, person = result.person.photo.pixels, result.person.annotation
    flat, garment = result.garment.photo.on_white().pixels, result.garment.annotation
    parts = draw_labels(flat, garment.parsing, GARMENT_COLOURS)
    return [
        (draw_labels(pixels, person.parsing, PERSON_COLOURS), "what is what on the person"),
        (draw_skeleton(pixels, person.keypoints), "key points; blue is the wearer's left"),
        (draw_mask(pixels, result.preserve_mask, (56, 142, 60)), "green: what must stay"),
        (
            draw_landmarks(parts, garment.landmarks, parts.shape[0] / flat.shape[0]),
            "the garment's parts and landmarks",
        ),
        (draw_flow(result.flow, crop, result.category), "the flow: its grid, as worn"),
    ]


def tuck(look: Look) -> Any:
    """The tuck control, as far as it means something for the garment."""
    row = PART_TABLE[look.result.category]
    label = "The hem: a dress is worn over everything, so nothing is tucked in"
    if row.tuckable:
        label = "The top's hem"
    elif row.takes_in:
        label = "The hem of the top worn with it"
    there = row.tuckable or row.takes_in
    return gr.update(value=str(look.wanted.tuck), label=label, interactive=there)


def has_sleeves(look: Look) -> bool:
    """Whether the garment has sleeves."""
    row = PART_TABLE[look.result.category]
    labels = tuple(row.flat[0] | row.flat[2])
    return "sleeve" in row.motion and bool(
        np.isin(look.result.garment.annotation.parsing, labels).any()
    )


def scaled(visit: Visit, pixels: np.ndarray) -> Any:
    """The boxes of a visit's people in pixels of the picture that is shown."""
    scale = min(1.0, SHOWN / max(pixels.shape[:2]))
    return tuple(tuple(round(value * scale) for value in box) for box in visit.people)
