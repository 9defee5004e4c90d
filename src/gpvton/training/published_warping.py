"""Recipes of the published warping network, as the authors train it (paper section 4.1).

Adam 5e-5, beta1 0.5, batch 16, 70 epochs and 50 of linear decay; truncation after epoch 70.
Deviation: the perceptual network is EfficientNet-Lite0 unless a file of VGG-19 is given, and the
coin and the ratio of truncation are ours (`data.truncation_ratio`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from gpvton.conditions.published import ParsingClasses
from gpvton.data.published_dataset import PublishedWarpingDataset
from gpvton.domain.errors import InputError
from gpvton.losses.published_warping import PublishedWarpingLoss, PublishedWarpingLossConfig
from gpvton.networks.config import WarpingConfig
from gpvton.networks.discriminator import DiscriminatorConfig, PatchDiscriminator
from gpvton.networks.warping import build_warping
from gpvton.training.adversary import Adversary
from gpvton.training.board import Observation
from gpvton.training.devices import Devices
from gpvton.training.loop import LoopConfig, save, train
from gpvton.training.published import (
    CLASSES,
    SIZE,
    Epochs,
    Report,
    described,
    parse_size,
    perceptual_loss,
    plain,
    published_pairs,
    silent,
    training_pairs,
    with_changes,
)
from gpvton.training.published_batch import run_published
from gpvton.training.published_sheet import judge_warping
from gpvton.training.schedule import Decay
from gpvton.training.truncation import Strategy, Truncation


@dataclass(frozen=True, kw_only=True)
class PublishedWarpingTraining:
    """Everything of a run.

    steps: None for the whole schedule.  truncation: after `truncate_from` epochs; of dresses and
    lower garments always (published), whatever the ratio.  judge: widths of the discriminator.
    """

    data: Path
    out: Path
    classes: ParsingClasses
    network: WarpingConfig
    loop: LoopConfig
    losses: PublishedWarpingLossConfig = field(default_factory=PublishedWarpingLossConfig)
    truncation: Truncation = field(default_factory=Truncation)
    truncate_from: int = 70
    epochs: Epochs = field(default_factory=lambda: Epochs(hold=70, decay=50))
    steps: int | None = None
    size: tuple[int, int] = SIZE
    perceptual: str | None = "efficientnet"
    judge: tuple[int, ...] = (64, 128, 256, 512)
    shown: int = 6

    def __post_init__(self) -> None:
        if not self.data.is_dir():
            raise InputError(f"{self.data} is no folder; give the root of the data set")
        parse_size(self.size, self.network.stride)


def vitonhd(
    data: Path,
    out: Path,
    threads: int = 0,
    seed: int = 0,
    changes: Mapping[str, Any] | None = None,
    *,
    truncation: str = "dynamic",
    perceptual: str | None = "efficientnet",
    size: str | None = None,
) -> PublishedWarpingTraining:
    """The published network for VITON-HD.  changes: of the loop's numbers, and `steps`."""
    network = WarpingConfig.vitonhd()
    return PublishedWarpingTraining(
        data=data,
        out=out,
        classes=CLASSES["vitonhd-published"],
        network=network,
        loop=_loop(threads, seed, changes or {}),
        truncation=Truncation(strategy=_strategy(truncation)),
        steps=(changes or {}).get("steps"),
        size=parse_size(size, network.stride),
        perceptual=perceptual,
    )


def dresscode(
    data: Path,
    out: Path,
    threads: int = 0,
    seed: int = 0,
    changes: Mapping[str, Any] | None = None,
    *,
    truncation: str = "dynamic",
    perceptual: str | None = "efficientnet",
    size: str | None = None,
) -> PublishedWarpingTraining:
    """The published network for DressCode: three categories, conditioned on them."""
    made = vitonhd(data, out, threads, seed, changes, perceptual=perceptual, size=size)
    return replace(
        made,
        classes=CLASSES["dresscode-published"],
        network=WarpingConfig.dresscode(),
        losses=PublishedWarpingLossConfig.dresscode(),
        truncation=Truncation(strategy=_strategy(truncation), low=0.95, high=1.0),
    )


