"""From rendering to a dressed person: pack, train a few steps, resume, export, dress."""

import json

import numpy as np
import pytest
import torch

from gpvton.conditions.warping import FRAME_SIZE
from gpvton.data.sources.reader import open_source
from gpvton.data.warping_dataset import WarpingDataset, example
from gpvton.data.warping_pack import pack
from gpvton.data.warping_records import mirrored
from gpvton.domain.errors import InputError
from gpvton.dressing.dress import dress
from gpvton.dressing.learned import LearnedWarping
from gpvton.export.warping import export_compact_warping
from gpvton.pipeline import TryOn
from gpvton.training.warping import RECIPES, tiny, train_warping


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    pytest.importorskip("moderngl")
    from gpvton.domain.errors import MissingExtraError
    from gpvton.synthetic.pairs import PairSettings
    from gpvton.synthetic.synthesize import synthesize

    root = tmp_path_factory.mktemp("rendered")
    try:
        synthesize(PairSettings(seed=3, size=(256, 192), difficulties=("easy",)), 3, root)
    except MissingExtraError as error:
        pytest.skip(str(error))
    return root


@pytest.fixture(scope="module")
def try_on():
    return TryOn.from_pretrained()


@pytest.fixture(scope="module")
def shards(rendered, try_on, tmp_path_factory):
    out = tmp_path_factory.mktemp("shards")
    packed = pack(
        open_source(rendered, "rendered"),
        out,
        analyse_person=try_on.analyse_person,
        analyse_garment=try_on.analyse_garment,
    )
    assert packed.records + len(packed.left_out) == 6
    assert packed.records >= 4, packed.left_out
    return out


def test_shards_are_small_and_come_out_the_same_twice(shards, rendered, try_on, tmp_path):
    first = np.load(shards / "00000.npy")
    assert (shards / "00000.npy").stat().st_size < 20 * 2**20
    pack(
        open_source(rendered, "rendered"),
        tmp_path,
        analyse_person=try_on.analyse_person,
        analyse_garment=try_on.analyse_garment,
    )
    assert (tmp_path / "00000.npy").read_bytes() == (shards / "00000.npy").read_bytes()
    assert {0, 1} == set(first["analysed"].tolist())


def test_the_true_flow_paints_the_garment_onto_the_truth(shards):
    """Warped by the true flow the flat garment has the colours of the worn one, but for shade."""
    from gpvton.geometry.flow import to_pixels

    for record in np.load(shards / "00000.npy"):
        seen = record["truth_seen"].astype(bool)
        flow = record["truth_flow"].astype(np.float32)
        x = np.rint(to_pixels(flow[0], FRAME_SIZE[1])).astype(int).clip(0, FRAME_SIZE[1] - 1)
        y = np.rint(to_pixels(flow[1], FRAME_SIZE[0])).astype(int).clip(0, FRAME_SIZE[0] - 1)
        painted = record["garment"][y, x][seen].astype(float)
        true = record["truth_picture"][seen].astype(float)
        elsewhere = np.roll(painted, len(painted) // 3, axis=0)
        assert np.abs(painted - true).mean() < 45
        assert np.abs(painted - true).mean() < np.abs(elsewhere - true).mean() + 1e-6


def test_a_record_mirrored_twice_is_itself(shards):
    record = np.load(shards / "00000.npy")[0]
    twice = mirrored(mirrored(record))
    for name in record.dtype.names:
        assert np.allclose(
            np.asarray(twice[name], np.float64),
            np.asarray(record[name], np.float64),
            equal_nan=True,
        ), name
    once = mirrored(record)
    assert (once["garment_parts"] == 1).sum() == (record["garment_parts"] == 3).sum()


def test_an_example_is_made_of_what_the_network_needs(shards):
    dataset = WarpingDataset(shards)
    first, again = (dataset.item(5, 1, 0) for _ in range(2))
    assert all(torch.equal(first[k], again[k]) for k in first)
    assert torch.allclose(first["classes"].sum(0), torch.ones(128, 96))
    made = example(dataset.record(0), 0.25)
    assert float(made["coin"]) == 0.25
    assert (made["garment"].abs().sum(0)[made["parts"].sum(0) == 0] == 0).all()


def test_an_empty_folder_and_a_foreign_file_are_refused(tmp_path):
    with pytest.raises(InputError, match="data pack"):
        WarpingDataset(tmp_path)
    np.save(tmp_path / "00000.npy", np.zeros(3))
    with pytest.raises(InputError, match="another version"):
        WarpingDataset(tmp_path)


def test_training_resumes_to_the_same_numbers_and_its_export_dresses(
    shards, rendered, try_on, tmp_path
):
    straight = train_warping(tiny(shards, tmp_path / "straight"))
    halted = tiny(shards, tmp_path / "halted")
    from dataclasses import replace

    train_warping(
        replace(halted, loop=replace(halted.loop, steps=2, schedule_steps=halted.loop.steps))
    )
    resumed = train_warping(halted)
    a, b = (torch.load(p, weights_only=True)["weights"] for p in (straight, resumed))
    assert all(torch.equal(a[name], b[name]) for name in a)
    log = (tmp_path / "straight" / "validation.jsonl").read_text().splitlines()
    assert json.loads(log[-1])["error"] > 0
    assert (tmp_path / "straight" / "sheets" / "000004.png").is_file()

    report = export_compact_warping(straight, tmp_path / "warping")
    assert report.difference < 1e-3
    warping = LearnedWarping.from_folder(tmp_path / "warping")
    folder = sorted((rendered / "pairs").iterdir())[0]
    person = try_on.prepare_person(folder / "person_a.jpg")
    garment = try_on.prepare_garment(folder / "flat_b.jpg")
    arguments = (
        person.photo.pixels,
        person.annotation,
        garment.photo.pixels,
        garment.annotation,
    )
    learned, geometric = dress(*arguments, warping=warping), dress(*arguments)
    outside = ~learned.edit_mask
    assert (learned.image[outside] == person.photo.pixels[outside]).all()
    # after four steps the cascade still returns nearly the geometric flow: the garment is there
    alpha, expected = (d.warped[..., 3] > 0.5 for d in (learned, geometric))
    assert expected.sum() > 500
    # what an untrained parsing shows is arbitrary, where it shows must be where the garment lies
    assert (alpha & ~expected).sum() < 0.2 * expected.sum()


def test_going_on_is_the_same_network_at_a_lower_rate(tmp_path):
    first, then = (RECIPES[name](tmp_path, tmp_path / "out") for name in ("compact", "continued"))
    assert then.network == first.network
    assert then.loop.learning_rate < first.loop.learning_rate
