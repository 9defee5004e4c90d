"""Recipes of the warping network: `compact`, which ships, and `tiny`, for tests."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from gpvton.conditions.warping import PERSON_CHANNELS
from gpvton.data.warping_dataset import WarpingDataset, example
from gpvton.data.warping_records import STRATA
from gpvton.domain.errors import InputError
from gpvton.domain.labels import WORN_CLASS_COUNT
from gpvton.losses.warping import WarpingLoss, WarpingLossConfig
from gpvton.networks.config import WarpingConfig
from gpvton.networks.warping import build_warping
from gpvton.networks.warping_inputs import EXTRA_CHANNELS
from gpvton.training.loop import LoopConfig, collate, save, train
from gpvton.training.warping_batch import run_network
from gpvton.training.warping_sheet import save_sheet

HELD_OUT = 20
"""Pairs whose number divides by this are for validation."""


@dataclass(frozen=True, kw_only=True)
class WarpingTraining:
    """Everything of a run.  data: folder of shards (`gpvton data pack`); out: weights and logs."""

    data: Path
    out: Path
    network: WarpingConfig
    loop: LoopConfig
    losses: WarpingLossConfig = field(default_factory=WarpingLossConfig)
    threads: int = 0
    validated: int = 96

    def __post_init__(self) -> None:
        if not self.data.is_dir():
            raise InputError(f"{self.data} is not a folder: name the one with the packed shards")


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


def tiny(data: Path, out: Path, threads: int = 1, seed: int = 0) -> WarpingTraining:
    """The smallest network for a few steps, to see that everything runs."""
    made = compact(data, out, threads, seed)
    network = WarpingConfig.tiny(person_channels=PERSON_CHANNELS + EXTRA_CHANNELS)
    loop = replace(made.loop, half=False, steps=4, batch_size=2, checkpoint_every=2, log_every=2)
    return replace(made, network=network, loop=loop, validated=2)


RECIPES: Mapping[str, Callable[..., WarpingTraining]] = {"compact": compact, "tiny": tiny}


def train_warping(
    config: WarpingTraining, report: Callable[[str], None] = lambda line: None
) -> Path:
    """Train and return the file with the averaged weights, `OUT/warping.pt`.

    A finished or interrupted run is continued by calling again with the same folder.
    """
    torch.manual_seed(config.loop.seed)
    if config.threads:
        torch.set_num_threads(config.threads)
    network = build_warping(config.network)
    report(f"{sum(p.numel() for p in network.parameters()) / 1e6:.2f} million parameters")
    dataset = WarpingDataset(config.data, lambda r: (r["number"] // 2) % HELD_OUT != 0)
    held_out = WarpingDataset(config.data, lambda r: (r["number"] // 2) % HELD_OUT == 0)
    report(f"{len(dataset)} records, {len(held_out)} for validation")
    loss = WarpingLoss(config.losses)
    judge = build_warping(config.network)

    def observe(step: int, average: Mapping[str, Tensor]) -> None:
        judge.load_state_dict(average, strict=True)
        found = validate(judge, held_out, config.validated)
        with (config.out / "validation.jsonl").open("a") as file:
            file.write(json.dumps({"step": step, **found}) + "\n")
        report(
            f"validation at {step}: error {found['error']:.2f} px, start {found['start_error']:.2f}"
            f" px, parsing IoU {found['parsing_iou']:.3f}"
        )
        save_sheet(judge, held_out, config.out / f"sheet_{step:06d}.png")

    average = train(
        network,
        dataset,
        lambda net, batch: loss(run_network(net, batch, half=config.loop.half), batch),
        config.loop,
        config.out,
        report,
        observe,
    )
    path = config.out / "warping.pt"
    save({"weights": average, "config": _plain(config)}, path)
    return path


@torch.no_grad()
def validate(network: nn.Module, dataset: WarpingDataset, count: int) -> dict[str, float]:
    """Mean end-point error (pixels at the network's size) of network and start, by stratum too;
    IoU of the parsing over the classes that occur.
    """
    network.eval()
    loss = WarpingLoss(WarpingLossConfig())
    rows: list[dict[str, float]] = []
    both, either = torch.zeros(WORN_CLASS_COUNT), torch.zeros(WORN_CLASS_COUNT)
    for index in range(min(count, len(dataset))):
        record = dataset.record(index)
        batch = collate([example(record, 0.0)])
        warping = run_network(network, batch)
        terms = loss(warping, batch)
        assert warping.logits is not None
        found, true = warping.logits.argmax(1), batch["classes"].argmax(1)
        for k in range(WORN_CLASS_COUNT):
            both[k] += ((found == k) & (true == k)).sum()
            either[k] += ((found == k) | (true == k)).sum()
        rows.append(
            {
                "error": float(terms["error"]),
                "start_error": float(terms["start_error"]),
                "stratum": float(record["stratum"]),
            }
        )
    result = {k: float(np.mean([row[k] for row in rows])) for k in ("error", "start_error")}
    result["parsing_iou"] = float((both[either > 0] / either[either > 0]).mean())
    for number, name in enumerate(STRATA):
        chosen = [row for row in rows if row["stratum"] == number]
        if chosen:
            result[f"error_{name}"] = float(np.mean([row["error"] for row in chosen]))
            result[f"start_error_{name}"] = float(np.mean([row["start_error"] for row in chosen]))
    network.train()
    return result


def _plain(config: WarpingTraining) -> dict[str, object]:
    plain = asdict(config)
    plain["data"], plain["out"] = config.data.name, config.out.name
    return json.loads(json.dumps(plain))
