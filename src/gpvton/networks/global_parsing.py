"""Global parsing: which part, arm or neck shows where (paper section 3.2, figure 3, right)."""

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from gpvton.networks.blocks import ResidualBlock
from gpvton.networks.doubling import double_then_convolve
from gpvton.networks.flow import double, warp
from gpvton.networks.gather import can_gather, sum_doubled
from gpvton.networks.heads import Head
from gpvton.networks.patch import Patch, box_of


class GlobalParsing(nn.Module):
    """Fuses the warped parts and labels every pixel, seeing the person.

    fusion: 1x1 convolution of the parts joined on the channel axis (left, middle, right).  Ours: it
    is linear, so it is applied to the garment's map before that is up-sampled and warped
    (`project_garment`).
    bounded: whether the logits lie in (-1, 1), as published.
    """

    def __init__(
        self, fusion: nn.Conv2d, block: ResidualBlock, head: Head, *, bounded: bool = True
    ):
        super().__init__()
        self.bounded = bounded
        self.fusion = fusion
        self.block = block
        self.head = head

    def project_garment(self, garment: Float[Tensor, "b 1 c h w"]) -> Float[Tensor, "b part c h w"]:
        """The fusion's share of each part; depends on the garment alone."""
        channels = garment.shape[2]
        weight = self.fusion.weight[:, :, 0, 0].unflatten(1, (-1, channels)).transpose(0, 1)
        projected = functional.linear(garment[:, 0].permute(0, 2, 3, 1), weight.flatten(0, 1))
        return projected.unflatten(-1, (weight.shape[0], -1)).permute(0, 3, 4, 1, 2)

    def project_person(self, person: Float[Tensor, "b c h w"]) -> Float[Tensor, "b 1 out h2 w2"]:
        """The head's share of the person, at twice the map's size; of the person alone."""
        weight = self.head.shared_weight[0]
        return double_then_convolve(person, weight, "bilinear")[:, None]

    def forward(
        self,
        garment_projected: Float[Tensor, "b part c h w"],
        person_projected: Float[Tensor, "b 1 out h2 w2"],
        flow: Float[Tensor, "b part 2 h2 w2"],
        visible: Float[Tensor, "b part 1 h2 w2"],
        condition: Tensor | None = None,
    ) -> Float[Tensor, "b classes h2 w2"]:
        """Logits.

        visible: each part's warped mask where nothing is preserved, in [0, 1].
        """
        if can_gather(garment_projected):
            first = self._first_where_visible(garment_projected, flow, visible).add_(
                person_projected[:, 0]
            )
            logits = self.head.finish(first[:, None], condition)[:, 0]
        else:
            fused = self.block(self._fuse(garment_projected, flow, visible))
            logits = self.head(fused[:, None], person_projected, condition)[:, 0]
        return torch.tanh(logits) if self.bounded else logits

    def _fuse(self, garment_projected: Tensor, flow: Tensor, visible: Tensor) -> Tensor:
        """The warped parts' 1x1 convolution, (b, c, h2, w2)."""
        assert self.fusion.bias is not None
        fused = self.fusion.bias[:, None, None]
        for part in range(flow.shape[1]):
            only = slice(part, part + 1)
            warped = warp(double(garment_projected[:, only]), flow[:, only], padding="border")
            fused = torch.addcmul(fused, warped[:, 0], visible[:, part])
        return fused

    def _first_where_visible(
        self, garment_projected: Tensor, flow: Tensor, visible: Tensor
    ) -> Float[Tensor, "b hidden h2 w2"]:
        """The head's first convolution of the fused parts after their residual block.

        Ours: fused parts are constant outside the box in which any part is visible.
        """
        assert self.fusion.bias is not None
        box = top, bottom, left, right = box_of(visible)
        bias = self.fusion.bias[:, None, None]
        inside = sum_doubled(
            garment_projected,
            flow[..., top:bottom, left:right],
            visible[..., top:bottom, left:right],
        ).add_(bias)
        height, width = flow.shape[-2:]
        fused = Patch(
            inside=inside,
            outside=bias.expand(len(flow), -1, 1, 1),
            box=box,
            size=(height, width),
        )
        made = fused
        for conv in self.block.convs:
            made = made.normalised().rectified_().convolve(conv.weight)
        first = self.head.convs[0]
        weight = first.weight[0, :, : self.head.own_channels]
        return fused.plus(made).convolve(weight, first.bias[0]).whole()
