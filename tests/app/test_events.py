"""What the page's events answer, without a browser."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from gpvton.app import room
from tests.app.test_room import pipeline, visited
from tests.figures import person, top

pytest.importorskip("gradio")


@pytest.fixture
def act():
    from gpvton.app.events import Events

    return Events(pipeline())


def _texts(answers):
    return [answer[1]["value"] for answer in answers]


def test_the_first_garment_is_shown_before_the_others_are_tried(act, monkeypatch):
    tried = []
    original = room.dressed
    monkeypatch.setattr("gpvton.app.events.dressed", lambda *a: tried.append(1) or original(*a))
    visit = room.greet(act.try_on, person()[0])
    answers = act.try_on_all(visit, [(top()[0],), (top()[0],)], "auto")
    first = next(answers)
    assert len(tried) == 1 and first[0].look is not None
    assert "1 of 2" in first[1]["value"] and first[3]["after"]
    last = list(answers)[-1]
    assert len(last[0].looks) == 2 and last[0].current == 0 and not last[1]["visible"]


def test_what_is_missing_is_said(act):
    visit = room.greet(act.try_on, person()[0])
    assert "picture of a garment" in _texts(act.try_on_all(visit, [], "auto"))[0]
    assert "photo of a person" in _texts(act.try_on_all(room.Visit(), [("x",)], "auto"))[0]
    several = room.Visit(people=((0, 0, 9, 9), (9, 0, 18, 9)))
    assert "choose one" in _texts(act.try_on_all(several, [("x",)], "auto"))[0]


def test_one_bad_garment_does_not_stop_the_others(act, tmp_path):
    (tmp_path / "notes.png").write_bytes(b"no picture")
    visit = room.greet(act.try_on, person()[0])
    *_, last = act.try_on_all(visit, [(str(tmp_path / "notes.png"),), (top()[0],)], "auto")
    assert len(last[0].looks) == 1
    said = last[1]["value"]
    assert "Notes.png is no picture" in said and str(tmp_path) not in said


def test_the_full_picture_follows_a_drag_that_ended(act, monkeypatch):
    import gradio as gr

    monkeypatch.setattr("gpvton.app.events._REST", 0.0)
    visit, _ = visited()
    look = visit.look
    assert look is not None
    event = gr.EventData(None, {"moved": {"left_elbow": [0.6, 0.45]}})
    moved, _, small, picture, _ = act.move_body(visit, event)
    assert look.before and small["before"] is None  # the page has the photo already
    assert not picture["interactive"]
    full, picture, *_ = act.rest(moved)
    assert _size(small["after"]) == look.small.image.shape[1::-1] != look.result.image.shape[1::-1]
    assert _size(full["after"]) == look.result.image.shape[1::-1] and picture["interactive"]
    with Image.open(picture["value"]) as saved:
        np.testing.assert_array_equal(saved, moved.look.full().image)


def _size(address):
    with Image.open(io.BytesIO(base64.b64decode(address.split(",", 1)[1]))) as picture:
        return picture.size


def test_a_picture_of_an_overtaken_choice_is_dropped(act, monkeypatch):
    import gradio as gr

    monkeypatch.setattr("gpvton.app.events._REST", 0.0)
    visit, _ = visited()
    done = act.rest(visit)
    assert "after" in done[0] and done[1]["interactive"]
    full = room.Look.full

    def meanwhile(look, after_step):
        act.show_from_grid(visit, gr.SelectData(None, {"index": 0, "value": None}))
        return full(look, after_step)

    monkeypatch.setattr(room.Look, "full", meanwhile)
    assert all(answer == gr.skip() for answer in act.rest(visit))


def test_a_full_picture_stops_when_the_hand_moves_again(act, monkeypatch):
    import gradio as gr

    monkeypatch.setattr("gpvton.app.events._REST", 0.0)
    event = gr.EventData(None, {"moved": {"left_elbow": [0.6, 0.45]}})
    moved = act.move_body(visited()[0], event)[0]
    steps, check = [], room.Visit.check

    def moves_again(visit, asked):
        steps.append(asked)
        visit.pulse[0] += len(steps) == 2
        check(visit, asked)

    monkeypatch.setattr(room.Visit, "check", moves_again)
    assert all(answer == gr.skip() for answer in act.rest(moved))
    assert len(steps) == 2  # the steps after that are not taken


def test_another_photo_ends_what_was_said_and_keeps_the_history(act, tmp_path):
    visit, _ = visited()
    Image.fromarray(person()[0]).save(tmp_path / "other.png")
    Image.new("RGB", (90, 90), "green").save(tmp_path / "blank.png")
    for photo, wrong in ((str(tmp_path / "other.png"), False), (str(tmp_path / "blank.png"), True)):
        greeted, of_photo, *_, of_try = act.greet(visit, photo)
        assert of_photo["visible"] is wrong and not of_try["visible"]
        assert greeted.history == visit.history and not greeted.looks
    again = act.greet(visit, str(tmp_path / "other.png"))[0]
    brought_back = room.shown_from_history(again, 0)
    assert brought_back.look is visit.look
    assert brought_back.person is again.person  # the one to dress next is the one in the box


def test_a_file_is_named_once(act, tmp_path):
    (tmp_path / "shirt.png").write_bytes(b"no picture")
    visit = room.greet(act.try_on, person()[0])
    *_, last = act.try_on_all(visit, [(str(tmp_path / "shirt.png"),)], "auto")
    assert last[1]["value"].lower().count("shirt") == 1
