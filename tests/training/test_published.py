"""The published recipes on drawn data sets, with networks a few channels wide."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from gpvton.data.published_warps import read_warp
from gpvton.domain.errors import InputError, WeightsError
from gpvton.networks.generator import GeneratorConfig
from gpvton.training import published_generator, published_warping
from gpvton.training.published import Epochs
from gpvton.training.published_warping import train_published_warping, truncated
from gpvton.training.schedule import Decay, LoopConfig, learning_rate_factor
from gpvton.training.truncation import Strategy
from tests.training import published_tree

SIZE = "64x64"
NARROW = {"widths": (4, 4, 4, 4, 4), "pyramid_channels": 4, "head_widths": (4, 4, 4)}


def warping(recipe, root, out, steps=2):
    changes = {"batch_size": 2, "steps": steps}
    config = published_warping.RECIPES[recipe](root, out, 1, 0, changes, size=SIZE)
    loop = replace(config.loop, checkpoint_every=1, log_every=1)
    return replace(
        config,
        network=replace(config.network, **NARROW),
        loop=loop,
        judge=(4, 4),
        shown=1,
        perceptual=None,
        losses=replace(config.losses, part_perceptual=0.0),
    )


@pytest.fixture(scope="module")
def vitonhd(tmp_path_factory):
    return published_tree.vitonhd(tmp_path_factory.mktemp("vitonhd"))


@pytest.fixture(scope="module")
def trained(vitonhd, tmp_path_factory):
    out = tmp_path_factory.mktemp("run")
    return train_published_warping(warping("vitonhd-published", vitonhd, out))


def test_two_steps_are_finite_and_a_resumed_run_ends_where_a_whole_one_does(
    vitonhd, trained, tmp_path
):
    rows = [json.loads(row) for row in (trained.parent / "log.jsonl").read_text().splitlines()]
    names = {"part", "part_mask", "smooth", "garment", "attention", "parsing", "variation"}
    assert names | {"adversarial", "judging", "total"} <= set(rows[-1])
    assert all(np.isfinite(list(row.values())).all() for row in rows)
    assert (trained.parent / "sheets" / "000002.png").is_file()
    train_published_warping(warping("vitonhd-published", vitonhd, tmp_path, steps=1))
    lines: list[str] = []
    again = train_published_warping(warping("vitonhd-published", vitonhd, tmp_path), lines.append)
    assert "continued at step 1" in lines
    a, b = (torch.load(path, weights_only=True)["weights"] for path in (trained, again))
    assert all(torch.equal(a[name], b[name]) for name in a)


def test_dresscode_trains_all_categories(tmp_path):
    root = published_tree.dresscode(tmp_path / "data")
    config = warping("dresscode-published", root, tmp_path / "out", steps=1)
    path = train_published_warping(replace(config, loop=replace(config.loop, batch_size=3)))
    weights = torch.load(path, weights_only=True)["weights"]
    assert all(torch.isfinite(value).all() for value in weights.values())
    with pytest.raises(InputError, match="does not know; use dresscode-published"):
        train_published_warping(warping("vitonhd-published", root, tmp_path / "other"))


def test_the_generator_learns_on_what_the_warping_network_lays(vitonhd, trained, tmp_path):
    def recipe(out, steps):
        changes = {"batch_size": 2, "steps": steps}
        config = published_generator.RECIPES["vitonhd-published"](
            vitonhd, out, trained, 1, 0, changes, size=SIZE
        )
        return replace(
            config,
            network=GeneratorConfig(widths=(4, 4)),
            loop=replace(config.loop, checkpoint_every=1, log_every=1),
            judge=(4, 4),
            shown=1,
            perceptual=None,
        )

    train = published_generator.train_published_generator
    whole = train(recipe(tmp_path / "a", 2))
    garment, parsing = read_warp(sorted((tmp_path / "a" / "warps").iterdir())[0])
    assert garment.shape == (3, 64, 64) and set(np.unique(parsing)) <= set(range(7))
    train(recipe(tmp_path / "b", 1))
    resumed = train(recipe(tmp_path / "b", 2))
    a, b = (torch.load(path, weights_only=True)["weights"] for path in (whole, resumed))
    assert all(torch.equal(a[name], b[name]) for name in a)
    rows = [json.loads(r) for r in (tmp_path / "a" / "log.jsonl").read_text().splitlines()]
    assert {"result_l1", "rendering_l1", "blend", "adversarial", "judging"} <= set(rows[-1])


def test_the_rate_holds_and_then_falls_to_zero_on_a_line():
    loop = LoopConfig(steps=1, batch_size=16, warmup_steps=0, decay=Decay.LINEAR)
    loop = Epochs(hold=70, decay=50).loop(loop, 163, None)
    assert loop.steps == 1200 and loop.hold_steps == 700
    factors = [learning_rate_factor(step, loop) for step in (0, 699, 700, 950, 1199, 1200)]
    assert factors == pytest.approx([1, 1, 1, 0.5, 0.002, 0])
    assert Epochs(hold=70, decay=50).loop(loop, 163, 20).schedule_steps == 1200


def test_truncation_begins_after_epoch_70_and_dresses_are_always_truncated(vitonhd, tmp_path):
    config = warping("vitonhd-published", vitonhd, tmp_path)
    batch = {
        "ratio": torch.tensor([0.5, 2.0, 2.0]),
        "coin": torch.tensor([0.9, 0.9, 0.9]),
        "category": torch.tensor([1 / 3, 1 / 3, 1.0]),
        "epoch": torch.tensor([70, 70, 70]),
    }
    assert truncated(config, batch).tolist() == [True, False, True]
    assert not truncated(config, {**batch, "epoch": torch.tensor([69, 69, 69])}).any()
    never = replace(config, truncation=replace(config.truncation, strategy=Strategy.NONE))
    assert not truncated(never, batch).any()


def test_wrong_options_are_told(vitonhd, tmp_path):
    make = published_warping.RECIPES["vitonhd-published"]
    with pytest.raises(InputError, match="divide by 32"):
        make(vitonhd, tmp_path, size="100x64")
    with pytest.raises(InputError, match="none, always, dynamic"):
        make(vitonhd, tmp_path, truncation="sometimes")
    with pytest.raises(InputError, match="no folder"):
        make(tmp_path / "nowhere", tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="none of the pair lists"):
        train_published_warping(warping("vitonhd-published", tmp_path / "empty", tmp_path / "o"))
    with pytest.raises(WeightsError, match="is missing; train it"):
        published_generator.load_published_warping(tmp_path / "published_warping.pt")
