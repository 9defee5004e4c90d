import numpy as np
import pytest

from gpvton.synthetic.bodies import (
    BODIES_FILE,
    body_count,
    body_model,
    bone_transforms,
    build_body,
    skin,
)
from gpvton.synthetic.poses import Pose, resolve


def test_bodies_are_many_small_and_adult():
    assert BODIES_FILE.stat().st_size < 12e6
    assert body_count() >= 200
    heights = np.array([build_body(index).height for index in range(0, body_count(), 10)])
    assert (heights > 1.3).all() and (heights < 2.2).all()
    genders = body_model().facts[:, 0]
    assert 0.3 < (genders > 0.5).mean() < 0.7


def test_rest_pose_leaves_the_body_where_it_is():
    body, model = build_body(1), body_model()
    posed = skin(
        body.vertices, model.skin_bones, model.skin_weights, bone_transforms(body.joints, {})
    )
    np.testing.assert_allclose(posed, body.vertices, atol=1e-4)


def test_left_is_the_wearers_left():
    body, model = build_body(0), body_model()
    assert body.joints[model.bone("wrist.L")][0] > 0.2
    assert body.joints[model.bone("wrist.R")][0] < -0.2
    nose = body.vertices[np.argmax(model.template[:13380, 2] * (model.template[:13380, 1] > 1.6))]
    assert nose[2] > body.joints[model.bone("head")][2]


@pytest.mark.parametrize("index", [0, 7, 33])
def test_feet_stand_on_the_floor(index):
    body, model = build_body(index), body_model()
    transforms = resolve(Pose(name="relaxed"), body)
    posed = skin(body.vertices, model.skin_bones, model.skin_weights, transforms)
    feet = posed[:13380][model.weight_of("foot")[:13380] > 0.9]
    assert abs(feet[:, 1].min()) < 0.01
