"""What the page says and shows of a visit: values of the domain to values of components."""

from typing import Any

import gradio as gr
import numpy as np

from gpvton.analysis.draw import draw_flow, draw_garment, draw_mask, draw_person
from gpvton.app.pictures import inline, within
from gpvton.app.room import SHOWN, Look, Visit
from gpvton.domain.errors import GpvtonError
from gpvton.domain.parts import PART_TABLE

_THUMB = 240


def spoken(error: GpvtonError) -> str:
    """An error as a sentence."""
    text = str(error)
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def compared(look: Look | None, pixels: np.ndarray | None = None) -> Any:
    """The value of `parts.compare`."""
    if look is None:
        return None
    after = look.shown.image if pixels is None else pixels
    return {
        "before": look.before,
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
    pixels = result.person.photo.pixels
    return [
        (draw_person(pixels, result.person.annotation), "the person: parsing and key points"),
        (
            draw_garment(result.garment.photo.pixels, result.garment.annotation),
            "the garment: mask, parts and landmarks",
        ),
        (draw_flow(result.flow, crop, result.category), "the flow: the garment's grid, as worn"),
        (draw_mask(pixels, result.preserve_mask, (56, 142, 60)), "green: what must stay"),
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
