"""Inputs of the published networks against their description."""

import numpy as np
import pytest

from gpvton.conditions.published import (
    DRESSCODE,
    PUBLISHED_TABLE,
    VITONHD,
    garment_channel,
    keypoint_squares,
    median_skin,
    person_condition,
    published_palms,
    published_preserve_mask,
)
from gpvton.domain.annotations import PersonAnnotation
from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import Category


def person(parsing: np.ndarray, **points: tuple[float, float, float]) -> PersonAnnotation:
    keypoints = np.zeros((25, 3), np.float32)
    for name, value in points.items():
        keypoints[KEYPOINT_INDEX[name]] = value
    return PersonAnnotation(
        parsing=parsing, keypoints=keypoints, silhouette=(parsing > 0).astype(np.float32)
    )


def test_preserved_labels_are_those_of_the_description():
    upper = {1, 2, 3, 4, 7, 8, 9, 10, 12, 13, 14, 17, 18, 19, 20, 23, 26, 27, 28}
    lower = (set(range(1, 8)) | {11, 12, 14, 15, 16} | set(range(21, 29))) - {8, 9, 10, 13}
    dress = {1, 2, 3, 4, 12, 14, 23}
    expected = {Category.UPPER: upper, Category.LOWER: lower, Category.DRESS: dress}
    for category, labels in expected.items():
        assert set(PUBLISHED_TABLE[category].preserved) == labels
    for category in (Category.LOWER, Category.DRESS):
        assert set(PUBLISHED_TABLE[category].added) == {8, 19, 20}
    assert not PUBLISHED_TABLE[Category.UPPER].added


@pytest.mark.parametrize(("height", "half"), [(512, 8), (1024, 16)])
def test_key_points_are_squares_that_scale_with_the_picture(height, half):
    keypoints = np.zeros((25, 3), np.float32)
    keypoints[3] = (100, 60, 0.0)
    keypoints[4] = (1, 60, 1.0)
    maps = keypoint_squares(keypoints, height, height * 3 // 4)
    assert (maps[3] == 1).sum() == (2 * half + 1) ** 2
    assert maps[3, 60 - half, 100 + half] == 1 and maps[3, 60 - half - 1, 100] == -1
    assert (maps[4] == -1).all() and (maps[0] == -1).all()


def test_condition_has_51_channels_in_their_ranges():
    densepose = np.full((32, 24), 7, np.uint8)
    kept = np.zeros((32, 24), bool)
    kept[:5] = True
    condition = person_condition(densepose, np.zeros((25, 3), np.float32), kept)
    assert condition.shape == (51, 32, 24) and condition.dtype == np.float32
    assert (condition[7] == 1).all() and (np.delete(condition[:25], 7, axis=0) == -1).all()
    assert (condition[50] == kept).all()


def arm_picture() -> np.ndarray:
    parsing = np.zeros((512, 384), np.uint8)
    parsing[100:440, 90:110] = P.RIGHT_ARM
    return parsing


def test_palm_is_the_arm_beyond_its_dilated_boxes():
    shown = {"right_shoulder": (100, 100, 1), "right_elbow": (100, 220, 1)}
    whole = person(arm_picture(), **shown, right_wrist=(100, 340, 1))
    palms = published_palms(whole)
    assert palms[400:440, 100].all() and not palms[100:340, 100].any()
    assert not published_palms(person(arm_picture(), **shown, right_wrist=(100, 340, 0.1))).any()


def test_palms_belong_to_the_mask_of_tops_and_dresses_only():
    points = {
        "right_shoulder": (100, 100, 1),
        "right_elbow": (100, 220, 1),
        "right_wrist": (100, 340, 1),
    }
    worn = person(arm_picture(), **points)
    assert published_preserve_mask(worn, Category.UPPER)[430, 100]
    assert not published_preserve_mask(worn, Category.UPPER)[150, 100]
    assert published_preserve_mask(worn, Category.LOWER)[150, 100]


def test_generator_keeps_shoes_and_socks_too():
    parsing = np.full((512, 384), P.LEFT_SHOE, np.uint8)
    for category in (Category.LOWER, Category.DRESS):
        assert not published_preserve_mask(person(parsing), category).any()
        assert published_preserve_mask(person(parsing), category, for_generator=True).all()


def test_garment_channel_numbers_the_parts():
    masks = np.zeros((3, 4, 6), bool)
    for part in range(3):
        masks[part, :, 2 * part : 2 * part + 2] = True
    tops = garment_channel(masks, Category.UPPER, VITONHD)
    assert np.allclose(tops[0], [1 / 3, 1 / 3, 2 / 3, 2 / 3, 1, 1])
    lower = garment_channel(masks, Category.LOWER, DRESSCODE)
    assert np.allclose(lower[0], [4 / 6, 4 / 6, 5 / 6, 5 / 6, 1, 1])


def test_skin_is_a_median_and_never_nan():
    pixels = np.full((8, 6, 3), 255, np.uint8)
    parsing = np.full((8, 6), P.LEFT_LEG, np.uint8)
    assert np.allclose(median_skin(pixels, parsing, DRESSCODE), 1)
    assert np.allclose(median_skin(pixels, parsing, VITONHD), 0)
