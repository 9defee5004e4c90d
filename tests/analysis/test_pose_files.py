import json

import numpy as np
import pytest

from gpvton.analysis.pose_files import (
    COCO_17,
    MEDIAPIPE_33,
    OPENPOSE_18,
    openpose_values,
    read_openpose,
    read_pose,
)
from gpvton.domain.errors import InputError
from gpvton.domain.keypoints import KEYPOINT_INDEX, KEYPOINT_NAMES

SIZE = (400, 300)
FEET = ("left_big_toe", "left_small_toe", "left_heel", "right_big_toe", "right_small_toe",
        "right_heel")  # fmt: skip
TRUTH = {
    name: (10.0 + 7 * index, 20.0 + 5 * index)
    for index, name in enumerate(dict.fromkeys((*KEYPOINT_NAMES, *MEDIAPIPE_33)))
}


def rows(names, confidence=0.75):
    return [[*TRUTH[name], confidence] for name in names]


def flat(names, confidence=0.75):
    return [value for row in rows(names, confidence) for value in row]


def check(points, names, confidence=0.75):
    for name in names:
        if name in KEYPOINT_INDEX:
            place = points[KEYPOINT_INDEX[name]]
            assert place == pytest.approx((*TRUTH[name], confidence), abs=1e-3), name
    for name in KEYPOINT_NAMES:
        if name not in names and name not in ("neck", "mid_hip"):
            assert not points[KEYPOINT_INDEX[name]].any(), name


WHOLE = (*COCO_17, *FEET)
REST = [[0.0, 0.0, 0.9]] * 110
FORMATS = {
    "BODY_25": ({"people": [{"pose_keypoints_2d": flat(KEYPOINT_NAMES)}]}, KEYPOINT_NAMES),
    "OpenPose 18": ({"people": [{"pose_keypoints_2d": flat(OPENPOSE_18)}]}, OPENPOSE_18),
    "COCO results": ([{"keypoints": flat(COCO_17), "score": 0.9}], COCO_17),
    "COCO-WholeBody 133": (
        [{"keypoints": flat(WHOLE) + [v for row in REST for v in row]}],
        WHOLE,
    ),
    "COCO-WholeBody feet": ([{"keypoints": flat(COCO_17), "foot_kpts": flat(FEET)}], WHOLE),
    "points and scores": (
        {
            "instance_info": [
                {
                    "instances": [
                        {
                            "keypoints": [list(TRUTH[name]) for name in COCO_17],
                            "keypoint_scores": [0.75] * 17,
                        }
                    ]
                }
            ]
        },
        COCO_17,
    ),
    "MediaPipe pixels": (
        [[*TRUTH[name], -0.3, 0.75] for name in MEDIAPIPE_33],
        MEDIAPIPE_33,
    ),
    "MediaPipe shares": (
        {
            "landmarks": [
                {
                    "x": (TRUTH[name][0] + 0.5) / SIZE[1],
                    "y": (TRUTH[name][1] + 0.5) / SIZE[0],
                    "z": 0.1,
                    "visibility": 0.75,
                }
                for name in MEDIAPIPE_33
            ]
        },
        MEDIAPIPE_33,
    ),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_points(tmp_path, name):
    values, names = FORMATS[name]
    (tmp_path / "pose.json").write_text(json.dumps(values))
    points = read_pose(tmp_path / "pose.json", SIZE)
    check(points, names)
    if "neck" not in names:
        middle = np.mean([TRUTH["left_shoulder"], TRUTH["right_shoulder"]], axis=0)
        assert points[KEYPOINT_INDEX["neck"], :2] == pytest.approx(middle, abs=1e-3)


def test_coco_visibility_and_photos_by_name(tmp_path):
    hidden = flat(COCO_17, 1.0)
    hidden[2] = 2.0
    hidden[3:6] = [0.0, 0.0, 0.0]
    other = [value + 50 if index % 3 < 2 else 2 for index, value in enumerate(hidden)]
    values = {
        "images": [{"id": 1, "file_name": "a/anna.jpg"}, {"id": 2, "file_name": "otto.jpg"}],
        "annotations": [
            {"image_id": 2, "keypoints": other},
            {"image_id": 1, "keypoints": hidden},
        ],
    }
    (tmp_path / "coco.json").write_text(json.dumps(values))
    points = read_pose(tmp_path / "coco.json", SIZE, "anna")
    assert points[KEYPOINT_INDEX["nose"]] == pytest.approx((*TRUTH["nose"], 1.0))
    assert points[KEYPOINT_INDEX["left_wrist"], 2] == 0.5
    assert not points[KEYPOINT_INDEX["left_eye"]].any()
    assert read_pose(tmp_path / "coco.json", SIZE, "otto")[0, 0] == TRUTH["nose"][0] + 50
    with pytest.raises(InputError, match="nobody for the photo berta"):
        read_pose(tmp_path / "coco.json", SIZE, "berta")


def test_of_several_people_the_surest(tmp_path):
    people = [{"pose_keypoints_2d": flat(KEYPOINT_NAMES, c)} for c in (0.2, 0.9, 0.5)]
    (tmp_path / "pose.json").write_text(json.dumps({"people": people}))
    assert read_pose(tmp_path / "pose.json", SIZE)[0, 2] == pytest.approx(0.9)


def test_shares_outside_the_photo_are_missing(tmp_path):
    marks = [{"x": 0.5, "y": 0.5, "visibility": 1.0} for _ in MEDIAPIPE_33]
    marks[MEDIAPIPE_33.index("left_ankle")]["y"] = 1.2
    (tmp_path / "pose.json").write_text(json.dumps({"pose_landmarks": [marks]}))
    points = read_pose(tmp_path / "pose.json", SIZE)
    assert points[KEYPOINT_INDEX["left_ankle"], 2] == 0
    assert points[KEYPOINT_INDEX["right_ankle"]] == pytest.approx((149.5, 199.5, 1))


def test_our_own_json_is_openpose(tmp_path):
    points = np.array(rows(KEYPOINT_NAMES), np.float32)
    (tmp_path / "pose.json").write_text(json.dumps(openpose_values(points)))
    assert read_openpose(tmp_path / "pose.json") == pytest.approx(points, abs=1e-3)


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        "nothing",
        '{"people": []}',
        '{"keypoints": [1, 2, 3]}',
        '[{"x": 1}]',
        '{"people": [{"pose": 3}]}',
    ],
)
def test_what_is_no_pose_is_an_error(tmp_path, text):
    (tmp_path / "pose.json").write_text(text)
    with pytest.raises(InputError, match=r"pose\.json"):
        read_pose(tmp_path / "pose.json", SIZE)
