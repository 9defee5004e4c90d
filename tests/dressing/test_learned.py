import numpy as np

from gpvton.conditions.frame import Frame
from gpvton.conditions.warping import FRAME_SIZE
from gpvton.domain.labels import WornClass
from gpvton.domain.parts import Category
from gpvton.dressing.learned import Warped, _without_strays
from gpvton.dressing.scene import Scene
from gpvton.geometry.body import Body
from gpvton.geometry.flow import identity_flow

H, W = FRAME_SIZE[0] // 2, FRAME_SIZE[1] // 2


def scene(size=(200, 150), left=10, top=20):
    return Scene(
        box=(left, top, left + size[1], top + size[0]),
        pixels=np.zeros((*size, 3), np.uint8),
        parsing=np.zeros(size, np.uint8),
        body=Body(points={}, seen=frozenset(), span=50.0, back=False),
        work_scale=0.5,
        skin={},
        category=Category.UPPER,
    )


def warped(classes, present=(True, True, False)):
    return Warped(
        flow=np.stack([identity_flow(H, W)] * 3),
        classes=classes,
        person=Frame(left=10.0, top=20.0, rate=1.0, size=FRAME_SIZE),
        garment=Frame(left=-3.0, top=4.0, rate=2.0, size=FRAME_SIZE),
        present=present,
        reach={},
    )


def probabilities():
    return np.zeros((10, H, W), np.float32)


def test_coordinates_lead_from_the_crop_through_both_frames():
    found = warped(probabilities()).coordinates(scene())
    assert found.shape == (3, 2, 100, 75)
    assert np.isnan(found[2]).all()
    rows, columns = np.mgrid[:100, :75]
    x = (columns + 0.5) * 2 / 2.0 - 3.0 - 0.5  # crop pixels, by the garment's rate and corner
    y = (rows + 0.5) * 2 / 2.0 + 4.0 - 0.5
    inner = (slice(2, -2), slice(2, -2))
    assert np.abs(found[1, 0] - x)[inner].max() < 0.02
    assert np.abs(found[1, 1] - y)[inner].max() < 0.02


def test_an_arm_hides_the_torso_and_the_torso_goes_on_below_a_sleeve():
    classes = probabilities()
    classes[WornClass.MIDDLE_PART, :, :40] = 1
    classes[WornClass.LEFT_PART, :, 40:55] = 1
    classes[WornClass.LEFT_ARM, :, 55:] = 1
    shown = warped(classes).visible(scene())
    row = shown[:, 100]
    assert row[1, 60] == 1 and row[0, 60] == 0  # torso: itself, no sleeve
    assert row[0, 95] == 1 and row[1, 95] == 1  # sleeve, over the torso that goes on
    assert row[0, 130] == 0 and row[1, 130] == 0  # arm in front of both


def test_nothing_shows_far_from_where_the_parsing_sees_it_but_outlines_are_the_garments():
    classes = probabilities()
    classes[WornClass.REST] = 1
    classes[:, :50] = 0
    classes[WornClass.MIDDLE_PART, :50] = 1
    shown = warped(classes).visible(scene())[1, :, 75]
    assert shown[40] == 1 and shown[140] == 0
    assert shown[101] > 0.5  # the first rows beyond: the garment's own edge decides there


def test_shoulders_are_the_parsings_and_a_neckline_the_garments():
    classes = probabilities()
    classes[WornClass.REST] = 1
    classes[:, 30:] = 0
    classes[WornClass.MIDDLE_PART, 30:] = 1
    classes[:, :30, 40:] = 0
    classes[WornClass.NECK, :30, 40:] = 1
    row = warped(classes).visible(scene())[1, 57]  # 1.5 network pixels above the parsing's edge
    assert row[40] < 0.1 and row[120] == 1
    back = warped(classes).visible(scene())[1, 48]  # as far as the back of a collar
    assert back[120] < 0.1


def test_narrow_notches_of_the_parsing_do_not_cut_the_hem():
    classes = probabilities()
    classes[WornClass.REST] = 1
    classes[:, :50] = 0
    classes[WornClass.MIDDLE_PART, :50] = 1
    notch = (slice(None), slice(40, 50), slice(30, 34))
    classes[notch] = 0
    classes[WornClass.LEFT_LEG, 40:50, 30:34] = 1
    assert warped(classes).visible(scene())[1, 90, 64] > 0.9


def test_shown_names_the_likeliest_part_where_one_is_not_unlikely():
    classes = probabilities()
    classes[WornClass.REST] = 0.6
    classes[WornClass.LEFT_PART, :, :30], classes[WornClass.RIGHT_PART, :, 30:] = 0.4, 0.1
    found = warped(classes).shown(scene())
    assert found.shape == (100, 75)
    assert found[50, 10] == WornClass.LEFT_PART and found[50, 70] == WornClass.REST


def test_small_pieces_apart_from_the_garment_go_and_a_sleeve_apart_stays():
    classes = probabilities()
    classes[WornClass.REST] = 1
    for part, place in (
        (WornClass.MIDDLE_PART, np.s_[20:60, 20:50]),
        (WornClass.LEFT_PART, np.s_[20:40, 55:65]),
        (WornClass.MIDDLE_PART, np.s_[70:76, 30:38]),
    ):
        classes[(WornClass.REST, *place)], classes[(part, *place)] = 0.1, 0.9
    found = _without_strays(classes)
    assert found[WornClass.MIDDLE_PART, 73, 34] == 0 and found[WornClass.REST, 73, 34] == 1
    assert np.array_equal(found[:, :66], classes[:, :66])
    assert np.allclose(found.sum(axis=0), classes.sum(axis=0))
