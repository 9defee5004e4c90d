import numpy as np
import pytest

from gpvton.data.facing_labels import (
    UNKNOWN_FACING,
    facing_label,
    rendered_facing,
    shoulder_turn,
)
from gpvton.domain.annotations import FACINGS, Facing
from gpvton.domain.keypoints import KEYPOINT_INDEX

FRONT, SIDE, BACK = (FACINGS.index(f) for f in (Facing.FRONT, Facing.SIDE, Facing.BACK))


def shoulders(degrees, visible=0.9):
    """Both shoulders of somebody turned by so much; depth grows away from the camera."""
    turn = np.radians(degrees)
    half = np.array([50 * np.cos(turn), 0, 50 * np.sin(turn)])
    return {
        "left_shoulder": np.array([*half, visible], np.float32),
        "right_shoulder": np.array([*-half, 0.9], np.float32),
    }


@pytest.mark.parametrize("degrees", [0, 30, -30, 90, -90, 150, -150, 180])
def test_the_turn_of_the_shoulders(degrees):
    assert shoulder_turn(shoulders(degrees)) == pytest.approx(abs(degrees), abs=1e-3)
    assert shoulder_turn(shoulders(degrees, visible=0.3)) is None


@pytest.mark.parametrize(
    ("degrees", "label"),
    [(20, FRONT), (-45, FRONT), (58, UNKNOWN_FACING), (90, SIDE), (-80, SIDE), (160, BACK)],
)
def test_labels_of_street_photos_leave_the_limits_out(degrees, label):
    assert facing_label("street/0010", shoulders(degrees)) == label


def test_studio_names_say_what_is_a_back():
    assert facing_label("studio/mh08-blue_back", shoulders(10)) == BACK
    assert facing_label("studio/mh08-blue_main", shoulders(170)) == FRONT


@pytest.mark.parametrize(
    ("degrees", "label"), [(0, FRONT), (40, FRONT), (56, UNKNOWN_FACING), (90, SIDE), (170, BACK)]
)
def test_rendered_people_by_their_exact_shoulders(degrees, label):
    half = 32.5 * np.cos(np.radians(degrees))
    points = np.zeros((25, 3), np.float32)
    for name, place in {
        "left_shoulder": (half, 0),
        "right_shoulder": (-half, 0),
        "neck": (0, 0),
        "mid_hip": (0, 100),
    }.items():
        points[KEYPOINT_INDEX[name]] = *place, 1
    assert rendered_facing(points) == label
    points[KEYPOINT_INDEX["neck"]] = 0
    assert rendered_facing(points) == UNKNOWN_FACING
