"""Strokes: what lies over what, and what is refused."""

import numpy as np
import pytest

from gpvton.app.strokes import Stroke, brushes, painted, plain, strokes_from
from gpvton.domain.errors import InputError
from gpvton.domain.labels import PersonLabel


def dot(brush, x, y, width=0.1):
    return Stroke(brush=brush, width=width, path=((x, y),))


def test_each_brush_paints_its_own_field():
    done = painted([dot("keep", 0.2, 0.5), dot("free", 0.8, 0.5), dot("hair", 0.5, 0.2)], (100, 80))
    assert done["keep"][50, 16] and not done["keep"][50, 64]
    assert done["free"][50, 64] and not done["free"][50, 16]
    assert done["parsing"][20, 40] == PersonLabel.HAIR and done["parsing"][50, 40] == 255
    assert painted([], (100, 80)) == {"keep": None, "free": None, "parsing": None}


def test_later_strokes_lie_over_earlier_ones():
    done = painted([dot("keep", 0.5, 0.5), dot("free", 0.5, 0.5)], (100, 80))
    assert done["keep"] is None and done["free"][50, 40]
    done = painted([dot("bag", 0.5, 0.5), dot("left_arm", 0.5, 0.5)], (100, 80))
    assert done["parsing"][50, 40] == PersonLabel.LEFT_ARM
    wiped = [dot("bag", 0.5, 0.5), dot("keep", 0.5, 0.5), dot("rubber", 0.5, 0.5, 0.2)]
    assert set(painted(wiped, (100, 80)).values()) == {None}


def test_a_stroke_is_as_wide_as_asked_at_any_size():
    line = Stroke(brush="keep", width=0.1, path=((0.0, 0.5), (1.0, 0.5)))
    for size in ((100, 80), (1000, 800)):
        assert painted([line], size)["keep"].mean() == pytest.approx(0.1, abs=0.02)


def test_what_the_page_sends_is_read_and_given_back():
    sent = [{"brush": "face", "width": 0.05, "path": [[0.1, 0.2], [0.3, 0.4]]}]
    strokes = strokes_from(sent)
    assert strokes_from(plain(strokes)) == strokes
    assert strokes[0].path == ((0.1, 0.2), (0.3, 0.4))
    assert {"keep", "free", "rubber", "background", "face"} <= {b["name"] for b in brushes()}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"brush": "cloak", "width": 0.1, "path": [[0, 0]]}, "no brush is called 'cloak'"),
        ({"brush": "keep", "width": 9, "path": [[0, 0]]}, r"the brush is 9\.0 wide"),
        ({"brush": "keep", "width": 0.1, "path": []}, "a stroke has 0 places"),
        ({"brush": "keep", "width": 0.1, "path": [[float("nan"), 0]]}, "a stroke has 1 places"),
        ({"brush": "keep", "width": 0.1, "path": [[1]]}, "cannot be read"),
        ({"brush": "keep"}, "cannot be read"),
    ],
)
def test_what_is_no_stroke_is_refused(value, message):
    with pytest.raises(InputError, match=message):
        strokes_from([value])


def test_the_picture_decides_the_size():
    found = painted([dot("keep", 0.5, 0.5)], (64, 32))["keep"]
    assert found.shape == (64, 32) and found.dtype == bool and np.argwhere(found).mean() > 10
