import numpy as np
import pytest

from gpvton.conditions.worn_classes import worn_classes, worn_parts
from gpvton.domain.errors import InputError
from gpvton.domain.labels import PERSON_MIRROR, WORN_MIRROR, WornClass
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import Category
from tests.figures import person


@pytest.mark.parametrize("category", Category)
def test_a_person_in_their_own_garment(category):
    parsing = person()[1].parsing
    parts = worn_parts(parsing, category)
    classes = worn_classes(parsing, parts, category)
    assert set(np.unique(classes)) <= set(WornClass)
    for label, expected in ((P.LEFT_ARM, WornClass.LEFT_ARM), (P.NECK, WornClass.NECK)):
        assert (classes[parsing == label] == expected).all()
    assert (classes[parsing == P.FACE] == WornClass.REST).all()
    assert ((classes >= 1) & (classes <= 3)).sum() == parts.any(axis=0).sum() > 100


def test_what_another_category_wears_is_another_garment():
    parsing = person()[1].parsing
    trousers = np.isin(parsing, (P.LEFT_PANTS, P.RIGHT_PANTS))
    top = worn_parts(parsing, Category.UPPER).any(axis=0)
    for category, other in ((Category.UPPER, trousers), (Category.LOWER, top)):
        classes = worn_classes(parsing, worn_parts(parsing, category), category)
        assert np.array_equal(classes == WornClass.OTHER_GARMENT, other)
    dress = worn_classes(parsing, worn_parts(parsing, Category.DRESS), Category.DRESS)
    assert not (dress == WornClass.OTHER_GARMENT).any()


def test_under_the_old_garment_nothing_is_claimed():
    parsing = person()[1].parsing
    old = worn_parts(parsing, Category.UPPER).any(axis=0)
    classes = worn_classes(parsing, np.zeros((3, *parsing.shape)), Category.UPPER)
    assert (classes[old] == WornClass.REST).all()


def test_sleeves_lie_over_the_torso():
    alpha = np.ones((3, 2, 2), np.float32)
    parsing = np.zeros((2, 2), np.uint8)
    assert (worn_classes(parsing, alpha, Category.UPPER) == WornClass.LEFT_PART).all()
    alpha[0] = 0.4
    assert (worn_classes(parsing, alpha, Category.UPPER) == WornClass.RIGHT_PART).all()


def test_mirroring_the_picture_mirrors_the_classes():
    parsing = person(arm=40)[1].parsing
    mirrored = np.array(PERSON_MIRROR, np.uint8)[parsing[:, ::-1]]
    there = worn_classes(mirrored, worn_parts(mirrored, Category.UPPER), Category.UPPER)
    here = worn_classes(parsing, worn_parts(parsing, Category.UPPER), Category.UPPER)
    assert np.array_equal(there, np.array(WORN_MIRROR, np.uint8)[here[:, ::-1]])


def test_alphas_of_another_size_are_refused():
    with pytest.raises(InputError, match="part alphas"):
        worn_classes(np.zeros((4, 4), np.uint8), np.zeros((3, 4, 5)), Category.UPPER)
