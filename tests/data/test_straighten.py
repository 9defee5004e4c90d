"""A drawn worn garment, straightened and worn again."""

import cv2
import numpy as np
import pytest

from gpvton.conditions.worn_classes import worn_parts
from gpvton.data.straighten import FLAT_SIZE, drawn_flat, straighten, worn_categories
from gpvton.data.unpaired_dataset import MixedDataset
from gpvton.data.unpaired_pack import pack_unpaired, photo_paths
from gpvton.data.warping_dataset import WarpingDataset
from gpvton.domain.annotations import PersonAnnotation
from gpvton.domain.errors import GarmentError, InputError, PersonError
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import PART_TABLE, Category
from gpvton.domain.writing import write_image
from tests.figures import person


def striped(sleeve: float = 0.6):
    """The drawn person in a top with a ramp of colours, so that every place is told apart."""
    pixels, annotation = person(arm=20.0, sleeve=sleeve)
    rows, columns = np.mgrid[: pixels.shape[0], : pixels.shape[1]]
    ramp = np.stack([rows // 2, columns // 2, 255 - rows // 2], axis=2)
    worn = worn_parts(annotation.parsing, Category.UPPER).any(axis=0)
    return np.where(worn[..., None], ramp, pixels).astype(np.uint8), annotation, worn


def test_a_straightened_garment_worn_again_is_the_photo():
    pixels, annotation, worn = striped()
    flat = straighten(pixels, annotation, Category.UPPER, np.random.default_rng(0))
    x, y = np.nan_to_num(flat.flow, nan=-1.0)
    again = cv2.remap(flat.pixels, x, y, cv2.INTER_LINEAR).astype(float)
    known = np.isfinite(flat.flow[0])
    assert known.sum() > 0.7 * worn.sum() and not (known & ~worn).any()
    off = np.abs(again - pixels).max(axis=2)[known]
    assert np.median(off) < 4 and (off < 25).mean() > 0.9


def test_its_sleeves_keep_their_length():
    def sleeves(length: float) -> int:
        pixels, annotation, _ = striped(length)
        flat = straighten(pixels, annotation, Category.UPPER, np.random.default_rng(0))
        left = np.isin(flat.garment.parsing, tuple(PART_TABLE[Category.UPPER].flat[0]))
        return int(left.sum())

    short, long = sleeves(0.6), sleeves(1.6)
    assert 0 < short < 0.7 * long


@pytest.mark.parametrize("category", list(Category))
def test_the_drawn_garment_has_every_part(category):
    flat = drawn_flat(category, np.random.default_rng(1), legs=True)
    assert flat.mask.shape == FLAT_SIZE
    shown = [np.isin(flat.parsing, tuple(row)).any() for row in PART_TABLE[category].flat]
    assert shown == [True, category is not Category.LOWER, True]


def test_what_is_worn_is_told_and_the_unusable_refused():
    pixels, annotation, _ = striped()
    assert worn_categories(annotation.parsing) == (Category.UPPER, Category.LOWER)
    nobody = PersonAnnotation(
        parsing=annotation.parsing,
        keypoints=np.zeros_like(annotation.keypoints),
        silhouette=annotation.silhouette,
    )
    with pytest.raises(PersonError):
        straighten(pixels, nobody, Category.UPPER, np.random.default_rng(0))
    bare = annotation.parsing.copy()
    bare[np.isin(bare, (P.UPPER_TORSO, P.UPPER_LEFT_SLEEVE, P.UPPER_RIGHT_SLEEVE))] = P.LEFT_ARM
    naked = PersonAnnotation(
        parsing=bare, keypoints=annotation.keypoints, silhouette=annotation.silhouette
    )
    with pytest.raises(GarmentError, match="too little"):
        straighten(pixels, naked, Category.UPPER, np.random.default_rng(0))


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("worn")
    pixels, annotation, _ = striped()
    (folder / "photos").mkdir()
    for name in ("a", "b"):
        write_image(folder / "photos" / f"{name}.png", pixels)

    def analyse(seen):
        if analyse.calls == 1:
            raise PersonError("two people")
        analyse.calls += 1
        return annotation

    analyse.calls = 0
    done = pack_unpaired(folder, folder / "shards", analyse_person=analyse)
    assert done.records == 2 and len(done.left_out) == 1
    return folder


def test_photos_become_records_that_never_tell_what_is_worn(packed):
    dataset = WarpingDataset(packed / "shards", agnostic=True)
    assert {int(dataset.record(k)["category"]) for k in range(2)} == {0, 1}
    told = WarpingDataset(packed / "shards")
    items = [(dataset.item(0, e, 0), told.item(0, e, 0)) for e in range(8)]
    sums = [(float(a["condition"].sum()), float(b["condition"].sum())) for a, b in items]
    assert all(hidden <= shown for hidden, shown in sums)
    assert any(hidden < shown for hidden, shown in sums)


def test_a_mixture_has_its_share_of_photos_and_no_true_flow_for_them(packed):
    rendered = WarpingDataset(packed / "shards")
    mixed = MixedDataset(rendered, WarpingDataset(packed / "shards", agnostic=True), 0.4)
    items = [mixed.item(0, epoch, 0) for epoch in range(40)]
    photos = [item for item in items if item["unpaired"] == 1]
    assert 8 <= len(photos) <= 24
    assert all(not item["seen"].any() for item in photos)
    assert all(item["seen"].any() for item in items if item["unpaired"] == 0)
    with pytest.raises(InputError, match="share"):
        MixedDataset(rendered, rendered, 0.0)


def test_a_folder_without_photos_is_refused(tmp_path):
    with pytest.raises(InputError, match="no photos"):
        photo_paths(tmp_path)
