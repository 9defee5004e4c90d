import numpy as np

from gpvton.domain.labels import GarmentLabel
from gpvton.geometry.plausible import plausible_top
from tests.figures import top


def _parts(long: bool):
    garment = top(long)[1]
    points = {k: np.array(v, float) for k, v in garment.landmarks.items()}
    torso = garment.parsing == GarmentLabel.UPPER
    sleeves = {
        "left": garment.parsing == GarmentLabel.LEFT_SLEEVE,
        "right": garment.parsing == GarmentLabel.RIGHT_SLEEVE,
    }
    return points, torso, sleeves


def test_plausible_landmarks_are_left_alone():
    for long in (False, True):
        points, torso, sleeves = _parts(long)
        fixed = plausible_top(points, torso, sleeves)
        for name, place in points.items():
            np.testing.assert_array_equal(fixed[name], place)


def test_an_armpit_at_the_hem_moves_up_to_the_torsos_edge():
    points, torso, sleeves = _parts(long=True)
    truth = points["armpit_left"]
    fixed = plausible_top(points | {"armpit_left": points["hem_left"]}, torso, sleeves)
    assert np.linalg.norm(fixed["armpit_left"] - truth) < 20


def test_a_cuff_at_the_shoulder_moves_to_the_sleeves_end():
    points, torso, sleeves = _parts(long=True)
    wrong = {"cuff_outer_right": points["shoulder_right"]}
    wrong["cuff_inner_right"] = points["armpit_right"]
    fixed = plausible_top(points | wrong, torso, sleeves)
    for name in wrong:
        assert np.linalg.norm(fixed[name] - points[name]) < 25


def test_a_strap_whose_shoulder_was_found_at_the_hem_gets_one_at_the_top():
    points, torso, _ = _parts(long=False)
    fixed = plausible_top(points | {"shoulder_left": points["hem_left"]}, torso, {})
    assert fixed["shoulder_left"][1] < 90 and fixed["shoulder_left"][0] > points["neck_left"][0]
