"""Feature pyramids of the garment and of the person (paper section 3.2, figure 3, left)."""

from collections.abc import Sequence

from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from gpvton.networks.blocks import Downsample, ResidualBlock
from gpvton.networks.module_list import module_list


class Encoder(nn.Module):
    """A picture to features at 1/2, 1/4, ... of its size: level 0 first (the finest).

    One level is a down-sampling and two residual blocks, conditioned on the category or not.
    """

    def __init__(self, in_channels: int, widths: Sequence[int], *, conditioned: bool = False):
        super().__init__()
        inputs = [in_channels, *widths[:-1]]
        self.downs = module_list(Downsample(i, w) for i, w in zip(inputs, widths, strict=True))
        self.blocks = module_list(
            nn.Sequential(*(ResidualBlock(width, conditioned=conditioned) for _ in range(2)))
            for width in widths
        )

    def forward(
        self, x: Float[Tensor, "b c h w"], category: Float[Tensor, " b"] | None = None
    ) -> tuple[Tensor, ...]:
        """Features (b, width of the level, h / 2^(level + 1), w / 2^(level + 1)), finest first."""
        levels = []
        for down, blocks in zip(self.downs, self.blocks, strict=True):
            x = down(x)
            for block in blocks:
                x = block(x, category)
            levels.append(x)
        return tuple(levels)


class FeaturePyramid(nn.Module):
    """Merges coarse into fine levels, top down; every map has the same number of channels.

    The smoothed map is what is passed on to the next finer level.
    """

    def __init__(self, widths: Sequence[int], channels: int):
        super().__init__()
        self.lateral = module_list(nn.Conv2d(width, channels, 1) for width in widths)
        self.smooth = module_list(nn.Conv2d(channels, channels, 3, padding=1) for _ in widths)

    def forward(self, features: Sequence[Tensor]) -> tuple[Tensor, ...]:
        """Encoder features, finest first, to maps (b, channels, h, w) of the same sizes."""
        maps: list[Tensor] = []
        for level in reversed(range(len(features))):
            merged = self.lateral[level](features[level])
            if maps:
                merged = merged + functional.interpolate(maps[-1], scale_factor=2.0)
            maps.append(self.smooth[level](merged))
        return tuple(reversed(maps))
