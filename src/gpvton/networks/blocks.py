"""Building blocks that the boxes share: convolution with a part axis, norms, residual block."""

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from gpvton.networks.module_list import module_list

EPSILON = 1e-5
SLOPE = 0.1


def leaky(x: Tensor) -> Tensor:
    """The leaky ReLU of all heads and the cost volume, slope 0.1."""
    return functional.leaky_relu(x, SLOPE)


def leaky_(x: Tensor) -> Tensor:
    """`leaky`, in place."""
    return functional.leaky_relu_(x, SLOPE)


def instance_norm(x: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c h w"]:
    """Each channel of each picture to mean 0 and variance 1; no affine, epsilon 1e-5.

    Ours: picture by picture as batch norm of a batch of one, which unlike the library's instance
    norm is fast in channels-last memory; when traced, the formula itself.
    """
    if not torch.compiler.is_compiling():
        if x.shape[0] == 1:
            return _normalise(x)
        return torch.cat([_normalise(picture) for picture in x.split(1)])
    variance, mean = torch.var_mean(x, dim=(2, 3), correction=0, keepdim=True)
    scale = torch.rsqrt(variance + EPSILON)
    return torch.addcmul(-mean * scale, x, scale)


def _normalise(picture: Float[Tensor, "1 c h w"]) -> Float[Tensor, "1 c h w"]:
    return functional.batch_norm(picture, None, None, training=True, eps=EPSILON)


def stretch_index(size: int, reach: int, device: torch.device) -> tuple[int, Tensor]:
    """For a map that is constant but for its `reach` outermost rings: a small size, and the index
    (size,) that stretches a map of that size to `size`.
    """
    small = min(size, 2 * reach + 1)
    index = torch.arange(size, device=device)
    return small, torch.where(index <= reach, index, (index - size + small).clamp(min=reach)).clamp(
        max=small - 1
    )


class PartConv2d(nn.Module):
    """Convolution, stride 1, same size, with one set of weights per part.

    weight: (part, out, in, k, k); bias: (part, out).  All parts are one grouped convolution.
    """

    def __init__(self, in_channels: int, out_channels: int, *, parts: int, kernel: int = 3):
        super().__init__()
        fan_in = in_channels * kernel * kernel
        weight = torch.randn(parts, out_channels, in_channels, kernel, kernel)
        self.weight = nn.Parameter(weight / fan_in**0.5)
        self.bias = nn.Parameter(torch.zeros(parts, out_channels))

    def forward(self, x: Float[Tensor, "b x_part c h w"]) -> Float[Tensor, "b part out h w"]:
        """A part axis of 1 on either side serves all parts of the other."""
        return part_convolution(x, self.weight, self.bias)


def part_convolution(
    x: Float[Tensor, "b x_part c h w"],
    weight: Float[Tensor, "part out c k k"],
    bias: Float[Tensor, "part out"] | None,
) -> Float[Tensor, "b part out h w"]:
    """`PartConv2d` with weights given; an input whose part axis is 1 is convolved for all parts."""
    groups = x.shape[1]
    out = functional.conv2d(
        x.flatten(1, 2),
        weight.flatten(0, 1),
        None if bias is None else bias.flatten(),
        padding=weight.shape[-1] // 2,
        groups=groups,
    )
    return out.unflatten(1, weight.shape[:2])


class CategoryNorm(nn.Module):
    """Instance norm whose scale and shift depend on the category (SPADE; DressCode form).

    Ours: the category is one number per picture, so its map is constant and scale and shift vary
    only in the two outermost rings, where the zero padding shows.  They are computed on a map of
    at most 5 x 5 and stretched: the same values at a fraction of the operations.
    """

    REACH = 2  # two 3x3 convolutions

    def __init__(self, channels: int, *, parts: int, hidden: int = 128):
        super().__init__()
        self.shared = PartConv2d(1, hidden, parts=parts)
        self.gamma = PartConv2d(hidden, channels, parts=parts)
        self.beta = PartConv2d(hidden, channels, parts=parts)

    def forward(
        self, x: Float[Tensor, "b part c h w"], category: Float[Tensor, " b"]
    ) -> Float[Tensor, "b part c h w"]:
        """category: 1/3 upper, 2/3 lower, 1 dress."""
        height, rows = stretch_index(x.shape[-2], self.REACH, x.device)
        width, columns = stretch_index(x.shape[-1], self.REACH, x.device)
        constant = category.to(x)[:, None, None, None, None].expand(-1, 1, -1, height, width)
        hidden = torch.relu(self.shared(constant))
        gamma = self.gamma(hidden)[..., rows[:, None], columns]
        beta = self.beta(hidden)[..., rows[:, None], columns]
        normalised = instance_norm(x.flatten(1, 2)).unflatten(1, x.shape[1:3])
        return torch.addcmul(beta, normalised, 1 + gamma)


class ResidualBlock(nn.Module):
    """x + conv(activation(norm(conv(activation(norm(x)))))), after two norms of its own.

    Plain form: instance norm, ReLU, convolutions without bias.  Conditioned form (`conditioned`):
    category norm, leaky ReLU, convolutions with bias.
    """

    def __init__(self, channels: int, *, conditioned: bool = False):
        super().__init__()
        self.norms = module_list(
            CategoryNorm(channels, parts=1) for _ in range(2 if conditioned else 0)
        )
        self.convs = module_list(
            nn.Conv2d(channels, channels, 3, padding=1, bias=conditioned) for _ in range(2)
        )

    def forward(
        self, x: Float[Tensor, "b c h w"], category: Float[Tensor, " b"] | None = None
    ) -> Float[Tensor, "b c h w"]:
        """category is needed in the conditioned form only."""
        y = x
        for index, conv in enumerate(self.convs):
            if self.norms:
                y = leaky_(self.norms[index](y[:, None], category)[:, 0])
            else:
                y = instance_norm(y).relu_()
            y = conv(y)
        return y.add_(x)


class Downsample(nn.Module):
    """Instance norm, ReLU, 3x3 convolution of stride 2 without bias: half the size."""

    def __init__(self, in_channels: int, out_channels: int):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, 3, stride=2, padding=1, bias=False)

    def forward(self, x: Float[Tensor, "b c h w"]) -> Float[Tensor, "b out h2 w2"]:
        """Channels of x may be constant; their norm is 0."""
        return self.conv(instance_norm(x).relu_())
