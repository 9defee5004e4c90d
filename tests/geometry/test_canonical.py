import numpy as np
import pytest

from gpvton.domain.parts import PART_TABLE, Category
from gpvton.geometry.canonical import canonical_garment
from gpvton.geometry.lower import HIPS, measure_lower
from gpvton.geometry.top import measure_top

KINDS = [(Category.UPPER, True), (Category.DRESS, True), (Category.LOWER, True)]


@pytest.mark.parametrize(("category", "legs"), [*KINDS, (Category.LOWER, False)])
def test_it_is_symmetric_and_has_the_parts_of_its_category(category, legs):
    garment = canonical_garment(category, 60.0, legs)
    mask = garment.mask > 0.5
    assert (mask == mask[:, ::-1]).mean() > 0.99
    row = PART_TABLE[category]
    present = [np.isin(garment.parsing, tuple(labels)).any() for labels in row.flat]
    skirt = category is Category.LOWER and not legs
    expected = [not skirt, skirt or category is not Category.LOWER, not skirt]
    assert present == expected
    for name, (x, _) in garment.landmarks.items():
        if name.endswith("_left"):  # the wearer's left is on the right
            assert x > garment.landmarks[name.replace("left", "right")][0]


def test_its_measures_are_the_usual_ones():
    top = canonical_garment(Category.UPPER, 100.0)
    points = {name: np.array(place) for name, place in top.landmarks.items()}
    torso = np.isin(top.parsing, tuple(PART_TABLE[Category.UPPER].flat[1]))
    assert measure_top(torso, points, sleeved=True, longest=2.2).scale == pytest.approx(0.01, 0.05)
    trousers = canonical_garment(Category.LOWER, 100.0)
    points = {name: np.array(place) for name, place in trousers.landmarks.items()}
    assert measure_lower(points, 1.9).scale == pytest.approx(HIPS / 146, 0.02)
