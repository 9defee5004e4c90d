"""The cascade: local flows and global parsing, coarse to fine (paper section 3.2, figure 3)."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from gpvton.domain.errors import InputError
from gpvton.networks.flow import double, resize, warp
from gpvton.networks.flow_fusion import FlowFusion
from gpvton.networks.global_parsing import GlobalParsing
from gpvton.networks.local_flow import LocalFlow, LocalFlowStep
from gpvton.networks.module_list import module_list
from gpvton.networks.values import (
    GarmentFeatures,
    GarmentInput,
    Level,
    LevelLosses,
    PersonFeatures,
    PersonInput,
)


class CascadeLevel(nn.Module):
    """One level: the part flows, their fusion for the losses, and the parsing."""

    def __init__(
        self, local_flow: LocalFlow, fusion: FlowFusion | None, parsing: GlobalParsing | None
    ):
        super().__init__()
        self.local_flow = local_flow
        self.fusion = fusion
        self.parsing = parsing


class Cascade(nn.Module):
    """Refines the part flows from the coarsest level (last) to the finest (0)."""

    def __init__(self, levels: list[CascadeLevel]):
        super().__init__()
        self.levels = module_list(levels)

    def garment_shares(
        self, maps: tuple[Tensor, ...], *, for_losses: bool
    ) -> tuple[Tensor | None, ...]:
        """`GarmentFeatures.parsing` of the maps (b, 1, c, h, w)."""
        boxes = self._parsing(for_losses=for_losses)
        return tuple(
            box.project_garment(m) if box else None for box, m in zip(boxes, maps, strict=True)
        )

    def person_shares(
        self, maps: tuple[Tensor, ...], *, for_losses: bool
    ) -> tuple[tuple[Tensor, ...], tuple[Tensor | None, ...]]:
        """`PersonFeatures.fine` and `PersonFeatures.parsing` of the maps (b, c, h, w)."""
        fine = tuple(
            level.local_flow.fine.project(m) for level, m in zip(self.levels, maps, strict=True)
        )
        boxes = self._parsing(for_losses=for_losses)
        parsing = tuple(
            box.project_person(m) if box else None for box, m in zip(boxes, maps, strict=True)
        )
        return fine, parsing

    def _parsing(self, *, for_losses: bool) -> list[GlobalParsing | None]:
        """Per level; above the finest the parsing feeds only losses."""
        return [
            level.parsing if index == 0 or for_losses else None
            for index, level in enumerate(self.levels)
        ]

    def forward(
        self,
        garment: GarmentInput,
        person: PersonInput,
        garment_features: GarmentFeatures,
        person_features: PersonFeatures,
        condition: Float[Tensor, "..."] | None = None,
        *,
        for_losses: bool = False,
    ) -> tuple[Level, ...]:
        """Levels, finest first; with `for_losses` also all that only losses need."""
        levels: list[Level] = []
        flow = None
        if person.start is not None:
            height, width = garment_features.maps[-1].shape[-2:]
            flow = resize(person.start, height, width)
        for index in reversed(range(len(self.levels))):
            module = self.levels[index]
            step = module.local_flow(
                garment_features.maps[index],
                person_features.maps[index],
                person_features.fine[index],
                flow,
                condition,
            )
            flow = double(step.flow)
            losses = None
            if for_losses:
                losses = _for_losses(module, step, flow, person_features.maps[index], garment)
            offsets = step.coarse_offset, step.fine_offset
            del step  # its warped maps need not outlive the parsing, which needs most memory
            logits = None
            parsing = self._parsing(for_losses=for_losses)[index]
            if parsing is not None:
                logits = parsing(
                    _present(garment_features.parsing[index]),
                    _present(person_features.parsing[index]),
                    flow,
                    visible_parts(garment.part_masks, person.preserve_mask, flow),
                    condition,
                )
            levels.append(
                Level(
                    coarse_offset=offsets[0],
                    fine_offset=offsets[1],
                    flow=flow,
                    logits=logits,
                    losses=losses,
                )
            )
        return tuple(reversed(levels))


def _present(share: Tensor | None) -> Tensor:
    if share is None:
        raise InputError("these features were computed for inference; pass for_losses to both")
    return share


def visible_parts(
    part_masks: Float[Tensor, "b part 1 hs ws"],
    preserve_mask: Float[Tensor, "b 1 hs ws"],
    flow: Float[Tensor, "b part 2 h w"],
) -> Float[Tensor, "b part 1 h w"]:
    """Each part's mask, warped, where nothing is preserved (masks resized to the flow's size)."""
    height, width = flow.shape[-2:]
    warped = warp(resize(part_masks, height, width), flow, padding="zeros")
    return warped * (1 - resize(preserve_mask[:, None], height, width))


def _for_losses(
    module: CascadeLevel,
    step: LocalFlowStep,
    flow: Float[Tensor, "b part 2 h w"],
    person_map: Float[Tensor, "b c hs ws"],
    garment: GarmentInput,
) -> LevelLosses:
    fused, attention, whole = None, None, flow
    if module.fusion is None and flow.shape[1] > 1:
        whole = None
    if module.fusion is not None:
        fused, attention = module.fusion(step.garment, person_map, step.flow)
        fused, attention = double(fused), double(attention)
        whole = fused
    height, width = flow.shape[-2:]
    parts = garment.image[:, None] * garment.part_masks
    warped = warp(
        resize(torch.cat([parts, garment.part_masks], dim=2), height, width), flow, padding="zeros"
    )
    worn = None
    if whole is not None:
        picture = torch.cat([garment.image, garment.mask], dim=1)[:, None]
        worn = warp(resize(picture, height, width), whole, padding="zeros")[:, 0]
    return LevelLosses(
        fused_flow=fused,
        attention=attention,
        parts=warped[:, :, :-1],
        part_masks=warped[:, :, -1:],
        garment=None if worn is None else worn[:, :-1],
        garment_mask=None if worn is None else worn[:, -1:],
    )
