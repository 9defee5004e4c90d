"""What goes into the networks and comes out: frozen values with a part axis at position 1."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True, kw_only=True)
class GarmentInput:
    """A flat garment, h x w.

    image: (b, 3, h, w) in [-1, 1]; parsing: (b, 1, h, w), the part channel in [0, 1];
    mask: (b, 1, h, w) in {0, 1}; part_masks: (b, part, 1, h, w) in {0, 1}.
    """

    image: Tensor
    parsing: Tensor
    mask: Tensor
    part_masks: Tensor


@dataclass(frozen=True, kw_only=True)
class PersonInput:
    """A person, h x w.

    condition: (b, c, h, w), the maps that the person encoder sees; preserve_mask: (b, 1, h, w),
    1 where the picture must not change; start: (b, part, 2, h', w'), the flow that the cascade
    starts from, in a network that takes one.
    """

    condition: Tensor
    preserve_mask: Tensor
    start: Tensor | None = None


@dataclass(frozen=True, kw_only=True)
class GarmentFeatures:
    """All that is computed from a garment (and its category) alone; level 0 is the finest.

    maps: (b, 1, c, h, w) each; parsing: per level, `GlobalParsing.project_garment` of the map, or
    None where no parsing is asked for.
    """

    maps: tuple[Tensor, ...]
    parsing: tuple[Tensor | None, ...]


@dataclass(frozen=True, kw_only=True)
class PersonFeatures:
    """All that is computed from a person alone; level 0 is the finest.

    maps: (b, c, h, w) each; fine: per level, the fine heads' share of the map (b, part, out, h, w);
    parsing: per level, `GlobalParsing.project_person` of the map, or None.
    """

    maps: tuple[Tensor, ...]
    fine: tuple[Tensor, ...]
    parsing: tuple[Tensor | None, ...]


@dataclass(frozen=True, kw_only=True)
class LevelLosses:
    """What feeds only training losses at one level; H x W is twice the level's size.

    fused_flow: (b, 1, 2, H, W); attention: (b, part, 1, H, W), adding up to 1 over the parts;
    parts and part_masks: each part's picture (b, part, 3, H, W) and mask (b, part, 1, H, W) warped
    by its flow; garment and garment_mask: the whole garment (b, 3, H, W) and its mask (b, 1, H, W)
    warped by the fused flow, or by the only flow where there is but one part (then fused_flow and
    attention are None); both None where three parts are not fused.
    """

    fused_flow: Tensor | None
    attention: Tensor | None
    parts: Tensor
    part_masks: Tensor
    garment: Tensor | None
    garment_mask: Tensor | None


@dataclass(frozen=True, kw_only=True)
class Level:
    """One level of the cascade.

    coarse_offset, fine_offset: (b, part, 2, h, w), pixels of the level's size; flow: (b, part, 2,
    2 h, 2 w), up-sampled; logits: (b, classes, 2 h, 2 w),
    or None; losses: None at inference.
    """

    coarse_offset: Tensor
    fine_offset: Tensor
    flow: Tensor
    logits: Tensor | None
    losses: LevelLosses | None


@dataclass(frozen=True, kw_only=True)
class Warping:
    """The warping network's output; levels[0] is the finest, at full size."""

    levels: tuple[Level, ...]

    @property
    def flow(self) -> Tensor:
        """(b, part, 2, h, w) at full size."""
        return self.levels[0].flow

    @property
    def logits(self) -> Tensor | None:
        """Global parsing, (b, classes, h, w) at full size; None in a form without parsing."""
        return self.levels[0].logits
