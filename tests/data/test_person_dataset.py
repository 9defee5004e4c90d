import numpy as np
import pytest

from gpvton.data.augment import crop_matrix
from gpvton.data.person_cache import person_box, shrink
from gpvton.data.person_dataset import PersonDataset, move_points
from gpvton.data.person_samples import PersonSample, is_validation
from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.domain.labels import PersonLabel as P


def _sample(name="street/0001"):
    image = np.random.default_rng(0).integers(0, 255, (120, 90, 3), dtype=np.uint8)
    parsing = np.zeros((120, 90), np.uint8)
    parsing[10:110, 30:60] = P.LEFT_ARM
    points = np.zeros((25, 3), np.float32)
    points[KEYPOINT_INDEX["left_wrist"]] = (50, 60, 1)
    points[KEYPOINT_INDEX["left_small_toe"]] = (0, 0, -1)
    return PersonSample(name=name, image=image, parsing=parsing, keypoints=points)


def test_split_by_design_and_by_number():
    assert is_validation("studio/mh03-blue_main") and is_validation("studio/wsh08-red_back")
    assert not is_validation("studio/mh10-blue_main")
    assert is_validation("street/0010") and not is_validation("street/0013")


def test_mirrored_points_change_sides_and_place():
    points = _sample().keypoints
    matrix = crop_matrix((44.5, 59.5, 90, 120), (120, 90), mirror=True)
    moved = move_points(points, matrix, (120, 90), True)
    assert moved[KEYPOINT_INDEX["right_wrist"]] == pytest.approx((39, 60, 1), abs=1e-4)
    assert moved[KEYPOINT_INDEX["left_wrist"], 2] == 0


def test_points_that_leave_the_crop_are_missing_and_unknown_ones_stay_unknown():
    matrix = crop_matrix((20, 20, 30, 40), (40, 30))
    moved = move_points(_sample().keypoints, matrix, (40, 30), False)
    assert tuple(moved[KEYPOINT_INDEX["left_wrist"]]) == (0, 0, 0)
    assert moved[KEYPOINT_INDEX["left_small_toe"], 2] == -1


def test_shrinking_keeps_points_on_the_same_pixel_content():
    small = shrink(_sample(), 50)
    assert small.image.shape[:2] == small.parsing.shape == (61, 45)
    x, y, state = small.keypoints[KEYPOINT_INDEX["left_wrist"]]
    assert state == 1 and x == pytest.approx(24.75, abs=0.1) and y == pytest.approx(30.3, abs=0.3)
    assert person_box(_sample()) == (30, 10, 59, 109)


def test_items_repeat_and_left_becomes_right_when_mirrored():
    people = [shrink(_sample(), 100)]
    dataset = PersonDataset(people, [], (64, 64), empty=0.0)
    labels = set()
    for epoch in range(12):
        one, again = dataset.item(0, epoch, 0), dataset.item(0, epoch, 0)
        assert all(np.array_equal(one[name], again[name]) for name in one)
        left = bool((one["parsing"] == P.LEFT_ARM).any())
        right = bool((one["parsing"] == P.RIGHT_ARM).any())
        assert left != right
        side = "left_wrist" if left else "right_wrist"
        other = "right_wrist" if left else "left_wrist"
        assert one["keypoints"][KEYPOINT_INDEX[other], 2] == 0
        x, y, state = one["keypoints"][KEYPOINT_INDEX[side]].tolist()
        if state == 1 and 0 <= round(2 * x) < 32 and 0 <= round(2 * y) < 32:
            assert one["parsing"][round(2 * y), round(2 * x)] in (P.LEFT_ARM, P.RIGHT_ARM, 0)
        labels |= {left}
    assert labels == {True, False}
