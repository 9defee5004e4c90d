import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gpvton.geometry.curves import (
    arc_lengths,
    at_lengths,
    left_normal,
    offset_polyline,
    resample,
    smooth,
    spline,
)

CORNER = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 5.0]])


def test_lengths_along_a_corner():
    np.testing.assert_allclose(arc_lengths(CORNER), [0, 10, 15])
    np.testing.assert_allclose(at_lengths(CORNER, np.array([12.0])), [[10, 2]])


def test_beyond_the_ends_it_goes_straight_on():
    np.testing.assert_allclose(at_lengths(CORNER, np.array([-2.0, 18.0])), [[-2, 0], [10, 8]])


def test_resampling_keeps_the_ends_and_equal_steps():
    points = resample(CORNER, 7)
    np.testing.assert_allclose(points[[0, -1]], CORNER[[0, -1]])
    np.testing.assert_allclose(np.diff(np.abs(points).sum(axis=1)), 2.5)


def test_left_of_downwards_is_to_the_right_in_the_picture():
    np.testing.assert_allclose(left_normal(np.array([0.0, 1.0])), [1.0, 0.0])


def test_smoothing_keeps_ends_and_lowers_curvature():
    values = np.array([0.0, 5.0, -3.0, 4.0, 1.0])
    done = smooth(values, 4)
    assert done[0] == 0.0 and done[-1] == 1.0
    assert np.abs(np.diff(done, 2)).max() < np.abs(np.diff(values, 2)).max()


def test_offset_of_a_straight_line_is_parallel():
    line = np.stack([np.zeros(5), np.arange(5.0)], axis=1)
    np.testing.assert_allclose(offset_polyline(line, np.full(5, 2.0)), line + np.array([2.0, 0.0]))


@given(st.lists(st.floats(0.1, 10), min_size=3, max_size=8), st.integers(0, 1000))
def test_spline_meets_its_points_and_never_overtakes(steps, seed):
    knots = np.cumsum(steps)
    values = np.sort(np.random.default_rng(seed).uniform(0, 50, len(steps)))
    np.testing.assert_allclose(spline(knots, values, knots)[:, 0], values, atol=1e-6)
    dense = spline(knots, values, np.linspace(knots[0], knots[-1], 200))[:, 0]
    assert np.all(np.diff(dense) >= -1e-6)
