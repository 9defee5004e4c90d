"""Numbers of a run: how long, how fast, which examples at which step."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from gpvton.domain.errors import InputError

Batch = dict[str, Tensor]


class Decay(StrEnum):
    """How the learning rate falls after warm-up and `hold_steps`."""

    COSINE = "cosine"
    LINEAR = "linear"


@dataclass(frozen=True, kw_only=True)
class LoopConfig:
    """Numbers of a run.  Steps count batches; `threads` 0 leaves torch's own choice.

    batch_size: examples of a step, over all processes together.  betas: of AdamW, which without
    weight decay is Adam.  hold_steps: steps at the full rate before it falls.  schedule_steps:
    length of the rate's fall where it is longer than the run.  clip: longest gradient.
    half: forward passes in bfloat16 where the operation allows it (autocast); weights, losses and
    flows stay float32.
    """

    steps: int
    batch_size: int = 16
    learning_rate: float = 1e-3
    backbone_factor: float = 0.2
    weight_decay: float = 1e-2
    betas: tuple[float, float] = (0.9, 0.999)
    warmup_steps: int = 200
    hold_steps: int = 0
    decay: Decay = Decay.COSINE
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
        object.__setattr__(self, "decay", Decay(self.decay))
        if self.steps < 1 or self.batch_size < 1:
            raise InputError(
                f"steps {self.steps} and batch_size {self.batch_size} must be at least 1"
            )
        if not 0.0 <= self.ema_decay < 1.0:
            raise InputError(f"ema_decay {self.ema_decay} must lie in [0, 1)")


class IndexedDataset(Protocol):
    """A data set whose item depends on (seed, epoch, index) only."""

    def __len__(self) -> int: ...

    def item(self, seed: int, epoch: int, index: int) -> Batch:
        """One example: name -> tensor without batch axis."""
        ...


def learning_rate_factor(step: int, config: LoopConfig) -> float:
    """Linear warm-up, the full rate for `hold_steps`, then half a cosine or a line to zero."""
    if step < config.warmup_steps:
        return (step + 1) / config.warmup_steps
    length = max(config.schedule_steps or config.steps, config.steps)
    begin = config.warmup_steps + config.hold_steps
    if step < begin:
        return 1.0
    share = min((step - begin) / max(length - begin, 1), 1.0)
    if config.decay is Decay.LINEAR:
        return 1.0 - share
    return 0.5 * (1.0 + math.cos(math.pi * share))


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


def steps_per_epoch(count: int, batch_size: int) -> int:
    """Whole batches in `count` examples, at least one."""
    return max(count // batch_size, 1)


def batch_indices(count: int, config: LoopConfig, step: int) -> tuple[int, list[int]]:
    """Epoch and the shuffled indices of a step; the same after a resume."""
    epoch, within = divmod(step, steps_per_epoch(count, config.batch_size))
    order = torch.randperm(
        count, generator=torch.Generator().manual_seed(config.seed * 1_000_003 + epoch)
    )
    start = within * config.batch_size
    return epoch, order[start : start + config.batch_size].tolist()


def collate(items: Sequence[Batch]) -> Batch:
    """Stack examples along a new first axis."""
    return {name: torch.stack([item[name] for item in items]) for name in items[0]}


class Steps(torch.utils.data.Dataset):
    """Batches by step number, so that workers may prepare them.

    share: (process, processes): of every batch only this process's part.
    """

    def __init__(
        self, dataset: IndexedDataset, config: LoopConfig, first: int, share: tuple[int, int]
    ):
        rank, count = share
        if config.batch_size % count or (count > 1 and len(dataset) < config.batch_size):
            raise InputError(
                f"a batch of {config.batch_size} out of {len(dataset)} examples cannot be shared "
                f"by {count} processes; choose a batch size that they divide and the data fill"
            )
        self.dataset, self.config, self.first = dataset, config, first
        self.own = slice(rank * config.batch_size // count, (rank + 1) * config.batch_size // count)

    def __len__(self) -> int:
        return self.config.steps - self.first

    def __getitem__(self, offset: int) -> Batch:
        epoch, indices = batch_indices(len(self.dataset), self.config, self.first + offset)
        return collate([self.dataset.item(self.config.seed, epoch, i) for i in indices[self.own]])
