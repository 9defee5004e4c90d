import numpy as np
import pytest

from gpvton.domain.errors import GarmentError
from gpvton.domain.parts import PART_NAMES, Category
from gpvton.geometry.body import body_from
from gpvton.geometry.flow import pixels_from_flow
from gpvton.geometry.mesh import fold_count
from gpvton.geometry.part_flow import extended, part_coordinates, part_flow, part_meshes
from tests.figures import SIZE, mirrored_garment, mirrored_person, person, skirt, top, trousers

POSES = [(12, 0), (35, 0), (80, 0), (150, 0), (40, -80), (20, -130), (10, 150)]


def _meshes(garment, arm=12, elbow=0):
    annotation = person(arm, elbow)[1]
    return part_meshes(garment, garment.category, body_from(annotation), annotation.parsing)


@pytest.mark.parametrize(("arm", "elbow"), POSES)
@pytest.mark.parametrize("long", [False, True])
def test_no_part_of_a_top_folds_over_on_any_pose(arm, elbow, long):
    meshes = _meshes(top(long)[1], arm, elbow)
    assert set(meshes.meshes) == set(PART_NAMES)
    assert sum(fold_count(mesh) for part in meshes.meshes.values() for mesh in part) == 0


@pytest.mark.parametrize(("make", "names"), [(trousers, {"left", "right"}), (skirt, {"middle"})])
def test_lower_garments_have_their_parts_and_do_not_fold(make, names):
    meshes = _meshes(make()[1])
    assert set(meshes.meshes) == names
    assert sum(fold_count(mesh) for part in meshes.meshes.values() for mesh in part) == 0


def test_landmarks_arrive_where_the_body_has_them():
    garment = top(long=True)[1]
    annotation = person()[1]
    meshes = part_meshes(garment, Category.UPPER, body_from(annotation), annotation.parsing)
    places = part_coordinates(meshes, *SIZE)
    wrist = np.rint(body_from(annotation).points["left_wrist"]).astype(int)
    cuff = (
        np.array(garment.landmarks["cuff_outer_left"])
        + np.array(garment.landmarks["cuff_inner_left"])
    ) / 2
    at_wrist = places[0, :, wrist[1], wrist[0]]
    assert np.linalg.norm(at_wrist - cuff) < 20
    middle = places[1, :, 160, 192]
    assert abs(middle[0] - 150) < 3 and 60 < middle[1] < 180


def test_a_long_sleeve_reaches_further_than_a_short_one():
    short, long = _meshes(top()[1]), _meshes(top(long=True)[1])
    assert short.reach["left"] < 1.0 < 1.9 < long.reach["left"]


def test_mirrored_person_and_garment_give_a_mirrored_flow():
    garment = top()
    pixels, annotation = person(35, -40)
    places = part_coordinates(
        part_meshes(garment[1], Category.UPPER, body_from(annotation), annotation.parsing), *SIZE
    )
    other = mirrored_person(pixels, annotation)[1]
    mirrored = part_coordinates(
        part_meshes(mirrored_garment(*garment)[1], Category.UPPER, body_from(other), other.parsing),
        *SIZE,
    )[::-1, :, :, ::-1].copy()
    mirrored[:, 0] = 299 - mirrored[:, 0]
    both = np.isfinite(places) & np.isfinite(mirrored)
    assert both.mean() > 0.9 * np.isfinite(places).mean()
    assert np.median(np.abs(places - mirrored)[both]) < 0.5


def test_missing_landmarks_are_a_garment_error():
    with pytest.raises(GarmentError, match="waist_left"):
        _meshes(_without(trousers()[1]))


def _without(garment):
    marks = {k: v for k, v in garment.landmarks.items() if k != "waist_left"}
    return type(garment)(
        mask=garment.mask, parsing=garment.parsing, category=garment.category, landmarks=marks
    )


def test_flow_and_coordinates_agree_inside_the_mesh():
    places = part_coordinates(_meshes(top()[1]), *SIZE)
    pixels = pixels_from_flow(part_flow(places, (400, 300)), (400, 300))
    known = np.isfinite(places)
    np.testing.assert_allclose(pixels[known], places[known], atol=1e-2)
    assert np.isfinite(pixels).all()


def test_extending_keeps_what_is_known():
    places = np.full((2, 6, 6), np.nan, np.float32)
    places[:, 2, 3] = (7.0, 8.0)
    filled, known = extended(places)
    assert known.sum() == 1
    np.testing.assert_array_equal(filled[0], 7.0)
