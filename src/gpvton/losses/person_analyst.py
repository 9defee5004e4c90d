"""Losses of the person analyst.

Parsing: cross entropy with label smoothing (the street labels come from superpixels) and a soft
Dice term over the labels present; pixels that only say "person" push the background down.
Key points: cross entropy between the softmax (cells and "missing") and a Gaussian at the point.
Silhouette: binary cross entropy.  Facing: cross entropy, rare views weighing more.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gpvton.networks.person_analyst import PersonMaps

IGNORE = 255
PERSON = 254


@dataclass(frozen=True, kw_only=True)
class PersonLossConfig:
    """Weights of the terms; background: weight of its pixels against the person's.

    sigma: of the key-point Gaussian in heat-map cells.
    """

    parsing: float = 1.0
    background: float = 0.4
    dice: float = 1.0
    somebody: float = 0.3
    silhouette: float = 0.5
    keypoints: float = 0.25
    facing: float = 0.1
    smoothing: float = 0.05
    sigma: float = 1.0


def parsing_terms(logits: Tensor, labels: Tensor, config: PersonLossConfig) -> dict[str, Tensor]:
    """logits (b, 29, h, w), labels (b, h, w) int64 with IGNORE and PERSON -> named scalars."""
    known = labels < PERSON
    target = torch.where(known, labels, IGNORE)
    log_probability = logits.log_softmax(1)
    weight = torch.where(labels == 0, config.background, 1.0) * known
    picked = log_probability.gather(1, labels.clamp(max=logits.shape[1] - 1)[:, None])[:, 0]
    smooth = log_probability.mean(1)
    s = config.smoothing
    cross = -(((1 - s) * picked + s * smooth) * weight).sum() / weight.sum().clamp(min=1e-6)
    somebody = labels == PERSON
    # -log(1 - p(background)), safe near p = 1
    background = log_probability[:, 0].exp().clamp(max=1 - 1e-4)
    other = -(torch.log1p(-background) * somebody).sum() / somebody.sum().clamp(min=1)
    return {
        "parsing": cross,
        "somebody": other,
        "dice": dice_loss(log_probability.exp(), target),
    }


def dice_loss(probability: Tensor, target: Tensor) -> Tensor:
    """Soft Dice over the batch, mean over labels present; target (b, h, w), IGNORE left out."""
    known = (target != IGNORE)[:, None]
    labels = probability.shape[1]
    one_hot = F.one_hot(target.clamp(max=labels - 1), labels).permute(0, 3, 1, 2) * known
    overlap = (probability * one_hot).sum((0, 2, 3))
    area = one_hot.sum((0, 2, 3))
    total = (probability * known).sum((0, 2, 3)) + area
    present = area > 0
    dice = 1 - 2 * overlap / total.clamp(min=1e-6)
    return (dice * present).sum() / present.sum().clamp(min=1)


def heat_target(points: Tensor, height: int, width: int, sigma: float) -> Tensor:
    """points (b, k, 3) in cells (x, y, state) -> (b, k, h*w + 1), rows sum to 1.

    State 1: a Gaussian at the point.  State 0: all mass in the last cell, "missing".
    """
    y = torch.arange(height, device=points.device, dtype=points.dtype)
    x = torch.arange(width, device=points.device, dtype=points.dtype)
    wide = torch.exp(-((x - points[..., :1]) ** 2) / (2 * sigma**2))
    high = torch.exp(-((y - points[..., 1:2]) ** 2) / (2 * sigma**2))
    cells = (high[..., :, None] * wide[..., None, :]).flatten(2)
    cells = cells / cells.sum(-1, keepdim=True).clamp(min=1e-6)
    present = (points[..., 2:] > 0.5).to(points.dtype)
    return torch.cat((cells * present, 1 - present), -1)


def keypoint_loss(heat: Tensor, missing: Tensor, points: Tensor, sigma: float) -> Tensor:
    """Cross entropy; heat (b, k, h, w), missing (b, k), points (b, k, 3) in cells.

    Points whose state is negative are unknown and left out.
    """
    height, width = heat.shape[-2:]
    target = heat_target(points, height, width, sigma)
    logits = torch.cat((heat.flatten(2), missing[..., None]), -1).log_softmax(-1)
    # minus the entropy of the target: zero is a perfect answer
    entropy = torch.special.entr(target).sum(-1)
    loss = -(target * logits).sum(-1) - entropy
    known = points[..., 2] >= 0
    return (loss * known).sum() / known.sum().clamp(min=1)


FACING_WEIGHTS = (1.0, 2.0, 3.0)
"""Of front, side and back: of 2,400 training photos some 250 show a side and 90 a back."""


def facing_loss(logits: Tensor, facing: Tensor) -> Tensor:
    """Cross entropy; logits (b, 3), facing (b,) int64; negative ones are left out."""
    known = facing >= 0
    weights = logits.new_tensor(FACING_WEIGHTS)
    target = facing.clamp(min=0)
    loss = F.cross_entropy(logits, target, reduction="none", label_smoothing=0.05)
    return (loss * weights[target] * known).sum() / known.sum().clamp(min=1)


class PersonLoss:
    """(network, batch) -> terms.

    Batch: image, parsing (b, h/2, w/2), keypoints in h/4 cells, facing (b,), negative: unknown.
    """

    def __init__(self, config: PersonLossConfig):
        self.config = config

    def __call__(self, network: nn.Module, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """All terms and their weighted sum `total`."""
        image = batch["image"].contiguous(memory_format=torch.channels_last)
        maps: PersonMaps = network(image)
        labels = batch["parsing"].long()
        terms = parsing_terms(maps.parsing, labels, self.config)
        inside = (labels != 0).to(maps.silhouette.dtype)
        known = labels != IGNORE
        silhouette = F.binary_cross_entropy_with_logits(
            maps.silhouette[:, 0], inside, reduction="none"
        )
        terms["silhouette"] = (silhouette * known).sum() / known.sum().clamp(min=1)
        terms["keypoints"] = keypoint_loss(
            maps.heat, maps.missing, batch["keypoints"], self.config.sigma
        )
        terms["facing"] = facing_loss(maps.facing, batch["facing"])
        total = sum(getattr(self.config, name) * value for name, value in terms.items())
        return {"total": torch.as_tensor(total), **terms}
