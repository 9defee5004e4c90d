import numpy as np
import pytest

from gpvton.data.sources.reader import open_source
from gpvton.data.sources.source import Kind, Pairing
from gpvton.data.tryon_dataset import TryOnDataset
from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.errors import InputError
from gpvton.domain.parts import Category

from .sources.trees import SIZE, TREES, labels


def analyse_person(pixels):
    size = pixels.shape[:2]
    return PersonAnnotation(
        parsing=np.full(size, 9, np.uint8),
        keypoints=np.zeros((25, 3), np.float32),
        silhouette=np.ones(size, np.float32),
    )


def analyse_garment(pixels, alpha):
    size = pixels.shape[:2]
    return GarmentAnnotation(
        mask=np.ones(size, np.float32), parsing=np.full(size, 5, np.uint8), category=Category.UPPER
    )


@pytest.mark.parametrize("layout", list(TREES))
def test_one_class_loads_every_layout(tmp_path, layout):
    TREES[layout](tmp_path)
    source = open_source(tmp_path)
    for split, pairing in source.splits():
        data = TryOnDataset(
            source, split, pairing, analyse_person=analyse_person, analyse_garment=analyse_garment
        )
        for index in range(len(data)):
            sample = data[index]
            assert sample.person.size == sample.garment.size == SIZE
            assert sample.person_annotation.parsing.shape == SIZE
            assert sample.garment_annotation.mask.shape == SIZE
            if pairing == Pairing.PAIRED:
                assert np.array_equal(sample.truth.pixels, sample.person.pixels)


def test_labels_from_files_come_first_and_analysts_fill_in(tmp_path):
    TREES["own"](tmp_path)
    source = open_source(tmp_path)
    options = {"analyse_person": analyse_person, "analyse_garment": analyse_garment}
    (sample,) = TryOnDataset(source, "test", Pairing.UNPAIRED, **options)
    assert 28 in sample.person_annotation.parsing
    (tmp_path / "keypoints" / "anna.json").unlink()
    (sample,) = TryOnDataset(source, "test", Pairing.UNPAIRED, **options)
    assert (sample.person_annotation.parsing == 9).all()
    (sample,) = TryOnDataset(source, "test", Pairing.UNPAIRED)
    assert sample.person_annotation is None
    (sample,) = TryOnDataset(source, "test", Pairing.UNPAIRED, labels="analyst", **options)
    assert (sample.garment_annotation.mask == 1).all()
    with pytest.raises(InputError, match="files or analyst"):
        TryOnDataset(source, "test", Pairing.UNPAIRED, labels="mine")


def test_the_truth_has_its_own_labels_and_flow(tmp_path):
    TREES["own"](tmp_path)
    (sample,) = TryOnDataset(open_source(tmp_path), "test", Pairing.UNPAIRED)
    assert 21 in sample.truth_parsing and 21 not in sample.person_annotation.parsing
    assert sample.truth_flow.shape == (2, *SIZE)
    (paired,) = TryOnDataset(open_source(tmp_path), "test", Pairing.PAIRED)
    assert np.array_equal(paired.truth_parsing, paired.person_annotation.parsing)
    assert paired.truth_flow is None


def test_densepose_counts_where_it_is_a_label_map(tmp_path):
    TREES["gpvton-viton-hd"](tmp_path)
    source = open_source(tmp_path)
    assert TryOnDataset(source, "train", Pairing.PAIRED)[0].densepose is None  # in colours
    (pair,) = source.pairs("train", Pairing.PAIRED)
    labels(source.path(pair, Kind.DENSEPOSE), [0, 24])
    assert set(np.unique(TryOnDataset(source, "train", Pairing.PAIRED)[0].densepose)) == {0, 24}
    labels(source.path(pair, Kind.DENSEPOSE), [0, 25])
    assert TryOnDataset(source, "train", Pairing.PAIRED)[0].densepose is None


def test_labels_of_another_size_and_missing_photos_are_refused(tmp_path):
    TREES["own"](tmp_path)
    source = open_source(tmp_path)
    labels(tmp_path / "person_parsing" / "anna.png", [0, 5], size=(40, 32))
    with pytest.raises(InputError, match="resize the labels"):
        TryOnDataset(source, "test", Pairing.UNPAIRED)[0]
    (tmp_path / "people" / "anna.jpg").unlink()
    with pytest.raises(InputError, match="missing"):
        TryOnDataset(source, "test", Pairing.UNPAIRED)[0]
