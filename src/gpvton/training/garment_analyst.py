"""The recipe of the garment analyst: GrabCut labels, then rounds of self-training.

Ours.  Round 0 learns from the confident GrabCut masks; after each round the network labels all
photos, what it is sure of becomes the next round's labels, and training goes on from its weights.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from gpvton.data.garment_dataset import GarmentDataset
from gpvton.domain.errors import InputError
from gpvton.losses.garment_analyst import GarmentLoss, GarmentLossConfig
from gpvton.networks.efficientnet import imagenet_efficientnet_lite0
from gpvton.networks.garment_analyst import GarmentAnalystNetwork
from gpvton.training.garment_rounds import first_labels, next_labels
from gpvton.training.loop import LoopConfig, train


@dataclass(frozen=True, kw_only=True)
class GarmentAnalystConfig:
    """What to train on, for how long, and where to leave it.

    data: folder with garments/, packshots/, studio/, street/.  out: folder for checkpoints and
    label maps.  steps: batches of each round.  rates: highest learning rate of each round.
    size: (h, w) of the training pictures.  frozen_stages: of the backbone's seven.
    """

    data: Path
    out: Path
    steps: tuple[int, ...] = (600, 600, 1200)
    rates: tuple[float, ...] = (1.5e-3, 8e-4, 8e-4)
    size: tuple[int, int] = (256, 192)
    batch_size: int = 8
    frozen_stages: int = 3
    threads: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.steps or len(self.steps) != len(self.rates):
            raise InputError(f"steps {self.steps} and rates {self.rates} must be equally many")

    def loop(self, round_index: int) -> LoopConfig:
        """The loop's numbers for a round."""
        return LoopConfig(
            steps=self.steps[round_index],
            batch_size=self.batch_size,
            learning_rate=self.rates[round_index],
            backbone_factor=0.3,
            warmup_steps=60,
            ema_decay=0.99,
            seed=self.seed + round_index,
            threads=self.threads,
            log_every=20,
            checkpoint_every=100,
        )


def garment_analyst(data: Path, out: Path) -> GarmentAnalystConfig:
    """The recipe the embedded weights were made with; about an hour and a half on one core."""
    return GarmentAnalystConfig(data=data, out=out)


def quick_garment_analyst(data: Path, out: Path) -> GarmentAnalystConfig:
    """A few minutes, to see that everything runs."""
    return replace(garment_analyst(data, out), steps=(20, 10), rates=(1e-3, 1e-3))


def train_garment_analyst(
    config: GarmentAnalystConfig, report: Callable[[str], None] = lambda line: None
) -> Path:
    """Run all rounds; repeat the call to resume.  Returns the file of the averaged weights."""
    network = GarmentAnalystNetwork(imagenet_efficientnet_lite0())
    network.backbone.freeze(config.frozen_stages)
    network.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
    config.out.mkdir(parents=True, exist_ok=True)
    weights = config.out / "weights_0.pt"
    for index in range(len(config.steps)):
        labels = config.out / f"labels_{index}"
        weights = config.out / f"weights_{index}.pt"
        if weights.is_file():
            network.load_state_dict(torch.load(weights, weights_only=True))
            report(f"round {index} is done")
            continue
        if not (labels / "summary.json").is_file():
            report(f"round {index}: labels")
            previous = config.out / f"labels_{index - 1}"
            summary = (
                next_labels(network, config.data, previous, labels, config.size)
                if index
                else first_labels(config.data, labels)
            )
            (labels / "summary.json").write_text(json.dumps(summary, indent=2) + "\n")
            report(f"round {index}: {summary}")
        dataset = GarmentDataset(config.data, labels, config.size)
        loss = GarmentLoss(GarmentLossConfig())
        run = config.out / f"round_{index}"
        average = train(network, dataset, loss, config.loop(index), run, report)
        network.load_state_dict(average)
        temporary = weights.with_suffix(".part")
        torch.save(average, temporary)
        temporary.replace(weights)
    return weights
