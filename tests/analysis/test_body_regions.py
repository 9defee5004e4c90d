import numpy as np
import pytest

from gpvton.analysis.body_regions import polygon_distance, segment_distance, torso_distance
from tests.data.figures import SIZE, standing


def test_segment_distance_beside_and_beyond_the_ends():
    distance = segment_distance((20, 40), np.array([10.0, 5.0]), np.array([30.0, 5.0]))
    assert distance[12, 20] == pytest.approx(7)
    assert distance[5, 36] == pytest.approx(6)
    assert distance[5, 15] == 0


def test_a_segment_without_length_is_a_point():
    point = np.array([10.0, 5.0])
    assert segment_distance((20, 40), point, point)[9, 13] == pytest.approx(5)


def test_polygon_distance_is_negative_inside():
    corners = [np.array(c, float) for c in ((10, 10), (30, 10), (30, 20), (10, 20))]
    distance = polygon_distance((40, 40), corners)
    assert distance[15, 20] == pytest.approx(-5)
    assert distance[15, 35] == pytest.approx(5)


def test_the_trunk_lies_between_shoulders_and_hips():
    distance = torso_distance(SIZE, standing())
    assert distance[110, 100] < 0
    assert distance[250, 100] > 0 and distance[110, 165] > 0
