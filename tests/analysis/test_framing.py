import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpvton.analysis.framing import (
    PAD,
    Frame,
    cut,
    halves,
    inside,
    mask_box,
    padded,
    paste_map,
    whole,
)


@given(
    st.floats(0, 500), st.floats(0, 500), st.floats(1, 900), st.floats(1, 900), st.floats(0, 0.5)
)
def test_a_padded_frame_has_the_aspect_and_holds_the_box(x, y, wide, high, margin):
    frame = padded((x, y, x + wide, y + high), 0.75, margin)
    assert frame.width / frame.height == pytest.approx(0.75)
    assert frame.left <= x + 1e-6 and frame.left + frame.width >= x + wide - 1e-6
    assert frame.top <= y + 1e-6 and frame.top + frame.height >= y + high - 1e-6


def test_cutting_at_the_photos_own_size_changes_nothing():
    photo = np.random.default_rng(0).integers(0, 255, (40, 30, 3), dtype=np.uint8)
    assert np.array_equal(cut(photo, whole((40, 30), 0.75), (40, 30)), photo)


def test_around_the_photo_is_grey():
    photo = np.full((40, 10, 3), 250, np.uint8)
    seen = cut(photo, whole((40, 10), 0.75), (40, 30))
    assert (seen[:, :9] == PAD).all() and (seen[:, 11:19] == 250).all()


def test_shrinking_averages():
    photo = np.zeros((80, 60, 3), np.uint8)
    photo[::2] = 200
    assert np.abs(cut(photo, whole((80, 60), 0.75), (20, 15)).astype(int) - 100).max() <= 1


def test_points_go_back_to_where_they_were_seen():
    frame = Frame(left=10, top=20, width=30, height=40)
    seen = frame.to_photo(np.array([[0.0, 0.0], [59.0, 79.0]]), (80, 60))
    assert seen == pytest.approx(np.array([[9.75, 19.75], [39.25, 59.25]]))


def test_a_map_pasted_back_meets_the_spot_that_was_cut():
    photo = np.zeros((120, 90, 3), np.uint8)
    photo[50:60, 40:48] = 255
    frame = padded((20, 30, 70, 80), 0.75, 0.2)
    seen = cut(photo, frame, (96, 72))[..., 0].astype(np.float32) / 255
    back = paste_map(seen, frame, (120, 90))
    rows, columns = inside(frame, (120, 90))
    assert mask_box(back[rows, columns] > 0.5) == (
        40 - columns.start, 50 - rows.start, 48 - columns.start, 60 - rows.start
    )  # fmt: skip


def test_a_window_beyond_the_photo_is_clipped():
    rows, columns = inside(Frame(left=-10, top=100, width=50, height=60), (120, 90))
    assert (rows.start, rows.stop, columns.start, columns.stop) == (100, 120, 0, 40)


def test_an_empty_mask_has_no_box():
    assert mask_box(np.zeros((4, 4), bool)) is None


@given(st.integers(50, 900), st.integers(50, 900))
def test_the_halves_cover_the_photo(high, wide):
    covered = np.zeros((high, wide), bool)
    for frame in halves((high, wide), 0.75):
        covered[inside(frame, (high, wide))] = True
        assert frame.width / frame.height == pytest.approx(0.75)
    assert covered.all()
