"""What one of two processes does in `test_devices`; run with FOLDER as its argument."""

import sys
from pathlib import Path

import torch
from torch import nn

from gpvton.training.adversary import Adversary
from gpvton.training.devices import Devices
from gpvton.training.loop import LoopConfig, TrainingError, train


class Line:
    """Points of y = 3 x - 1, drawn by (seed, epoch, index)."""

    def __len__(self):
        return 24

    def item(self, seed, epoch, index):
        draw = torch.Generator().manual_seed(seed * 10_000 + epoch * 100 + index)
        x = torch.rand(1, 4, 4, generator=draw)
        return {"x": x, "y": 3 * x - 1}


def run(folder: Path, steps: int, *, bad: int | None = None) -> None:
    """Train a small network with an adversary; `bad`: the process whose loss is no number."""
    torch.manual_seed(0)
    network = nn.Conv2d(1, 1, 3, padding=1)
    adversary = Adversary(_Joined(nn.Conv2d(2, 1, 3)), 1e-2, 2)

    def loss(net, batch):
        made = net(batch["x"])
        close = (made - batch["y"]).square().mean()
        more = adversary(batch["x"], batch["y"], made)
        total = close + 0.1 * more.get("adversarial", 0.0)
        if bad is not None and Devices().share[0] == bad:
            total = total * float("nan")
        return {"total": total, **more}

    config = LoopConfig(
        steps=steps, schedule_steps=8, batch_size=4, learning_rate=0.05, warmup_steps=0,
        checkpoint_every=2, log_every=1, ema_decay=0.9, threads=1,
    )  # fmt: skip
    train(network, Line(), loss, config, folder, companion=adversary)


class _Joined(nn.Module):
    """A judge of joined maps."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, conditions, judged):
        return self.inner(torch.cat([conditions, judged], dim=1))


def main(out: Path) -> None:
    """A whole run, a halted and resumed one, one whose second process gets a bad batch."""
    run(out / "whole", 8)
    run(out / "resumed", 4)
    run(out / "resumed", 8)
    run(out / "halted", 4)
    try:
        run(out / "bad", 4, bad=1)
    except TrainingError as error:
        (out / f"stopped_{Devices().share[0]}.txt").write_text(str(error))
    (out / f"share_{Devices().share[0]}.txt").write_text(str(Devices().share))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
