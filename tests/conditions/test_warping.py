from dataclasses import replace

import numpy as np
import pytest

from gpvton.conditions.warping import (
    PRESERVE_CHANNEL,
    halved_maps,
    person_channels,
    person_maps,
    without_clothing,
)
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import Category
from tests.figures import person


def seen(annotation, category, tucked=False):
    """What the network sees of the person."""
    maps = person_maps(annotation, category, tucked=tucked)
    return person_channels(halved_maps(without_clothing(maps)))


def test_the_network_cannot_read_off_where_the_old_top_ends():
    annotation = person()[1]
    rows = np.arange(annotation.parsing.shape[0])[:, None]
    torso = annotation.parsing == P.UPPER_TORSO
    hem = np.nonzero(torso.any(axis=1))[0].max()
    shorter = np.where(torso & (rows > hem - 25), P.LEFT_PANTS, annotation.parsing)
    cropped = replace(annotation, parsing=shorter.astype(np.uint8))
    assert (cropped.parsing != annotation.parsing).sum() > 500
    for category in (Category.UPPER, Category.DRESS):
        np.testing.assert_array_equal(seen(annotation, category), seen(cropped, category))


@pytest.mark.parametrize("category", [Category.UPPER, Category.DRESS])
def test_sleeve_and_bare_arm_look_alike(category):
    annotation = person(sleeve=1.2)[1]
    bare = annotation.parsing.copy()
    bare[bare == P.UPPER_LEFT_SLEEVE] = P.LEFT_ARM
    bare[bare == P.UPPER_RIGHT_SLEEVE] = P.RIGHT_ARM
    assert (bare != annotation.parsing).any()
    covered, uncovered = seen(annotation, category), seen(replace(annotation, parsing=bare), category)
    different = np.arange(len(covered)) != PRESERVE_CHANNEL  # capsules around the arms, see there
    np.testing.assert_array_equal(covered[different], uncovered[different])


def test_of_a_lower_garment_it_sees_the_top_only():
    annotation = person()[1]
    legs = np.isin(annotation.parsing, (P.LEFT_PANTS, P.RIGHT_PANTS))
    undressed = np.where(legs, P.LEFT_LEG, annotation.parsing).astype(np.uint8)
    same = seen(replace(annotation, parsing=undressed), Category.LOWER)
    with_top = seen(annotation, Category.LOWER)
    np.testing.assert_array_equal(with_top, same)
    topless = np.where(annotation.parsing == P.UPPER_TORSO, 0, annotation.parsing).astype(np.uint8)
    assert (seen(replace(annotation, parsing=topless), Category.LOWER) != with_top).any()
