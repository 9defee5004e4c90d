"""Packing people into shards, and the samples drawn from them."""

import numpy as np
import pytest

from gpvton.conditions.generation import BASE, CLASSES, GARMENT, KNOWN, POSE
from gpvton.conditions.worn_classes import worn_parts
from gpvton.data.generator_annotations import annotated_photo
from gpvton.data.generator_dataset import GeneratorDataset
from gpvton.data.generator_degrade import (
    flat_lit,
    moved_classes,
    smooth_shift,
    without_slivers,
    wrong_warp,
)
from gpvton.data.generator_shards import SIZE, GeneratorShards, framed_entry, write_shard
from gpvton.data.generator_sources import with_garment
from gpvton.domain.errors import InputError, PersonError
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.labels import WornClass
from gpvton.domain.parts import Category
from gpvton.domain.writing import write_image
from tests.figures import person


def entries(count: int = 3):
    for index in range(count):
        pixels, annotation = person(arm=10.0 + 8 * index, sleeve=0.5 + 0.4 * index)
        for category in (Category.UPPER, Category.LOWER):
            yield framed_entry(
                f"drawn/{index}:{category}", f"{index}:{category}", pixels, annotation, category
            )


@pytest.fixture
def shards(tmp_path) -> GeneratorShards:
    write_shard(tmp_path / "train-drawn", entries(), 8)
    return GeneratorShards([tmp_path / "train-drawn"])


def test_entries_come_back_from_disk_as_they_were(shards):
    expected = list(entries())
    assert shards.names == [entry.name for entry in expected] and len(shards) == 6
    for index, entry in enumerate(expected):
        assert np.array_equal(shards.field("pixels", index), entry.pixels)
        assert np.array_equal(shards.field("parsing", index), entry.parsing)
        assert shards.category(index) == entry.category
        assert shards.group(index) == [index]


def test_an_entry_shows_the_garment_and_its_surroundings():
    entry = next(entries())
    assert entry.pixels.shape == (*SIZE, 3)
    worn = worn_parts(entry.parsing, Category.UPPER).any(axis=0)
    assert worn.mean() > 0.08
    assert not worn[:2].any() and not worn[:, :2].any() and not worn[:, -2:].any()
    shoulder = entry.keypoints[2, :2]
    assert worn[round(shoulder[1]) + 8, round(shoulder[0])]


def test_a_shard_that_was_not_finished_is_refused(tmp_path):
    write_shard(tmp_path / "train-a", entries(1), 2)
    (tmp_path / "train-a" / "index.json").unlink()
    with pytest.raises(InputError, match="no finished shard"):
        GeneratorShards([tmp_path / "train-a"])
    with pytest.raises(InputError, match="more than 1"):
        write_shard(tmp_path / "train-b", entries(1), 1)


def test_a_sample_depends_on_its_numbers_alone(shards):
    dataset = GeneratorDataset(shards, (64, 48))
    first, again, other = (dataset.item(0, e, 2) for e in (0, 0, 1))
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not np.array_equal(first["inputs"], other["inputs"])


@pytest.mark.parametrize("index", [0, 1])
def test_the_known_part_of_a_sample_is_the_answer_and_shows_no_garment(shards, index):
    dataset = GeneratorDataset(shards, (128, 96), augment=False)
    for epoch in range(4):
        sample = dataset.sample(np.random.default_rng(epoch), index)
        known = sample.inputs[KNOWN] > 0
        assert np.array_equal(sample.unknown[0] > 0, ~known)
        assert np.abs(sample.inputs[:3] - sample.target)[:, known].max() < 1e-5
        assert (sample.inputs[:3, ~known] == 0).all()
        assert 0.1 < known.mean() < 0.95
        cloth = np.abs(sample.target - sample.target[:, 70:71, 48:49]).max(axis=0) < 0.02
        assert not (cloth & known)[40:90].any() or index == 1


def test_classes_garment_and_base_of_a_sample_agree(shards):
    sample = GeneratorDataset(shards, (128, 96)).sample(np.random.default_rng(3), 0)
    classes = sample.inputs[CLASSES:BASE]
    assert np.array_equal(classes.sum(axis=0), np.ones(classes.shape[1:]))
    part = classes[WornClass.LEFT_PART : WornClass.RIGHT_PART + 1].sum(axis=0) > 0
    solid = sample.inputs[GARMENT + 3] > 0.99
    assert part[solid].mean() > 0.99
    base, garment = sample.inputs[BASE:POSE], sample.inputs[GARMENT : GARMENT + 3]
    unknown = sample.unknown[0] > 0
    assert np.abs(base - garment)[:, solid & unknown].max() < 0.02


