import json

import pytest
import torch

from gpvton.domain.errors import InputError
from gpvton.training.loop import LoopConfig
from gpvton.training.person_analyst import (
    PersonAnalystConfig,
    PersonStage,
    train_person_analyst,
)
from tests.data.figures import write_data_folder


def _config(tmp_path, steps=2):
    loop = LoopConfig(steps=steps, batch_size=2, log_every=1, checkpoint_every=1)
    return PersonAnalystConfig(
        data=tmp_path / "data",
        out=tmp_path / "out",
        stages=(
            PersonStage(name="one", size=(64, 64), loop=loop),
            PersonStage(name="two", size=(96, 64), loop=loop),
        ),
        cached_height=64,
    )


@pytest.mark.slow
def test_all_stages_run_and_a_second_call_changes_nothing(tmp_path):
    write_data_folder(tmp_path / "data")
    path = train_person_analyst(_config(tmp_path))
    first = torch.load(path, weights_only=True)["weights"]
    lines = []
    train_person_analyst(_config(tmp_path), lines.append)
    second = torch.load(path, weights_only=True)["weights"]
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert sum("continued at step 2" in line for line in lines) == 2
    rows = (tmp_path / "out" / "two" / "log.jsonl").read_text().splitlines()
    assert {"total", "parsing", "dice", "silhouette", "keypoints"} <= set(json.loads(rows[-1]))


def test_a_size_that_does_not_fit_the_network_is_refused(tmp_path):
    (tmp_path / "data").mkdir()
    stage = PersonStage(name="odd", size=(100, 64), loop=LoopConfig(steps=1))
    with pytest.raises(InputError, match="divide by 32"):
        PersonAnalystConfig(data=tmp_path / "data", out=tmp_path, stages=(stage,))


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="not a folder"):
        PersonAnalystConfig(data=tmp_path / "none", out=tmp_path)
