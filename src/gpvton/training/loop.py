"""The training loop of all networks: resumable, averaged weights, on any number of processes.

AdamW (Loshchilov and Hutter, ICLR 2019), a schedule (`training.schedule`), exponential moving
average of the weights, gradient clipping.  A run resumes by repeating its command: everything lies
in the output folder (`checkpoint.pt`, and what `training.board` writes).
"""

import math
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from gpvton.domain.errors import GpvtonError, InputError
from gpvton.training.board import Board, Observation
from gpvton.training.devices import Devices, moved
from gpvton.training.schedule import (
    Batch,
    IndexedDataset,
    LoopConfig,
    Steps,
    batch_indices,
    collate,
    learning_rate_factor,
    parameter_groups,
)

__all__ = [
    "Batch",
    "IndexedDataset",
    "LoopConfig",
    "TrainingError",
    "batch_indices",
    "collate",
    "learning_rate_factor",
    "save",
    "train",
]

LossFunction = Callable[[nn.Module, Batch], Mapping[str, Tensor]]
"""(network, batch) -> named terms; the loop minimises the one called `total`."""
Observe = Callable[[int, Mapping[str, Tensor]], Observation | None]
"""(step, averaged weights) -> what validation found."""


class TrainingError(GpvtonError):
    """A run that cannot go on; the message names the file with the offending batch."""


