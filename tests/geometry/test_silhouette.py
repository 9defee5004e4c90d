"""Parts and landmarks from drawn garments whose landmarks are known."""

import cv2
import numpy as np
import pytest

from gpvton.domain.errors import GarmentError
from gpvton.domain.labels import GARMENT_MIRROR, GarmentLabel
from gpvton.domain.parts import Category
from gpvton.geometry.silhouette import parts_from_mask

LEFT, RIGHT = int(GarmentLabel.LEFT_SLEEVE), int(GarmentLabel.RIGHT_SLEEVE)
SIZE = (600, 500)

# half of each garment, x outward from the axis, y down, in pixels; closed over the axis
TEE = {
    "neck": (40, 60),
    "shoulder": (105, 85),
    "cuff_outer": (190, 170),
    "cuff_inner": (150, 215),
    "armpit": (112, 180),
    "hem": (115, 480),
}
LONG = {
    "neck": (40, 60),
    "shoulder": (105, 85),
    "cuff_outer": (215, 420),
    "cuff_inner": (175, 430),
    "armpit": (112, 180),
    "hem": (115, 480),
}
HANGING = LONG | {"cuff_outer": (185, 560), "cuff_inner": (145, 562), "hem": (100, 480)}
SPREAD = LONG | {"cuff_outer": (240, 110), "cuff_inner": (240, 160)}
TANK = {
    "neck": (45, 60),
    "shoulder": (75, 62),
    "hole": (72, 140),
    "armpit": (110, 190),
    "hem": (115, 480),
}
TROUSERS = {
    "waist": (85, 60),
    "hip": (105, 150),
    "cuff_outer": (120, 540),
    "cuff_inner": (60, 545),
    "crotch": (0, 220),
}
SKIRT = {"waist": (80, 80), "hip": (115, 180), "hem": (150, 420)}


def draw(half: dict, top: float | None = None, axis: float = 250.0) -> np.ndarray:
    """The mask of a mirror-symmetric garment."""
    right = [(axis + x, y) for x, y in half.values()]
    left = [(axis - x, y) for x, y in reversed(half.values())]
    centre = [(axis, top)] if top is not None else []
    mask = np.zeros(SIZE, np.uint8)
    cv2.fillPoly(mask, [np.round(np.array(centre + right + left)).astype(np.int32)], 1)
    return mask.astype(bool)


def turned(mask: np.ndarray, degrees: float) -> tuple[np.ndarray, np.ndarray]:
    matrix = cv2.getRotationMatrix2D((250, 300), degrees, 0.8)
    return cv2.warpAffine(mask.astype(np.uint8), matrix, SIZE[::-1]) > 0, matrix


TOPS = [TEE, LONG, HANGING, SPREAD]


@pytest.mark.parametrize("half", TOPS)
def test_a_top_has_torso_and_two_sleeves_that_add_up_to_it(half):
    mask = draw(half, 90)
    parsing, _ = parts_from_mask(mask, Category.UPPER)
    assert set(np.unique(parsing)) == {0, int(GarmentLabel.UPPER), LEFT, RIGHT}
    np.testing.assert_array_equal(parsing > 0, mask)
    # the wearer's left is the picture's right
    assert np.nonzero(parsing == LEFT)[1].min() > 250
    assert np.nonzero(parsing == RIGHT)[1].max() < 250


@pytest.mark.parametrize("half", TOPS)
@pytest.mark.parametrize("degrees", [0, 12, -25])
def test_known_landmarks_of_tops_are_found(half, degrees):
    mask, matrix = turned(draw(half, 90), degrees)
    _, landmarks = parts_from_mask(mask, Category.UPPER)
    height = np.ptp(np.nonzero(mask)[0])
    for name in ("neck", "armpit", "cuff_outer", "cuff_inner", "hem"):
        for side, sign in (("left", 1), ("right", -1)):
            x, y = half[name]
            truth = matrix @ (250 + sign * x, y, 1)
            error = np.hypot(*(np.array(landmarks[f"{name}_{side}"]) - truth))
            assert error < 0.045 * height, (name, side, error)


@pytest.mark.parametrize(
    ("half", "category"),
    [
        *((half, Category.UPPER) for half in [*TOPS, TANK]),
        (TEE, Category.DRESS),
        (TROUSERS, Category.LOWER),
        (SKIRT, Category.LOWER),
    ],
)
@pytest.mark.parametrize("degrees", [0, 9])
def test_a_mirrored_mask_gives_mirrored_parts_and_landmarks(half, category, degrees):
    mask, _ = turned(draw(half, 90), degrees)
    parsing, landmarks = parts_from_mask(mask, category)
    other, mirrored = parts_from_mask(mask[:, ::-1], category)
    expected = np.array(GARMENT_MIRROR, np.uint8)[parsing][:, ::-1]
    assert (other != expected).sum() < 0.02 * mask.sum()
    assert set(mirrored) == set(landmarks)
    for name, (x, y) in landmarks.items():
        swapped = name.replace("left", "?").replace("right", "left").replace("?", "right")
        distance = np.hypot(mirrored[swapped][0] - (SIZE[1] - 1 - x), mirrored[swapped][1] - y)
        assert distance < 14, name


