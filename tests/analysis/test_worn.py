from dataclasses import replace

import cv2
import numpy as np
import pytest

from gpvton.analysis.bare_skin import on_skin
from gpvton.analysis.worn import laid_flat, lay_flat
from gpvton.domain.annotations import Facing, PersonAnnotation, PersonView
from gpvton.domain.errors import GarmentError, PersonError
from gpvton.domain.images import Photo
from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.domain.labels import GarmentLabel as G
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.notices import NoticeKind, kinds
from gpvton.domain.parts import Category
from gpvton.geometry.body import body_from
from gpvton.geometry.canonical import canonical_garment
from gpvton.geometry.part_flow import part_coordinates, part_meshes

SIZE = (360, 280)
UNIT = 60.0
_HALF = {
    "shoulder": (30, 80), "elbow": (52, 126), "wrist": (62, 168), "hip": (17, 173),
    "knee": (19, 245), "ankle": (20, 310),
}  # fmt: skip
_LABELS = {
    Category.UPPER: (P.UPPER_LEFT_SLEEVE, P.UPPER_TORSO, P.UPPER_RIGHT_SLEEVE),
    Category.LOWER: (P.LEFT_PANTS, P.SKIRT, P.RIGHT_PANTS),
}


def somebody(parsing):
    points = np.zeros((25, 3), np.float32)
    for joint, (aside, y) in _HALF.items():
        for side, sign in (("left", 1), ("right", -1)):
            points[KEYPOINT_INDEX[f"{side}_{joint}"]] = 140 + sign * aside, y, 1
    points[KEYPOINT_INDEX["neck"]] = 140, 80, 1
    points[KEYPOINT_INDEX["mid_hip"]] = 140, 173, 1
    return PersonAnnotation(
        parsing=parsing, keypoints=points, silhouette=(parsing > 0).astype(np.float32)
    )


def dressed(category):
    """A person in a plain garment: red on its left, blue on its right; its flat picture."""
    flat = canonical_garment(category, UNIT)
    picture = np.zeros((*flat.parsing.shape, 3), np.uint8)
    middle = picture.shape[1] // 2
    picture[:, middle:], picture[:, :middle] = (200, 30, 30), (30, 30, 200)
    empty = np.zeros(SIZE, np.uint8)
    meshes = part_meshes(flat, category, body_from(somebody(empty)), empty)
    places = part_coordinates(meshes, *SIZE)
    pixels, parsing = np.full((*SIZE, 3), 255, np.uint8), empty.copy()
    own = {
        Category.UPPER: (G.LEFT_SLEEVE, G.UPPER, G.RIGHT_SLEEVE),
        Category.LOWER: (G.LEFT_LEG, G.SKIRT, G.RIGHT_LEG),
    }[category]
    for index in (1, 0, 2):
        x, y = (np.nan_to_num(axis, nan=-9) for axis in places[index])
        part = (flat.parsing == own[index]).astype(np.uint8)
        here = cv2.remap(part, x, y, cv2.INTER_NEAREST) > 0
        pixels[here] = cv2.remap(picture, x, y, cv2.INTER_NEAREST)[here]
        parsing[here] = _LABELS[category][index]
    return pixels, somebody(parsing), flat


@pytest.mark.parametrize("category", [Category.UPPER, Category.LOWER])
def test_what_was_laid_on_a_person_is_laid_flat_again(category):
    pixels, person, flat = dressed(category)
    found = lay_flat(pixels, person, category)
    rows, columns = np.nonzero(flat.mask)
    cut = flat.mask[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    mask = found.annotation.mask
    rows, columns = np.nonzero(mask > 0.5)
    own = mask[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    same = cv2.resize(own, cut.shape[::-1]) > 0.5
    assert (same & (cut > 0.5)).sum() / (same | (cut > 0.5)).sum() > 0.8
    solid = mask > 0.9
    half = mask.shape[1] // 2
    reach = mask.shape[1] // 20
    right, left = found.pixels[:, : half - reach], found.pixels[:, half + reach :]
    assert (right[solid[:, : half - reach]][:, 2] > 150).mean() > 0.97
    assert (left[solid[:, half + reach :]][:, 0] > 150).mean() > 0.97
    assert (found.pixels[mask == 0] == 255).all() and found.hidden < 0.05
    assert set(np.unique(found.annotation.parsing)) == set(np.unique(flat.parsing))


def test_what_hair_hides_comes_from_the_other_side():
    pixels, person, _ = dressed(Category.UPPER)
    parsing = person.parsing.copy()
    parsing[90:150, 150:166] = P.HAIR
    pixels[90:150, 150:166] = 0
    whole = lay_flat(pixels, person, Category.UPPER)
    patched = lay_flat(pixels, replace(person, parsing=parsing), Category.UPPER)
    assert patched.hidden > whole.hidden + 0.02
    a, b = whole.annotation.mask > 0.5, patched.annotation.mask > 0.5
    assert abs(int(a.sum()) - int(b.sum())) < 0.03 * a.sum()
    solid = patched.annotation.mask > 0.95
    assert patched.pixels[solid].max(1).min() > 60  # no black is left
    borrowed = (patched.pixels[..., 2] > 150) & solid
    assert borrowed[:, int(0.55 * solid.shape[1]) :].any()  # blue, on the left


def test_a_garment_that_nobody_wears_is_refused():
    pixels, person, _ = dressed(Category.UPPER)
    with pytest.raises(GarmentError, match="wears no lower"):
        lay_flat(pixels, person, Category.LOWER)


def test_the_annotation_says_what_was_done_and_from_which_side():
    pixels, person, flat = dressed(Category.UPPER)
    seen = replace(flat, worn=0.9, type_scores={"Shirt": 1.0})
    behind = replace(person, view=PersonView(facing=Facing.BACK))
    photo = Photo(pixels=pixels, name="anna")
    laid, found = laid_flat(photo, seen, None, lambda _: behind)
    assert laid.name == "anna" and laid.alpha is not None
    assert found.parsing.shape == laid.size and found.type == "Shirt"
    assert found.side is Facing.BACK
    assert kinds(found.warnings) == {NoticeKind.WORN, NoticeKind.GARMENT_BACK}


def test_where_the_wearer_cannot_be_read_nothing_changes_but_a_warning():
    pixels, _, flat = dressed(Category.UPPER)
    photo = Photo(pixels=pixels)

    def nobody(_):
        raise PersonError("no person was found")

    same, found = laid_flat(photo, flat, None, nobody)
    assert same is photo and found.parsing is flat.parsing
    assert "no person was found" in found.warnings[-1] and kinds(found.warnings)


def test_skin_that_is_labelled_as_cloth_is_found_by_its_colour():
    pixels = np.full((60, 60, 3), (30, 60, 160), np.uint8)
    pixels[:, 35:] = (200, 150, 120)
    parsing = np.full((60, 60), P.UPPER_TORSO, np.uint8)
    parsing[:, 45:] = P.LEFT_ARM
    found = on_skin(pixels, parsing, parsing == P.UPPER_TORSO, reach=20)
    assert found[:, 36:44].all() and not found[:, :34].any() and not found[:, 45:].any()
    assert not on_skin(pixels, parsing, parsing == P.UPPER_TORSO, reach=3)[:, 36:40].any()
    parsing[:, 45:] = P.BACKGROUND
    assert not on_skin(pixels, parsing, parsing == P.UPPER_TORSO, reach=20).any()