RECIPES = {"vitonhd-published": vitonhd, "dresscode-published": dresscode}


def train_published_warping(config: PublishedWarpingTraining, report: Report = silent) -> Path:
    """Train and return the file with the weights, `OUT/published_warping.pt`.

    A finished or interrupted run is continued by calling again with the same folder.
    """
    torch.manual_seed(config.loop.seed)
    devices = Devices()
    report = report if devices.main else silent
    pairs = training_pairs(config.data, config.classes, config.size, config.out)
    report(described(pairs))
    loop = config.epochs.loop(config.loop, len(pairs), config.steps)
    network = build_warping(config.network)
    report(f"{sum(p.numel() for p in network.parameters()) / 1e6:.1f} million parameters")
    adversary = _adversary(config)
    loss = PublishedWarpingLoss(
        config.losses,
        perceptual=perceptual_loss(config.perceptual, devices.device),
        truncate=lambda batch: truncated(config, batch),
    )
    half = loop.half or devices.half
    held_out = published_pairs(config.data, config.classes, config.size, config.out, "test")
    shown = PublishedWarpingDataset(held_out or pairs, config.classes)

    def terms(net: nn.Module, batch: dict[str, Tensor]) -> Mapping[str, Tensor]:
        found = run_published(net, batch, half=half, for_losses=True)
        named = loss(found, batch)
        assert found.logits is not None
        seen = torch.cat([batch["condition"], batch["garment_parsing"]], dim=1)
        true = 2.0 * functional.one_hot(batch["classes"], config.classes.count).movedim(3, 1) - 1
        more = adversary(seen, true.to(seen.dtype), found.logits.float())
        total = named["total"] + config.losses.adversarial * more["adversarial"]
        return {**named, **more, "total": total}

    def observe(step: int, average: Mapping[str, Tensor]) -> Observation:
        network.eval()
        seen = judge_warping(network, shown, config.classes, config.shown)
        network.train()
        report(f"step {step}: parsing IoU {seen.scalars['parsing_iou']:.3f}")
        return seen

    weights = train(
        network,
        PublishedWarpingDataset(pairs, config.classes),
        terms,
        loop,
        config.out,
        report,
        observe,
        companion=adversary,
    )
    path = config.out / "published_warping.pt"
    if devices.main:
        save({"weights": weights, "config": plain(config, ("data", "out", "perceptual"))}, path)
    devices.wait()
    return path


def truncated(config: PublishedWarpingTraining, batch: Mapping[str, Tensor]) -> Tensor:
    """Which pairs of a batch are truncated, bool (b,): see `PublishedWarpingTraining`."""
    chosen = config.truncation.chosen(batch["ratio"], batch["coin"])
    if config.truncation.strategy is Strategy.DYNAMIC:
        chosen = chosen | (batch["category"] > 0.5)  # lower garments and dresses
    return chosen & (batch["epoch"] >= config.truncate_from)


def _loop(threads: int, seed: int, changes: Mapping[str, Any]) -> LoopConfig:
    loop = LoopConfig(
        steps=1,
        batch_size=16,
        learning_rate=5e-5,
        betas=(0.5, 0.999),
        weight_decay=0.0,
        warmup_steps=0,
        decay=Decay.LINEAR,
        ema_decay=0.0,
        clip=float("inf"),
        log_every=50,
        checkpoint_every=500,
        threads=threads,
        seed=seed,
    )
    return with_changes(loop, changes)


def _adversary(config: PublishedWarpingTraining) -> Adversary:
    published = DiscriminatorConfig.of_parsing(config.classes.count, config.network.person_channels)
    judge = PatchDiscriminator(replace(published, widths=config.judge))
    return Adversary(judge, config.loop.learning_rate, 0, config.loop.betas)


def _strategy(name: str) -> Strategy:
    if name not in set(Strategy):
        raise InputError(f"--truncation {name!r}, expected one of {', '.join(Strategy)}")
    return Strategy(name)
