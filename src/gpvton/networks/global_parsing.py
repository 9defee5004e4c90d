"""Global parsing: which part, arm or neck shows where (paper section 3.2, figure 3, right)."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from gpvton.networks.blocks import ResidualBlock, part_convolution
from gpvton.networks.doubling import double_then_convolve
from gpvton.networks.flow import double, warp
from gpvton.networks.heads import Head


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
        weight = self.fusion.weight.unflatten(1, (-1, channels)).transpose(0, 1)
        return part_convolution(garment, weight, None)

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
        assert self.fusion.bias is not None
        fused = self.fusion.bias[:, None, None]
        for part in range(flow.shape[1]):
            only = slice(part, part + 1)
            warped = warp(double(garment_projected[:, only]), flow[:, only], padding="border")
            fused = torch.addcmul(fused, warped[:, 0], visible[:, part])
        fused = self.block(fused)
        logits = self.head(fused[:, None], person_projected, condition)[:, 0]
        return torch.tanh(logits) if self.bounded else logits
