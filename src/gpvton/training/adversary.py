"""The discriminator's part of a run: its own optimizer, and its state in the run's checkpoint."""

from typing import Any

import torch
from torch import Tensor, nn

from gpvton.losses.generator import fooling_loss, judging_loss
from gpvton.training.devices import Devices


class Adversary:
    """Judges what is made beside its conditions, and learns from every batch it judges.

    first_step: calls before it give no loss and teach nothing (the generator's warm-up).
    """

    def __init__(
        self,
        judge: nn.Module,
        learning_rate: float,
        first_step: int,
        betas: tuple[float, float] = (0.5, 0.999),
    ):
        self.devices = Devices()
        self.judge = judge.to(self.devices.device)
        self.first_step, self.calls = first_step, 0
        self.optimizer = torch.optim.Adam(judge.parameters(), lr=learning_rate, betas=betas)

    @property
    def active(self) -> bool:
        """Whether the next call judges."""
        return self.calls >= self.first_step

    def __call__(self, conditions: Tensor, real: Tensor, made: Tensor) -> dict[str, Tensor]:
        """One step of the judge, then the generator's loss `adversarial`, and `judging`.

        Empty before `first_step`.
        """
        self.calls += 1
        if self.calls <= self.first_step:
            return {}
        self.judge.requires_grad_(True)
        judging = judging_loss(
            self.judge(conditions, real).float(), self.judge(conditions, made.detach()).float()
        )
        self.optimizer.zero_grad(set_to_none=True)
        judging.backward()
        self.devices.average_gradients(self.judge.parameters())
        self.optimizer.step()
        self.judge.requires_grad_(False)
        fooling = fooling_loss(self.judge(conditions, made).float())
        return {"adversarial": fooling, "judging": judging.detach()}

    def state_dict(self) -> dict[str, Any]:
        """For the run's checkpoint."""
        return {
            "judge": self.judge.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "calls": self.calls,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """From the run's checkpoint."""
        self.judge.load_state_dict(state["judge"], strict=True)
        self.optimizer.load_state_dict(state["optimizer"])
        self.calls = state["calls"]
