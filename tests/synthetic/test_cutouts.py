"""Photographed garments on rendered people; the photograph is a rendered flat of another body."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from gpvton.domain.annotations import GarmentAnnotation
from gpvton.domain.errors import GarmentError, InputError
from gpvton.domain.labels import GarmentLabel as G
from gpvton.domain.parts import Category
from gpvton.geometry.flow import pixels_from_flow
from gpvton.geometry.silhouette import parts_from_mask
from gpvton.synthetic import cutouts, outlines, pairs, people, view, wardrobe
from gpvton.synthetic.flat_values import FlatStyle
from gpvton.synthetic.pairs import PairSettings, make_pair
from gpvton.synthetic.proportions import proportion

SIZE = (256, 192)


@pytest.fixture(scope="module")
def photograph(gl):
    rng = np.random.default_rng(4)
    tee = replace(wardrobe.sample_top(rng, kind="tee", loose=0.4), sleeve=0.4)
    fitted = view.fit(tee, people.sample_person(rng, 12), FlatStyle(sleeve_angle=40), SIZE)
    flat = view.render_flat(fitted, SIZE, False)
    mask = flat.label[:, :, 0] > 0
    parsing, marks = parts_from_mask(mask, Category.UPPER)
    return cutouts.Cutout(
        name="tee",
        pixels=flat.picture,
        parsing=parsing,
        category=Category.UPPER,
        landmarks=marks,
    )


def test_a_photographed_garment_is_worn(photograph, monkeypatch):
    monkeypatch.setattr(pairs, "PHOTOGRAPHED", 1.0)
    settings = PairSettings(seed=2, size=SIZE, cutouts=(photograph,), categories=(Category.UPPER,))
    pair = make_pair(settings, 0)
    worn = [w for w in (pair.a, pair.b) if w.fabric == "photograph"]
    assert worn
    for side in worn:
        place = pixels_from_flow(side.flow, SIZE).astype(np.float32)
        back = cv2.remap(side.flat_albedo, place[0], place[1], cv2.INTER_LINEAR).astype(float)
        inside = cv2.erode(side.shown.astype(np.uint8), np.ones((5, 5))) > 0
        assert inside.sum() > 300
        assert np.abs(back - side.albedo)[inside].mean() < 6
        labels = side.flat_parsing[
            np.round(place[1][inside]).astype(int), np.round(place[0][inside]).astype(int)
        ]
        expected = np.array([0, G.LEFT_SLEEVE, G.UPPER, G.RIGHT_SLEEVE])[side.part[inside]]
        assert (labels == expected).mean() > 0.85


def test_without_photographs_nothing_changes(photograph, settings):
    dresses = replace(settings, cutouts=(photograph,), categories=(Category.LOWER,))
    bare = replace(settings, categories=(Category.LOWER,))
    np.testing.assert_array_equal(make_pair(dresses, 1).a.picture, make_pair(bare, 1).a.picture)


def test_a_stretched_picture_carries_its_landmarks_and_fits(photograph):
    high = cutouts.placed(photograph, SIZE, 0.9, 1.25)
    before, after = (proportion(c.landmarks, c.category) for c in (photograph, high))
    assert before is not None and after == pytest.approx(1.25 * before)
    rows, columns = np.nonzero(high.parsing > 0)
    assert np.ptp(rows) < 0.92 * SIZE[0] and np.ptp(columns) < 0.92 * SIZE[1]
    assert max(np.ptp(rows) / SIZE[0], np.ptp(columns) / SIZE[1]) > 0.88


def _mirrored(photograph):
    """Correspondences that turn the cloth over."""
    mask = photograph.parsing > 0
    own = outlines.flat_landmarks(mask, photograph)
    start, end = outlines.correspondences(mask, own, photograph)
    return start, end * [-1, 1] + [SIZE[1], 0]


def test_a_map_that_turns_the_cloth_over_is_refused(photograph):
    with pytest.raises(GarmentError, match="folds"):
        outlines.onto([], *_mirrored(photograph), SIZE)


def test_pictures_without_a_whole_flat_garment_are_left_out(photograph, tmp_path):
    for name in ("worn", "none", "good", "cut"):
        cv2.imwrite(str(tmp_path / f"{name}.png"), photograph.pixels[:, :, ::-1])
    answers = iter(("cut", "good", "none", "worn"))  # in the order of names

    def analyse(pixels, alpha):
        kind = next(answers)
        if kind == "none":
            raise GarmentError("nothing there")
        shift = 60 if kind == "cut" else 0
        parsing = np.roll(photograph.parsing, shift, axis=1)
        return GarmentAnnotation(
            mask=(parsing > 0).astype(np.float32),
            parsing=parsing,
            category=Category.UPPER,
            worn=0.9 if kind == "worn" else 0.0,
            landmarks=photograph.landmarks,
        )

    found = cutouts.read_cutouts(tmp_path, analyse)
    assert [cutout.name for cutout in found] == ["good"]
    patch = cutouts.patch(found[0])
    assert patch is not None and patch.shape[0] == patch.shape[1] >= 48


def test_one_garment_read_as_another_category_is_left_out(tmp_path):
    mask = np.zeros((96, 72), np.float32)
    mask[16:80, 12:60] = 1
    for k in range(60):
        cv2.imwrite(str(tmp_path / f"{k:02d}.png"), 200 - 90 * mask)
    count = iter(range(60))

    def analyse(pixels, alpha):
        category = Category.LOWER if next(count) == 7 else Category.UPPER
        return GarmentAnnotation(mask=mask, parsing=mask.astype(np.uint8), category=category)

    found = cutouts.read_cutouts(tmp_path, analyse)
    assert len(found) == 59 and {c.category for c in found} == {Category.UPPER}


@pytest.mark.parametrize(("name", "told"), [("missing", "is no folder"), ("empty", "holds no")])
def test_a_folder_without_pictures_is_refused(tmp_path, name, told):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=told):
        cutouts.read_cutouts(
            tmp_path / name, lambda pixels, alpha: pytest.fail("nothing to analyse")
        )
