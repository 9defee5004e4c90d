import numpy as np
import pytest

from gpvton.data.truncation_ratio import height_width_ratio
from gpvton.domain.labels import GarmentLabel
from gpvton.domain.parts import Category


def parts(middle):
    shown = np.zeros((3, 100, 80), bool)
    shown[1][middle] = True
    return shown


def flat(label, rows=slice(10, 90), columns=slice(20, 60)):
    parsing = np.zeros((100, 80), np.uint8)
    parsing[rows, columns] = label
    return parsing


def test_the_same_shape_gives_one_at_any_scale():
    worn = parts((slice(10, 50), slice(20, 40)))
    assert height_width_ratio(worn, flat(GarmentLabel.UPPER), Category.UPPER) == pytest.approx(
        1, abs=0.03
    )


def test_a_tucked_top_is_shorter_in_proportion_to_what_is_hidden():
    worn = parts((slice(10, 58), slice(20, 60)))
    ratio = height_width_ratio(worn, flat(GarmentLabel.UPPER), Category.UPPER)
    assert ratio == pytest.approx(0.6, abs=0.03)


def test_sleeves_do_not_count_but_both_trouser_legs_do():
    worn = parts((slice(10, 90), slice(20, 60)))
    worn[0, 20:30, 60:80] = True
    top = height_width_ratio(worn, flat(GarmentLabel.UPPER), Category.UPPER)
    assert top == pytest.approx(1, abs=0.03)
    legs = np.zeros((3, 100, 80), bool)
    legs[0, 10:90, 20:40] = legs[2, 10:90, 40:60] = True
    parsing = flat(GarmentLabel.LEFT_LEG, columns=slice(20, 40))
    parsing[10:90, 40:60] = GarmentLabel.RIGHT_LEG
    assert height_width_ratio(legs, parsing, Category.LOWER) == pytest.approx(1, abs=0.03)


def test_nothing_shown_has_no_ratio():
    empty = np.zeros((3, 100, 80), bool)
    assert np.isnan(height_width_ratio(empty, flat(GarmentLabel.UPPER), Category.UPPER))
