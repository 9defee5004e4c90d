"""Losses of the garment analyst.

Parsing: cross entropy with label smoothing and a soft Dice term; pixels that are only known to be
garment push the background down.  Mask, worn, present: binary cross entropy.  Category, type:
cross entropy.  What is unknown is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

IGNORE = 255
UNKNOWN_PART = 254


@dataclass(frozen=True, kw_only=True)
class GarmentLossConfig:
    """Weights of the terms."""

    parsing: float = 1.0
    dice: float = 0.4
    garment: float = 0.5
    mask: float = 1.0
    category: float = 0.3
    type: float = 0.15
    worn: float = 0.2
    present: float = 0.2
    smoothing: float = 0.02
    class_weights: tuple[float, ...] = (1, 1, 3, 3, 2, 2, 4, 8, 8)


def parsing_terms(logits: Tensor, labels: Tensor, config: GarmentLossConfig) -> dict[str, Tensor]:
    """logits (b, c, h, w), labels (b, h, w) int64 with IGNORE and UNKNOWN_PART -> scalars."""
    known = labels < UNKNOWN_PART
    smoothing = config.smoothing
    weights = logits.new_tensor(config.class_weights)[labels.clamp(max=logits.shape[1] - 1)]
    weights = weights * known
    log_probability = logits.log_softmax(1)
    picked = log_probability.gather(1, labels.clamp(max=logits.shape[1] - 1)[:, None])[:, 0]
    smooth = (1 - smoothing) * picked + smoothing * log_probability.mean(1)
    part_unknown = labels == UNKNOWN_PART
    background = log_probability[:, 0].exp().clamp(max=1 - 1e-4)
    probability = log_probability.exp() * known[:, None]
    target = F.one_hot(labels.clamp(max=logits.shape[1] - 1), logits.shape[1])
    target = target.permute(0, 3, 1, 2) * known[:, None]
    area = target.sum((0, 2, 3))
    dice = 1 - 2 * (probability * target).sum((0, 2, 3)) / (
        probability.sum((0, 2, 3)) + area
    ).clamp(min=1e-6)
    present = area > 0
    return {
        "parsing": -(smooth * weights).sum() / weights.sum().clamp(min=1),
        "garment": -(torch.log1p(-background) * part_unknown).sum()
        / part_unknown.sum().clamp(min=1),
        "dice": (dice * present).sum() / present.sum().clamp(min=1),
    }


def yes_no(logit: Tensor, answer: Tensor) -> Tensor:
    """Binary cross entropy over the known answers; logit (b, 1), answer (b,) in {-1, 0, 1}."""
    known = answer >= 0
    loss = F.binary_cross_entropy_with_logits(
        logit[:, 0], answer.clamp(min=0).to(logit.dtype), reduction="none"
    )
    return (loss * known).sum() / known.sum().clamp(min=1)


def choice(logits: Tensor, answer: Tensor) -> Tensor:
    """Cross entropy over the known answers; logits (b, c), answer (b,), -1 unknown."""
    known = answer >= 0
    loss = F.cross_entropy(logits, answer.clamp(min=0), reduction="none", label_smoothing=0.05)
    return (loss * known).sum() / known.sum().clamp(min=1)


class GarmentLoss:
    """(network, batch) -> terms.  Batch: image, labels (b, h/2, w/2), answers (b, 4)."""

    def __init__(self, config: GarmentLossConfig):
        self.config = config

    def __call__(self, network: nn.Module, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """All terms and their weighted sum `total`."""
        maps = network(batch["image"].contiguous(memory_format=torch.channels_last))
        labels = batch["labels"].long()
        terms = parsing_terms(maps.parsing, labels, self.config)
        known = labels != IGNORE
        mask = F.binary_cross_entropy_with_logits(
            maps.mask[:, 0], (labels != 0).to(maps.mask.dtype), reduction="none"
        )
        terms["mask"] = (mask * known).sum() / known.sum().clamp(min=1)
        category, kind, worn, present = batch["answers"].unbind(1)
        terms["category"] = choice(maps.category, category)
        terms["type"] = choice(maps.type, kind)
        terms["worn"] = yes_no(maps.worn, worn)
        terms["present"] = yes_no(maps.present, present)
        total = sum(getattr(self.config, name) * value for name, value in terms.items())
        return {"total": torch.as_tensor(total), **terms}
