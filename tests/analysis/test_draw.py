import numpy as np
import pytest

from gpvton.analysis import draw
from gpvton.analysis.palette import GARMENT_COLOURS, PERSON_COLOURS, garment_name, person_name
from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.domain.labels import GarmentLabel, PersonLabel
from gpvton.domain.parts import PART_TABLE, Category
from gpvton.geometry.flow import identity_flow

GREY = np.full((draw.DRAWING_HEIGHT, 600, 3), 128, np.uint8)


def points(**places):
    array = np.zeros((25, 3), np.float32)
    for name, (x, y) in places.items():
        array[KEYPOINT_INDEX[name]] = x, y, 0.9
    return array


def test_every_label_has_its_own_colour_and_name():
    assert set(PERSON_COLOURS) == set(PersonLabel)
    assert set(GARMENT_COLOURS) == set(GarmentLabel)
    for colours, name in ((PERSON_COLOURS, person_name), (GARMENT_COLOURS, garment_name)):
        assert len(set(colours.values())) == len(colours)
        assert len({name(label) for label in colours}) == len(colours)


def test_labels_are_painted_in_their_colours_and_nowhere_else():
    parsing = np.zeros(GREY.shape[:2], np.uint8)
    parsing[300:600, 100:300] = PersonLabel.DRESS_TORSO
    out = draw.draw_labels(GREY, parsing, PERSON_COLOURS).astype(int)
    red, green, blue = np.moveaxis(out[310:590, 110:290], -1, 0)
    assert (red > blue).all() and (blue > green).all()
    outside = out[:290]
    assert (outside.max(axis=2) == outside.min(axis=2)).all()


def test_only_given_points_are_drawn():
    assert (draw.draw_skeleton(GREY, points()) == draw.draw_skeleton(GREY, points())[0, 0]).all()
    one = draw.draw_skeleton(GREY, points(left_wrist=(200, 300)))
    changed = np.argwhere((one != one[0, 0]).any(axis=2))
    np.testing.assert_allclose(changed.mean(axis=0), [300, 200], atol=0.5)
    assert len(changed) < 500


def test_a_bone_joins_its_two_points():
    both = draw.draw_skeleton(GREY, points(left_elbow=(200, 300), left_wrist=(200, 500)))
    assert (both[400, 200] != both[0, 0]).any()
    assert (both[400, 300] == both[0, 0]).all()


def test_drawings_follow_the_photo_s_own_pixels():
    """A small picture is enlarged; points land at the same relative place."""
    small = np.full((90, 60, 3), 128, np.uint8)
    out = draw.draw_skeleton(small, points(nose=(30, 45)))
    changed = np.argwhere((out != out[0, 0]).any(axis=2)).mean(axis=0)
    np.testing.assert_allclose(changed, [454.5, 304.5], atol=1)


def test_flow_of_the_identity_is_an_even_checkerboard_inside_the_part():
    parsing = np.zeros((240, 320), np.uint8)
    middle = min(PART_TABLE[Category.UPPER].worn[1])
    parsing[60:180, 80:240] = middle
    flow = np.stack([identity_flow(240, 320)] * 3)
    out = draw.draw_flow(flow, parsing, Category.UPPER)
    assert out.shape[0] == draw.DRAWING_HEIGHT
    assert (out[:200] == 255).all()
    inside = out[230:670, 305:895]
    assert 2 <= len(np.unique(inside.reshape(-1, 3)[::97] // 32, axis=0)) <= 24
    assert (inside.reshape(-1, 3).std(axis=0) > 10).any()


@pytest.mark.parametrize("size", [(200, 150), (1300, 900)])
def test_sheets_of_persons_and_garments_change_no_input(size):
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (*size, 3), dtype=np.uint8)
    parsing = rng.integers(0, 29, size, dtype=np.uint8)
    person = PersonAnnotation(
        parsing=parsing,
        keypoints=points(nose=(50, 50), neck=(50, 90)),
        silhouette=np.ones(size, np.float32),
        warnings=("the feet do not show " * 9,),
    )
    garment = GarmentAnnotation(
        mask=np.ones(size, np.float32),
        parsing=np.full(size, GarmentLabel.UPPER, np.uint8),
        category=Category.UPPER,
        landmarks={"hem_left": (20.0, 30.0)},
    )
    before = pixels.copy(), parsing.copy()
    assert draw.draw_person(pixels, person).shape[0] > draw.draw_garment(pixels, garment).shape[0]
    np.testing.assert_array_equal(pixels, before[0])
    np.testing.assert_array_equal(parsing, before[1])


def test_landmarks_follow_the_scale_of_the_picture():
    out = draw.draw_landmarks(GREY, {"hem_left": (100.0, 150.0)}, 2.0)
    changed = np.argwhere((out != GREY).any(axis=2)).mean(axis=0)
    np.testing.assert_allclose(changed, [300.5, 200.5], atol=0.5)


def test_cut_out_keeps_the_picture_inside_and_the_checkerboard_outside():
    mask = np.zeros(GREY.shape[:2], np.float32)
    mask[:, :300] = 1
    out = draw.cut_out_on_checker(GREY, mask)
    assert (out[:, :299] == 128).all()
    assert set(np.unique(out[:, 301:])) == {238, 250}
