"""The paper's claims on rendered people: local flows, global parsing, truncation (section 4.3).

    python benchmarks/ablation.py --data SHARDS --out DIR [--steps 400] [--seeds 1]

Every variant gets the same small network, data and number of steps, and starts from nothing (no
geometric flow).  The true flow is used for judging only: the losses are the published image losses,
with the paper's preserve mask, on pairs of which at least 40 % are tucked in.  A finished variant
is not trained again, a broken one goes on, so the command may be repeated until all is there.
"""

import argparse
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gpvton.conditions.warping import PERSON_CHANNELS
from gpvton.data.warping_dataset import WarpingDataset, example
from gpvton.losses.warping import WarpingLoss, WarpingLossConfig, pixel_distance, visible
from gpvton.networks.config import WarpingConfig
from gpvton.networks.flow import warp
from gpvton.networks.warping import WarpingNetwork, build_warping
from gpvton.networks.warping_inputs import EXTRA_CHANNELS
from gpvton.training.loop import LoopConfig, collate, train
from gpvton.training.truncation import Strategy, Truncation
from gpvton.training.warping_batch import batch_inputs

TUCKED = 4  # number of the stratum
FIFTH = 5  # pairs whose number divides by this are for judging


def network(parts: int, parsing: bool) -> WarpingConfig:
    """The small network all variants share."""
    return WarpingConfig(
        person_channels=PERSON_CHANNELS + EXTRA_CHANNELS,
        widths=(16, 24, 32, 32),
        pyramid_channels=16,
        head_widths=(16, 16, 8),
        parts=parts,
        parsing_classes=10 if parsing else 0,
        fused=False,
        lean_parsing=True,
    )


VARIANTS: Mapping[str, tuple[WarpingConfig, Strategy]] = {
    "one global flow": (network(1, False), Strategy.DYNAMIC),
    "local flows": (network(3, False), Strategy.DYNAMIC),
    "local flows, parsing (never truncate)": (network(3, True), Strategy.NONE),
    "local flows, parsing (always truncate)": (network(3, True), Strategy.ALWAYS),
    "local flows, parsing (dynamic truncation)": (network(3, True), Strategy.DYNAMIC),
}


