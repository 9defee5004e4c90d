import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from gpvton.data.sources.source import Pairing
from gpvton.data.tryon_dataset import TryOnDataset
from gpvton.domain.errors import InputError
from gpvton.evaluation.engines import CommandEngine, EngineError, FolderEngine, PipelineEngine

from . import scenes


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return scenes.make(tmp_path_factory.mktemp("set"))


@pytest.fixture
def sample(source):
    return TryOnDataset(source, "test", Pairing.PAIRED)[0]


@pytest.mark.parametrize("name", ["anna_shirt", "upper_anna_shirt", "anna"])
def test_results_in_a_folder_are_found_by_their_names(sample, tmp_path, name):
    pixels = np.random.default_rng(8).integers(0, 256, (70, 80, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    assert np.array_equal(FolderEngine(tmp_path).produce(sample).image, pixels)


def test_a_missing_result_and_a_missing_folder_are_told(sample, tmp_path):
    with pytest.raises(InputError, match="anna_shirt, upper_anna_shirt, anna"):
        FolderEngine(tmp_path).produce(sample)
    with pytest.raises(InputError, match="no folder"):
        FolderEngine(tmp_path / "nowhere")


class StandIn:
    """Asked like the pipeline; gives the photo back."""

    warping, published, asked = None, object(), ()

    def __call__(self, person, garment, *, category, densepose):
        self.asked = (person.annotation, garment.annotation, category, densepose)
        size = person.photo.size
        return SimpleNamespace(
            image=person.photo.pixels,
            edit_mask=np.zeros(size, bool),
            flow=None,
            dressed=SimpleNamespace(box=None),
            parsing=np.zeros(size, np.uint8),
            warped=np.zeros((*size, 4), np.float32),
        )


def test_our_pipeline_gets_all_labels_of_the_sample(sample):
    labels = np.full(sample.person.size, 3, np.uint8)
    pipeline = StandIn()
    PipelineEngine(pipeline).produce(replace(sample, densepose=labels))
    known = (sample.person_annotation, sample.garment_annotation, sample.pair.category, labels)
    assert all(one is other for one, other in zip(pipeline.asked, known, strict=True))


COPY = "import shutil, sys; shutil.copy(sys.argv[1], sys.argv[2]); assert sys.argv[3] == 'upper'"


def test_a_command_gets_the_files_of_the_pair(source, sample):
    template = f'{sys.executable} -c "{COPY}" {{person}} {{out}} {{category}} {{garment}}'
    engine = CommandEngine(template, source)
    assert np.array_equal(engine.produce(sample).image, sample.person.pixels)
    assert engine.describe()["command"] == template


def test_a_command_that_fails_or_writes_nothing_is_told(source, sample):
    tail = "{person} {garment} {out}"
    failing = CommandEngine(f'{sys.executable} -c "raise SystemExit(3)" {tail}', source)
    with pytest.raises(EngineError, match="exit code 3"):
        failing.produce(sample)
    silent = CommandEngine(f'{sys.executable} -c "pass" {tail}', source)
    with pytest.raises(EngineError, match="wrote no"):
        silent.produce(sample)
    with pytest.raises(EngineError, match="did not run"):
        CommandEngine(f"/no/such/program {tail}", source).produce(sample)


@pytest.mark.parametrize(
    "template", ["run {person}", "run {person} {garment} {out} {mask}", "run {person {garment}"]
)
def test_a_bad_template_is_refused(source, template):
    with pytest.raises(InputError, match="--command"):
        CommandEngine(template, source)
