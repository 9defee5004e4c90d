"""Losses of the warping network (paper section 3.4), and supervision by the true flow (ours).

Each term is a function with its formula.  Shapes: b pictures, three parts, h x w the network's
size; masks are 1 where a pixel counts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional

from gpvton.domain.errors import InputError
from gpvton.networks.flow import identity_flow, resize, second_differences, warp
from gpvton.networks.values import Warping


@dataclass(frozen=True, kw_only=True)
class WarpingLossConfig:
    """Weights of the terms; 0 leaves one out.

    flow and mask: supervision by the true flow and the true outlines (ours).  part, part_mask and
    perceptual: the published image losses, which truncation acts on.  middle: how much more the
    middle part's smoothness counts (published 40).  classes: weights of the parsing's classes.
    """

    flow: float = 1.0
    part: float = 0.0
    part_mask: float = 0.0
    perceptual: float = 0.0
    mask: float = 30.0
    smooth: float = 40.0
    middle: float = 1.0
    parsing: float = 5.0
    classes: tuple[float, ...] = (1, 4, 1.5, 4, 4, 4, 4, 3, 3, 1)
    levels: tuple[float, ...] = (1.0, 0.6, 0.4, 0.3)

    def __post_init__(self) -> None:
        terms = (self.flow, self.part, self.part_mask, self.perceptual, self.mask, self.smooth)
        if min(*terms, self.parsing) < 0:
            raise InputError("warping losses: weights must not be negative")

    @classmethod
    def mixed(cls) -> "WarpingLossConfig":
        """Ours: rendered people by their true flow, photos of worn garments by their pixels."""
        return cls(part=8.0, part_mask=30.0)

    @classmethod
    def image_only(cls) -> "WarpingLossConfig":
        """The published image losses without the perceptual one, for networks without a start."""
        return cls(flow=0.0, mask=0.0, part=4.0, part_mask=8.0, smooth=2.0)


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
    truth: Float[Tensor, "b part 2 h w"],
    where: Float[Tensor, "b part h w"],
) -> Tensor:
    """Mean of |f - f*| over each part's pixels `where`, in pixels of the network's size (ours)."""
    size = (truth.shape[-2], truth.shape[-1])
    height, width = flow.shape[-2:]
    if (height, width) != size:
        share = functional.adaptive_avg_pool2d(where, (height, width))
        target = where[:, :, None] * truth
        pooled = functional.adaptive_avg_pool2d(target.flatten(1, 2), (height, width))
        target = pooled.unflatten(1, (-1, 2)) / share[:, :, None].clamp(min=1e-3)
        weight = share * (share > 0.5)
    else:
        target, weight = truth.expand_as(flow), where
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
    return -(weight * torch.log_softmax(logits.float(), dim=1)).sum() / weight.sum()


def outline_loss(
    flow: Float[Tensor, "b part 2 h w"],
    truth: Float[Tensor, "b part 2 h w"],
    parts: Float[Tensor, "b part h w"],
    where: Float[Tensor, "b part h w"],
) -> Tensor:
    """Mean of |m(f) - m(f*)| over the pixels `where`, m a part's mask (ours).

    The true mask is what the true flow makes of the garment's, not what shows: arms, hair and the
    picture's edge end no garment.
    """
    found, target = (warp(parts[:, :, None], f, padding="zeros")[:, :, 0] for f in (flow, truth))
    return masked_mean((found - target).abs(), where)


def image_terms(
    flow: Float[Tensor, "b part 2 h w"], batch: Mapping[str, Tensor], truncated: Bool[Tensor, " b"]
) -> dict[str, Tensor]:
    """Published image losses: mean |warped part - worn part| of pictures and of masks.

    Both are multiplied by 1 - (preserve mask) in truncated pairs, by 1 - (what lies in front for
    certain) in the others; pixels of other parts and of arms are left out.  One flow (part = 1)
    takes the garment as a whole.  In a batch that says which are `unpaired`, only those count: of
    the others the true flow is known.
    """
    classes, parts = batch["classes"], batch["parts"]
    own, arms = classes[:, 1:4], classes[:, 4:6].sum(dim=1, keepdim=True)
    others = own.sum(dim=1, keepdim=True) - own
    if flow.shape[1] == 1:
        own, parts = own.sum(dim=1, keepdim=True), parts.sum(dim=1, keepdim=True).clamp(max=1)
        others = torch.zeros_like(own)
    hidden = torch.where(truncated[:, None, None], batch["kept"], batch["front"])
    counts = (1 - hidden)[:, None] * (1 - arms) * (1 - others)
    if "unpaired" in batch:
        counts = counts * batch["unpaired"][:, None, None, None]
    present = (parts.sum(dim=(2, 3), keepdim=True) > 0).float()
    pictures = torch.cat([batch["garment"][:, None] * parts[:, :, None], parts[:, :, None]], dim=2)
    warped = warp(pictures, flow, padding="zeros")
    worn = torch.cat([batch["picture"][:, None] * own[:, :, None], own[:, :, None]], dim=2)
    off = (warped - worn).abs()
    return {
        "part": masked_mean(off[:, :, :3].mean(dim=2), counts * present),
        "part_mask": masked_mean(off[:, :, 3], counts * present),
        "pictures": warped[:, :, :3] * counts[:, :, None],
        "worn": worn[:, :, :3] * counts[:, :, None],
    }


class WarpingLoss:
    """Terms of a batch (see `data.warping_dataset.example`) and their weighted sum `total`.

    perceptual: two batches of pictures (n, 3, h, w) in [-1, 1] -> their distance, for the image
    losses.  truncate: ratio (b,), coin (b,) -> which pairs are truncated; never, where None.
    """

    def __init__(
        self,
        config: WarpingLossConfig,
        *,
        perceptual: Callable[[Tensor, Tensor], Tensor] | None = None,
        truncate: Callable[[Tensor, Tensor], Tensor] | None = None,
    ) -> None:
        if config.perceptual > 0 and perceptual is None:
            raise InputError("the perceptual loss needs a network: pass `perceptual`")
        self.config = config
        self.perceptual = perceptual
        self.truncate = truncate

    def __call__(self, warping: Warping, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """All terms whose weight is not 0, and `error`, `start_error` in pixels to look at."""
        config, zero = self.config, batch["flow"].new_zeros(())
        present = (batch["parts"].sum(dim=(2, 3)) > 0).float()
        start = begin(batch, warping.flow)
        terms: dict[str, Tensor] = {}
        if warping.flow.shape[1] == 3:
            terms |= self._supervised(warping, batch)
        else:
            present = present.amax(dim=1, keepdim=True)
        terms["smooth"] = smoothness(warping.flow, start, present, config.middle)
        if config.part or config.part_mask or config.perceptual:
            terms |= self._image(warping.flow, batch)
        if warping.logits is not None:
            terms["parsing"] = parsing_loss(warping.logits, batch["classes"], config.classes)
        weighted = [getattr(config, name) * value for name, value in terms.items()]
        terms["total"] = sum(weighted, start=zero)
        with torch.no_grad():
            where, truth = visible(batch), batch["flow"][:, None]
            shared = warping.flow.expand(-1, 3, -1, -1, -1)
            terms["error"] = flow_loss(shared, truth, where)
            terms["start_error"] = flow_loss(start.expand(-1, 3, -1, -1, -1), truth, where)
        return terms

    def _supervised(self, warping: Warping, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        config, terms = self.config, {}
        truth, where = batch["carried"], batch["taught"]
        if config.flow:
            levels = list(zip(warping.levels, config.levels, strict=False))
            found = [w * flow_loss(level.flow, truth, where) for level, w in levels]
            terms["flow"] = torch.stack(found).sum()
        if config.mask:
            terms["mask"] = outline_loss(warping.flow, truth, batch["parts"], where)
        return terms

    def _image(self, flow: Tensor, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        truncated = torch.zeros_like(batch["ratio"], dtype=torch.bool)
        if self.truncate is not None:
            truncated = self.truncate(batch["ratio"], batch["coin"])
        terms = image_terms(flow, batch, truncated)
        pictures, worn = terms.pop("pictures"), terms.pop("worn")
        if self.perceptual is not None and self.config.perceptual:
            terms["perceptual"] = self.perceptual(pictures.flatten(0, 1), worn.flatten(0, 1))
        return terms


def visible(batch: Mapping[str, Tensor]) -> Float[Tensor, "b part h w"]:
    """Where the true flow of a part that the garment has is known."""
    present = (batch["parts"].sum(dim=(2, 3)) > 0).float()[:, :, None, None]
    return (batch["classes"][:, 1:4] > 0.99) * batch["seen"][:, None] * present


def begin(batch: Mapping[str, Tensor], flow: Tensor) -> Tensor:
    """The flow that the network starts from, at the size of `flow`; the identity without one."""
    if "start" in batch:
        return resize(batch["start"], *flow.shape[-2:])
    return identity_flow(len(flow), flow.shape[1], *flow.shape[-2:], like=flow)