def kept(judging: bool):
    """Upper garments; in training as many others as make tucked pairs two fifths."""

    def choose(records: np.ndarray) -> np.ndarray:
        fifth = (records["number"] // 2) % FIFTH == 0
        chosen = (records["category"] == 0) & (fifth if judging else ~fifth)
        tucked = records["stratum"] == TUCKED
        return chosen & (tucked | (records["number"] % 10 < (10 if judging else 3)))

    return choose


def run(net: WarpingNetwork, batch: Mapping[str, Tensor]):
    """The network without a start."""
    garment, person = batch_inputs(batch)
    condition = person.condition.clone()
    condition[:, -EXTRA_CHANNELS:] = 0  # nothing of the geometric flow
    if net.config.parts == 1:
        garment = replace(garment, part_masks=garment.mask[:, None])
    return net(garment, replace(person, start=None, condition=condition))


def train_variant(name: str, data: Path, out: Path, steps: int, seed: int) -> WarpingNetwork:
    """Trains, or goes on training, one variant."""
    config, strategy = VARIANTS[name]
    torch.manual_seed(seed)
    net = build_warping(config)
    loss = WarpingLoss(
        WarpingLossConfig.image_only(), truncate=Truncation(strategy=strategy).chosen
    )
    dataset = WarpingDataset(data, kept(judging=False))
    loop = LoopConfig(
        steps=steps, batch_size=8, learning_rate=2e-3, warmup_steps=30, ema_decay=0.98, seed=seed
    )
    folder = out / name.translate(str.maketrans(" ,()", "____")) / str(seed)

    def terms(network, batch: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        with torch.autocast("cpu", torch.bfloat16):
            warping = run(network, batch)
        return loss(warping, {k: v for k, v in batch.items() if k != "start"})

    average = train(net, dataset, terms, loop, folder, lambda line: print(f"{name}: {line}"))
    net.load_state_dict(average)
    return net


@torch.no_grad()
def judge(net: WarpingNetwork, data: Path) -> dict[str, float]:
    """Means over held-out pairs: IoU, end-point error (pixels of 128 x 96), folds, stretch."""
    net.eval()
    dataset = WarpingDataset(data, kept(judging=True))
    rows = [_judged(net, dataset.record(i)) for i in range(len(dataset))]
    tucked = [row for row in rows if row["tucked"]]
    names = ("iou", "error", "folds", "stretch")
    found = {k: float(np.nanmean([row[k] for row in rows])) for k in names}
    found |= {f"tucked {k}": float(np.nanmean([row[k] for row in tucked])) for k in names}
    return found | {"pairs": float(len(rows)), "tucked pairs": float(len(tucked))}


def _judged(net: WarpingNetwork, record: np.ndarray) -> dict[str, float]:
    batch = collate([example(record, 0.0)])
    warping = run(net, batch)
    flow = warping.flow.expand(-1, 3, -1, -1, -1)
    masks = warp(batch["parts"][:, :, None], flow, padding="zeros")[:, :, 0]
    shown = masks > 0.5
    if warping.logits is not None:
        classes = warping.logits.argmax(1)
        shown = shown & torch.stack([classes == k for k in (1, 2, 3)], dim=1)
    else:
        shown = shown & (batch["kept"] < 0.5)[:, None]
    true = batch["classes"][:, 1:4] > 0.5
    present = true.flatten(2).any(-1)
    union = (shown | true).flatten(2).sum(-1)
    iou = ((shown & true).flatten(2).sum(-1) / union.clamp(min=1))[present].mean()
    where = visible(batch)
    size = (flow.shape[-2], flow.shape[-1])
    distance = pixel_distance(flow, batch["flow"][:, None].expand_as(flow), size)
    found, truth = _jacobian(flow[0, 1]), _jacobian(batch["flow"][0])
    inner = where[0, 1, :-1, :-1] * where[0, 1, 1:, :-1] * where[0, 1, :-1, 1:] > 0
    determinant, scale = torch.linalg.det(found)[inner], torch.linalg.det(truth)[inner]
    ratio = (determinant.abs().clamp(min=1e-4) / scale.abs().clamp(min=1e-4)).log2().abs()
    return {
        "iou": float(iou),
        "error": float((distance * where).sum() / where.sum().clamp(min=1)),
        "folds": float((determinant * scale <= 0).float().mean()) if inner.any() else np.nan,
        "stretch": float(ratio.median()) if inner.any() else np.nan,
        "tucked": float(record["stratum"] == TUCKED),
    }


def _jacobian(flow: Tensor) -> Tensor:
    """(h - 1, w - 1, 2, 2) of a flow (2, h, w), in garment pixels per pixel."""
    height, width = flow.shape[-2:]
    places = flow * flow.new_tensor([width / 2, height / 2])[:, None, None]
    x = places[:, :-1, 1:] - places[:, :-1, :-1]
    y = places[:, 1:, :-1] - places[:, :-1, :-1]
    return torch.stack([x, y], dim=-1).permute(1, 2, 0, 3)


def main() -> None:
    """Train what is missing, judge all, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="shards of gpvton data pack")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    results: dict[str, list[dict[str, float]]] = {}
    for seed in range(options.seeds):
        for name in VARIANTS:
            net = train_variant(name, options.data, options.out, options.steps, seed)
            results.setdefault(name, []).append(judge(net, options.data))
            (options.out / "table.json").write_text(json.dumps(results, indent=1))
    columns = list(next(iter(results.values()))[0])
    print("| variant | " + " | ".join(columns) + " |\n|" + "---|" * (len(columns) + 1))
    for name, rows in results.items():
        means = [np.mean([row[c] for row in rows]) for c in columns]
        print(f"| {name} | " + " | ".join(f"{m:.3f}" for m in means) + " |")


if __name__ == "__main__":
    main()
