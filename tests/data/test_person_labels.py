import numpy as np
import pytest

from gpvton.analysis.split_labels import split_top
from gpvton.data.person_labels import PERSON, shrink_unsure, street_parsing
from gpvton.domain.labels import PersonLabel as P
from tests.data.figures import SIZE, standing

NAMES = ["null", "skin", "jeans", "shirt", "shoes", "dress", "coat", "accessories", "stockings"]


def _all(name):
    """Every pixel of the picture has this class."""
    return street_parsing(np.full(SIZE, NAMES.index(name), np.uint8), NAMES, standing())


@pytest.mark.parametrize(
    ("place", "label"),
    [
        ((100, 38), P.FACE),
        ((100, 62), P.NECK),
        ((152, 135), P.LEFT_ARM),
        ((48, 135), P.RIGHT_ARM),
        ((158, 163), P.LEFT_ARM),
        ((117, 230), P.LEFT_LEG),
        ((83, 230), P.RIGHT_LEG),
    ],
)
def test_skin_goes_to_the_limb_that_is_there(place, label):
    assert _all("skin")[place[1], place[0]] == label


@pytest.mark.parametrize(
    ("name", "left", "middle", "right"),
    [
        ("shirt", P.UPPER_LEFT_SLEEVE, P.UPPER_TORSO, P.UPPER_RIGHT_SLEEVE),
        ("coat", P.COAT_LEFT_SLEEVE, P.COAT_TORSO, P.COAT_RIGHT_SLEEVE),
        ("dress", P.DRESS_LEFT_SLEEVE, P.DRESS_TORSO, P.DRESS_RIGHT_SLEEVE),
    ],
)
def test_tops_split_into_torso_and_sleeves(name, left, middle, right):
    parsing = _all(name)
    assert parsing[110, 100] == middle
    assert parsing[125, 150] == left and parsing[125, 50] == right


def test_a_wide_hem_below_the_hips_is_no_sleeve():
    parsing = split_top(SIZE, standing(), "dress")
    assert set(np.unique(parsing[200:])) == {P.DRESS_TORSO}


def test_trousers_and_shoes_split_by_leg():
    jeans, shoes = _all("jeans"), _all("shoes")
    assert jeans[220, 115] == P.LEFT_PANTS and jeans[220, 85] == P.RIGHT_PANTS
    assert shoes[275, 120] == P.LEFT_SHOE and shoes[275, 80] == P.RIGHT_SHOE


def test_stockings_under_a_dress_are_legs_and_alone_are_trousers():
    classes = np.full(SIZE, NAMES.index("stockings"), np.uint8)
    assert street_parsing(classes, NAMES, standing())[220, 115] == P.LEFT_PANTS
    classes[:160] = NAMES.index("dress")
    assert street_parsing(classes, NAMES, standing())[220, 115] == P.LEFT_LEG


def test_a_dress_below_a_shirt_is_a_skirt():
    classes = np.full(SIZE, NAMES.index("dress"), np.uint8)
    classes[:140] = NAMES.index("shirt")
    assert street_parsing(classes, NAMES, standing())[180, 100] == P.SKIRT


def test_a_class_that_does_not_tell_is_a_person_of_unknown_label():
    assert set(np.unique(_all("accessories"))) == {PERSON}


def test_the_outline_is_unsure():
    parsing = np.zeros((20, 20), np.uint8)
    parsing[5:15, 5:15] = P.HAIR
    unsure = shrink_unsure(parsing)
    assert unsure[10, 10] == P.HAIR and unsure[0, 0] == 0 and unsure[5, 10] == 255
