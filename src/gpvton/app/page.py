"""The page: what is where, and what happens on which event."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from gpvton.app import events as on
from gpvton.app import parts
from gpvton.app.handles import script
from gpvton.app.room import Visit, sample_garments, sample_people
from gpvton.domain.fit import COVERABLE, LONGEST, SHORTEST
from gpvton.pipeline import TryOn

TITLE = "gpvton fitting room"
CATEGORIES = [
    ("as it looks", "auto"),
    ("top", "upper"),
    ("trousers or skirt", "lower"),
    ("dress", "dress"),
]
_CONSENT = """## Before you begin

Use photos of yourself, or of people who have given their permission.
Results are marked as edited: the downloaded file says so, and by which software.
Photos stay on this computer: nothing is sent to anybody, and nothing is kept when you close it.
"""


_TO_THE_ROOM = """() => {
const heading = document.querySelector('#room h2');
if (heading) { heading.tabIndex = -1; heading.focus({ preventScroll: true }); }
}"""
"""Where the focus goes when the notice that had it is gone."""


@dataclass(frozen=True, kw_only=True)
class Refinery:
    """The controls of the refinement."""

    hem: gr.Slider
    sleeve: gr.Slider
    tuck: gr.Radio
    over: gr.CheckboxGroup
    body: gr.HTML
    garment: gr.HTML
    paint: gr.HTML
    reset: gr.Button

    def all(self) -> list[Any]:
        """What shows the wishes, in the order of `events.refinery_values`."""
        return [self.hem, self.sleeve, self.tuck, self.over, self.body, self.garment, self.paint]


def build(try_on: TryOn) -> gr.Blocks:
    """The page around a pipeline; launch it with `serve`."""
    with gr.Blocks(title=TITLE, analytics_enabled=False, delete_cache=(600, 3600)) as page:
        visit = gr.State(Visit())
        gr.Markdown("# Fitting room\nA photo of a person, a picture of a garment: see it worn.")
        with gr.Column(elem_id="consent") as consent:
            gr.Markdown(_CONSENT)
            agree = gr.Button("I understand, begin", variant="primary", elem_id="agree")
        with gr.Column(visible=False, elem_id="room") as room:
            inputs = _inputs()
            said = gr.HTML("", visible=False, elem_id="said")
            results = _results()
        agree.click(
            lambda: (gr.update(visible=False), gr.update(visible=True)),
            outputs=[consent, room],
            **on.QUIET,
        ).then(None, js=_TO_THE_ROOM, **on.QUIET)
        _connect(try_on, visit, said, inputs, results)
        page.load(None, js=script("names.js"), **on.QUIET)
    return page


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What goes in."""

    person: gr.Image
    samples: gr.Gallery
    people: gr.HTML
    people_box: gr.Column
    said: gr.HTML
    garments: gr.Gallery
    garment_samples: gr.Gallery
    category: gr.Radio
    go: gr.Button


@dataclass(frozen=True, kw_only=True)
class Results:
    """What comes out."""

    block: gr.Column
    compare: gr.HTML
    facts: gr.Markdown
    category: gr.Radio
    download: gr.DownloadButton
    wishes: gr.DownloadButton
    grid: gr.Gallery
    steps: gr.Gallery
    refinery: Refinery
    past: gr.Accordion
    history: gr.Gallery


def _inputs() -> Inputs:
    with gr.Row():
        with gr.Column(min_width=300):
            gr.Markdown("## 1. Person")
            person = gr.Image(
                label="Photo of one person, from the front",
                type="filepath",
                sources=["upload", "webcam", "clipboard"],
                height=360,
                elem_id="person",
                buttons=[],
            )
            said = gr.HTML("", visible=False, elem_id="said-person")
            with gr.Column(visible=False) as people_box:
                people = parts.boxes()
            samples = _samples("Or one of these people", sample_people(), "sample-people")
        with gr.Column(min_width=300):
            gr.Markdown("## 2. Garments")
            garments = gr.Gallery(
                label="Garments, lying flat or hanging",
                type="filepath",
                sources=["upload", "clipboard"],
                file_types=["image"],
                height=360,
                columns=3,
                object_fit="contain",
                interactive=True,
                elem_id="garments",
                buttons=[],
            )
            garment_samples = _samples(
                "Or some of these garments", sample_garments(), "sample-garments"
            )
    category = gr.Radio(CATEGORIES, value="auto", label="What the garments are")
    go = gr.Button("Try on", variant="primary", size="lg", elem_id="go")
    return Inputs(
        person=person, samples=samples, people=people, people_box=people_box, said=said,
        garments=garments, garment_samples=garment_samples, category=category, go=go,
    )  # fmt: skip


def _samples(label: str, files: list[str], name: str) -> gr.Gallery:
    gr.Markdown(label)
    return gr.Gallery(
        [(file, Path(file).stem.replace("-", " ")) for file in files],
        label=label,
        show_label=False,
        columns=5,
        height="auto",
        object_fit="contain",
        allow_preview=False,
        interactive=False,
        elem_id=name,
        elem_classes="samples",
        buttons=[],
    )


def _looks(label: str, name: str) -> gr.Gallery:
    """Small results to choose from."""
    return gr.Gallery(
        label=label, height="auto", object_fit="contain", allow_preview=False, interactive=False,
        elem_id=name, elem_classes="looks", buttons=[], visible=name != "grid",
    )  # fmt: skip


