"""The small convolutional head that all estimators share."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from jaxtyping import Float
from torch import Tensor, nn

from gpvton.networks.blocks import PartConv2d, leaky_, part_convolution
from gpvton.networks.module_list import module_list

Conditioner = Callable[[int], nn.Module]
"""Builds, for a number of channels, a module (x (b, part, c, h, w), condition) -> same shape."""


class Head(nn.Module):
    """Convolutions of 128, 64, 32 and `out_channels`; leaky ReLU between them; weights per part.

    conditioner: what follows each of the first three convolutions (category norm or style).
    The input is two things joined on the channel axis: `own`, of each part, and `shared`, which
    all parts have in common.  Ours: the first convolution being linear, the share of `shared` is
    computed by itself (`project`), so that it can be kept while `own` changes.
    """

    def __init__(
        self,
        own_channels: int,
        shared_channels: int,
        out_channels: int,
        *,
        parts: int,
        widths: Sequence[int],
        conditioner: Conditioner | None = None,
    ):
        super().__init__()
        self.own_channels = own_channels
        channels = [own_channels + shared_channels, *widths, out_channels]
        self.convs = module_list(PartConv2d(i, o, parts=parts) for i, o in pairwise(channels))
        self.norms = module_list(conditioner(w) for w in widths) if conditioner else None

    @property
    def shared_weight(self) -> Float[Tensor, "part out shared 3 3"]:
        """The first convolution's weights for the shared input."""
        return self.convs[0].weight[:, :, self.own_channels :]

    def project(self, shared: Float[Tensor, "b c h w"]) -> Float[Tensor, "b part out h w"]:
        """The first convolution's share of the input that all parts have in common."""
        return part_convolution(shared[:, None], self.shared_weight, None)

    def forward(
        self,
        own: Float[Tensor, "b own_part c h w"],
        projected: Float[Tensor, "b part hidden h w"] | None = None,
        condition: Tensor | None = None,
    ) -> Float[Tensor, "b part out h w"]:
        """projected: from `project`; condition: category or style, where the head has one."""
        first = self.convs[0]
        x = part_convolution(own, first.weight[:, :, : self.own_channels], first.bias)
        if projected is not None:
            x = x.add_(projected)
        return self.finish(x, condition)

    def finish(
        self, x: Float[Tensor, "b part hidden h w"], condition: Tensor | None = None
    ) -> Float[Tensor, "b part out h w"]:
        """What follows the first convolution, whose result x is; x may be overwritten."""
        for index, conv in enumerate(self.convs[1:]):
            if self.norms is not None:
                x = self.norms[index](x, condition)
            x = conv(leaky_(x))
        return x
