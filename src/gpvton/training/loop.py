"""The training loop of the analysts: resumable, averaged weights, one line a step group.

AdamW (Loshchilov and Hutter, ICLR 2019), cosine schedule with warm-up, exponential moving average
of the weights, gradient clipping.  A run resumes by repeating its command: everything lies in the
output folder (`checkpoint.pt`, `log.jsonl`).
"""

import json
import math
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from gpvton.domain.errors import GpvtonError, InputError

Batch = dict[str, Tensor]
LossFunction = Callable[[nn.Module, Batch], Mapping[str, Tensor]]
"""(network, batch) -> named terms; the loop minimises the one called `total`."""


class TrainingError(GpvtonError):
    """A run that cannot go on; the message names the file with the offending batch."""


@dataclass(frozen=True, kw_only=True)
class LoopConfig:
    """Numbers of a run.  Steps count batches; `threads` 0 leaves torch's own choice.

    schedule_steps: length of the learning rate's cosine where it is longer than the run.
    half: forward passes in bfloat16 where the operation allows it (autocast); weights, losses and
    flows stay float32.
    """

    steps: int
    batch_size: int = 16
    learning_rate: float = 1e-3
    backbone_factor: float = 0.2
    weight_decay: float = 1e-2
    warmup_steps: int = 200
    ema_decay: float = 0.998
    schedule_steps: int = 0
    clip: float = 5.0
    seed: int = 0
    log_every: int = 20
    checkpoint_every: int = 200
    threads: int = 0
    workers: int = 0
    half: bool = False

    def __post_init__(self) -> None:
        if self.steps < 1 or self.batch_size < 1:
            raise InputError(
                f"steps {self.steps} and batch_size {self.batch_size} must be at least 1"
            )
        if not 0.0 <= self.ema_decay < 1.0:
            raise InputError(f"ema_decay {self.ema_decay} must lie in [0, 1)")


class Stateful(Protocol):
    """What is saved and continued with a run besides the network, such as a discriminator."""

    def state_dict(self) -> dict[str, Any]:
        """What to save."""
        ...

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Takes what was saved."""
        ...


class IndexedDataset(Protocol):
    """A data set whose item depends on (seed, epoch, index) only."""

    def __len__(self) -> int: ...

    def item(self, seed: int, epoch: int, index: int) -> Batch:
        """One example: name -> tensor without batch axis."""
        ...


def learning_rate_factor(step: int, config: LoopConfig) -> float:
    """Linear warm-up, then half a cosine to zero."""
    if step < config.warmup_steps:
        return (step + 1) / config.warmup_steps
    length = max(config.schedule_steps or config.steps, config.steps)
    rest = (step - config.warmup_steps) / max(length - config.warmup_steps, 1)
    return 0.5 * (1.0 + math.cos(math.pi * min(rest, 1.0)))


def ema_update(average: Mapping[str, Tensor], network: nn.Module, decay: float, step: int) -> None:
    """average <- d average + (1 - d) weights, in place; d grows from 0 while the run is young."""
    d = min(decay, (1 + step) / (10 + step))
    for name, value in network.state_dict().items():
        if value.dtype.is_floating_point:
            average[name].lerp_(value, 1.0 - d)
        else:
            average[name].copy_(value)


def parameter_groups(network: nn.Module, config: LoopConfig) -> list[dict[str, Any]]:
    """Backbone slower than the rest; no weight decay on norms and biases; frozen ones left out."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            rate = config.learning_rate * (
                config.backbone_factor if name.startswith("backbone.") else 1.0
            )
            decay = config.weight_decay if parameter.ndim > 1 else 0.0
            groups.setdefault((rate, decay), []).append(parameter)
    return [
        {"params": parameters, "lr": rate, "initial_lr": rate, "weight_decay": decay}
        for (rate, decay), parameters in groups.items()
    ]