def _results() -> Results:
    with gr.Column(visible=False, elem_id="results") as block:
        gr.Markdown("## 3. Result")
        with gr.Row():
            with gr.Column(scale=3, min_width=300):
                compare = parts.compare()
                grid = _looks("All garments tried: choose one to look at", "grid")
                facts = gr.Markdown(elem_id="facts")
                with gr.Row():
                    download = gr.DownloadButton(
                        "Download the picture", variant="primary", elem_id="download"
                    )
                    wishes = gr.DownloadButton("Download the corrections", elem_id="wishes")
                category = gr.Radio(
                    CATEGORIES[1:], label="The garment was taken for", elem_id="category"
                )
            with gr.Column(scale=2, min_width=300):
                refinery = _refinery()
        with gr.Accordion("What was understood", open=False, elem_id="understood"):
            steps = gr.Gallery(
                label="Person, garment, flow, and what is kept", columns=2, height="auto",
                object_fit="contain", interactive=False, elem_id="steps", buttons=["fullscreen"],
            )  # fmt: skip
    with gr.Accordion("History of this visit", open=False, visible=False, elem_id="past") as past:
        history = _looks("Earlier results: choose one to bring it back", "history")
    return Results(
        block=block, compare=compare, facts=facts, category=category, download=download,
        wishes=wishes, grid=grid, steps=steps, refinery=refinery, past=past, history=history,
    )  # fmt: skip


def _refinery() -> Refinery:
    gr.Markdown("## 4. Correct it")
    hem = gr.Slider(
        SHORTEST, LONGEST, 1.0, step=0.05, label="Length to the hem, 1 is as it is", elem_id="hem",
        info="The pattern keeps its size; where cloth is missing it is mirrored.",
    )  # fmt: skip
    sleeve = gr.Slider(
        SHORTEST, LONGEST, 1.0, step=0.05, label="Length of the sleeves, 1 is as it is",
        elem_id="sleeve",
    )  # fmt: skip
    tuck = gr.Radio(
        [("as in the photo", "auto"), ("tucked in", "in"), ("over it", "out")],
        value="auto",
        label="The top's hem",
        elem_id="tuck",
    )
    over = gr.CheckboxGroup(list(COVERABLE), label="The garment goes in front of", elem_id="over")
    with gr.Tabs():
        with gr.Tab("Body points", elem_id="body-tab"):
            gr.Markdown("Drag a point, or use the arrow keys; Delete takes it away.")
            body = parts.handles("body-handles")
        with gr.Tab("Garment points", elem_id="garment-tab"):
            gr.Markdown("Drag a point to where it belongs on the garment.")
            garment = parts.handles("garment-handles")
        with gr.Tab("Paint", elem_id="paint-tab"):
            gr.Markdown("Paint what must stay, what gives way, or what something really is.")
            paint = parts.painter("paint")
    reset = gr.Button("Undo all corrections", elem_id="reset")
    return Refinery(
        hem=hem, sleeve=sleeve, tuck=tuck, over=over, body=body, garment=garment, paint=paint,
        reset=reset,
    )  # fmt: skip


def _connect(
    try_on: TryOn, visit: gr.State, said: gr.HTML, inputs: Inputs, results: Results
) -> None:
    """Which event does what."""
    tools, act = results.refinery, on.Events(try_on)
    inputs.samples.select(act.pick_person, outputs=[inputs.person], **on.QUIET)
    inputs.garment_samples.select(
        act.pick_garment, [inputs.garments], [inputs.garments], **on.QUIET
    )
    greeting = [visit, inputs.said, inputs.people_box, inputs.people, results.block, said]
    inputs.person.change(act.greet, [visit, inputs.person], greeting, **on.WORK)
    inputs.garments.change(lambda: parts.message(""), outputs=[said], **on.QUIET)
    inputs.people.select(act.choose_person, [visit], greeting, **on.WORK)
    shown = [visit, said, results.block, results.compare, results.facts, results.category]
    rested = [results.compare, results.download, results.wishes, results.steps, results.grid,
              results.history, results.facts, results.past]  # fmt: skip
    tried = inputs.go.click(
        act.try_on_all,
        [visit, inputs.garments, inputs.category],
        shown,
        scroll_to_output=True,
        **on.WORK,
    )
    chosen = [
        results.grid.select(act.show_from_grid, [visit], shown, **on.QUIET),
        results.history.select(act.show_from_history, [visit], shown, **on.QUIET),
        results.category.input(act.as_category, [visit, results.category], shown, **on.WORK),
        tools.reset.click(act.reset, [visit], shown, **on.QUIET),
        tried,
    ]
    for event in chosen:
        event.then(act.refinery, [visit], tools.all(), **on.QUIET).then(
            act.rest, [visit], rested, **on.STILL
        )
    followed = [visit, said, results.compare, results.download, results.wishes]
    wishes = [visit, tools.hem, tools.sleeve, tools.tuck, tools.over]
    hand = [
        tools.hem.input(act.follow, wishes, followed, **on.FOLLOW),
        tools.sleeve.input(act.follow, wishes, followed, **on.FOLLOW),
        tools.tuck.input(act.follow, wishes, followed, **on.FOLLOW),
        tools.over.input(act.follow, wishes, followed, **on.FOLLOW),
        tools.body.input(act.move_body, [visit], followed, **on.FOLLOW),
        tools.garment.input(act.move_landmark, [visit], followed, **on.FOLLOW),
        tools.paint.input(act.paint, [visit], followed, **on.FOLLOW),
    ]
    for event in hand:
        event.then(act.rest, [visit], rested, **on.REST)
