"""The recipe of the garment analyst: GrabCut labels, then rounds of self-training.

Ours.  Round 0 learns from the confident GrabCut masks; after each round the network labels all
photos, what it is sure of becomes the next round's labels, and training goes on from its weights.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from gpvton.data.garment_dataset import GarmentDataset
from gpvton.domain.errors import InputError
from gpvton.domain.garment_classes import PARSING_CLASSES
from gpvton.domain.labels import GarmentLabel
from gpvton.losses.garment_analyst import GarmentLoss, GarmentLossConfig
from gpvton.networks.efficientnet import imagenet_efficientnet_lite0
from gpvton.networks.garment_analyst import GarmentAnalystNetwork
from gpvton.training.devices import Devices
from gpvton.training.garment_rounds import first_labels, next_labels
from gpvton.training.loop import LoopConfig, save, train


@dataclass(frozen=True, kw_only=True)
class GarmentRound:
    """A stretch of training.

    steps: batches.  rate: highest learning rate.  size: (h, w) of the pictures.  relabel: whether
    the network of the round before labels all photos anew first.  outlined: how often an epoch
    shows a photo whose collars were outlined by hand.
    """

    steps: int
    rate: float
    size: tuple[int, int] = (256, 192)
    relabel: bool = True
    outlined: int = 8

    def __post_init__(self) -> None:
        if self.size[0] % 32 or self.size[1] % 32:
            raise InputError(f"size {self.size}: height and width must be multiples of 32")


_ROUNDS = (
    GarmentRound(steps=500, rate=1.5e-3, relabel=False),
    GarmentRound(steps=700, rate=2e-3, size=(192, 160), relabel=False),
    GarmentRound(steps=500, rate=1e-3),
    GarmentRound(steps=700, rate=1.2e-3, relabel=False),
    GarmentRound(steps=150, rate=1e-3, relabel=False, outlined=40),
)


@dataclass(frozen=True, kw_only=True)
class GarmentAnalystConfig:
    """What to train on, for how long, and where to leave it.

    data: folder with garments/, packshots/, studio/, street/.  out: folder for checkpoints and
    label maps.  frozen_stages: of the backbone's seven.  collar_bias: taken off both collars'
    logits at the end (chosen on outlined photos: half of the inner collar found, half of what is
    found right).
    """

    data: Path
    out: Path
    rounds: tuple[GarmentRound, ...] = _ROUNDS
    batch_size: int = 8
    frozen_stages: int = 3
    threads: int = 1
    seed: int = 0
    collar_bias: float = 1.5

    def __post_init__(self) -> None:
        if not self.rounds or self.rounds[0].relabel:
            raise InputError("the first round has no network yet that could label photos")

    def loop(self, index: int) -> LoopConfig:
        """The loop's numbers for a round."""
        return LoopConfig(
            steps=self.rounds[index].steps,
            batch_size=self.batch_size,
            learning_rate=self.rounds[index].rate,
            backbone_factor=0.3,
            warmup_steps=60,
            ema_decay=0.99,
            seed=self.seed + index,
            threads=self.threads,
            log_every=20,
            checkpoint_every=100,
        )


def train_garment_analyst(
    config: GarmentAnalystConfig, report: Callable[[str], None] = lambda line: None
) -> Path:
    """Run all rounds and return the file with the averaged weights, `OUT/garment_analyst.pt`.

    A finished or interrupted run is continued by calling again with the same folder.
    """
    devices = Devices()
    report = report if devices.main else (lambda line: None)
    network = GarmentAnalystNetwork(imagenet_efficientnet_lite0())
    network.backbone.freeze(config.frozen_stages)
    network.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
    config.out.mkdir(parents=True, exist_ok=True)
    labels = config.out / "labels_0"
    for index, part in enumerate(config.rounds):
        previous, size = labels, config.rounds[max(index - 1, 0)].size
        if part.relabel:
            labels = config.out / f"labels_{index}"
        weights = config.out / f"weights_{index}.pt"
        if weights.is_file():
            network.load_state_dict(torch.load(weights, weights_only=True))
            report(f"round {index} is done")
            continue
        summary = labels / "summary.json"
        with devices.main_first():
            if not summary.is_file():
                report(f"round {index}: labels")
                counts = (
                    next_labels(network, config.data, previous, labels, size)
                    if part.relabel
                    else first_labels(config.data, labels)
                )
                summary.write_text(json.dumps(counts, indent=2) + "\n")
                report(f"round {index}: {counts}")
        dataset = GarmentDataset(config.data, labels, part.size, outlined=part.outlined)
        loss = GarmentLoss(GarmentLossConfig())
        run = config.out / f"round_{index}"
        average = train(network, dataset, loss, config.loop(index), run, report)
        network.load_state_dict(average)
        if devices.main:
            save(average, weights)
        devices.wait()
    _lower_collars(network, config.collar_bias)
    final = config.out / "garment_analyst.pt"
    if devices.main:
        save({"weights": network.state_dict(), "config": _plain(config)}, final)
    devices.wait()
    return final


def _lower_collars(network: GarmentAnalystNetwork, bias: float) -> None:
    """Take back part of the weight that the loss gave to the rare collar classes."""
    if network.pixels.bias is None:
        raise InputError("the parsing head has no bias to lower")
    for label in (GarmentLabel.OUTER_COLLAR, GarmentLabel.INNER_COLLAR):
        network.pixels.bias.data[PARSING_CLASSES.index(label)] -= bias


def _plain(config: GarmentAnalystConfig) -> dict[str, object]:
    """The recipe as JSON values, without the places on this machine."""
    plain = asdict(config)
    del plain["data"], plain["out"]
    return json.loads(json.dumps(plain))