def test_a_tank_top_has_no_sleeves_but_shoulders_and_armpits():
    parsing, landmarks = parts_from_mask(draw(TANK, 100), Category.UPPER)
    assert set(np.unique(parsing)) == {0, int(GarmentLabel.UPPER)}
    assert np.hypot(*(np.array(landmarks["armpit_left"]) - (360, 190))) < 25
    assert np.hypot(*(np.array(landmarks["shoulder_left"]) - (325, 62))) < 15
    assert "cuff_outer_left" not in landmarks


def test_a_gap_between_sleeve_and_torso_may_be_closed_below():
    mask = draw(HANGING | {"cuff_outer": (185, 470), "cuff_inner": (145, 472)}, 90)
    mask[462:472, 250 - 140 : 250 + 140] = True
    parsing, _ = parts_from_mask(mask, Category.UPPER)
    for label in (LEFT, RIGHT):
        assert (parsing == label).sum() > 0.06 * mask.sum()


def test_a_dress_keeps_its_flare_out_of_the_sleeves():
    dress = TEE | {"waist": (80, 280), "hem": (190, 560)}
    dress = {k: dress[k] for k in (*list(TEE)[:-1], "waist", "hem")}
    parsing, landmarks = parts_from_mask(draw(dress, 90), Category.DRESS)
    assert set(np.unique(parsing)) == {0, int(GarmentLabel.DRESS), LEFT, RIGHT}
    assert np.hypot(*(np.array(landmarks["armpit_left"]) - (362, 180))) < 25
    assert abs(landmarks["waist_left"][1] - 280) < 25


@pytest.mark.parametrize("crotch", [200, 300])
def test_trousers_part_at_the_crotch(crotch):
    mask = draw(TROUSERS | {"crotch": (0, crotch)})
    parsing, landmarks = parts_from_mask(mask, Category.LOWER)
    assert set(np.unique(parsing)) == {0, int(GarmentLabel.LEFT_LEG), int(GarmentLabel.RIGHT_LEG)}
    np.testing.assert_array_equal(parsing > 0, mask)
    assert np.hypot(*(np.array(landmarks["crotch"]) - (250, crotch))) < 12
    assert (parsing[mask & (np.arange(SIZE[1]) > 253)] == GarmentLabel.LEFT_LEG).all()
    for name in ("waist", "cuff_outer", "cuff_inner"):
        truth = (250 + TROUSERS[name][0], TROUSERS[name][1])
        assert np.hypot(*(np.array(landmarks[f"{name}_left"]) - truth)) < 20, name


def test_trousers_with_their_legs_together_part_on_the_axis():
    mask = draw({"waist": (80, 60), "cuff_outer": (70, 550)})
    parsing, landmarks = parts_from_mask(mask, Category.LOWER)
    assert set(np.unique(parsing)) >= {int(GarmentLabel.LEFT_LEG), int(GarmentLabel.RIGHT_LEG)}
    assert abs(landmarks["crotch"][0] - 250) < 6


def test_a_skirt_is_one_part_unless_told_that_it_has_legs():
    mask = draw(SKIRT)
    parsing, landmarks = parts_from_mask(mask, Category.LOWER)
    assert set(np.unique(parsing)) == {0, int(GarmentLabel.SKIRT)}
    for name in ("waist", "hem"):
        truth = (250 + SKIRT[name][0], SKIRT[name][1])
        assert np.hypot(*(np.array(landmarks[f"{name}_left"]) - truth)) < 20
    legs, _ = parts_from_mask(mask, Category.LOWER, legs=True)
    assert GarmentLabel.SKIRT not in legs


@pytest.mark.parametrize("category", list(Category))
def test_odd_masks_still_add_up(category):
    rng = np.random.default_rng(0)
    for _ in range(8):
        noise = cv2.GaussianBlur(rng.standard_normal((90, 70)).astype(np.float32), (0, 0), 6)
        mask = noise > np.percentile(noise, 60)
        parsing, landmarks = parts_from_mask(mask, category)
        np.testing.assert_array_equal(parsing > 0, mask)
        assert np.isfinite(list(landmarks.values())).all()


@pytest.mark.parametrize("mask", [np.zeros((40, 40)), np.ones((4, 4)), np.ones((40, 40, 3))])
def test_no_garment_is_an_error(mask):
    with pytest.raises(GarmentError, match="pixels"):
        parts_from_mask(mask, Category.UPPER)


def test_a_category_that_does_not_fit_is_said():
    from dataclasses import replace

    from gpvton.domain.notices import Notice, NoticeKind
    from gpvton.geometry.silhouette import as_category
    from tests.figures import top

    annotation = replace(
        top()[1],
        category_scores={Category.UPPER: 0.97, Category.LOWER: 0.02, Category.DRESS: 0.01},
        warnings=(Notice(NoticeKind.CUT_OFF, "cut"), Notice(NoticeKind.UNSURE, "a guess")),
    )
    said = as_category(annotation, Category.LOWER).warnings
    assert said[0] == "cut" and "looks like upper" in said[1] and len(said) == 2
    unsure = replace(annotation, category_scores={Category.UPPER: 0.5, Category.DRESS: 0.5})
    assert as_category(unsure, Category.DRESS).warnings == ("cut",)  # the guess is settled
