"""The generator: renders arms and neck and blends the warped garment in (paper section 3.4)."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from gpvton.domain.errors import InputError
from gpvton.networks.module_list import module_list


@dataclass(frozen=True, kw_only=True)
class GeneratorConfig:
    """Numbers of the generator: channels in, and after each of the five halvings."""

    in_channels: int = 36
    widths: tuple[int, ...] = (64, 128, 256, 512, 512)

    def __post_init__(self) -> None:
        if len(self.widths) < 2 or min(self.in_channels, *self.widths) < 1:
            raise InputError("generator: at least two widths, every number of channels >= 1")

    @property
    def stride(self) -> int:
        """Height and width of the inputs must be multiples of this."""
        return 2 ** len(self.widths)

    @classmethod
    def published(cls) -> "GeneratorConfig":
        """The authors' generator, for VITON-HD and DressCode alike."""
        return cls()


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """What the generator makes, all (b, ., h, w).

    image: 3 channels in [-1, 1], warped garment and rendering blended; rendering: 3 in [-1, 1];
    blend: 1 in [0, 1], the share of the warped garment.
    """

    image: Tensor
    rendering: Tensor
    blend: Tensor


class NormedResidualBlock(nn.Module):
    """relu(x + norm(conv(relu(norm(conv(x)))))), batch norms, convolutions without bias."""

    def __init__(self, channels: int):
        super().__init__()
        self.convs = module_list(
            nn.Conv2d(channels, channels, 3, padding=1, bias=False) for _ in range(2)
        )
        self.norms = module_list(nn.BatchNorm2d(channels) for _ in range(2))

    def forward(self, x: Float[Tensor, "b c h w"]) -> Float[Tensor, "b c h w"]:
        """Same shape."""
        y = torch.relu(self.norms[0](self.convs[0](x)))
        return torch.relu(x + self.norms[1](self.convs[1](y)))


class UNetLevel(nn.Module):
    """Down by 2, what lies below, up by 2; the result is joined to its own input.

    inner: the next level, or None at the bottom.  The outermost level has no norm on its way down,
    and on its way up only the convolution; the bottom has no norm on its way down.
    """

    def __init__(
        self,
        in_channels: int,
        width: int,
        out_channels: int,
        inner: "UNetLevel | None" = None,
        *,
        outermost: bool = False,
    ):
        super().__init__()
        plain_down = outermost or inner is None
        self.down = nn.Conv2d(in_channels, width, 3, stride=2, padding=1, bias=False)
        self.down_norm = None if plain_down else nn.BatchNorm2d(width)
        self.down_blocks = module_list(NormedResidualBlock(width) for _ in range(2))
        self.inner = inner
        below = width if inner is None else 2 * width
        self.up = nn.Conv2d(below, out_channels, 3, padding=1, bias=False)
        self.up_norm = None if outermost else nn.BatchNorm2d(out_channels)
        self.up_blocks = module_list(
            NormedResidualBlock(out_channels) for _ in range(0 if outermost else 2)
        )

    def forward(self, x: Float[Tensor, "b c h w"]) -> Float[Tensor, "b out h w"]:
        """(b, in + out, h, w): x and what was made of it; the outermost level only the latter."""
        y = self.down(x)
        if self.down_norm is not None:
            y = self.down_norm(y)
        y = torch.relu(y)
        for block in self.down_blocks:
            y = block(y)
        if self.inner is not None:
            y = self.inner(y)
        y = self.up(functional.interpolate(y, scale_factor=2.0))
        if self.up_norm is None:
            return y
        y = torch.relu(self.up_norm(y))
        for block in self.up_blocks:
            y = block(y)
        return torch.cat([x, y], dim=1)


class Generator(nn.Module):
    """A U-Net whose four output channels are rendering and blend."""

    def __init__(self, config: GeneratorConfig, unet: UNetLevel):
        super().__init__()
        self.config = config
        self.unet = unet

    def raw(self, inputs: Float[Tensor, "b c h w"]) -> Float[Tensor, "b 4 h w"]:
        """The network's output before tanh (3 channels) and sigmoid (1 channel)."""
        return self.unet(inputs.contiguous(memory_format=torch.channels_last))

    def forward(
        self,
        inputs: Float[Tensor, "b c h w"],
        garment: Float[Tensor, "b 3 h w"],
        garment_mask: Float[Tensor, "b 1 h w"],
    ) -> Rendered:
        """inputs: the joined conditions; garment and garment_mask: warped, as in the inputs."""
        raw = self.raw(inputs)
        rendering = torch.tanh(raw[:, :3])
        blend = torch.sigmoid(raw[:, 3:]) * garment_mask
        image = garment * blend + rendering * (1 - blend)
        return Rendered(image=image, rendering=rendering, blend=blend)


def build_generator(config: GeneratorConfig) -> Generator:
    """The network of a configuration, with random weights."""
    inputs = (config.in_channels, *config.widths[:-1])
    level = None
    for depth in reversed(range(len(config.widths))):
        out_channels = 4 if depth == 0 else inputs[depth]
        level = UNetLevel(
            inputs[depth], config.widths[depth], out_channels, level, outermost=depth == 0
        )
    assert level is not None
    return Generator(config, level)
