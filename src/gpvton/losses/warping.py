"""Losses of the warping network (paper section 3.4), and supervision by the true flow (ours).

Each term is a function with its formula.  Shapes: b pictures, three parts, h x w the network's
size; masks are 1 where a pixel counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from gpvton.domain.errors import InputError
from gpvton.networks.flow import resize, second_differences, warp


@dataclass(frozen=True, kw_only=True)
class WarpingLossConfig:
    """Weights of the terms; 0 leaves one out.

    flow, mask, parsing, smooth: of the supervised recipe.  part, whole, perceptual: of the
    published image losses.  middle: how much more the middle part's smoothness counts (published
    40).  classes: weights of the parsing's classes.
    """

    flow: float = 1.0
    part: float = 0.0
    whole: float = 0.0
    perceptual: float = 0.0
    mask: float = 2.0
    smooth: float = 1.0
    middle: float = 1.0
    parsing: float = 5.0
    classes: tuple[float, ...] = (1, 4, 1.5, 4, 4, 4, 4, 3, 3, 1)
    levels: tuple[float, ...] = (1.0, 0.6, 0.4, 0.3)

    def __post_init__(self) -> None:
        terms = (self.flow, self.part, self.whole, self.perceptual, self.mask, self.smooth)
        if min(*terms, self.parsing) < 0:
            raise InputError("warping losses: weights must not be negative")


def pixel_distance(
    flow: Float[Tensor, "b part 2 h w"], truth: Float[Tensor, "b part 2 h w"], size: tuple[int, int]
) -> Float[Tensor, "b part h w"]:
    """|f - f*| in pixels of a garment picture of `size` (height, width)."""
    scale = flow.new_tensor([size[1] / 2, size[0] / 2])[:, None, None]
    return torch.sqrt((((flow - truth) * scale) ** 2).sum(dim=2) + 1e-4)


def masked_mean(values: Tensor, mask: Tensor) -> Tensor:
    """sum(m v) / sum(m); 0 where nothing counts."""
    return (values * mask).sum() / mask.sum().clamp(min=1.0)


def flow_loss(
    flow: Float[Tensor, "b part 2 hs ws"],
    truth: Float[Tensor, "b 2 h w"],
    where: Float[Tensor, "b part h w"],
) -> Tensor:
    """Mean of |f - f*| over each part's visible pixels, in pixels of the network's size (ours)."""
    size = (truth.shape[-2], truth.shape[-1])
    height, width = flow.shape[-2:]
    if (height, width) != size:
        share = functional.adaptive_avg_pool2d(where, (height, width))
        target = where[:, :, None] * truth[:, None]
        pooled = functional.adaptive_avg_pool2d(target.flatten(1, 2), (height, width))
        target = pooled.unflatten(1, (-1, 2)) / share[:, :, None].clamp(min=1e-3)
        weight = share * (share > 0.5)
    else:
        target, weight = truth[:, None].expand_as(flow), where
    return masked_mean(pixel_distance(flow, target, size), weight)


def smoothness(
    flow: Float[Tensor, "b part 2 h w"],
    start: Float[Tensor, "b part 2 h w"],
    present: Float[Tensor, "b part"],
    middle: float,
) -> Tensor:
    """Mean of (d^2 + 1e-6)^0.45 over the four second differences d of flow - start, in pixels.

    Published: of the flow itself, the middle part `middle` times as much.  Ours: the geometric
    start may bend as it likes, what is learned on top of it should not.
    """
    height, width = flow.shape[-2:]
    scale = flow.new_tensor([width / 2, height / 2])[:, None, None]
    d = second_differences((flow - start) * scale)
    charbonnier = ((d**2 + 1e-6) ** 0.45).mean(dim=(2, 3, 4, 5))
    weights = present * present.new_tensor([1.0, middle, 1.0])
    return (charbonnier * weights).sum() / weights.sum().clamp(min=1.0)


def parsing_loss(
    logits: Float[Tensor, "b classes h w"],
    shares: Float[Tensor, "b classes h w"],
    weights: tuple[float, ...],
) -> Tensor:
    """-sum_k w_k s_k log p_k / sum_k w_k s_k: cross-entropy with shares s and class weights w."""
    weight = shares * shares.new_tensor(weights)[:, None, None]
    return -(weight * torch.log_softmax(logits, dim=1)).sum() / weight.sum()


def comparable(batch: Mapping[str, Tensor]) -> Float[Tensor, "b part h w"]:
    """Where a part's warped mask must equal the part's true mask: not behind arms, hair, other
    parts or other garments, which hide the truth.
    """
    shares = batch["classes"]
    own = shares[:, 1:4]
    free = (shares[:, 0:1] + shares[:, 6:9].sum(dim=1, keepdim=True)) * (1 - batch["front"])[
        :, None
    ]
    return (own + free).clamp(max=1)


class WarpingLoss:
    """Terms of a batch (see `data.warping_dataset.example`) and their weighted sum `total`.

    perceptual: (b, 3, h, w) pictures in [-1, 1], twice -> distance (b,), for the image losses.
    """

    def __init__(self, config: WarpingLossConfig) -> None:
        self.config = config

    def __call__(self, warping, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """warping: `networks.values.Warping`."""
        config = self.config
        present = (batch["parts"].sum(dim=(2, 3)) > 0).float()
        where = (batch["classes"][:, 1:4] > 0.99) * batch["seen"][:, None]
        where = where * present[:, :, None, None]
        terms = {}
        levels = list(zip(warping.levels, config.levels, strict=False))
        terms["flow"] = sum(
            (weight * flow_loss(level.flow, batch["flow"], where) for level, weight in levels),
            start=batch["flow"].new_zeros(()),
        )
        finest = resize(batch["start"], *warping.flow.shape[-2:])
        terms["smooth"] = smoothness(warping.flow, finest, present, config.middle)
        masks = warp(batch["parts"][:, :, None], warping.flow, padding="zeros")[:, :, 0]
        off = (masks - batch["classes"][:, 1:4]).abs()
        terms["mask"] = masked_mean(off, comparable(batch) * present[:, :, None, None])
        terms["parsing"] = parsing_loss(warping.logits, batch["classes"], config.classes)
        terms["total"] = sum(
            (getattr(config, name) * value for name, value in terms.items()),
            start=batch["flow"].new_zeros(()),
        )
        with torch.no_grad():
            terms["error"] = flow_loss(warping.flow, batch["flow"], where)
            terms["start_error"] = flow_loss(finest, batch["flow"], where)
        return terms
