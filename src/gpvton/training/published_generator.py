"""Recipes of the published generator, as the authors train it (paper section 4.1).

Adam 5e-4, discriminator 5e-5, batch 80, 200 epochs.  The rate stays, since no decay is published.
Deviation: as `training.published_warping` for the perceptual network.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from gpvton.conditions.published import ParsingClasses
from gpvton.data.published_dataset import PublishedWarpingDataset
from gpvton.data.published_pairs import PublishedPairs
from gpvton.data.published_warps import PublishedGeneratorDataset, warp_path, write_warp
from gpvton.domain.errors import InputError, WeightsError
from gpvton.domain.writing import make_folder
from gpvton.losses.generator import render
from gpvton.losses.published_generator import PublishedGeneratorLoss, PublishedGeneratorLossConfig
from gpvton.networks.config import WarpingConfig
from gpvton.networks.discriminator import DiscriminatorConfig, PatchDiscriminator
from gpvton.networks.generator import Generator, GeneratorConfig, build_generator
from gpvton.networks.warping import WarpingNetwork, build_warping
from gpvton.training.adversary import Adversary
from gpvton.training.board import Observation
from gpvton.training.devices import Devices, moved
from gpvton.training.loop import LoopConfig, collate, save, train
from gpvton.training.published import (
    CLASSES,
    SIZE,
    Epochs,
    Report,
    described,
    parse_size,
    perceptual_loss,
    plain,
    silent,
    training_pairs,
    with_changes,
)
from gpvton.training.published_batch import run_published
from gpvton.training.published_sheet import assembled, generator_row


@dataclass(frozen=True, kw_only=True)
class PublishedGeneratorTraining:
    """Everything of a run.  warping: `published_warping.pt`, which lays the garments.

    steps: None for the whole schedule.  judge: widths of the discriminator.
    """

    data: Path
    out: Path
    warping: Path
    classes: ParsingClasses
    loop: LoopConfig
    network: GeneratorConfig = field(default_factory=GeneratorConfig.published)
    losses: PublishedGeneratorLossConfig = field(default_factory=PublishedGeneratorLossConfig)
    epochs: Epochs = field(default_factory=lambda: Epochs(hold=200, decay=0))
    steps: int | None = None
    size: tuple[int, int] = SIZE
    perceptual: str | None = "efficientnet"
    adversary_rate: float = 5e-5
    judge: tuple[int, ...] = (64, 128, 256, 512)
    shown: int = 6

    def __post_init__(self) -> None:
        if not self.data.is_dir():
            raise InputError(f"{self.data} is no folder; give the root of the data set")
        parse_size(self.size, self.network.stride)


def vitonhd(
    data: Path,
    out: Path,
    warping: Path,
    threads: int = 0,
    seed: int = 0,
    changes: Mapping[str, Any] | None = None,
    *,
    perceptual: str | None = "efficientnet",
    size: str | None = None,
) -> PublishedGeneratorTraining:
    """The published generator on VITON-HD.  changes: of the loop's numbers, and `steps`."""
    loop = LoopConfig(
        steps=1,
        batch_size=80,
        learning_rate=5e-4,
        betas=(0.5, 0.999),
        weight_decay=0.0,
        warmup_steps=0,
        ema_decay=0.0,
        clip=float("inf"),
        log_every=50,
        checkpoint_every=500,
        threads=threads,
        seed=seed,
    )
    return PublishedGeneratorTraining(
        data=data,
        out=out,
        warping=warping,
        classes=CLASSES["vitonhd-published"],
        loop=with_changes(loop, changes or {}),
        steps=(changes or {}).get("steps"),
        size=parse_size(size, GeneratorConfig.published().stride),
        perceptual=perceptual,
    )


def dresscode(*arguments: Any, **more: Any) -> PublishedGeneratorTraining:
    """The published generator on DressCode; arguments as of `vitonhd`."""
    return replace(vitonhd(*arguments, **more), classes=CLASSES["dresscode-published"])


RECIPES = {"vitonhd-published": vitonhd, "dresscode-published": dresscode}


