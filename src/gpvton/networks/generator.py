"""The generator: renders arms and neck and blends the warped garment in (paper section 3.4)."""

from dataclasses import dataclass
from enum import StrEnum

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from gpvton.conditions.generation import BASE, CHANNELS, GARMENT
from gpvton.domain.errors import InputError
from gpvton.networks.blocks import instance_norm
from gpvton.networks.module_list import module_list


class GeneratorNorm(StrEnum):
    """BATCH as published; INSTANCE and NONE do not depend on the batch; they have biases."""

    BATCH = "batch"
    INSTANCE = "instance"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class GeneratorConfig:
    """Numbers of the generator.

    widths: channels after each halving.  blocks: residual blocks per level, on either way.
    base: first channel of the inputs that hold a picture which the rendering starts from (the
    network gives what to add to it), None for a rendering from nothing.  garment: first of the
    inputs' four channels that are the warped garment and its mask.  shading: whether the network
    also gives a smooth factor on the garment's brightness.  rim: the garment may be replaced by
    the rendering only within so many pixels of its edge; 0 for anywhere.
    """

    in_channels: int = 36
    widths: tuple[int, ...] = (64, 128, 256, 512, 512)
    blocks: int = 2
    norm: GeneratorNorm = GeneratorNorm.BATCH
    base: int | None = None
    garment: int = 3
    shading: bool = False
    rim: int = 0

    def __post_init__(self) -> None:
        if len(self.widths) < 2 or min(self.in_channels, *self.widths) < 1:
            raise InputError("generator: at least two widths, every number of channels >= 1")
        if self.base is not None and not 0 <= self.base <= self.in_channels - 3:
            raise InputError(f"generator: base {self.base} is no channel of {self.in_channels}")
        if self.blocks < 0 or self.rim < 0:
            raise InputError("generator: blocks and rim cannot be negative")

    @property
    def out_channels(self) -> int:
        """Rendering 3, blend 1, and shading 1 where there is one."""
        return 5 if self.shading else 4

    @property
    def stride(self) -> int:
        """Height and width of the inputs must be multiples of this."""
        return 2 ** len(self.widths)

    @classmethod
    def published(cls) -> "GeneratorConfig":
        """The authors' generator, for VITON-HD and DressCode alike."""
        return cls()

    @classmethod
    def compact(cls, widths: tuple[int, ...] = (24, 48, 96, 128, 128)) -> "GeneratorConfig":
        """Ours, for `conditions.generation.generator_inputs`: a correction of its base."""
        return cls(
            in_channels=CHANNELS,
            widths=widths,
            blocks=1,
            norm=GeneratorNorm.INSTANCE,
            base=BASE,
            garment=GARMENT,
            shading=True,
            rim=3,
        )


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """What the generator makes, all (b, ., h, w).

    image: 3 channels in [-1, 1], warped garment and rendering blended; rendering: 3 in [-1, 1];
    blend: 1 in [0, 1], the share of the warped garment; share: the same before the garment's mask.
    shading: 1, the factor on the garment's brightness, where the network gives one.
    """

    image: Tensor
    rendering: Tensor
    blend: Tensor
    share: Tensor
    shading: Tensor | None = None


class InstanceNorm(nn.Module):
    """`instance_norm` as a module."""

    def forward(self, x: Float[Tensor, "b c h w"]) -> Float[Tensor, "b c h w"]:
        """Same shape."""
        return instance_norm(x)


def _norm(kind: GeneratorNorm, channels: int) -> nn.Module:
    if kind == GeneratorNorm.BATCH:
        return nn.BatchNorm2d(channels)
    return InstanceNorm() if kind == GeneratorNorm.INSTANCE else nn.Identity()


