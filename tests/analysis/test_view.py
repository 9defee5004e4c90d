import numpy as np
import pytest

from gpvton.analysis.framing import Frame
from gpvton.analysis.garment_view import count_pieces
from gpvton.analysis.view import (
    calibrated,
    confidence_map,
    exchanged,
    facing_of,
    framing_of,
    labels_order,
    part_confidences,
    pasted,
    person_notices,
)
from gpvton.domain.annotations import Facing, Framing, PersonView
from gpvton.domain.keypoints import KEYPOINT_INDEX, KEYPOINT_MIRROR
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.notices import NoticeKind, kinds


def points_at(**places):
    points = np.zeros((25, 3), np.float32)
    for name, (x, y) in places.items():
        points[KEYPOINT_INDEX[name]] = x, y, 0.9
    return points


FRONT = points_at(left_shoulder=(60, 20), right_shoulder=(30, 20), left_wrist=(70, 60))


def test_a_known_back_gets_its_sides_exchanged():
    parsing = np.zeros((29, 4, 4), np.float32)
    parsing[P.LEFT_ARM] = 1
    back = {Facing.FRONT: 0.1, Facing.SIDE: 0.1, Facing.BACK: 0.8}
    points, labels = exchanged(FRONT, parsing, back)
    assert tuple(points[KEYPOINT_INDEX["right_wrist"], :2]) == (70, 60)
    assert labels[P.RIGHT_ARM].all() and not labels[P.LEFT_ARM].any()
    again, same = exchanged(points, labels, back)  # right by now
    assert np.array_equal(again, points) and np.array_equal(same, labels)
    unsure = {Facing.FRONT: 0.5, Facing.SIDE: 0.1, Facing.BACK: 0.4}
    assert exchanged(points, parsing, unsure)[0] is points


def test_a_sure_front_gets_its_sides_back():
    crossed = FRONT[list(KEYPOINT_MIRROR)]
    front = {Facing.FRONT: 0.9, Facing.SIDE: 0.1, Facing.BACK: 0.0}
    assert np.array_equal(exchanged(crossed, np.zeros((29, 4, 4)), front)[0], FRONT)


def test_labels_that_lie_right_stay_when_the_points_are_exchanged():
    parsing = np.zeros((29, 4, 40), np.float32)
    parsing[P.LEFT_ARM, :, :10] = parsing[P.RIGHT_ARM, :, 30:] = 1  # as seen from behind
    parsing[0, :, 10:30] = 1
    assert labels_order(parsing) == -30 and labels_order(parsing[:, :, ::-1]) == 30
    back = {Facing.FRONT: 0.0, Facing.SIDE: 0.0, Facing.BACK: 1.0}
    points, labels = exchanged(FRONT, parsing, back)
    assert points is not FRONT and labels is parsing
    points, labels = exchanged(points, parsing[:, :, ::-1], back)
    assert np.array_equal(labels[P.LEFT_ARM], parsing[P.LEFT_ARM])


def test_sides_of_nothing_have_no_order():
    assert labels_order(np.zeros((29, 4, 4))) == 0


def test_facing_from_the_network_or_from_the_order_of_the_shoulders():
    assert facing_of(np.array([0.1, 0.7, 0.2]), FRONT)[Facing.SIDE] == pytest.approx(0.7)
    assert facing_of(None, FRONT)[Facing.FRONT] == 1
    behind = points_at(left_shoulder=(30, 20), right_shoulder=(60, 20))
    assert facing_of(None, behind)[Facing.BACK] == 1
    assert facing_of(None, points_at(nose=(1, 1))) == {}
    torso = {"neck": (45, 20), "mid_hip": (45, 80)}
    narrow = points_at(left_shoulder=(52, 20), right_shoulder=(38, 20), **torso)
    assert facing_of(None, narrow)[Facing.SIDE] == 1
    wide = points_at(left_shoulder=(64, 20), right_shoulder=(26, 20), **torso)
    assert facing_of(None, wide)[Facing.FRONT] == 1


@pytest.mark.parametrize(
    ("names", "framing"),
    [
        (("nose", "left_shoulder"), Framing.HEAD),
        (("nose", "left_shoulder", "left_hip"), Framing.HALF),
        (("nose", "left_hip", "right_ankle"), Framing.FULL),
        (("left_hip", "right_ankle"), Framing.LOWER),
        (("left_wrist",), Framing.UNKNOWN),
    ],
)
def test_framing(names, framing):
    assert framing_of(points_at(**dict.fromkeys(names, (5, 5)))) == framing


def test_confidences_of_parts_are_means_where_they_win():
    probability = np.zeros((29, 10, 10), np.float32)
    probability[0] = 1
    probability[:, :, 5:] = 0
    probability[P.HAIR, :5, 5:], probability[P.FACE, :5, 5:] = 0.8, 0.2
    probability[P.HAIR, 5:, 5:], probability[P.FACE, 5:, 5:] = 0.6, 0.4
    assert part_confidences(probability) == {"hair": pytest.approx(calibrated(0.7))}


def test_the_map_of_confidences_lies_over_the_photo():
    probability = np.zeros((29, 20, 20), np.float32)
    probability[0] = 0.25
    frame = Frame(left=40, top=0, width=40, height=40)
    found = confidence_map(probability, frame, (60, 100))
    assert found.shape == (60, 100) and found.dtype == np.float16
    assert (found[:38, 42:78] == 0.25).all() and not found[:, :38].any()
    large = confidence_map(probability, frame, (6000, 10000))
    assert max(large.shape) == 320


def test_a_crop_s_view_is_put_into_the_photo():
    view = PersonView(people=2, confidence=np.full((50, 50), 0.5, np.float16))
    whole = pasted(view, (100, 200), (100, 0, 150, 50))
    assert whole.people == 2 and whole.confidence.shape == (100, 200)
    assert (whole.confidence[:50, 100:150] == 0.5).all() and whole.confidence.sum() == 1250


def test_notices_are_sentences_with_kinds():
    view = PersonView(people=2, parts={"hair": 0.3, "face": 0.5})
    found = person_notices(FRONT, view, np.zeros((60, 40), np.float32))
    assert kinds(found) == {
        NoticeKind.JOINTS_MISSING,
        NoticeKind.OTHER_PEOPLE,
        NoticeKind.UNSURE,
    }
    assert any("left hip, right hip" in text for text in found)


@pytest.mark.parametrize(("rows", "said"), [(10, ""), (40, "left and right"), (0, "")])
def test_a_person_cut_by_the_side_of_the_photo_is_told(rows, said):
    body = np.zeros((60, 40), np.float32)
    body[5:55, 10:30] = 1
    body[10 : 10 + rows] = 1
    found = person_notices(FRONT, PersonView(), body)
    assert (NoticeKind.CUT_OFF in kinds(found)) == bool(said)
    assert any(said in text for text in found)


def test_pieces_of_a_mask():
    mask = np.zeros((300, 300), np.float32)
    mask[40:140, 40:260] = 1
    assert count_pieces(mask) == 1
    mask[141:142] = 0
    mask[142:260, 40:260] = 1  # a gap as thin as a shadow
    assert count_pieces(mask) == 1
    mask[140:170] = 0
    assert count_pieces(mask) == 2
    mask[0:8, 0:8] = 1  # a scrap
    assert count_pieces(mask) == 2


def test_calibration_is_monotone_and_lowers_what_promised_too_much():
    said = np.array([calibrated(value) for value in np.linspace(0, 1, 21)])
    assert (np.diff(said) >= 0).all() and said[0] > 0 and said[-1] < 1
    assert calibrated(0.46) < 0.46 and calibrated(0.85) <= 0.86
