"""Plain tensors to the warping network's values; the same for training, export and tests.

Ours: the person also sees where the starting flow puts the parts.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from gpvton.networks.flow import resize, warp
from gpvton.networks.values import GarmentInput, PersonInput
from gpvton.networks.warping import WarpingNetwork

EXTRA_CHANNELS = 3
"""Channels that `warping_inputs` adds to the person's."""


def warping_inputs(
    garment: Float[Tensor, "b 3 h w"],
    parts: Float[Tensor, "b part h w"],
    condition: Float[Tensor, "b c h w"],
    start: Float[Tensor, "b part 2 h w"],
    preserve_channel: int,
) -> tuple[GarmentInput, PersonInput]:
    """garment in [-1, 1], 0 outside; parts: masks in [0, 1]; condition: the person's maps, of which
    `preserve_channel` is the preserve mask; start: the flow to begin with.
    """
    number = torch.arange(1, parts.shape[1] + 1, dtype=parts.dtype, device=parts.device)
    masks = parts[:, :, None]
    begun = resize(start, parts.shape[-2], parts.shape[-1])
    placed = warp(masks, begun, padding="zeros")[:, :, 0]
    return (
        GarmentInput(
            image=garment,
            parsing=(parts * (number / len(number))[:, None, None]).sum(dim=1, keepdim=True),
            mask=parts.sum(dim=1, keepdim=True).clamp(max=1),
            part_masks=masks,
        ),
        PersonInput(
            condition=torch.cat([condition, placed], dim=1),
            preserve_mask=condition[:, preserve_channel : preserve_channel + 1],
            start=start,
        ),
    )


class RefiningNetwork(nn.Module):
    """The compact warping network as it is exported: plain tensors in, flow and classes out."""

    def __init__(self, warping: WarpingNetwork, preserve_channel: int) -> None:
        super().__init__()
        self.warping = warping
        self.preserve_channel = preserve_channel

    def forward(
        self,
        garment: Float[Tensor, "b 3 h w"],
        parts: Float[Tensor, "b part h w"],
        condition: Float[Tensor, "b c h w"],
        start: Float[Tensor, "b part 2 h w"],
    ) -> tuple[Float[Tensor, "b part 2 h w"], Float[Tensor, "b classes h w"]]:
        """Flow in [-1, 1] into the garment's frame, and the classes' probabilities."""
        inputs = warping_inputs(garment, parts, condition, start, self.preserve_channel)
        warping = self.warping(*inputs)
        assert warping.logits is not None
        return warping.flow, torch.softmax(warping.logits, dim=1)
