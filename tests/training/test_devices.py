"""One process against two that share every batch (gloo, on the processor)."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import gpvton
from gpvton.domain.errors import InputError
from gpvton.training.schedule import LoopConfig, Steps
from tests.training.two_processes import Line, run

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """What two processes left; they are started as `accelerate launch` would start them."""
    out = tmp_path_factory.mktemp("two")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    paths = [str(Path(gpvton.__file__).parents[1]), str(ROOT)]
    common = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "ACCELERATE_USE_CPU": "true",
        "OMP_NUM_THREADS": "1",
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
        "WORLD_SIZE": "2",
    }
    script = [sys.executable, str(ROOT / "tests/training/two_processes.py"), str(out)]
    jobs = [
        subprocess.Popen(
            script,
            env={**common, "RANK": str(k), "LOCAL_RANK": str(k)},
            stderr=subprocess.PIPE,
            text=True,
        )
        for k in range(2)
    ]
    for job in jobs:
        _, told = job.communicate(timeout=500)
        assert job.returncode == 0, told
    return out


def checkpoint(folder: Path):
    return torch.load(folder / "checkpoint.pt", weights_only=True)


def test_two_processes_end_where_one_with_the_whole_batch_does(out, tmp_path):
    assert (out / "share_1.txt").read_text() == "(1, 2)"
    run(tmp_path, 8)
    one, two = checkpoint(tmp_path), checkpoint(out / "whole")
    assert two["step"] == 8
    for part in ("network", "average"):
        for name in one[part]:
            assert torch.allclose(one[part][name], two[part][name], atol=1e-5), (part, name)
    judges = one["companion"]["judge"], two["companion"]["judge"]
    assert all(torch.allclose(judges[0][k], judges[1][k], atol=1e-5) for k in judges[0])
    rows = [(f / "log.jsonl").read_text().splitlines() for f in (tmp_path, out / "whole")]
    assert len(rows[0]) == len(rows[1]) == 8


def test_two_processes_resume_to_the_same_numbers(out):
    whole, resumed = checkpoint(out / "whole"), checkpoint(out / "resumed")
    for part in ("network", "average"):
        assert all(torch.equal(whole[part][k], resumed[part][k]) for k in whole[part])


def test_one_process_goes_on_where_two_stopped(out):
    whole = checkpoint(out / "whole")
    assert checkpoint(out / "halted")["step"] == 4
    run(out / "halted", 8)
    on = checkpoint(out / "halted")
    assert on["step"] == 8
    for name, value in whole["network"].items():
        assert torch.allclose(on["network"][name], value, atol=1e-5)


def test_a_bad_batch_of_one_process_stops_both(out):
    for rank in range(2):
        assert "batch saved" in (out / f"stopped_{rank}.txt").read_text()
        assert (out / "bad" / f"bad_batch_0_{rank}.pt").is_file()


def test_every_process_takes_its_own_part_of_a_batch():
    config = LoopConfig(steps=6, batch_size=6)
    whole = Steps(Line(), config, 0, (0, 1))
    parts = [Steps(Line(), config, 0, (rank, 3)) for rank in range(3)]
    joined = torch.cat([part[2]["x"] for part in parts])
    assert torch.equal(joined, whole[2]["x"])
    with pytest.raises(InputError, match="cannot be shared by 4"):
        Steps(Line(), config, 0, (0, 4))
