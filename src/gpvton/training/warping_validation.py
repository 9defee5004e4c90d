"""How well a compact warping network does on held-out try-ons with a known truth."""

import numpy as np
import torch
from torch import nn

from gpvton.data.warping_dataset import WarpingDataset, example
from gpvton.data.warping_records import STRATA
from gpvton.domain.labels import WORN_CLASS_COUNT
from gpvton.losses.warping import WarpingLoss, WarpingLossConfig
from gpvton.training.loop import collate
from gpvton.training.warping_batch import on_device_of, run_network


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
        batch = on_device_of(network, collate([example(record, 0.0)]))
        warping = run_network(network, batch)
        terms = loss(warping, batch)
        assert warping.logits is not None
        found, true = warping.logits.argmax(1), batch["classes"].argmax(1)
        for k in range(WORN_CLASS_COUNT):
            both[k] += ((found == k) & (true == k)).sum().cpu()
            either[k] += ((found == k) | (true == k)).sum().cpu()
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
