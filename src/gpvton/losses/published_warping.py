"""Losses of the published warping network (paper sections 3.2 and 3.3), a formula each.

Shapes: b pairs, three parts; H x W a level's output size.  Levels are weighted 1 (coarsest) to 5
(finest); c is 1 where a pixel counts: not preserved where the pair is truncated, else not hidden
for certain, and not what the term leaves out.  Means are over all pixels, sums over the parts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn import functional

from gpvton.domain.errors import InputError
from gpvton.networks.flow import resize, second_differences
from gpvton.networks.values import Level, Warping

VITONHD_CLASSES = (1.0, 40.0, 5.0, 40.0, 30.0, 30.0, 40.0)
DRESSCODE_CLASSES = (1.0, 100.0, 15.0, 100.0, 50.0, 100.0, 50.0, 70.0, 70.0, 150.0)


@dataclass(frozen=True, kw_only=True)
class PublishedWarpingLossConfig:
    """Weights of the terms, as published for VITON-HD; 0 leaves one out.

    middle: of the middle part's smoothness against the others'.  classes: of the parsing's labels.
    """

    part: float = 1.0
    part_perceptual: float = 0.2
    part_mask: float = 2.0
    smooth: float = 6.0
    middle: float = 40.0
    garment: float = 1.0
    garment_mask: float = 2.0
    attention: float = 0.5
    parsing: float = 0.5
    variation: float = 0.1
    adversarial: float = 0.1
    classes: tuple[float, ...] = VITONHD_CLASSES

    @classmethod
    def dresscode(cls) -> "PublishedWarpingLossConfig":
        """As published for DressCode."""
        return cls(variation=0.01, classes=DRESSCODE_CLASSES)


def masked_l1(found: Tensor, expected: Tensor, counts: Tensor) -> Tensor:
    """mean |c f - c e|, over all pixels, also those that do not count."""
    return (counts * (found - expected)).abs().mean()


def charbonnier_smoothness(
    flow: Float[Tensor, "b part 2 h w"], present: Float[Tensor, "b part"], middle: float
) -> Tensor:
    """mean over the parts of w_part mean (d^2 + 1e-6)^0.45, d the four second differences.

    Of the flow as coordinates in [-1, 1]; w is `middle` for the middle part, else 1.
    """
    values = ((second_differences(flow) ** 2 + 1e-6) ** 0.45).mean(dim=(2, 3, 4, 5))
    weights = present.new_ones(flow.shape[1])
    weights[flow.shape[1] // 2] = middle
    return (values * present * weights).mean()


def total_variation(offset: Float[Tensor, "b part 2 h w"]) -> Tensor:
    """mean |o(x + 1) - o(x)| + mean |o(y + 1) - o(y)|, in pixels of the level."""
    across, down = offset.diff(dim=-1), offset.diff(dim=-2)
    return across.abs().mean() + down.abs().mean()


def parsing_cross_entropy(
    logits: Float[Tensor, "b classes h w"],
    classes: Int[Tensor, "b hf wf"],
    weights: tuple[float, ...],
) -> Tensor:
    """-sum w_k log p_k / sum w_k over pixels of class k; the true map resized by nearest."""
    height, width = logits.shape[-2:]
    true = functional.interpolate(classes[:, None].float(), size=(height, width))[:, 0].long()
    return functional.cross_entropy(logits.float(), true, logits.new_tensor(weights).float())


class PublishedWarpingLoss:
    """All terms but the adversarial one, and their weighted `total`.

    batch: of `data.published_dataset.warping_example`.  perceptual: two batches of pictures in
    [-1, 1] -> their distance; None leaves that term out.  truncate: the batch -> which pairs are
    truncated (b,).
    """

    def __init__(
        self,
        config: PublishedWarpingLossConfig,
        *,
        perceptual: Callable[[Tensor, Tensor], Tensor] | None,
        truncate: Callable[[Mapping[str, Tensor]], Bool[Tensor, " b"]],
    ) -> None:
        if config.part_perceptual and perceptual is None:
            raise InputError("the perceptual loss needs a network: pass `perceptual`")
        self.config, self.perceptual, self.truncate = config, perceptual, truncate

    def __call__(self, warping: Warping, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Terms summed over the levels with their weights, `variation` once, and `truncated`."""
        truncated = self.truncate(batch)
        hidden = torch.where(truncated[:, None, None, None], batch["preserve"], batch["front"])
        free = (1 - hidden)[:, None]
        present = batch["part_masks"].amax(dim=(2, 3, 4))
        maps = {
            "picture": batch["picture"][:, None] * batch["worn"],
            "worn": batch["worn"],
            "part_counts": free * (1 - batch["others"]) * present[:, :, None, None, None],
            "counts": free * (1 - batch["beside"])[:, None],
        }
        terms: dict[str, Tensor] = {}
        count = len(warping.levels)
        for index, level in enumerate(warping.levels):  # the first is the finest
            for name, value in self._level(level, maps, present, batch["classes"]).items():
                terms[name] = terms.get(name, 0.0) + (count - index) * value
        offsets = [o for level in warping.levels for o in (level.coarse_offset, level.fine_offset)]
        terms["variation"] = torch.stack([total_variation(offset) for offset in offsets]).sum()
        total = [getattr(self.config, name) * value for name, value in terms.items()]
        terms["total"] = torch.stack(total).sum()
        terms["truncated"] = truncated.float().mean()
        return terms

    def _level(
        self,
        level: Level,
        maps: Mapping[str, Tensor],
        present: Float[Tensor, "b part"],
        classes: Int[Tensor, "b h w"],
    ) -> dict[str, Tensor]:
        seen = level.losses
        if seen is None or level.logits is None:
            raise InputError("run the network with for_losses to compute its losses")
        assert seen.garment is not None and seen.garment_mask is not None
        assert seen.attention is not None
        height, width = level.flow.shape[-2:]
        at = {name: resize(value, height, width) for name, value in maps.items()}
        parts, counts = at["part_counts"], at["counts"]
        number = level.flow.shape[1]
        whole = at["picture"].sum(dim=1), at["worn"].sum(dim=1)
        terms = {
            "part": number * masked_l1(seen.parts, at["picture"], parts),
            "part_mask": number * masked_l1(seen.part_masks, at["worn"], parts),
            "smooth": charbonnier_smoothness(level.flow, present, self.config.middle),
            "garment": masked_l1(seen.garment, whole[0], counts[:, 0]),
            "garment_mask": masked_l1(seen.garment_mask, whole[1], counts[:, 0]),
            "attention": number * masked_l1(seen.attention, at["worn"], parts),
            "parsing": parsing_cross_entropy(level.logits, classes, self.config.classes),
        }
        if self.perceptual is not None and self.config.part_perceptual:
            found, true = (parts * seen.parts).flatten(0, 1), (parts * at["picture"]).flatten(0, 1)
            terms["part_perceptual"] = number * self.perceptual(found, true)
        return terms