class NormedResidualBlock(nn.Module):
    """relu(x + norm(conv(relu(norm(conv(x)))))); convolutions without bias under batch norm."""

    def __init__(self, channels: int, norm: GeneratorNorm = GeneratorNorm.BATCH):
        super().__init__()
        bias = norm != GeneratorNorm.BATCH
        self.convs = module_list(
            nn.Conv2d(channels, channels, 3, padding=1, bias=bias) for _ in range(2)
        )
        self.norms = module_list(_norm(norm, channels) for _ in range(2))

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
        config: GeneratorConfig,
        in_channels: int,
        width: int,
        out_channels: int,
        inner: "UNetLevel | None" = None,
        *,
        outermost: bool = False,
    ):
        super().__init__()
        plain_down, norm = outermost or inner is None, config.norm
        bias = norm != GeneratorNorm.BATCH
        self.down = nn.Conv2d(in_channels, width, 3, stride=2, padding=1, bias=bias)
        self.down_norm = None if plain_down else _norm(norm, width)
        self.down_blocks = module_list(
            NormedResidualBlock(width, norm) for _ in range(config.blocks)
        )
        self.inner = inner
        below = width if inner is None else 2 * width
        self.up = nn.Conv2d(below, out_channels, 3, padding=1, bias=bias)
        self.up_norm = None if outermost else _norm(norm, out_channels)
        self.up_blocks = module_list(
            NormedResidualBlock(out_channels, norm)
            for _ in range(0 if outermost else config.blocks)
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
    """A U-Net whose output channels are rendering, blend and, if there is one, shading."""

    def __init__(self, config: GeneratorConfig, unet: UNetLevel):
        super().__init__()
        self.config = config
        self.unet = unet

    def raw(self, inputs: Float[Tensor, "b c h w"]) -> Float[Tensor, "b out h w"]:
        """The network's output before tanh (3 channels), sigmoid (1) and exponential (1)."""
        return self.unet(inputs.contiguous(memory_format=torch.channels_last))

    def forward(
        self,
        inputs: Float[Tensor, "b c h w"],
        garment: Float[Tensor, "b 3 h w"],
        garment_mask: Float[Tensor, "b 1 h w"],
    ) -> Rendered:
        """inputs: the joined conditions; garment and garment_mask: warped, as in the inputs."""
        raw, base = self.raw(inputs), self.config.base
        if base is None:
            rendering = torch.tanh(raw[:, :3])
        else:
            rendering = inputs[:, base : base + 3] + raw[:, :3]
        share = torch.sigmoid(raw[:, 3:4])
        if self.config.rim:
            share = torch.maximum(share, inner_part(garment_mask, self.config.rim))
        blend = share * garment_mask
        if not self.config.shading:
            image = garment * blend + rendering * (1 - blend)
            return Rendered(image=image, rendering=rendering, blend=blend, share=share)
        shading = smooth_factor(raw[:, 4:])
        # the garment is premultiplied by its mask; light is 0 at black, so the factor is on it + 1
        lit = (garment + garment_mask) * shading * share - blend
        image = lit + rendering * (1 - blend)
        return Rendered(image=image, rendering=rendering, blend=blend, share=share, shading=shading)


def inner_part(mask: Float[Tensor, "b 1 h w"], rim: int) -> Float[Tensor, "b 1 h w"]:
    """The mask without what lies within `rim` pixels of its edge (the picture's edge is none)."""
    return -functional.max_pool2d(-mask, 2 * rim + 1, stride=1, padding=rim)


def smooth_factor(raw: Float[Tensor, "b 1 h w"], cell: int = 8) -> Float[Tensor, "b 1 h w"]:
    """exp(tanh(raw) / 2), averaged over cells of `cell` pixels and drawn smoothly between them.

    So it cannot repaint a texture.  Between 0.61 and 1.65.
    """
    coarse = functional.avg_pool2d(torch.tanh(raw), cell)
    smooth = functional.interpolate(
        coarse, size=raw.shape[-2:], mode="bilinear", align_corners=False
    )
    return torch.exp(0.5 * smooth)


def build_generator(config: GeneratorConfig) -> Generator:
    """The network of a configuration, with random weights; a correction of a base begins at 0."""
    inputs = (config.in_channels, *config.widths[:-1])
    level = None
    for depth in reversed(range(len(config.widths))):
        outermost = depth == 0
        out_channels = config.out_channels if outermost else inputs[depth]
        width = config.widths[depth]
        level = UNetLevel(config, inputs[depth], width, out_channels, level, outermost=outermost)
    assert level is not None
    if config.base is not None:
        nn.init.zeros_(level.up.weight)
        if level.up.bias is not None:
            nn.init.zeros_(level.up.bias)
            level.up.bias.data[3] = 2.0  # at first the garment is kept
    return Generator(config, level)
