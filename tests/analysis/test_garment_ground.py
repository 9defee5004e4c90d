"""A garment of its ground's colour: what the ground's evenness says, and when it is asked."""

import cv2
import numpy as np
import pytest

from gpvton.analysis.framing import whole
from gpvton.analysis.garment_ground import (
    PlainGround,
    enlarged_difference,
    joined,
    melts,
    off_ground,
    photo_area,
    plain_ground,
)

SIZE = (256, 192)


def melted(grey: int = 128, contrast: float = 12.0, noise: float = 0.0):
    """A crumpled square of the ground's mean colour, its mask, and everything as photo."""
    rng = np.random.default_rng(3)
    mask = np.zeros(SIZE, bool)
    mask[70:190, 50:140] = True
    folds = cv2.GaussianBlur(rng.normal(0, 1, SIZE).astype(np.float32), (0, 0), 2)
    values = grey + np.where(mask, contrast * folds / folds.std(), 0) + rng.normal(0, noise, SIZE)
    picture = np.clip(values, 0, 255).astype(np.uint8)[..., None].repeat(3, 2)
    return picture, mask, np.ones(SIZE, bool)


@pytest.mark.parametrize("noise", [0.0, 1.5])
def test_what_is_off_the_ground_is_the_melted_garment(noise):
    picture, mask, area = melted(noise=noise)
    ground = plain_ground(picture, area)
    assert ground is not None
    off = off_ground(picture, ground, area)
    assert (off & mask).sum() / (off | mask).sum() > 0.9


def test_padding_is_neither_ground_nor_garment():
    picture, _, _ = melted()
    area = photo_area(whole((100, 192), 0.75), (100, 192), SIZE)
    picture[~area] = 10
    ground = plain_ground(picture, area)
    assert ground is not None
    grey = cv2.cvtColor(np.full((1, 1, 3), 128, np.uint8), cv2.COLOR_RGB2LAB)[0, 0]
    assert np.abs(ground.colour - grey).max() <= 1
    assert not off_ground(picture, ground, area)[~area].any()
    assert (enlarged_difference(picture, ground, area)[~area] == 235).all()


def test_an_uneven_ground_is_none():
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 255, (*SIZE, 3)).astype(np.uint8)
    assert plain_ground(picture, np.ones(SIZE, bool)) is None


def test_it_is_asked_for_an_unsure_mask_of_nearly_the_grounds_colour():
    picture, mask, area = melted()
    ground = plain_ground(picture, area)
    assert ground is not None
    sure = mask.astype(np.float32)
    unsure = sure.copy()
    unsure[130:] *= 0.4
    assert melts(picture, ground, unsure)
    assert not melts(picture, ground, sure)
    assert not melts(picture, ground, 0 * sure)
    assert melts(picture, ground, 0.4 * sure)
    picture[mask] = 20
    assert not melts(picture, ground, unsure)


def test_small_differences_are_enlarged_and_the_ground_is_light():
    picture, mask, area = melted(contrast=6.0)
    ground = PlainGround(colour=np.array([137, 128, 128], np.float32), spread=0.0)
    shown = enlarged_difference(picture, ground, area).astype(float)
    assert abs(shown[~mask].mean() - 235) < 6
    assert shown[mask].std() > 2 * picture[mask].std()


def test_the_joined_mask_takes_nothing_far_from_what_was_seen():
    seen = np.zeros((64, 48), np.float32)
    seen[16:48, 12:36] = 0.9
    off = np.zeros(SIZE, bool)
    off[64:192, 48:144] = True
    off[:20, :20] = True  # a shadow or another thing in the corner
    mask = joined(seen, np.zeros_like(seen), off)
    assert (mask[18:46, 14:34] > 0.9).all()
    assert mask[:5, :5].max() == 0
    assert mask.max() <= 1