def test_a_mirrored_sample_has_mirrored_sides(shards):
    dataset = GeneratorDataset(shards, (128, 96))
    sides = set()
    for epoch in range(8):
        sample = dataset.sample(np.random.default_rng(epoch), 0)
        left = sample.inputs[CLASSES + WornClass.LEFT_PART]
        columns = np.nonzero(left.any(axis=0))[0]
        # the wearer's left sleeve is on the right of the picture, mirrored or not
        sides.add(bool(columns.mean() > 48))
    assert sides == {True}


def test_a_given_garment_mask_is_believed():
    _, annotation = person()
    mask = worn_parts(annotation.parsing, Category.UPPER).any(axis=0)
    parsing = annotation.parsing.copy()
    parsing[200:230, 180:200] = P.LEFT_PANTS
    wrong = type(annotation)(
        parsing=parsing, keypoints=annotation.keypoints, silhouette=annotation.silhouette
    )
    right = with_garment(wrong, mask, Category.UPPER)
    assert np.array_equal(right.parsing, annotation.parsing)


def test_a_wrong_warp_moves_the_garment_a_little():
    pixels, annotation = person()
    worn = worn_parts(annotation.parsing, Category.UPPER).any(axis=0)
    garment, alphas = wrong_warp(
        pixels.astype(np.float32),
        annotation.parsing,
        worn,
        Category.UPPER,
        np.random.default_rng(0),
    )
    overlap = ((garment[..., 3] > 0.5) & worn).sum() / worn.sum()
    assert 0.8 < overlap < 1.0
    assert np.abs(alphas.sum(axis=0) - garment[..., 3]).max() < 1e-5
    solid = garment[..., 3] > 0.99
    assert np.abs(garment[solid][:, :3] * 255 - np.array([180, 60, 60])).max() < 2


def test_flat_light_keeps_the_mean_and_takes_the_slope_out():
    ramp = np.broadcast_to(np.linspace(80, 160, 200, dtype=np.float32)[:, None, None], (200, 50, 3))
    flat = flat_lit(ramp, np.ones((200, 50), np.float32), 1.0)
    assert flat.mean() == pytest.approx(120, abs=3) and flat.std() < 0.35 * ramp.std()
    assert np.allclose(flat_lit(ramp, np.ones((200, 50), np.float32), 0.0), ramp)


def test_shifts_are_smooth_and_slivers_thin():
    rng = np.random.default_rng(0)
    shift = smooth_shift((256, 192), rng, 2.0)
    assert np.abs(np.diff(shift, axis=1)).max() < 0.3 and shift.std() > 0.5
    kept = without_slivers(np.ones((256, 192), np.float32), rng)
    assert 0 < (kept < 0.5).mean() < 0.03


def test_bare_classes_hold_no_part():
    _, annotation = person()
    classes = np.zeros(annotation.parsing.shape, np.uint8)
    classes[100:200, 100:200] = WornClass.MIDDLE_PART
    classes[200:300] = WornClass.OTHER_GARMENT
    moved = moved_classes(classes, np.random.default_rng(0), 0.0, bare=True)
    assert not (moved == WornClass.MIDDLE_PART).any()
    assert (moved[190:199, 120:180] == WornClass.OTHER_GARMENT).all()


def test_a_photo_is_analysed_once_and_a_refused_one_left_out(tmp_path):
    pixels, annotation = person()
    (tmp_path / "street" / "photos").mkdir(parents=True)
    for stem in ("0001", "0002"):
        write_image(tmp_path / "street" / "photos" / f"{stem}.jpg", pixels)
    calls = []

    def analyse(seen):
        calls.append(seen.shape)
        if len(calls) == 2:
            raise PersonError("two people")
        return annotation

    for _ in range(2):
        first = annotated_photo(tmp_path, "street/0001", tmp_path / "cache", analyse)
        assert first is not None and np.array_equal(first.annotation.parsing, annotation.parsing)
        assert annotated_photo(tmp_path, "street/0002", tmp_path / "cache", analyse) is None
    assert len(calls) == 2
