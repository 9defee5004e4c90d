"""What happens on the page's events: from values of components to values of components."""

import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from gpvton.app import parts
from gpvton.app.handles import (
    body_handles,
    boxes_to_choose,
    garment_handles,
    photo_to_paint,
    place_in,
)
from gpvton.app.pictures import within
from gpvton.app.room import (
    SHOWN,
    Overtaken,
    Visit,
    as_category,
    dressed,
    greet,
    sample_garments,
    sample_people,
    shown_from_history,
    write_wishes,
)
from gpvton.app.shown import (
    compared,
    facts,
    has_sleeves,
    scaled,
    spoken,
    spoken_of,
    steps,
    thumb,
    tuck,
)
from gpvton.app.strokes import strokes_from
from gpvton.domain.errors import GpvtonError
from gpvton.domain.images import read_photo
from gpvton.pipeline import TryOn
from gpvton.refine.adjustments import Tuck

_HIDDEN: dict[str, Any] = {"api_visibility": "private"}
QUIET: dict[str, Any] = {**_HIDDEN, "show_progress": "hidden"}
WORK: dict[str, Any] = {**_HIDDEN, "show_progress": "minimal", "concurrency_id": "work"}
STILL: dict[str, Any] = {**QUIET, "concurrency_id": "work"}
FOLLOW: dict[str, Any] = {**QUIET, "trigger_mode": "always_last", "concurrency_id": "follow"}
_REST = 0.8  # seconds without another change
REST: dict[str, Any] = {**QUIET, "trigger_mode": "always_last", "concurrency_id": "rest"}


