"""The analysts' decoder: a light feature pyramid (Lin et al., CVPR 2017) that adds upward.

Ours: 1x1 laterals, nearest upsampling, one depthwise-separable 3x3 after each sum.
"""

from collections.abc import Sequence
from itertools import pairwise

import torch.nn.functional as F
from torch import Tensor, nn


def separable(inputs: int, outputs: int, kernel: int = 3) -> nn.Sequential:
    """Depthwise k x k and pointwise 1x1 convolution with norms and ReLU; keeps the size."""
    return nn.Sequential(
        nn.Conv2d(inputs, inputs, kernel, padding=kernel // 2, groups=inputs, bias=False),
        nn.BatchNorm2d(inputs),
        nn.ReLU(inplace=True),
        nn.Conv2d(inputs, outputs, 1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


def dense(inputs: int, outputs: int) -> nn.Sequential:
    """Full 3x3 convolution with norm and ReLU; keeps the size."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class PyramidDecoder(nn.Module):
    """Feature maps, finest first, each half the size of the one before -> maps of the same sizes.

    inputs: channels of the feature maps; widths: channels wanted at each level, finest first;
    dense_finest: one full 3x3 convolution at the finest level instead of two separable ones.
    """

    def __init__(
        self,
        inputs: Sequence[int],
        widths: Sequence[int],
        kernel: int = 5,
        dense_finest: bool = False,
    ):
        super().__init__()
        if len(inputs) != len(widths):
            raise ValueError(f"{len(inputs)} feature maps but {len(widths)} widths")
        self.laterals = nn.ModuleList(
            nn.Sequential(nn.Conv2d(i, w, 1, bias=False), nn.BatchNorm2d(w))
            for i, w in zip(inputs, widths, strict=True)
        )
        self.narrow = nn.ModuleList(
            nn.Identity() if coarse == fine else nn.Conv2d(coarse, fine, 1)
            for fine, coarse in pairwise(widths)
        )
        self.smooth = nn.ModuleList(
            dense(w, w)
            if dense_finest and level == 0
            else nn.Sequential(separable(w, w, kernel), separable(w, w, 3))
            for level, w in enumerate(widths)
        )

    def forward(self, features: Sequence[Tensor]) -> list[Tensor]:
        """Maps, finest first, of `widths` channels."""
        top = len(self.laterals) - 1
        x = self.smooth[top](self.laterals[top](features[top]).relu())
        maps = [x]
        for level in range(top - 1, -1, -1):
            up = F.interpolate(self.narrow[level](x), scale_factor=2.0, mode="nearest")
            x = self.smooth[level]((self.laterals[level](features[level]) + up).relu())
            maps.append(x)
        return maps[::-1]
