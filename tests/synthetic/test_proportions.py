from dataclasses import replace

import numpy as np
import pytest

from gpvton.domain.errors import GarmentError
from gpvton.domain.parts import Category
from gpvton.synthetic import wardrobe
from gpvton.synthetic.proportions import STRETCH, checked, lengthened, proportion, stretch


def top(length=120.0, chest=100.0):
    return {
        "neck_left": (60.0, 10.0),
        "neck_right": (40.0, 10.0),
        "armpit_left": (50 + chest / 2, 50.0),
        "armpit_right": (50 - chest / 2, 50.0),
        "hem_left": (90.0, 10 + length),
        "hem_right": (10.0, 10 + length),
    }


def test_length_is_for_the_chest_or_the_waist():
    assert proportion(top(), Category.UPPER) == pytest.approx(1.2)
    trousers = {"waist_left": (80.0, 5.0), "waist_right": (20.0, 5.0)}
    trousers |= {"cuff_outer_left": (90.0, 185.0), "cuff_inner_right": (45.0, 185.0)}
    assert proportion(trousers, Category.LOWER) == pytest.approx(3.0)
    assert proportion({}, Category.DRESS) is None
    assert proportion({"neck_left": (0.0, 0.0), "hem_left": (0.0, 9.0)}, Category.DRESS) is None


def test_a_shorter_photograph_is_stretched_within_limits():
    assert stretch(top(120), top(100), Category.UPPER) == pytest.approx(1.2)
    assert stretch(top(), top(240, 200), Category.UPPER) == pytest.approx(1.0)
    with pytest.raises(GarmentError, match="landmarks"):
        stretch(top(), {}, Category.UPPER)


def test_cloth_is_not_pulled_too_far():
    assert checked(1.2) == 1.2
    for high in (STRETCH * 1.01, 0.99 / STRETCH):
        with pytest.raises(GarmentError, match="times as long"):
            checked(high)


def test_legs_and_skirts_become_longer():
    rng = np.random.default_rng(0)
    trousers = replace(wardrobe.sample_trousers(rng), leg=0.4)
    assert lengthened(trousers, 1.5).leg == pytest.approx(0.6)
    assert lengthened(trousers, 9.0).leg == 1.0
    skirt = replace(wardrobe.sample_skirt(rng), leg=0.0, skirt=0.5)
    assert lengthened(skirt, 1.2).skirt == pytest.approx(0.6)
