import json

import pytest
import torch

from gpvton.data.generator_shards import write_shard
from gpvton.domain.errors import InputError
from gpvton.training.generator import compact, tiny, train_generator
from gpvton.training.loop import TrainingError
from tests.data.test_generator_data import entries


@pytest.fixture
def shards(tmp_path):
    write_shard(tmp_path / "shards" / "train-drawn", entries(2), 4)
    write_shard(tmp_path / "shards" / "validation-drawn", entries(1), 2)
    return tmp_path / "shards"


def test_an_interrupted_run_ends_where_an_uninterrupted_one_does(shards, tmp_path):
    whole = torch.load(train_generator(tiny(shards, tmp_path / "a")), weights_only=True)
    train_generator(tiny(shards, tmp_path / "b", steps=2))
    config = tiny(shards, tmp_path / "b")
    lines: list[str] = []
    resumed = torch.load(train_generator(config, lines.append), weights_only=True)
    assert "continued at step 2" in lines
    # the schedule of the first two steps is warm-up, the same for both lengths
    assert all(torch.equal(whole["weights"][k], resumed["weights"][k]) for k in whole["weights"])
    assert any(value.abs().max() > 0 for k, value in whole["weights"].items() if "unet.up" in k)


def test_a_run_leaves_a_log_validation_and_sheets(shards, tmp_path):
    path = train_generator(tiny(shards, tmp_path / "out"))
    rows = [json.loads(row) for row in (tmp_path / "out" / "log.jsonl").read_text().splitlines()]
    assert "adversarial" not in rows[0] and {"adversarial", "judging"} <= set(rows[-1])
    held_out = (tmp_path / "out" / "validation.jsonl").read_text().splitlines()
    assert [json.loads(row)["step"] for row in held_out] == [2, 4]
    assert (tmp_path / "out" / "sheets" / "000004.png").is_file()
    assert str(tmp_path) not in json.dumps(torch.load(path, weights_only=True)["config"])


def test_a_loss_that_is_no_number_stops_the_run(shards, tmp_path):
    config = tiny(shards, tmp_path / "out")
    object.__setattr__(config.losses, "l1", float("nan"))
    with pytest.raises(TrainingError, match="batch saved"):
        train_generator(config)


def test_no_data_and_sizes_that_do_not_fit_are_refused(tmp_path):
    with pytest.raises(InputError, match="no train"):
        train_generator(tiny(tmp_path / "none", tmp_path / "out"))
    with pytest.raises(InputError, match="divide by 32"):
        compact(tmp_path, tmp_path, size=(100, 64))


def test_the_verb_trains_and_exports(shards, tmp_path):
    from typer.testing import CliRunner

    from gpvton.cli.train import app

    out = tmp_path / "out"
    arguments = ["--recipe", "tiny", "--shards", str(shards), "--out", str(out), "--steps", "2"]
    ran = CliRunner().invoke(app, ["generator", *arguments])
    assert ran.exit_code == 0, ran.output
    assert (out / "generator" / "graph.onnx").is_file()
    wrong = CliRunner().invoke(app, ["generator", "--recipe", "huge", "--out", str(out)])
    assert wrong.exit_code != 0 and "expected one of compact, tiny" in str(wrong.exception)
