import cv2
import numpy as np
import pytest

from gpvton.domain.errors import InputError
from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import PART_TABLE, Category
from gpvton.geometry.flow import pixels_from_flow
from gpvton.synthetic import passes
from gpvton.synthetic.pairs import PairSettings, make_pair


def _warped(worn, picture):
    place = pixels_from_flow(worn.flow, worn.part.shape).astype(np.float32)
    return cv2.remap(picture, place[0], place[1], cv2.INTER_LINEAR)


def _inside(mask, margin=2):
    return cv2.erode(mask.astype(np.uint8), np.ones((2 * margin + 1,) * 2)) > 0


def test_each_category_shows_its_garment(pairs):
    for pair, category in zip(pairs, Category, strict=True):
        assert pair.category == category
        labels = frozenset().union(*PART_TABLE[category].worn)
        for worn in (pair.a, pair.b):
            garment = worn.part > 0
            assert garment.mean() > 0.02
            assert np.isin(worn.parsing[garment], list(labels)).all()
            assert (worn.flat_parsing > 0).mean() > 0.05


def test_part_agrees_with_the_label_of_that_side(pairs):
    for pair in pairs:
        for worn in (pair.a, pair.b):
            for number, labels in enumerate(PART_TABLE[pair.category].worn, start=1):
                seen = worn.parsing[worn.part == number]
                assert np.isin(seen, list(labels)).all()


def test_the_same_person_stands_in_both_pictures(pairs):
    for pair in pairs:
        face = (pair.a.parsing == P.FACE) & (pair.b.parsing == P.FACE)
        assert face.sum() > 20
        np.testing.assert_array_equal(pair.a.picture[_inside(face)], pair.b.picture[_inside(face)])


def test_flow_leads_to_the_same_part_of_the_flat(pairs):
    for pair in pairs:
        for worn in (pair.a, pair.b):
            shown = worn.shown & (worn.part > 0)
            if not shown.any():
                continue
            place = np.round(pixels_from_flow(worn.flow, worn.part.shape)).astype(int)
            x, y = place[0][shown], place[1][shown]
            flat = worn.flat_parsing[y, x]
            for number, labels in enumerate(PART_TABLE[pair.category].flat, start=1):
                chosen = flat[worn.part[shown] == number]
                allowed = [*labels, 25]  # the inner collar belongs to the middle
                if len(chosen):
                    assert np.isin(chosen, allowed).mean() > 0.97


def test_warped_flat_reproduces_the_worn_albedo(pairs):
    errors = {}
    for pair in pairs:
        for worn in (pair.a, pair.b):
            inside = _inside(worn.shown)
            if inside.sum() < 100:
                continue
            difference = np.abs(_warped(worn, worn.flat_albedo).astype(float) - worn.albedo)
            errors.setdefault(worn.fabric, []).append(difference[inside].mean())
    assert errors
    for fabric, values in errors.items():
        limit = 2.5 if fabric in ("plain", "denim") else 9.0  # 256 x 192: coarse for prints
        assert max(values) < limit, (fabric, values)


def test_left_of_the_wearer_is_right_in_the_picture(pairs):
    for pair in pairs:
        left = pair.keypoints[KEYPOINT_INDEX["left_shoulder"]]
        right = pair.keypoints[KEYPOINT_INDEX["right_shoulder"]]
        assert left[2] > 0 and right[2] > 0
        assert left[0] > right[0]  # index 0 to 2 are easy: seen from the front
        arms = [np.argwhere(pair.a.parsing == label)[:, 1] for label in (P.LEFT_ARM, P.RIGHT_ARM)]
        if len(arms[0]) and len(arms[1]):
            assert arms[0].mean() > arms[1].mean()


def test_nose_lies_on_the_face(pairs):
    for pair in pairs:
        x, y, confidence = pair.keypoints[KEYPOINT_INDEX["nose"]]
        assert confidence == 1.0
        assert pair.a.parsing[round(float(y)), round(float(x))] == P.FACE


def test_a_pair_is_the_same_every_time(gl, settings, pairs):
    again = make_pair(settings, 1)
    for side in ("a", "b"):
        for name in ("picture", "flat", "parsing", "flow"):
            np.testing.assert_array_equal(
                getattr(getattr(again, side), name), getattr(getattr(pairs[1], side), name)
            )


def test_other_index_other_pair(pairs, gl, settings):
    other = make_pair(settings, 3)
    assert (other.a.picture != pairs[0].a.picture).mean() > 0.2


def test_settings_name_what_is_wrong():
    with pytest.raises(InputError, match="unknown difficulty"):
        PairSettings(difficulties=("hard",))
    with pytest.raises(InputError, match="size"):
        PairSettings(size=(10, 10))


def test_what_lies_beyond_the_picture_changes_nothing(monkeypatch, settings, pairs):
    monkeypatch.setattr(passes, "in_view", lambda item, faces, camera: faces)
    whole = make_pair(settings, 1)
    for name in ("picture", "albedo", "flat", "parsing", "flow", "part"):
        np.testing.assert_array_equal(getattr(whole.a, name), getattr(pairs[1].a, name))
