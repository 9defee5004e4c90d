import numpy as np
import pytest

from gpvton.conditions.body_parts import BodyPart, body_part_map
from gpvton.conditions.palms import palm_mask
from gpvton.conditions.pose_maps import pose_maps
from gpvton.conditions.preserve import agnostic_region, preserve_mask
from gpvton.conditions.skin import skin_colours
from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import PART_TABLE, Category
from gpvton.geometry.body import body_from
from tests.figures import SIZE, SKIN, person


def test_pose_maps_peak_at_their_points_and_missing_points_have_none():
    points = person()[1].keypoints
    maps = pose_maps(points, *SIZE, radius=4.0)
    assert maps.shape == (25, *SIZE)
    index = KEYPOINT_INDEX["nose"]
    row, column = np.unravel_index(maps[index].argmax(), SIZE)
    assert (column, row) == (192, 70)
    assert maps[KEYPOINT_INDEX["left_heel"]].max() == 0.0


def test_body_parts_lie_on_their_joints():
    body = body_from(person()[1])
    parts = body_part_map(body, *SIZE)
    for name, part in (("left_elbow", BodyPart.LEFT_FOREARM), ("right_knee", BodyPart.RIGHT_CALF)):
        column, row = np.rint(body.points[name]).astype(int)
        assert parts[row, column] == part
    assert parts[180, 192] == BodyPart.TORSO
    assert parts[66, 192] == BodyPart.HEAD


def test_body_parts_leave_out_what_was_not_found():
    annotation = person()[1]
    points = annotation.keypoints.copy()
    points[KEYPOINT_INDEX["left_elbow"], 2] = 0.0
    hidden = type(annotation)(
        parsing=annotation.parsing, keypoints=points, silhouette=annotation.silhouette
    )
    parts = body_part_map(body_from(hidden), *SIZE)
    assert not np.isin(parts, (BodyPart.LEFT_UPPER_ARM, BodyPart.LEFT_FOREARM)).any()


def test_palms_are_the_hands_only():
    annotation = person()[1]
    body = body_from(annotation)
    palms = palm_mask(annotation.parsing, body)
    hand = np.rint(body.points["left_wrist"] + [3, 14]).astype(int)
    elbow = np.rint(body.points["left_elbow"]).astype(int)
    assert palms[hand[1], hand[0]]
    assert not palms[elbow[1], elbow[0]]


@pytest.mark.parametrize("category", list(Category))
def test_preserve_mask_never_holds_the_old_garment_and_always_the_face(category):
    annotation = person()[1]
    mask = preserve_mask(annotation.parsing, body_from(annotation), category)
    assert not mask[np.isin(annotation.parsing, tuple(PART_TABLE[category].replaced))].any()
    assert mask[annotation.parsing == P.FACE].all()


def test_the_old_sleeves_length_does_not_show_in_the_region():
    regions = []
    for sleeve in (0.3, 1.9):
        annotation = person(sleeve=sleeve)[1]
        regions.append(agnostic_region(annotation.parsing, body_from(annotation), Category.UPPER))
    assert (regions[0] != regions[1]).sum() < 0.01 * regions[0].sum()


def test_skin_colour_is_the_skins_and_falls_back_limb_by_limb():
    pixels, annotation = person()
    colours = skin_colours(pixels, annotation.parsing)
    np.testing.assert_allclose(colours["left_leg"], SKIN, atol=1)
    assert set(colours) == {"left_arm", "right_arm", "left_leg", "right_leg", "neck", "face"}


def test_no_skin_gives_no_colour_and_never_nan():
    pixels, annotation = person()
    assert skin_colours(pixels, np.zeros_like(annotation.parsing)) == {}
