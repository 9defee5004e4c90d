"""Labels and key points of known poses, from the front and from behind."""

from dataclasses import replace

import numpy as np
import pytest

from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import Category
from gpvton.synthetic import people, poses, truth, view
from gpvton.synthetic.bodies import body_model
from gpvton.synthetic.camera import Framing, frame_camera
from gpvton.synthetic.passes import renderer
from gpvton.synthetic.poses import Arm
from gpvton.synthetic.setting import sample_setting

SIZE = (256, 192)
RAISED = Arm(upper=(0.72, 0.45, 0.10), lower=(0.25, 0.95, 0.10))


def _seen(arms, azimuth):
    """Key points (25, 3) and labels (h, w) of a bare person with arms raised as named."""
    setting = sample_setting(np.random.default_rng(2), "easy", SIZE, Category.UPPER)
    pose = replace(poses.Pose(name="known"), **{f"{side}_arm": RAISED for side in arms})
    transforms = poses.resolve(pose, setting.person.body)
    points = view.body_surface(setting.person, transforms)
    camera = frame_camera(
        points[np.unique(body_model().quads["body"])],
        Framing.FULL,
        azimuth=azimuth,
        pitch=0,
        distance=4.5,
        size=SIZE,
    )
    setting = replace(
        setting,
        pose=pose,
        transforms=transforms,
        camera=camera,
        bare=people.person_items(setting.person, transforms),
    )
    label, _ = renderer().truth(setting.bare, camera=camera.matrix, size=SIZE)
    marks = truth.keypoints(setting, view.body_parts(setting))
    return marks, np.round(label[:, :, 0]).astype(int)


@pytest.mark.parametrize("azimuth", [0, 180])
@pytest.mark.parametrize("side", ["left", "right"])
def test_a_raised_arm_is_that_sides(gl, side, azimuth):
    marks, label = _seen([side], azimuth)
    other = "right" if side == "left" else "left"
    arm = {"left": P.LEFT_ARM, "right": P.RIGHT_ARM}
    wrist, hanging = marks[KEYPOINT_INDEX[f"{side}_wrist"]], marks[KEYPOINT_INDEX[f"{other}_wrist"]]
    assert wrist[1] < marks[KEYPOINT_INDEX["neck"]][1] < hanging[1]
    for point, name in ((wrist, side), (hanging, other)):
        assert label[round(float(point[1])), round(float(point[0]))] == arm[name]
    rows = [np.argwhere(label == arm[name])[:, 0].mean() for name in (side, other)]
    assert rows[0] < rows[1]


@pytest.mark.parametrize("azimuth", [0, 180])
def test_left_lies_right_in_front_and_left_from_behind(gl, azimuth):
    marks, label = _seen([], azimuth)
    sign = 1 if azimuth == 0 else -1
    for joint in ("shoulder", "elbow", "hip", "knee", "ankle"):
        left, right = (marks[KEYPOINT_INDEX[f"{side}_{joint}"]] for side in ("left", "right"))
        assert sign * (left[0] - right[0]) > 3, joint
    for left, right in ((P.LEFT_ARM, P.RIGHT_ARM), (P.LEFT_LEG, P.RIGHT_LEG)):
        middle = [np.argwhere(label == name)[:, 1].mean() for name in (left, right)]
        assert sign * (middle[0] - middle[1]) > 3
    nose = marks[KEYPOINT_INDEX["nose"]]
    assert (nose[2] == 1.0) == (azimuth == 0)
