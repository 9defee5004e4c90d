import numpy as np
import pytest

from gpvton.data.person_labels import PERSON
from gpvton.data.pose_points import UNKNOWN
from gpvton.data.studio_labels import family, split_trousers, studio_keypoints, studio_parsing
from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.domain.labels import PersonLabel as P
from tests.data.figures import SIZE, standing


def _trousers():
    mask = np.zeros((100, 80), bool)
    mask[10:40, 20:60] = True
    mask[40:90, 20:36] = mask[40:90, 44:60] = True
    return mask


@pytest.mark.parametrize(
    ("stem", "kind"),
    [("mh03-blue_main", "upper"), ("wj08-red_back", "coat"), ("wsh06-gray_main", "lower")],
)
def test_family_from_the_design_code(stem, kind):
    assert family(stem) == kind


def test_trousers_split_at_the_gap_and_sides_change_from_behind():
    front, back = split_trousers(_trousers(), False), split_trousers(_trousers(), True)
    assert front[60, 25] == P.RIGHT_PANTS and front[60, 55] == P.LEFT_PANTS
    assert front[20, 25] == P.RIGHT_PANTS and front[20, 55] == P.LEFT_PANTS
    assert back[60, 25] == P.LEFT_PANTS


def test_trousers_without_a_gap_are_not_guessed():
    mask = np.zeros((100, 80), bool)
    mask[10:90, 20:60] = True
    assert set(np.unique(split_trousers(mask, False))) == {PERSON}


def test_only_what_is_known_is_labelled():
    image = np.full((*SIZE, 3), 255, np.uint8)
    person = np.zeros(SIZE, bool)
    person[20:290, 50:150] = True
    garment = np.zeros(SIZE, bool)
    garment[70:170, 60:140] = True
    image[person] = 90
    parsing = studio_parsing(image, standing(), "ms01-blue_main", garment, person)
    assert parsing[5, 5] == P.BACKGROUND
    assert parsing[110, 100] == P.UPPER_TORSO
    assert parsing[250, 100] == PERSON
    assert parsing[110, 48] == 255  # beside the rough outline


def test_a_tank_has_no_sleeves():
    image = np.full((*SIZE, 3), 255, np.uint8)
    garment = np.zeros(SIZE, bool)
    garment[70:150, 40:160] = True
    parsing = studio_parsing(image, standing(), "wt01-blue_main", garment, garment)
    assert not np.isin(parsing, (P.UPPER_LEFT_SLEEVE, P.UPPER_RIGHT_SLEEVE)).any()


def test_headless_crops_have_no_head_and_doubtful_legs_are_unknown():
    garment = np.zeros(SIZE, bool)
    garment[10:200, 60:140] = True
    points = studio_keypoints(standing(), "mp01-blue_main", garment, garment, SIZE)
    assert points[KEYPOINT_INDEX["nose"], 2] == 0
    assert points[KEYPOINT_INDEX["left_knee"], 2] == UNKNOWN


def test_a_hidden_face_from_behind_is_missing():
    points = studio_keypoints(standing(), "mh01-blue_back", None, None, SIZE)
    assert points[KEYPOINT_INDEX["nose"], 2] == 0
    assert points[KEYPOINT_INDEX["left_shoulder"], 2] == 1