def batch_indices(count: int, config: LoopConfig, step: int) -> tuple[int, list[int]]:
    """Epoch and the shuffled indices of a step; the same after a resume."""
    per_epoch = max(count // config.batch_size, 1)
    epoch, within = divmod(step, per_epoch)
    order = torch.randperm(
        count, generator=torch.Generator().manual_seed(config.seed * 1_000_003 + epoch)
    )
    start = within * config.batch_size
    return epoch, order[start : start + config.batch_size].tolist()


def collate(items: Sequence[Batch]) -> Batch:
    """Stack examples along a new first axis."""
    return {name: torch.stack([item[name] for item in items]) for name in items[0]}


class _Steps(torch.utils.data.Dataset):
    """Batches by step number, so that workers may prepare them."""

    def __init__(self, dataset: IndexedDataset, config: LoopConfig, first: int):
        self.dataset, self.config, self.first = dataset, config, first

    def __len__(self) -> int:
        return self.config.steps - self.first

    def __getitem__(self, offset: int) -> Batch:
        epoch, indices = batch_indices(len(self.dataset), self.config, self.first + offset)
        return collate([self.dataset.item(self.config.seed, epoch, i) for i in indices])


class _Run:
    """State of a run and how it is saved."""

    def __init__(
        self, network: nn.Module, config: LoopConfig, folder: Path, companion: Stateful | None
    ):
        self.network, self.config, self.folder = network, config, folder
        self.companion = companion
        self.optimizer = torch.optim.AdamW(parameter_groups(network, config))
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
            "config": asdict(self.config),
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
        self.network.load_state_dict(state["network"], strict=True)
        self.optimizer.load_state_dict(state["optimizer"])
        self.average = state["average"]
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


def _stop(run: _Run, batch: Batch, terms: Mapping[str, Tensor]) -> None:
    path = run.folder / f"bad_batch_{run.step}.pt"
    save(batch, path)
    values = {name: float(value) for name, value in terms.items()}
    raise TrainingError(f"step {run.step}: not a finite number in {values}; batch saved as {path}")


def train(
    network: nn.Module,
    dataset: IndexedDataset,
    loss: LossFunction,
    config: LoopConfig,
    folder: Path,
    report: Callable[[str], None] = lambda line: None,
    observe: Callable[[int, Mapping[str, Tensor]], None] = lambda step, average: None,
    companion: Stateful | None = None,
) -> dict[str, Tensor]:
    """Train to `config.steps` and return the averaged weights (a state dict).

    folder: checkpoint and log; an existing checkpoint is continued.  report: takes one line of
    text every `log_every` steps.  observe: takes the step and the averaged weights whenever a
    checkpoint was written.  companion: saved and continued with the run.
    Raises TrainingError on a loss or gradient that is not finite.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if config.threads:
        torch.set_num_threads(config.threads)
    run = _Run(network, config, folder, companion)
    if run.path.is_file():
        run.load()
        report(f"continued at step {run.step}")
    loader = torch.utils.data.DataLoader(
        _Steps(dataset, config, run.step), batch_size=None, num_workers=config.workers
    )
    network.train()
    sums: dict[str, float] = {}
    since, count = time.perf_counter(), 0
    for batch in loader:
        terms = loss(network, batch)
        if not bool(torch.isfinite(terms["total"])):
            _stop(run, batch, terms)
        norm = run.update(terms)
        if not math.isfinite(norm):
            _stop(run, batch, terms)
        for name, value in (*terms.items(), ("gradient", norm)):
            sums[name] = sums.get(name, 0.0) + float(torch.as_tensor(value).detach())
        count += 1
        if run.step % config.log_every == 0 or run.step == config.steps:
            seconds = (time.perf_counter() - since) / count
            _log(run, {name: value / count for name, value in sums.items()}, seconds, report)
            sums, since, count = {}, time.perf_counter(), 0
        if run.step % config.checkpoint_every == 0 or run.step == config.steps:
            run.save()
            observe(run.step, run.average)
    return run.average


def _log(
    run: _Run, means: Mapping[str, float], seconds: float, report: Callable[[str], None]
) -> None:
    row = {"step": run.step, "seconds_per_step": round(seconds, 4)}
    row |= {name: round(value, 5) for name, value in means.items()}
    with (run.folder / "log.jsonl").open("a") as file:
        file.write(json.dumps(row) + "\n")
    left = (run.config.steps - run.step) * seconds / 60
    values = "  ".join(f"{name} {value:.4f}" for name, value in means.items())
    report(
        f"step {run.step}/{run.config.steps}  {values}  {seconds:.2f} s/step  {left:.0f} min left"
    )
