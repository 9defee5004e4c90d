"""Lengths, layering, and what is kept or given free by the user's wish."""

import numpy as np
import pytest

from gpvton.domain.errors import InputError
from gpvton.domain.fit import Fit
from gpvton.domain.labels import PersonLabel as P
from gpvton.dressing.dress import dress
from gpvton.dressing.scene import frame
from tests.figures import person, skirt, top, trousers


def _lowest(done, columns=slice(None)) -> int:
    return int(np.flatnonzero((done.warped[:, columns, 3] > 0.5).any(axis=1))[-1])


@pytest.mark.parametrize("garment", [top(), trousers(), skirt()])
def test_the_hem_follows_its_length(garment):
    photo, annotation = person()
    ends = [
        _lowest(dress(photo, annotation, *garment, tucked=False, fit=Fit(hem_length=factor)))
        for factor in (0.55, 0.7, 0.85, 1.0)
    ]
    steps = np.diff(ends)
    assert (steps > 8).all() and steps.max() < 2.0 * steps.min()


def test_a_length_of_one_changes_nothing():
    photo, annotation = person()
    plain = dress(photo, annotation, *top(long=True))
    same = dress(photo, annotation, *top(long=True), fit=Fit())
    np.testing.assert_array_equal(plain.image, same.image)


@pytest.mark.parametrize("elbow", [0.0, 50.0])
def test_sleeves_follow_their_length_and_the_hem_does_not(elbow):
    photo, annotation = person(25, elbow)
    sleeves, hems = [], []
    for factor in (0.4, 0.6, 0.8, 0.9, 1.0):
        done = dress(photo, annotation, *top(long=True), fit=Fit(sleeve_length=factor))
        sleeves.append(int((done.parsing == P.UPPER_LEFT_SLEEVE).sum()))
        hems.append(_lowest(done, slice(170, 214)))
    assert (np.diff(sleeves) > 60).all()
    assert max(hems) - min(hems) <= 1


def test_a_shorter_sleeve_bares_the_arm():
    photo, annotation = person(sleeve=0.4)
    long = dress(photo, annotation, *top(long=True))
    short = dress(photo, annotation, *top(long=True), fit=Fit(sleeve_length=0.5))
    covered, bared = (d.parsing == P.UPPER_LEFT_SLEEVE for d in (long, short))
    forearm = covered & ~bared & (annotation.parsing == P.LEFT_ARM)
    assert forearm.sum() > 300
    away = np.abs(short.image[forearm].astype(int) - photo[forearm]).max(axis=1)
    assert np.median(away) <= 8


@pytest.mark.parametrize("factor", [0.0, 0.29, 2.01, float("nan")])
def test_a_length_out_of_range_is_refused(factor):
    with pytest.raises(InputError, match="hem_length"):
        Fit(hem_length=factor)


def test_an_unknown_layer_is_refused():
    with pytest.raises(InputError, match="hat, expected some of hair, hands, bag"):
        Fit(in_front_of=frozenset({"hat"}))


@pytest.mark.parametrize(("name", "label"), [("hair", P.HAIR), ("bag", P.BAG)])
def test_the_garment_goes_over_what_it_shall_cover(name, label):
    photo, annotation = person()
    annotation.parsing[140:220, 170:190] = label
    photo[140:220, 170:190] = (200, 30, 200)
    over = dress(photo, annotation, *top())
    under = dress(photo, annotation, *top(), fit=Fit(in_front_of=frozenset({name})))
    inner = (slice(150, 210), slice(174, 186))
    np.testing.assert_array_equal(over.image[inner], photo[inner])
    assert (under.image[inner][..., 1] > under.image[inner][..., 0]).mean() > 0.9


def test_hands_go_under_a_long_sleeve():
    photo, annotation = person(-35, -60, sleeve=0.4)  # the forearms cross the belly
    shown = dress(photo, annotation, *top(long=True))
    hidden = dress(photo, annotation, *top(long=True), fit=Fit(in_front_of=frozenset({"hands"})))
    skin = annotation.parsing == P.LEFT_ARM
    kept = [(np.abs(d.image.astype(int) - photo).max(axis=2) < 4) & skin for d in (shown, hidden)]
    assert kept[0].sum() > kept[1].sum() + 80


def test_what_is_kept_is_the_photo_bit_for_bit():
    photo, annotation = person()
    keep = np.zeros(photo.shape[:2], bool)
    keep[180:220, 180:210] = True
    done = dress(photo, annotation, *top(), fit=Fit(keep=keep))
    np.testing.assert_array_equal(done.image[keep], photo[keep])
    assert not done.edit_mask[keep].any() and done.preserve_mask[keep].all()


def test_what_is_free_is_covered():
    photo, annotation = person()
    annotation.parsing[140:220, 170:190] = P.SCARF
    free = np.zeros(photo.shape[:2], bool)
    free[130:230, 160:200] = True
    plain = dress(photo, annotation, *top())
    done = dress(photo, annotation, *top(), fit=Fit(free=free))
    assert plain.warped[180, 180, 3] < 0.1 < 0.9 < done.warped[180, 180, 3]
    assert not done.preserve_mask[free].any()


@pytest.mark.parametrize("garment", [top(), top(long=True), trousers(), skirt()])
def test_a_kept_scene_gives_the_same_pictures(garment):
    photo, annotation = person(20, -15)
    scene = frame(photo, annotation, garment[1].category)
    fits = (Fit(), Fit(hem_length=0.8, sleeve_length=0.7), Fit(in_front_of=frozenset({"hair"})))
    for fit in (*fits, fits[0]):
        fresh = dress(photo, annotation, *garment, fit=fit)
        again = dress(photo, annotation, *garment, fit=fit, scene=scene)
        np.testing.assert_array_equal(fresh.image, again.image)
        np.testing.assert_array_equal(fresh.preserve_mask, again.preserve_mask)
        assert fresh.warnings == again.warnings
