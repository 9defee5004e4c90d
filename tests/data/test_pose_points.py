import numpy as np

from gpvton.data.pose_points import UNKNOWN, body25, set_state
from gpvton.domain.keypoints import KEYPOINT_INDEX

SIDES = ("left", "right")
JOINTS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "foot_index", "eye", "ear")


def _pose(visibility=1.0):
    pose = {"nose": np.array([50, 20, visibility], np.float32)}
    for i, joint in enumerate(JOINTS):
        for side, x in (("left", 70.0), ("right", 30.0)):
            pose[f"{side}_{joint}"] = np.array([x, 30 + 10 * i, visibility], np.float32)
    return pose


def _point(points, name):
    return points[KEYPOINT_INDEX[name]]


def test_neck_and_mid_hip_are_middles():
    points = body25(_pose(), (200, 100))
    assert tuple(_point(points, "neck")) == (50, 30, 1)
    assert tuple(_point(points, "mid_hip")) == (50, 60, 1)
    assert tuple(_point(points, "left_big_toe")) == (70, 100, 1)


def test_outside_the_frame_is_missing_and_never_guessed():
    points = body25(_pose(), (65, 100))
    assert tuple(_point(points, "left_knee")) == (0, 0, 0)
    assert _point(points, "left_hip")[2] == 1
    assert _point(points, "mid_hip")[2] == 1


def test_visibility_decides_between_present_unknown_and_missing():
    for visibility, state in ((0.9, 1.0), (0.3, UNKNOWN), (0.1, 0.0)):
        assert _point(body25(_pose(visibility), (200, 100)), "left_elbow")[2] == state


def test_a_middle_is_as_visible_as_its_worse_end():
    pose = _pose()
    pose["left_hip"][2] = 0.3
    assert _point(body25(pose, (200, 100)), "mid_hip")[2] == UNKNOWN


def test_small_toes_have_no_source():
    assert _point(body25(_pose(), (200, 100)), "left_small_toe")[2] == UNKNOWN


def test_a_point_set_missing_loses_its_place():
    points = body25(_pose(), (200, 100))
    set_state(points, ["nose"], 0.0)
    assert tuple(_point(points, "nose")) == (0, 0, 0)