def train_published_generator(config: PublishedGeneratorTraining, report: Report = silent) -> Path:
    """Lay the garments, train, and return the file with the weights, `OUT/published_generator.pt`.

    A finished or interrupted run is continued by calling again with the same folder.
    """
    torch.manual_seed(config.loop.seed)
    devices = Devices()
    report = report if devices.main else silent
    pairs = training_pairs(config.data, config.classes, config.size, config.out)
    report(described(pairs))
    warps = make_folder(config.out / "warps")
    lay_garments(load_published_warping(config.warping), pairs, config.classes, warps, report)
    dataset = PublishedGeneratorDataset(pairs, config.classes, warps)
    loop = config.epochs.loop(config.loop, len(dataset), config.steps)
    network = build_generator(config.network)
    perceptual = perceptual_loss(config.perceptual, devices.device)
    loss = PublishedGeneratorLoss(config.losses, perceptual)
    published = DiscriminatorConfig.of_rendering(config.network.in_channels)
    judge = PatchDiscriminator(replace(published, widths=config.judge))
    adversary = Adversary(judge, config.adversary_rate, 0, loop.betas)
    half = loop.half or devices.half

    def terms(net: nn.Module, batch: dict[str, Tensor]) -> Mapping[str, Tensor]:
        with torch.autocast(batch["inputs"].device.type, torch.bfloat16, enabled=half):
            made = render(net, batch["inputs"])
        named = loss(made, batch)
        more = adversary(batch["inputs"], batch["target"], made.rendering.float())
        total = named["total"] + config.losses.adversarial * more["adversarial"]
        return {**named, **more, "total": total}

    def observe(step: int, average: Mapping[str, Tensor]) -> Observation:
        return _look(network, dataset, config.shown, devices)

    weights = train(network, dataset, terms, loop, config.out, report, observe, companion=adversary)
    path = config.out / "published_generator.pt"
    if devices.main:
        paths = ("data", "out", "warping", "perceptual")
        save({"weights": weights, "config": plain(config, paths)}, path)
    devices.wait()
    return path


def load_published_warping(path: Path) -> WarpingNetwork:
    """The network of `published_warping.pt`.  Raises WeightsError."""
    if not path.is_file():
        raise WeightsError(
            f"{path} is missing; train it with gpvton train warping and the same recipe"
        )
    saved = torch.load(path, map_location="cpu", weights_only=True)
    network = build_warping(WarpingConfig(**saved["config"]["network"]))
    network.load_state_dict(saved["weights"], strict=True)
    return network.eval()


@torch.no_grad()
def lay_garments(
    network: WarpingNetwork,
    pairs: PublishedPairs,
    classes: ParsingClasses,
    folder: Path,
    report: Report,
) -> None:
    """Write what the network lays for every pair that has no file yet, shared by all processes."""
    if network.config.parsing_classes != classes.count:
        raise InputError(
            f"the warping network has {network.config.parsing_classes} labels, the recipe "
            f"{classes.count}: use the weights of the same recipe"
        )
    devices = Devices()
    rank, count = devices.share
    network.to(devices.device)
    dataset = PublishedWarpingDataset(pairs, classes)
    missing = [k for k, p in enumerate(pairs.pairs) if not warp_path(folder, p).is_file()]
    devices.wait()
    for done, index in enumerate(missing[rank::count]):
        batch = moved(collate([dataset.item(0, 0, index)]), devices.device)
        made = assembled(run_published(network, batch), batch, classes)
        path = warp_path(folder, pairs.pairs[index])
        write_warp(path, made.garment[0].cpu().numpy(), _labels(made.parsing))
        if done % 500 == 0:
            report(f"garments laid: {done * count} of {len(missing)}")
    devices.wait()


def _labels(parsing: Tensor) -> np.ndarray:
    return parsing[0, 0].round().byte().cpu().numpy()


@torch.no_grad()
def _look(
    network: Generator, dataset: PublishedGeneratorDataset, count: int, devices: Devices
) -> Observation:
    """L1 of the result on the first pairs, as in use (norms with their running statistics)."""
    network.eval()
    rows, errors = [], []
    for index in range(min(count, len(dataset))):
        batch = moved(collate([dataset.item(0, 0, index)]), devices.device)
        made = render(network, batch["inputs"])
        errors.append(float((made.image - batch["target"]).abs().mean()))
        rows.append(generator_row(batch, made))
    network.train()
    return Observation(
        scalars={"result_l1": round(float(np.mean(errors)), 5)}, sheet=np.vstack(rows)
    )
