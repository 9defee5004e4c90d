import numpy as np
import pytest

from gpvton.domain.annotations import PersonAnnotation
from gpvton.domain.errors import PersonError
from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.geometry.body import body_from, limb_field, moved, ray_lengths
from tests.figures import SIZE, SPAN, joints, keypoints, mirrored_person, person


def _annotation(places) -> PersonAnnotation:
    empty = np.zeros(SIZE, np.uint8)
    return PersonAnnotation(
        parsing=empty, keypoints=keypoints(places), silhouette=empty.astype(np.float32)
    )


def test_joints_are_kept_and_the_span_is_the_shoulders():
    body = body_from(person()[1])
    assert body.span == pytest.approx(SPAN, rel=0.01)
    np.testing.assert_allclose(body.points["left_elbow"], joints()["left_elbow"], atol=1e-3)
    assert not body.back


def test_missing_limbs_are_estimated_near_the_truth_but_not_called_seen():
    places = joints()
    for name in ("left_wrist", "right_ankle"):
        truth = np.array(places.pop(name))
        body = body_from(_annotation(places))
        assert name not in body.seen
        assert np.linalg.norm(body.points[name] - truth) < 0.45 * SPAN


def test_a_view_from_behind_exchanges_left_and_right():
    points = person()[1].keypoints
    places = {n: tuple(points[i, :2]) for n, i in KEYPOINT_INDEX.items() if points[i, 2] > 0}
    swapped = {
        n.replace("left", "*").replace("right", "left").replace("*", "right"): p
        for n, p in places.items()
    }
    body = body_from(_annotation(swapped))
    assert body.back
    np.testing.assert_allclose(body.points["left_wrist"], places["left_wrist"])


def test_no_torso_is_a_person_error():
    with pytest.raises(PersonError, match="torso"):
        body_from(_annotation({"nose": (10, 10)}))


def test_mirrored_person_has_a_mirrored_body():
    pixels, annotation = person(30, 20)
    body, other = body_from(annotation), body_from(mirrored_person(pixels, annotation)[1])
    for name, place in body.points.items():
        twin = name.replace("left", "*").replace("right", "left").replace("*", "right")
        np.testing.assert_allclose(other.points[twin], [383 - place[0], place[1]], atol=1e-3)


def test_rays_measure_a_bar_and_start_outside_as_nan():
    mask = np.zeros((20, 60), bool)
    mask[:, 10:30] = True
    origins = np.array([[20.0, 10.0], [50.0, 10.0]])
    lengths = ray_lengths(mask, origins, np.array([[1.0, 0.0], [1.0, 0.0]]), 50.0)
    assert lengths[0] == pytest.approx(9.5, abs=1.0)
    assert np.isnan(lengths[1])


def test_limb_field_runs_from_root_to_end():
    line = np.array([[5.0, 5.0], [5.0, 25.0], [25.0, 25.0]])
    share, distance = limb_field(line, 40, 40)
    assert share[5, 5] == 0 and share[25, 25] == 2
    assert share[15, 5] == pytest.approx(0.5) and distance[15, 9] == pytest.approx(4.0)


def test_moving_there_and_back_is_the_identity():
    body = body_from(person()[1])
    back = moved(moved(body, 2.0, (0, 0)), 0.5, (0, 0))
    np.testing.assert_allclose(back.points["nose"], body.points["nose"])
