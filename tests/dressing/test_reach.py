import numpy as np
import pytest

from gpvton.domain.parts import Category
from gpvton.dressing.reach import shown_reach
from gpvton.dressing.scene import Scene
from gpvton.dressing.warp import WarpedPart
from gpvton.geometry.body import Body

SIZE = (200, 120)
LEFT = {"left_shoulder": (80, 40), "left_elbow": (80, 90), "left_wrist": (80, 140)}
RIGHT = {"right_shoulder": (40, 40), "right_elbow": (40, 90), "right_wrist": (40, 140)}


def scene():
    points = {name: np.array(place, float) for name, place in (LEFT | RIGHT).items()}
    points |= {"neck": np.array([60.0, 35.0]), "mid_hip": np.array([60.0, 130.0])}
    return Scene(
        box=(0, 0, SIZE[1], SIZE[0]),
        pixels=np.zeros((*SIZE, 3), np.uint8),
        parsing=np.zeros(SIZE, np.uint8),
        body=Body(points=points, seen=frozenset(points), span=40.0, back=False),
        work_scale=1.0,
        skin={},
        category=Category.UPPER,
    )


def part(end):
    alpha = np.zeros(SIZE, np.float32)
    alpha[30:end, 60:100] = 1
    return WarpedPart(colour=np.zeros((*SIZE, 3), np.float32), alpha=alpha)


def reached(end, reach):
    return shown_reach(scene(), [part(end), part(0), part(end)], {"left": reach})["left"]


def test_a_sleeve_that_is_cut_short_covers_no_more_than_it_shows():
    assert reached(75, 1.8) == pytest.approx(0.7, abs=0.11)
    assert reached(115, 1.8) == pytest.approx(1.5, abs=0.11)


def test_a_sleeve_that_shows_as_long_as_it_is_keeps_its_length():
    assert reached(115, 1.4) == 1.4
    assert reached(200, 2.02) == 2.02


def test_a_stray_piece_further_down_does_not_count():
    piece = part(75)
    piece.alpha[120:135, 60:100] = 1
    found = shown_reach(scene(), [piece, part(0), part(0)], {"left": 1.8})
    assert found["left"] == pytest.approx(0.7, abs=0.11)
