"""Masks, labels and examples of the garment analyst, on a drawn data folder."""

import csv

import cv2
import numpy as np
import pytest

from gpvton.data.garment_augment import mirror_sample, random_colours, random_matrix, warp_sample
from gpvton.data.garment_dataset import GarmentDataset
from gpvton.data.garment_grabcut import clean_mask, propose_mask
from gpvton.data.garment_labels import collar_outlines, label_map
from gpvton.data.garment_samples import (
    UNKNOWN_PART,
    GarmentFolder,
    GarmentSample,
    category_of,
    is_validation,
    packshot_type,
)
from gpvton.domain.errors import InputError
from gpvton.domain.garment_classes import TYPES

TEE = [(40, 30), (105, 55), (180, 140), (145, 180), (110, 140), (115, 330)]
TANK = [(40, 30), (70, 32), (68, 110), (105, 150), (110, 330)]


def drawn(points: list[tuple[int, int]], size: tuple[int, int] = (400, 400)) -> np.ndarray:
    outline = [(200 + x, y) for x, y in points] + [(200 - x, y) for x, y in reversed(points)]
    mask = np.zeros(size, np.uint8)
    cv2.fillPoly(mask, [np.array(outline, np.int32)], 1)
    return mask.astype(bool)


def photo(mask: np.ndarray, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    ground = np.array([205, 190, 170]) + rng.normal(0, 6, (*mask.shape, 3))
    garment = np.array([40, 70, 130]) + rng.normal(0, 10, (*mask.shape, 3))
    return np.clip(np.where(mask[..., None], garment, ground), 0, 255).astype(np.uint8)


def test_grabcut_finds_a_garment_on_a_plain_ground_and_knows_it():
    mask = drawn(TEE)
    proposal = propose_mask(photo(mask))
    overlap = (proposal.mask & mask).sum() / (proposal.mask | mask).sum()
    assert overlap > 0.96 and proposal.confident


def test_grabcut_is_not_confident_where_there_is_nothing():
    noise = np.random.default_rng(0).integers(0, 255, (120, 90, 3)).astype(np.uint8)
    for picture in (np.full((120, 90, 3), 200, np.uint8), noise):
        assert not propose_mask(picture).confident


def test_cleaning_keeps_one_piece_and_fills_small_holes_only():
    mask = np.zeros((100, 100), bool)
    mask[10:80, 10:80] = True
    mask[20:22, 20:22] = False
    mask[40:60, 40:60] = False
    mask[90:95, 90:95] = True
    cleaned = clean_mask(mask)
    assert cleaned[21, 21] and not cleaned[50, 50] and not cleaned[92, 92]


def test_a_tshirt_gets_its_sleeves_and_an_unknown_neck():
    labels = label_map(drawn(TEE), "T-Shirt")
    assert set(np.unique(labels)) == {0, 1, 2, 3, UNKNOWN_PART}
    assert labels[45, 200] == UNKNOWN_PART and labels[250, 200] == 1
    np.testing.assert_array_equal(labels > 0, drawn(TEE))


def test_parts_that_a_type_cannot_have_stay_unknown():
    assert set(np.unique(label_map(drawn(TANK), "T-Shirt"))) == {0, UNKNOWN_PART}
    assert set(np.unique(label_map(drawn(TEE), "Undershirt"))) == {0, UNKNOWN_PART}
    assert 1 in label_map(drawn(TANK), "Undershirt")


def test_outlined_collars_are_painted_and_end_the_doubt_about_the_neck():
    collars = {"inner": [[(180, 30), (220, 30), (200, 60)]], "outer": []}
    labels = label_map(drawn(TEE), "T-Shirt", collars)
    assert labels[36, 200] == 8 and labels[100, 200] == 1
    assert UNKNOWN_PART not in labels


def test_the_shipped_outlines_are_polygons():
    outlines = collar_outlines()
    assert len(outlines) >= 60
    for collars in outlines.values():
        for polygons in collars.values():
            assert all(len(p) >= 3 and np.min(p) > -50 for p in polygons)


def test_mirroring_twice_is_the_sample_and_once_swaps_sides():
    labels = label_map(drawn(TEE), "T-Shirt")
    sample = GarmentSample(name="garments/a", image=photo(drawn(TEE)), labels=labels)
    mirrored = mirror_sample(sample)
    assert (mirrored.labels[:, :200] == 3).sum() > 0 == (mirrored.labels[:, :200] == 2).sum()
    again = mirror_sample(mirrored)
    np.testing.assert_array_equal(again.image, sample.image)
    np.testing.assert_array_equal(again.labels, sample.labels)


def test_picture_and_labels_are_warped_alike():
    mask = drawn(TEE)
    image = np.where(mask[..., None], 255, 0).astype(np.uint8).repeat(3, axis=2)
    sample = GarmentSample(name="garments/a", image=image, labels=mask.astype(np.uint8))
    for seed in range(6):
        rng = np.random.default_rng(seed)
        matrix = random_matrix(rng, sample, (128, 96))
        warped, labels = warp_sample(sample, matrix, (128, 96), rng)
        white = warped[..., 0] > 191
        inner = cv2.erode(labels, np.ones((3, 3), np.uint8)) > 0
        assert white[inner].all() and inner.any()


def test_colours_keep_shape_and_type():
    picture = photo(drawn(TEE))
    changed = [random_colours(np.random.default_rng(s), picture) for s in range(8)]
    assert all(c.shape == picture.shape and c.dtype == np.uint8 for c in changed)
    assert any((c != changed[0]).any() for c in changed[1:])


@pytest.mark.parametrize(
    ("stem", "kind"),
    [
        ("saleor_saleor-polo-shirt-front", "Polo"),
        ("saleor_saleor-ascii-shirt-back", "T-Shirt"),
        ("solidusio_solidus_long_sleeve_tee", "Longsleeve"),
        ("saleor_saleor-blue-plimsolls-1", "Shoes"),
        ("solidusio_solidus_tote", ""),
    ],
)
def test_packshot_types_are_read_from_their_names(stem, kind):
    assert packshot_type(stem) == kind


def test_categories_of_types():
    found = {kind: category_of(kind) for kind in TYPES}
    assert found["Hat"] == found["Shoes"] == -1 and found["Dress"] == 2
    assert {k for k, c in found.items() if c == 1} == {"Pants", "Shorts", "Skirt"}


@pytest.fixture
def folder(tmp_path):
    photos = tmp_path / "garments" / "photos"
    photos.mkdir(parents=True)
    (tmp_path / "labels").mkdir()
    kinds = {"t-shirt_001": "T-Shirt", "t-shirt_010": "T-Shirt", "hat_002": "Hat"}
    with (tmp_path / "garments" / "index.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "label"))
        for stem, kind in kinds.items():
            writer.writerow((f"{stem}.jpg", kind))
            cv2.imwrite(str(photos / f"{stem}.jpg"), photo(drawn(TEE)))
    cv2.imwrite(str(tmp_path / "labels" / "t-shirt_001.png"), label_map(drawn(TEE), "T-Shirt"))
    return tmp_path


def test_validation_photos_are_kept_apart(folder):
    data = GarmentFolder(folder)
    assert data.names("validation") == ["garments/t-shirt_010"]
    assert set(data.names("train")) == {"garments/t-shirt_001", "garments/hat_002"}
    assert is_validation("studio/mh03-blue_main") and not is_validation("studio/mh04-blue_main")


def test_samples_say_what_is_known(folder):
    data = GarmentFolder(folder, folder / "labels")
    tee, hat = data.sample("garments/t-shirt_001"), data.sample("garments/hat_002")
    unlabelled = data.sample("garments/t-shirt_010")
    assert tee.exact and (tee.category, tee.worn, tee.present) == (0, 0, 1)
    assert hat.present == 0 and not hat.labels.any() and hat.category == -1
    assert not unlabelled.exact and (unlabelled.labels == 255).all()


def test_an_item_depends_on_its_numbers_only(folder):
    one = GarmentDataset(folder, folder / "labels", (64, 64))
    two = GarmentDataset(folder, folder / "labels", (64, 64))
    for index in range(len(one)):
        two.item(5, 1, index)
        first, second = one.item(0, 0, index), two.item(0, 0, index)
        assert all((first[name] == second[name]).all() for name in first)
        assert first["image"].shape == (3, 64, 64) and first["labels"].shape == (32, 32)
        assert float(first["image"].abs().max()) <= 1.0


def test_a_folder_without_garments_says_so(tmp_path):
    with pytest.raises(InputError, match="garments"):
        GarmentFolder(tmp_path)
