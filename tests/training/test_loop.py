import json

import numpy as np
import pytest
import torch
from torch import nn

from gpvton.domain.errors import InputError
from gpvton.training.board import Observation
from gpvton.training.loop import (
    LoopConfig,
    TrainingError,
    batch_indices,
    learning_rate_factor,
    train,
)


class Line:
    """Points of y = 3 x - 1, drawn by (seed, epoch, index)."""

    def __len__(self):
        return 40

    def item(self, seed, epoch, index):
        generator = torch.Generator().manual_seed(seed * 10_000 + epoch * 100 + index)
        x = torch.rand(1, generator=generator)
        return {"x": x, "y": 3 * x - 1}


def _loss(network, batch):
    return {"total": (network(batch["x"]) - batch["y"]).square().mean()}


def _network():
    torch.manual_seed(0)
    return nn.Linear(1, 1)


def _config(**changes):
    values = {"steps": 60, "batch_size": 8, "learning_rate": 0.1, "warmup_steps": 5}
    return LoopConfig(**(values | {"checkpoint_every": 20, "ema_decay": 0.9} | changes))


def test_it_learns_a_line_and_logs_json(tmp_path):
    lines = []
    average = train(_network(), Line(), _loss, _config(steps=200), tmp_path, lines.append)
    assert average["weight"].item() == pytest.approx(3.0, abs=0.15)
    assert average["bias"].item() == pytest.approx(-1.0, abs=0.1)
    rows = [json.loads(row) for row in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert rows[-1]["step"] == 200 and rows[-1]["total"] < rows[0]["total"]
    assert len(lines) == len(rows)


def test_an_interrupted_run_ends_where_an_uninterrupted_one_does(tmp_path):
    whole = train(_network(), Line(), _loss, _config(), tmp_path / "a")

    calls = 0

    def dying(network, batch):
        nonlocal calls
        calls += 1
        if calls == 33:
            raise KeyboardInterrupt
        return _loss(network, batch)

    with pytest.raises(KeyboardInterrupt):
        train(_network(), Line(), dying, _config(), tmp_path / "b")
    resumed = train(_network(), Line(), _loss, _config(), tmp_path / "b")
    assert torch.equal(whole["weight"], resumed["weight"])
    assert torch.equal(whole["bias"], resumed["bias"])


def test_nan_stops_the_run_and_saves_the_batch(tmp_path):
    def bad(network, batch):
        return {"total": _loss(network, batch)["total"] * float("nan")}

    with pytest.raises(TrainingError, match="step 0"):
        train(_network(), Line(), bad, _config(), tmp_path)
    assert "x" in torch.load(tmp_path / "bad_batch_0.pt", weights_only=True)


def test_every_index_once_an_epoch():
    config = _config()
    seen = [i for step in range(5) for i in batch_indices(40, config, step)[1]]
    assert sorted(seen) == list(range(40))
    assert batch_indices(40, config, 0)[1] != batch_indices(40, config, 5)[1]


def test_a_resume_with_another_batch_size_is_refused(tmp_path):
    train(_network(), Line(), _loss, _config(), tmp_path)
    with pytest.raises(InputError, match="batch_size"):
        train(_network(), Line(), _loss, _config(batch_size=4), tmp_path)


def test_a_checkpoint_of_another_recipe_is_refused(tmp_path):
    train(_network(), Line(), _loss, _config(), tmp_path)
    with pytest.raises(InputError, match="another network, from another recipe"):
        train(nn.Linear(1, 1, bias=False), Line(), _loss, _config(), tmp_path)
    judge = nn.Linear(1, 1)
    with pytest.raises(InputError, match="has no discriminator"):
        train(_network(), Line(), _loss, _config(), tmp_path, companion=judge)


def test_a_run_leaves_validation_a_sheet_and_what_tensorboard_shows(tmp_path):
    def observe(step, average):
        assert set(average) == {"weight", "bias"}
        return Observation(scalars={"slope": float(step)}, sheet=np.zeros((4, 6, 3), np.uint8))

    train(_network(), Line(), _loss, _config(), tmp_path, observe=observe)
    rows = [json.loads(row) for row in (tmp_path / "validation.jsonl").read_text().splitlines()]
    assert rows == [{"step": k, "slope": float(k)} for k in (20, 40, 60)]
    assert (tmp_path / "sheets" / "000060.png").is_file()
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    board = EventAccumulator(str(tmp_path / "tensorboard"))
    board.Reload()
    assert [e.step for e in board.Scalars("train/total")] == [20, 40, 60]
    assert [e.value for e in board.Scalars("validation/slope")] == [20, 40, 60]
    assert board.Tags()["images"] == ["sheet"]


def test_the_rate_warms_up_falls_to_zero_or_stops_on_a_longer_cosine():
    config, longer = _config(steps=100), _config(steps=100, schedule_steps=195)
    assert learning_rate_factor(0, config) == pytest.approx(1 / 5)
    assert learning_rate_factor(5, config) == 1
    assert learning_rate_factor(100, config) == pytest.approx(0, abs=1e-9)
    assert learning_rate_factor(100, longer) == pytest.approx(0.5)
