"""Recipes of the compact warping network: `compact`, which ships, and `tiny`, for tests.

With photos of worn garments (`unpaired`) a recipe fine-tunes: it starts from given weights, and a
share of the examples are photos (`data.unpaired_dataset`).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import torch
from torch import Tensor, nn

from gpvton.conditions.warping import PERSON_CHANNELS
from gpvton.data.unpaired_dataset import MixedDataset
from gpvton.data.warping_dataset import WarpingDataset
from gpvton.domain.errors import InputError
from gpvton.losses.warping import WarpingLoss, WarpingLossConfig
from gpvton.networks.config import WarpingConfig
from gpvton.networks.warping import build_warping
from gpvton.networks.warping_inputs import EXTRA_CHANNELS
from gpvton.training.board import Observation
from gpvton.training.devices import Devices
from gpvton.training.loop import LoopConfig, save, train
from gpvton.training.warping_batch import run_network
from gpvton.training.warping_data import training_shards, unpaired_shards
from gpvton.training.warping_sheet import sheet
from gpvton.training.warping_start import load_start
from gpvton.training.warping_validation import validate

HELD_OUT = 20
"""Pairs whose number divides by this are for validation."""


@dataclass(frozen=True, kw_only=True)
class WarpingTraining:
    """Everything of a run.

    data: packed shards, or rendered pairs, which are packed first; out: weights and logs.
    validate: shards or rendered pairs to judge by, in place of every twentieth pair of `data`.
    unpaired: photos of worn garments; share: of the examples that they are.  start: weights to
    begin with, a file that training wrote or a weights folder; None for random ones.
    """

    data: Path
    out: Path
    network: WarpingConfig
    loop: LoopConfig
    losses: WarpingLossConfig = field(default_factory=WarpingLossConfig)
    threads: int = 0
    validated: int = 96
    validate: Path | None = None
    unpaired: Path | None = None
    share: float = 0.4
    start: Path | None = None

    def __post_init__(self) -> None:
        for folder in (self.data, self.validate, self.unpaired):
            if folder is not None and not folder.is_dir():
                raise InputError(f"{folder} is not a folder: name the one with the packed shards")


def compact(data: Path, out: Path, threads: int = 0, seed: int = 0) -> WarpingTraining:
    """The network that ships; about an hour and a half on one core."""
    loop = LoopConfig(
        steps=1500,
        batch_size=8,
        learning_rate=1.5e-3,
        warmup_steps=50,
        weight_decay=1e-3,
        ema_decay=0.99,
        half=True,
        checkpoint_every=100,
        seed=seed,
    )
    network = WarpingConfig.compact(person_channels=PERSON_CHANNELS + EXTRA_CHANNELS)
    return WarpingTraining(data=data, out=out, network=network, loop=loop, threads=threads)


def continued(data: Path, out: Path, threads: int = 0, seed: int = 0) -> WarpingTraining:
    """`compact` for more steps at a lower rate, to go on from weights that are there (`start`)."""
    made = compact(data, out, threads, seed)
    return replace(made, loop=replace(made.loop, steps=2000, learning_rate=1e-3), validated=60)


def tiny(data: Path, out: Path, threads: int = 1, seed: int = 0) -> WarpingTraining:
    """The smallest network for a few steps, to see that everything runs."""
    made = compact(data, out, threads, seed)
    network = WarpingConfig.tiny(person_channels=PERSON_CHANNELS + EXTRA_CHANNELS)
    loop = replace(made.loop, half=False, steps=4, batch_size=2, checkpoint_every=2, log_every=2)
    return replace(made, network=network, loop=loop, validated=2)


RECIPES: Mapping[str, Callable[..., WarpingTraining]] = {
    "compact": compact,
    "continued": continued,
    "tiny": tiny,
}


def fine_tuned(
    config: WarpingTraining, unpaired: Path, start: Path | None, share: float = 0.4
) -> WarpingTraining:
    """The recipe made one of fine-tuning on photos too: a tenth of its rate, a third of its steps.

    start: None for random weights, with the recipe's own rate and steps.
    """
    loop = config.loop
    if start is not None:
        steps = max(loop.steps // 3, 1)
        loop = replace(loop, learning_rate=loop.learning_rate / 10, steps=steps)
    return replace(
        config,
        loop=loop,
        losses=WarpingLossConfig.mixed(),
        unpaired=unpaired,
        share=share,
        start=start,
    )


def train_warping(
    config: WarpingTraining, report: Callable[[str], None] = lambda line: None
) -> Path:
    """Train and return the file with the averaged weights, `OUT/warping.pt`.

    A finished or interrupted run is continued by calling again with the same folder.
    """
    torch.manual_seed(config.loop.seed)
    if config.threads:
        torch.set_num_threads(config.threads)
    devices = Devices()
    report = report if devices.main else _silent
    network = build_warping(config.network)
    if config.start is not None:
        load_start(network, config.start)
    report(f"{sum(p.numel() for p in network.parameters()) / 1e6:.2f} million parameters")
    dataset, held_out = _data(config, devices, report)
    loss = WarpingLoss(config.losses)
    judge = build_warping(config.network)
    half = config.loop.half or devices.half

    def observe(step: int, average: Mapping[str, Tensor]) -> Observation:
        judge.load_state_dict(average, strict=True)
        judge.to(devices.device)
        found = validate(judge, held_out, config.validated)
        report(
            f"validation at {step}: error {found['error']:.2f} px, start {found['start_error']:.2f}"
            f" px, parsing IoU {found['parsing_iou']:.3f}"
        )
        return Observation(scalars=found, sheet=sheet(judge, held_out))

    def terms(net: nn.Module, batch: dict[str, Tensor]) -> Mapping[str, Tensor]:
        return loss(run_network(net, batch, half=half), batch)

    average = train(network, dataset, terms, config.loop, config.out, report, observe)
    path = config.out / "warping.pt"
    if devices.main:
        save({"weights": average, "config": _plain(config)}, path)
    devices.wait()
    return path


def _data(
    config: WarpingTraining, devices: Devices, report: Callable[[str], None]
) -> tuple[WarpingDataset | MixedDataset, WarpingDataset]:
    """What to learn from, and what to judge by."""
    shards = training_shards(config.data, config.out / "shards", devices, report)
    dataset = WarpingDataset(shards, lambda r: (r["number"] // 2) % HELD_OUT != 0)
    if config.validate is None:
        held_out = WarpingDataset(shards, lambda r: (r["number"] // 2) % HELD_OUT == 0)
    else:
        judged = training_shards(config.validate, config.out / "validation-shards", devices, report)
        held_out = WarpingDataset(judged)
    report(f"{len(dataset)} records, {len(held_out)} for validation")
    if config.unpaired is None:
        return dataset, held_out
    photos = unpaired_shards(config.unpaired, config.out / "unpaired", devices, report)
    worn = WarpingDataset(photos, agnostic=True)
    report(f"{len(worn)} worn garments, {config.share:.0%} of the examples")
    return MixedDataset(dataset, worn, config.share), held_out


def _silent(line: str) -> None:
    pass


def _plain(config: WarpingTraining) -> dict[str, object]:
    """The configuration as JSON values, without this machine's folders."""
    plain = asdict(config)
    for name in ("data", "out", "validate", "unpaired", "start"):
        plain[name] = None if plain[name] is None else Path(plain[name]).name
    return json.loads(json.dumps(plain))
