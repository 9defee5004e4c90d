import json

import cv2
import numpy as np
import pytest

from gpvton.analysis.pose_files import openpose_values
from gpvton.data.person_cache import SAME_POINTS, load_people, load_rendered
from gpvton.data.pose_points import UNKNOWN
from gpvton.domain.annotations import FACINGS, Facing
from gpvton.domain.keypoints import KEYPOINT_INDEX
from tests.data.figures import write_data_folder


def test_the_cache_holds_the_same_people(tmp_path):
    write_data_folder(tmp_path)
    cache = tmp_path / "people.npz"
    fresh = load_people(tmp_path, "train", 100, cache, lambda line: None)
    again = load_people(tmp_path, "train", 100, cache, lambda line: None)
    assert [p.name for p in fresh] == [p.name for p in again]
    for one, two in zip(fresh, again, strict=True):
        assert np.array_equal(one.image, two.image) and np.array_equal(one.parsing, two.parsing)
        assert one.box == pytest.approx(two.box)
        assert (one.alpha is None) == (two.alpha is None)


def test_rendered_people_teach_the_points_that_mean_the_same(tmp_path):
    points = np.zeros((25, 3), np.float32)
    for name, place in {
        "neck": (50, 30, 1), "mid_hip": (50, 80, 1), "left_shoulder": (66, 30, 1),
        "right_shoulder": (34, 30, 1), "left_wrist": (70, 80, 1), "right_wrist": (45, 75, 0.5),
        "left_knee": (58, 110, 1),
    }.items():  # fmt: skip
        points[KEYPOINT_INDEX[name]] = place
    pair = tmp_path / "pairs" / "000001"
    pair.mkdir(parents=True)
    (pair / "keypoints.json").write_text(json.dumps(openpose_values(points)))
    labels = np.zeros((120, 100), np.uint8)
    labels[20:118, 30:70] = 5
    cv2.imwrite(str(pair / "parsing_a.png"), labels)
    cv2.imwrite(str(pair / "person_a.jpg"), np.full((120, 100, 3), 90, np.uint8))
    (person,) = load_rendered(tmp_path, 480)
    state = {name: person.keypoints[index, 2] for name, index in KEYPOINT_INDEX.items()}
    assert state["left_wrist"] == 1 and state["left_elbow"] == 0  # outside the picture
    assert state["right_wrist"] == UNKNOWN  # behind the body
    assert all(state[name] == UNKNOWN for name in state if name not in SAME_POINTS)
    assert FACINGS[person.facing] == Facing.FRONT
