"""The analyst with a graph that sees colours: blue is garment, its green part a left sleeve.

The real network is tested on real photos in `test_garment_embedded` and in the benchmark.
"""

from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from gpvton.analysis.garment import GarmentAnalyst
from gpvton.analysis.garment_mask import refine_mask
from gpvton.analysis.garment_parts import garment_parts
from gpvton.domain.errors import GarmentError, InputError
from gpvton.domain.garment_classes import CATEGORIES, PARSING_CLASSES, TYPES
from gpvton.domain.labels import GarmentLabel
from gpvton.domain.parts import Category

SIZE = (128, 96)
TORSO = PARSING_CLASSES.index(GarmentLabel.UPPER)
SLEEVE = PARSING_CLASSES.index(GarmentLabel.LEFT_SLEEVE)
INNER = PARSING_CLASSES.index(GarmentLabel.INNER_COLLAR)
TEE = [(40, 60), (105, 85), (190, 170), (150, 215), (112, 180), (115, 480)]


class ColourGraph:
    """Answers like the network would, from the colours of the window."""

    config = SimpleNamespace(input_size=SIZE, mean=(127.5,) * 3, scale=(127.5,) * 3)

    def __init__(self, kind: str = "T-Shirt", worn: float = -5.0):
        self.kind, self.worn, self.calls = kind, worn, 0

    def __call__(self, image):
        self.calls += 1
        small = cv2.resize(image[0].transpose(1, 2, 0), (SIZE[1] // 2, SIZE[0] // 2))
        blue = (small[..., 2] > 0.2) & (small[..., 0] < 0)
        dark = blue & (small[..., 2] < 0.5)
        parsing = np.full((9, *blue.shape), -9, np.float32)
        parsing[0] = np.where(blue, -9, 9)
        parsing[TORSO] = np.where(blue & ~dark, 9, -9)
        parsing[INNER] = np.where(dark, 9, -9)
        category = np.full((1, 3), -4, np.float32)
        lower = self.kind in ("Pants", "Skirt")
        category[0, CATEGORIES.index(Category.LOWER if lower else Category.UPPER)] = 4
        types = np.full((1, 16), -4, np.float32)
        types[0, TYPES.index(self.kind)] = 4
        return {
            "parsing": parsing[None],
            "mask": np.where(blue, 6.0, -6.0).astype(np.float32)[None, None],
            "category": category,
            "type": types,
            "worn": np.array([[self.worn]], np.float32),
            "present": np.array([[6.0 if blue.any() else -6.0]], np.float32),
        }


def tee(size=(600, 500), scale=1.0, shift=(0, 0)) -> np.ndarray:
    outline = [(250 + x, y) for x, y in TEE] + [(250 - x, y) for x, y in reversed(TEE)]
    mask = np.zeros(size, np.uint8)
    cv2.fillPoly(mask, [np.round(np.array(outline) * scale + shift).astype(np.int32)], 1)
    return mask.astype(bool)


def picture(mask: np.ndarray, noise: float = 4.0) -> np.ndarray:
    rng = np.random.default_rng(0)
    ground = np.array([220, 200, 180]) + rng.normal(0, noise, (*mask.shape, 3))
    cloth = np.array([40, 60, 210]) + rng.normal(0, noise, (*mask.shape, 3))
    return np.clip(np.where(mask[..., None], cloth, ground), 0, 255).astype(np.uint8)


def iou(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / (one | other).sum())


def test_mask_parts_and_landmarks_lie_in_the_pictures_own_pixels():
    mask = tee()
    found = GarmentAnalyst(ColourGraph())(picture(mask))
    assert found.mask.shape == found.parsing.shape == mask.shape
    assert iou(found.mask > 0.5, mask) > 0.985
    assert found.category is Category.UPPER and found.worn < 0.1
    assert sum(found.category_scores.values()) == pytest.approx(1, abs=1e-5)
    assert np.hypot(*(np.array(found.landmarks["hem_left"]) - (365, 480))) < 20


def test_a_small_garment_is_looked_at_twice_and_found_as_exactly():
    mask = tee((1200, 1600), 0.9, (900, 500))
    graph = ColourGraph()
    found = GarmentAnalyst(graph)(picture(mask))
    assert graph.calls == 2
    assert iou(found.mask > 0.5, mask) > 0.97


def test_parts_of_a_large_picture_fill_its_mask_and_nothing_else():
    small, large = tee(), cv2.resize(tee().astype(np.uint8), (1500, 1800)) > 0
    one = GarmentAnalyst(ColourGraph())(picture(small))
    three = GarmentAnalyst(ColourGraph())(picture(large))
    np.testing.assert_array_equal(three.parsing > 0, three.mask > 0.5)
    for name in ("neck_left", "neck_right", "hem_left", "hem_right"):
        x, y = one.landmarks[name]
        assert np.hypot(three.landmarks[name][0] / 3 - x, three.landmarks[name][1] / 3 - y) < 12


def test_alpha_is_the_mask():
    mask = tee()
    alpha = cv2.GaussianBlur(mask.astype(np.uint8) * 255, (0, 0), 1.5)
    pixels = picture(mask)
    pixels[~mask] = 0
    found = GarmentAnalyst(ColourGraph())(pixels, alpha)
    np.testing.assert_allclose(found.mask, alpha / 255, atol=1e-6)


def test_the_inner_collar_is_kept_and_lowers_the_neckline():
    mask = tee()
    pixels = picture(mask)
    collar = np.zeros(mask.shape, np.uint8)
    cv2.fillPoly(collar, [np.array([(215, 60), (285, 60), (250, 130)])], 1)
    pixels[collar > 0] = (10, 10, 170)
    found = GarmentAnalyst(ColourGraph())(pixels)
    inner = found.parsing == GarmentLabel.INNER_COLLAR
    assert iou(inner, collar > 0) > 0.6
    assert abs(found.landmarks["neck_center"][1] - 125) < 15


def test_the_network_decides_about_sleeves_that_the_outline_does_not_show():
    mask = np.zeros((300, 260), bool)
    mask[30:280, 30:230] = True
    channels = np.where(mask, TORSO, 0).astype(np.uint8)
    channels[30:280, 180:230] = SLEEVE
    channels[30:280, 30:80] = PARSING_CLASSES.index(GarmentLabel.RIGHT_SLEEVE)
    parsing, landmarks = garment_parts(mask.astype(np.float32), channels, Category.UPPER, False)
    assert iou(parsing == GarmentLabel.LEFT_SLEEVE, channels == SLEEVE) > 0.9
    np.testing.assert_array_equal(parsing > 0, mask)
    assert abs(landmarks["armpit_left"][0] - 180) < 8 and landmarks["armpit_left"][1] < 170


def test_legs_or_skirt_follow_the_network():
    mask = np.zeros((300, 260), bool)
    mask[30:280, 60:200] = True
    for kind, label in (("Pants", GarmentLabel.LEFT_LEG), ("Skirt", GarmentLabel.SKIRT)):
        found = GarmentAnalyst(ColourGraph(kind))(picture(mask))
        assert found.category is Category.LOWER and (found.parsing == label).any()


def test_a_soft_answer_is_sharpened_at_the_photos_edge():
    mask = tee()
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 5)
    soft = cv2.warpAffine(soft, np.array([[1.0, 0, 3], [0, 1, -3]]), soft.shape[::-1])
    refined = refine_mask(picture(mask), soft)
    assert iou(refined > 0.5, mask) > iou(soft > 0.5, mask) + 0.02
    assert iou(refined > 0.5, mask) > 0.985
    undecided = (refined > 0.1) & (refined < 0.9)
    assert undecided.sum() < 4 * cv2.Canny(mask.astype(np.uint8) * 255, 50, 150).astype(bool).sum()


def test_a_mask_without_contrast_is_left_as_it_was():
    soft = cv2.GaussianBlur(tee().astype(np.float32), (0, 0), 2)
    refined = refine_mask(np.full((600, 500, 3), 128, np.uint8), soft)
    assert iou(refined > 0.5, soft > 0.5) > 0.98


@pytest.mark.parametrize("level", [0, 128, 255])
def test_nothing_there_is_an_error(level):
    with pytest.raises(GarmentError, match="no garment was found"):
        GarmentAnalyst(ColourGraph())(np.full((300, 200, 3), level, np.uint8))


def test_shoes_are_named():
    with pytest.raises(GarmentError, match="looks like shoes"):
        GarmentAnalyst(ColourGraph("Shoes"))(np.full((300, 200, 3), 128, np.uint8))


def test_worn_and_cut_off_garments_are_warned_about():
    mask = tee(shift=(160, 0))
    found = GarmentAnalyst(ColourGraph(worn=4.0))(picture(mask))
    assert found.worn > 0.9
    assert any("wears" in w for w in found.warnings)
    assert any("edge" in w for w in found.warnings)


@pytest.mark.parametrize(
    ("pixels", "alpha"),
    [
        (np.zeros((20, 20), np.uint8), None),
        (np.zeros((20, 20, 3), np.float32), None),
        (np.zeros((20, 20, 3), np.uint8), np.zeros((10, 20), np.uint8)),
    ],
)
def test_wrong_arrays_are_refused(pixels, alpha):
    with pytest.raises(InputError, match="expected"):
        GarmentAnalyst(ColourGraph())(pixels, alpha)


class HalfBlindGraph(ColourGraph):
    """Is unsure of everything but what lies on the light ground of an enlarged difference."""

    def __call__(self, image):
        light = image[0].mean(0) > 0.75  # the ground of an enlarged difference
        blue = np.full((3, *SIZE), -1, np.float32)
        blue[2] = np.where(light, -1, 1)
        found = super().__call__(blue[None])
        if light.mean() < 0.3:
            found["mask"][:] = -0.5
        return {**found, "present": np.array([[6.0]], np.float32)}


def test_a_garment_that_melts_into_a_plain_ground_is_found_by_a_second_look():
    mask, rng = tee(), np.random.default_rng(0)
    folds = cv2.GaussianBlur(rng.normal(0, 1, mask.shape).astype(np.float32), (0, 0), 4)
    grey = 128 + np.where(mask, 25 * folds / folds.std(), 0)
    photo = np.clip(grey, 0, 255).astype(np.uint8)[..., None].repeat(3, 2)
    graph = HalfBlindGraph()
    found = GarmentAnalyst(graph)(photo)
    assert graph.calls == 2
    assert iou(found.mask > 0.5, mask) > 0.9


def test_a_worn_garment_is_not_asked_of_its_ground():
    graph = ColourGraph(worn=5.0)
    mask = tee()
    GarmentAnalyst(graph)(np.where(mask[..., None], (20, 20, 255), 128).astype(np.uint8))
    assert graph.calls == 1