class Events:
    """Holds the pipeline, and the files to download until the page is closed."""

    def __init__(self, try_on: TryOn) -> None:
        self.try_on = try_on
        self._files = tempfile.TemporaryDirectory(prefix="gpvton-")  # deleted when it ends

    def pick_person(self, event: gr.SelectData) -> str:
        """A sample person, as if it had been uploaded."""
        return sample_people()[event.index]

    def pick_garment(self, garments: list[Any] | None, event: gr.SelectData) -> list[Any]:
        """One more garment to try."""
        return [*(entry[0] for entry in garments or []), sample_garments()[event.index]]

    def greet(self, before: Visit, photo: str | None) -> list[Any]:
        """Looks at the person; offers boxes when there are several.  The history stays."""
        empty = Visit(history=before.history)
        if photo is None:
            return self._greeted(empty, "")
        try:
            visit = replace(greet(self.try_on, photo), history=before.history)
        except GpvtonError as error:
            return self._greeted(empty, spoken(error, photo))
        count = len(visit.people)
        text = f"I see {count} people; choose one by clicking on them." if count else ""
        return self._greeted(visit, text)

    def choose_person(self, visit: Visit, event: gr.EventData) -> list[Any]:
        """The person in a box of the photo."""
        try:
            box = visit.people[int(event._data["index"])]
            chosen = greet(self.try_on, visit.photo, box)
            return self._greeted(replace(chosen, history=visit.history), "")
        except GpvtonError as error:
            return self._greeted(visit, spoken(error, visit.photo))

    def _greeted(self, visit: Visit, text: str) -> list[Any]:
        people = None
        if visit.people:
            pixels = read_photo(visit.photo).on_white().pixels
            people = boxes_to_choose(within(pixels, SHOWN), scaled(visit, pixels))
        return [
            visit,
            parts.message(text),
            gr.update(visible=bool(visit.people)),
            people,
            gr.update(visible=False),
            parts.message(""),  # what was said of an earlier try is over
        ]

    def try_on_all(
        self, visit: Visit, garments: list[Any] | None, category: str
    ) -> Iterator[list[Any]]:
        """Every garment on the person, one after the other; the first is shown at once."""
        if visit.person is None or not garments:
            text = "add a picture of a garment"
            if visit.person is None:
                text = (
                    "choose one of the people first" if visit.people else "add a photo of a person"
                )
            yield self._shown(visit, f"Please {text}.")
            return
        visit = replace(visit, looks=(), current=0)
        wanted = None if category == "auto" else category
        trouble = []
        for number, (picture, *_) in enumerate(garments, start=1):
            try:
                visit = dressed(visit, self.try_on, picture, wanted)
            except GpvtonError as error:
                trouble.append(spoken_of(error, picture))
            waiting = len(garments) - number
            if waiting and visit.looks:
                still = f"{number} of {len(garments)} garments tried, the others follow."
                yield self._shown(replace(visit, current=0), " ".join([still, *trouble]))
        yield self._shown(replace(visit, current=0), " ".join(trouble))

    def show_from_grid(self, visit: Visit, event: gr.SelectData) -> list[Any]:
        """Another garment of those tried."""
        return self._shown(replace(visit, current=min(event.index, len(visit.looks) - 1)))

    def show_from_history(self, visit: Visit, event: gr.SelectData) -> list[Any]:
        """An earlier result."""
        return self._shown(shown_from_history(visit, event.index))

    def as_category(self, visit: Visit, category: str) -> list[Any]:
        """The shown garment taken for something else."""
        try:
            return self._shown(as_category(visit, self.try_on, category))
        except GpvtonError as error:
            return self._shown(visit, spoken(error))

    def reset(self, visit: Visit) -> list[Any]:
        """Without any correction."""
        look = visit.look
        if look is None:
            return self._shown(visit)
        plain = replace(look, shown=look.small, wanted=look.result.adjustments, strokes=())
        return self._shown(visit.with_look(plain))

    def _shown(self, visit: Visit, text: str = "") -> list[Any]:
        visit.pulse[0] += 1  # a picture still in the making belongs to what was shown before
        look = visit.look
        return [
            visit,
            parts.message(text),
            gr.update(visible=look is not None),
            compared(look),
            facts(look),
            str(look.result.category) if look else None,
        ]

    def refinery(self, visit: Visit) -> list[Any]:
        """The controls as the shown look has them."""
        look = visit.look
        if look is None:
            return [gr.skip()] * 7
        wanted, shown = look.wanted, look.shown
        return [
            wanted.hem_length,
            gr.update(value=wanted.sleeve_length, interactive=has_sleeves(look)),
            tuck(look),
            sorted(wanted.in_front_of),
            body_handles(shown),
            garment_handles(shown),
            photo_to_paint(look),
        ]

    def follow(
        self, visit: Visit, hem: float, sleeve: float, hem_in: str, over: list[str]
    ) -> list[Any]:
        """The picture with the sliders and switches as they are."""
        changes = {
            "hem_length": float(hem),
            "sleeve_length": float(sleeve),
            "tuck": Tuck(hem_in),
            "in_front_of": frozenset(over),
        }
        return self._followed(visit, changes)

    def move_body(self, visit: Visit, event: gr.EventData) -> list[Any]:
        """A key point was dragged."""
        return self._moved(visit, "keypoints", event._data)

    def move_landmark(self, visit: Visit, event: gr.EventData) -> list[Any]:
        """A garment landmark was dragged."""
        return self._moved(visit, "landmarks", event._data)

    def _moved(self, visit: Visit, field: str, data: dict[str, Any]) -> list[Any]:
        look = visit.look
        if look is None:
            return _stay(visit, "")
        of = look.result.person if field == "keypoints" else look.result.garment
        moved = {name: place_in(of.photo.pixels, at) for name, at in data["moved"].items()}
        return self._followed(visit, {field: moved})

    def paint(self, visit: Visit, event: gr.EventData) -> list[Any]:
        """Strokes over the photo: all there are."""
        try:
            strokes = strokes_from(event._data["strokes"])
        except GpvtonError as error:
            return _stay(visit, spoken(error))
        return self._followed(visit, {"strokes": strokes})

    def _followed(self, visit: Visit, changes: dict[str, Any]) -> list[Any]:
        look = visit.look
        if look is None:
            return _stay(visit, "")
        visit.pulse[0] += 1
        try:
            look = look.changed(**changes)
        except GpvtonError as error:
            return _stay(visit, spoken(error))
        later = gr.update(interactive=False)  # until the files are those of this picture
        return [visit.with_look(look), parts.message(""), compared(look, photo=False), later, later]

    def rest(self, visit: Visit) -> list[Any]:
        """All that is shown at full size, and the files to download, once the hand rests."""
        look, asked = visit.look, visit.pulse[0]
        time.sleep(_REST)
        if look is None or visit.pulse[0] != asked:
            return [gr.skip()] * 8
        try:
            full = look.full(lambda _: visit.check(asked))
        except Overtaken:  # the later change makes its own files
            return [gr.skip()] * 8
        folder = Path(tempfile.mkdtemp(dir=self._files.name))
        name = f"{full.person.photo.name or 'person'}_{look.name}"
        picture = folder / f"{name}.png"
        full.save(picture)
        wishes = write_wishes(folder, name, look.wanted)
        if visit.pulse[0] != asked:
            return [gr.skip()] * 8
        several = len(visit.looks) > 1
        return [
            compared(look, full.image, photo=False),
            gr.update(value=str(picture), interactive=True),
            gr.update(value=str(wishes), interactive=True),
            steps(full),
            gr.update(value=[thumb(entry) for entry in visit.looks], visible=several),
            [thumb(entry) for entry in visit.history],
            facts(look, full.warnings),
            gr.update(visible=True),
        ]


def _stay(visit: Visit, text: str) -> list[Any]:
    return [visit, parts.message(text), gr.skip(), gr.skip(), gr.skip()]
