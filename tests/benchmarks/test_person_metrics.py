import sys
from pathlib import Path

import numpy as np
import pytest

from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.domain.labels import PersonLabel as P

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from person_metrics import TWELVE, MergedIou, PointScore, iou


def _truth():
    points = np.zeros((25, 3), np.float32)
    for name, place in {
        "neck": (50, 20), "mid_hip": (50, 120), "left_wrist": (90, 100), "right_wrist": (10, 100)
    }.items():  # fmt: skip
        points[KEYPOINT_INDEX[name]] = (*place, 1)
    return points


def test_iou_of_masks():
    one, other = np.zeros((4, 4), bool), np.zeros((4, 4), bool)
    assert iou(one, other) == 1
    one[:2], other[1:3] = True, True
    assert iou(one, other) == pytest.approx(1 / 3)


def test_merged_labels_count_as_one_and_unknown_pixels_do_not_count():
    truth = np.full((2, 4), P.UPPER_TORSO, np.uint8)
    truth[1] = 255
    found = np.full((2, 4), P.UPPER_LEFT_SLEEVE, np.uint8)
    found[0, 0] = P.BAG
    score = MergedIou(TWELVE)
    score.add(found, truth)
    assert score.result()["top"] == pytest.approx(0.75)
    assert "hair" not in score.result()


def test_points_within_a_tenth_of_the_torso():
    found = _truth()
    found[KEYPOINT_INDEX["left_wrist"], 0] += 9
    found[KEYPOINT_INDEX["right_wrist"], 0] += 11
    score = PointScore()
    score.add(found, _truth())
    values = score.pck(0.1)
    assert values["left_wrist"] == 1 and values["right_wrist"] == 0
    assert values["all"] == pytest.approx(0.75)


def test_a_point_not_found_is_wrong_and_one_found_though_missing_is_counted():
    found = _truth()
    found[KEYPOINT_INDEX["left_wrist"], 2] = 0
    found[KEYPOINT_INDEX["nose"]] = (50, 5, 0.8)
    score = PointScore()
    score.add(found, _truth())
    assert score.pck(0.1)["left_wrist"] == 0
    assert (score.found_missing, score.missing) == (1, 21)


def test_swapped_sides_are_seen():
    found = _truth()
    left, right = KEYPOINT_INDEX["left_wrist"], KEYPOINT_INDEX["right_wrist"]
    found[[left, right]] = found[[right, left]]
    score = PointScore()
    score.add(found, _truth())
    assert (score.swapped, score.pairs) == (1, 1)
