"""Where a run computes: a processor, a GPU, several of them, several machines.

accelerate finds the devices and joins the processes that `accelerate launch` (or torchrun) starts.
Ours: gradients are averaged after the backward pass in one reduction, and the network stays what
it is.  So losses, a discriminator and checkpoints see no wrapper, and the numbers of one process do
not depend on this module.
"""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import torch
from accelerate import Accelerator
from torch import Tensor, nn


class Devices:
    """This process's device and its fellow processes."""

    def __init__(self) -> None:
        self._accelerator = Accelerator()

    @property
    def device(self) -> torch.device:
        """Where this process computes."""
        return self._accelerator.device

    @property
    def share(self) -> tuple[int, int]:
        """Number of this process, and how many there are."""
        return self._accelerator.process_index, self._accelerator.num_processes

    @property
    def main(self) -> bool:
        """Whether this process writes the files."""
        return self._accelerator.is_main_process

    @property
    def half(self) -> bool:
        """Whether the launcher asked for bfloat16 (`accelerate launch --mixed_precision bf16`)."""
        return self._accelerator.mixed_precision == "bf16"

    def main_first(self) -> AbstractContextManager[None]:
        """The main process runs what is inside first, then the others, which find its files."""
        return self._accelerator.main_process_first()

    def wait(self) -> None:
        """Until all processes are here."""
        self._accelerator.wait_for_everyone()

    def any(self, flag: bool) -> bool:
        """Whether any process says so."""
        if self.share[1] == 1:
            return flag
        return float(self._mean(torch.tensor([float(flag)], device=self.device))) > 0

    def means(self, values: Mapping[str, float]) -> dict[str, float]:
        """Each value's mean over the processes, which must name the same ones."""
        if self.share[1] == 1:
            return dict(values)
        found = self._mean(torch.tensor(list(values.values()), device=self.device))
        return dict(zip(values, found.tolist(), strict=True))

    def average_gradients(self, parameters: Iterable[nn.Parameter]) -> None:
        """Replace every gradient by its mean over the processes."""
        if self.share[1] == 1:
            return
        trained = [p for p in parameters if p.requires_grad]
        none = [p.grad is None for p in trained]
        grads = [torch.zeros_like(p) if p.grad is None else p.grad for p in trained]
        mean = self._mean(torch.cat([grad.flatten().float() for grad in grads]))
        parts = mean.split([p.numel() for p in trained])
        for parameter, absent, part in zip(trained, none, parts, strict=True):
            if not absent or bool(part.any()):
                parameter.grad = part.view_as(parameter).to(parameter.dtype).clone()

    def _mean(self, tensor: Tensor) -> Tensor:
        found: Any = self._accelerator.reduce(tensor, reduction="mean")
        return found


def moved(batch: Mapping[str, Tensor], device: torch.device) -> dict[str, Tensor]:
    """A batch on a device."""
    return {name: value.to(device, non_blocking=True) for name, value in batch.items()}