class Stateful(Protocol):
    """What is saved and continued with a run besides the network, such as a discriminator."""

    def state_dict(self) -> dict[str, Any]:
        """What to save."""
        ...

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Takes what was saved."""
        ...


def ema_update(average: Mapping[str, Tensor], network: nn.Module, decay: float, step: int) -> None:
    """average <- d average + (1 - d) weights, in place; d grows from 0 while the run is young."""
    d = min(decay, (1 + step) / (10 + step))
    for name, value in network.state_dict().items():
        if value.dtype.is_floating_point:
            average[name].lerp_(value, 1.0 - d)
        else:
            average[name].copy_(value)


class _Run:
    """State of a run and how it is saved."""

    def __init__(
        self,
        network: nn.Module,
        config: LoopConfig,
        folder: Path,
        companion: Stateful | None,
        devices: Devices,
    ):
        self.network, self.config, self.folder = network, config, folder
        self.companion, self.devices = companion, devices
        self.optimizer = torch.optim.AdamW(parameter_groups(network, config), betas=config.betas)
        self.average = {name: value.clone() for name, value in network.state_dict().items()}
        self.step = 0

    @property
    def path(self) -> Path:
        return self.folder / "checkpoint.pt"

    def save(self) -> None:
        state = {
            "network": self.network.state_dict(),
            "average": self.average,
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "config": _plain(self.config),
        }
        if self.companion is not None:
            state["companion"] = self.companion.state_dict()
        save(state, self.path)

    def load(self) -> None:
        state = torch.load(self.path, map_location="cpu", weights_only=True)
        for name in ("batch_size", "seed"):
            if state["config"][name] != getattr(self.config, name):
                raise InputError(
                    f"{self.path} was made with {name} {state['config'][name]}, not "
                    f"{getattr(self.config, name)}: use the same, or another output folder"
                )
        if (self.companion is None) == ("companion" in state):
            has = "has a" if "companion" in state else "has no"
            raise InputError(
                f"{self.path} {has} discriminator, unlike this recipe: use the options that it "
                "was made with, or another output folder"
            )
        try:
            self.network.load_state_dict(state["network"], strict=True)
        except RuntimeError as error:
            raise InputError(
                f"{self.path} is of another network, from another recipe or another version; "
                f"choose another output folder ({_first_line(error)})"
            ) from error
        self.optimizer.load_state_dict(state["optimizer"])
        self.average = moved(state["average"], self.devices.device)
        self.step = state["step"]
        if self.companion is not None:
            self.companion.load_state_dict(state["companion"])

    def update(self, terms: Mapping[str, Tensor]) -> float:
        """One optimizer step; returns the gradient norm before clipping."""
        factor = learning_rate_factor(self.step, self.config)
        for group in self.optimizer.param_groups:
            group["lr"] = group["initial_lr"] * factor
        self.optimizer.zero_grad(set_to_none=True)
        terms["total"].backward()
        parameters = [p for group in self.optimizer.param_groups for p in group["params"]]
        self.devices.average_gradients(parameters)
        norm = float(nn.utils.clip_grad_norm_(parameters, self.config.clip))
        if math.isfinite(norm):
            self.optimizer.step()
            ema_update(self.average, self.network, self.config.ema_decay, self.step)
            self.step += 1
        return norm


def save(content: object, path: Path) -> None:
    """`torch.save` to a temporary file that then takes the place of `path`."""
    temporary = path.with_name(path.name + ".part")
    torch.save(content, temporary)
    os.replace(temporary, path)


def train(
    network: nn.Module,
    dataset: IndexedDataset,
    loss: LossFunction,
    config: LoopConfig,
    folder: Path,
    report: Callable[[str], None] = lambda line: None,
    observe: Observe = lambda step, average: None,
    companion: Stateful | None = None,
) -> dict[str, Tensor]:
    """Train to `config.steps` and return the averaged weights (a state dict on the processor).

    folder: checkpoint and log; an existing checkpoint is continued, with any number of processes.
    report: takes one line of text every `log_every` steps.  observe: takes the step and the
    averaged weights whenever a checkpoint was written, and gives what to show of them.
    companion: saved and continued with the run.  Only the main process writes, reports, observes.
    The network comes back on the processor, with its last weights.
    Raises TrainingError on a loss or gradient that is not finite, InputError for a checkpoint that
    does not fit.
    """
    devices = Devices()
    folder.mkdir(parents=True, exist_ok=True)
    if config.threads:
        torch.set_num_threads(config.threads)
    network.to(devices.device)
    run = _Run(network, config, folder, companion, devices)
    if run.path.is_file():
        run.load()
        if devices.main:
            report(f"continued at step {run.step}")
    steps = Steps(dataset, config, run.step, devices.share)
    loader = torch.utils.data.DataLoader(steps, batch_size=None, num_workers=config.workers)
    network.train()
    devices.wait()
    board = Board(folder, run.step) if devices.main else None
    meter = _Meter(run, board, report)
    for batch in loader:
        batch = moved(batch, devices.device)
        terms = loss(network, batch)
        if devices.any(not bool(torch.isfinite(terms["total"]))):
            _stop(run, batch, terms)
        norm = run.update(terms)
        if not math.isfinite(norm):
            _stop(run, batch, terms)
        meter.add(terms, norm)
        if (run.step % config.checkpoint_every == 0 or run.step == config.steps) and board:
            run.save()
            seen = observe(run.step, moved(run.average, torch.device("cpu")))
            board.show(run.step, seen or Observation())
    if board:
        board.close()
    devices.wait()
    network.to("cpu")
    return moved(run.average, torch.device("cpu"))


class _Meter:
    """Means of the terms over the last steps."""

    def __init__(self, run: _Run, board: Board | None, report: Callable[[str], None]):
        self.run, self.board, self.report = run, board, report
        self.sums: dict[str, float] = {}
        self.since, self.count = time.perf_counter(), 0

    def add(self, terms: Mapping[str, Tensor], norm: float) -> None:
        """A step's terms; logs them every so often."""
        for name, value in (*terms.items(), ("gradient", norm)):
            value = float(torch.as_tensor(value).detach())
            self.sums[name] = self.sums.get(name, 0.0) + value
        self.count += 1
        run = self.run
        if run.step % run.config.log_every and run.step != run.config.steps:
            return
        seconds = (time.perf_counter() - self.since) / self.count
        means = {name: value / self.count for name, value in self.sums.items()}
        means = run.devices.means(means)
        self.sums, self.since, self.count = {}, time.perf_counter(), 0
        if self.board is None:
            return
        self.board.log(run.step, seconds, means)
        left = (run.config.steps - run.step) * seconds / 60
        values = "  ".join(f"{name} {value:.4f}" for name, value in means.items())
        self.report(
            f"step {run.step}/{run.config.steps}  {values}  {seconds:.2f} s/step  "
            f"{left:.0f} min left"
        )


def _stop(run: _Run, batch: Batch, terms: Mapping[str, Tensor]) -> None:
    rank, count = run.devices.share
    own = f"_{rank}" if count > 1 else ""
    path = run.folder / f"bad_batch_{run.step}{own}.pt"
    save(moved(batch, torch.device("cpu")), path)
    values = {name: float(value.detach()) for name, value in terms.items()}
    raise TrainingError(f"step {run.step}: not a finite number in {values}; batch saved as {path}")


def _plain(config: LoopConfig) -> dict[str, Any]:
    return asdict(config) | {"decay": str(config.decay)}


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:160]
