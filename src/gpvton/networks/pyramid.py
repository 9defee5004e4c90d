"""Feature pyramids of the garment and of the person (paper section 3.2, figure 3, left)."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from gpvton.networks.blocks import Downsample, ResidualBlock, stretch_index
from gpvton.networks.doubling import double_then_convolve
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
        x = x.contiguous(memory_format=torch.channels_last)  # everything after it follows
        levels = []
        for down, blocks in zip(self.downs, self.blocks, strict=True):
            x = down(x)
            for block in blocks:
                x = block(x, category)
            levels.append(x)
        return tuple(levels)


class FeaturePyramid(nn.Module):
    """Merges coarse into fine levels, top down; every map has the same number of channels.

    Each level: smooth(lateral(features) + doubled coarser map), with a 3x3 and a 1x1 convolution;
    the smoothed map is what is passed on to the next finer level.  Ours: smooth is linear, so it
    is applied to the two summands, to the coarser one before its doubling.
    """

    def __init__(self, widths: Sequence[int], channels: int):
        super().__init__()
        self.lateral = module_list(nn.Conv2d(width, channels, 1) for width in widths)
        self.smooth = module_list(nn.Conv2d(channels, channels, 3, padding=1) for _ in widths)

    def forward(self, features: Sequence[Tensor]) -> tuple[Tensor, ...]:
        """Encoder features, finest first, to maps (b, channels, h, w) of the same sizes."""
        maps: list[Tensor] = []
        for level in reversed(range(len(features))):
            x = self._smooth_lateral(level, features[level])
            if maps:
                x = x.add_(double_then_convolve(maps[-1], self.smooth[level].weight, "nearest"))
            maps.append(x)
        return tuple(reversed(maps))

    def _smooth_lateral(self, level: int, x: Tensor) -> Tensor:
        """smooth(lateral(x)); Ours: as one convolution where the lateral one adds channels."""
        lateral, smooth = self.lateral[level], self.smooth[level]
        if x.shape[1] >= lateral.out_channels:
            return smooth(lateral(x))
        weight = torch.einsum("omhw,mi->oihw", smooth.weight, lateral.weight[:, :, 0, 0])
        height, rows = stretch_index(x.shape[-2], 1, x.device)
        width, columns = stretch_index(x.shape[-1], 1, x.device)
        assert lateral.bias is not None
        constant = smooth(lateral.bias[:, None, None].expand(1, -1, height, width))
        return functional.conv2d(x, weight, padding=1) + constant[..., rows[:, None], columns]
