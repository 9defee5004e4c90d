"""Components of the page that Gradio has not, drawn by small scripts of our own."""

import html
from typing import Any

import gradio as gr

from gpvton.app.handles import script

_COMPARE = """<div class="compare" hidden>
<img class="before" alt="before: the photo"><img class="after" alt="">
<span class="edge-knob" aria-hidden="true">&#8596;</span>
<span class="tag first" aria-hidden="true">before</span>
<span class="tag second" aria-hidden="true">after</span>
<input type="range" min="0" max="100" value="35" aria-label="edge between before and after">
</div><p class="for-readers" role="status"></p>"""


def compare() -> gr.HTML:
    """Before and after with a slider; value {before, after, alt}, before null where it stays.

    Gradio's own image slider cannot be moved with the keyboard.
    """
    return gr.HTML(None, html_template=_COMPARE, js_on_load=script("compare.js"), elem_id="compare")


def handles(name: str) -> gr.HTML:
    """Points to drag; its `input` event carries {moved: {name: place or null}}."""
    template = '<div class="stage"></div><p class="note" aria-live="polite"></p>'
    return gr.HTML(None, html_template=template, js_on_load=script("handles.js"), elem_id=name)


_PAINTER = """<div class="tools">
<label>Brush <select></select></label>
<label>Width <input type="range" min="1" max="15" value="4" step="1"></label>
<button type="button" disabled>Undo stroke</button>
<button type="button" disabled>Remove all paint</button>
</div><div class="stage"></div><p class="note" aria-live="polite"></p>"""


def painter(name: str) -> gr.HTML:
    """A photo to paint on with named brushes; its `input` event carries {strokes}.

    Gradio's own image editor knows colours but no names, and cannot be used with the keyboard.
    """
    return gr.HTML(None, html_template=_PAINTER, js_on_load=script("painter.js"), elem_id=name)


def boxes() -> gr.HTML:
    """People to choose from; its `select` event carries {index}."""
    return gr.HTML(
        None,
        html_template='<div class="stage"></div>',
        js_on_load=script("boxes.js"),
        elem_id="people",
    )


def message(text: str) -> Any:
    """Something that went wrong, or a hint, in words; empty text hides it."""
    body = f'<div class="message" role="alert">{html.escape(text)}</div>' if text else ""
    return gr.update(value=body, visible=bool(text))
