"""The garment analyst: one picture of a garment to mask, parsing, category, type, worn, present.

Ours: EfficientNet-Lite0 and a light pyramid decoder; the answers about the whole picture are read
from the coarsest map.  Upper, dress and coat share one torso class that the category decides.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from gpvton.domain.garment_classes import CATEGORIES, PARSING_CLASSES, TYPES
from gpvton.networks.decoder import PyramidDecoder
from gpvton.networks.efficientnet import FEATURE_CHANNELS, EfficientNetLite0

WIDTHS = (32, 48, 64, 96, 128)


class GarmentMaps(NamedTuple):
    """Raw outputs for an image of h x w.

    parsing: (b, 9, h/2, w/2) logits of `PARSING_CLASSES`.  mask: (b, 1, h/2, w/2) logit.
    category: (b, 3) logits.  type: (b, 16) logits.  worn, present: (b, 1) logits.
    """

    parsing: Tensor
    mask: Tensor
    category: Tensor
    type: Tensor
    worn: Tensor
    present: Tensor


class GarmentAnalystNetwork(nn.Module):
    """Image (b, 3, h, w) in [-1, 1], h and w multiples of 32 -> `GarmentMaps`."""

    def __init__(self, backbone: EfficientNetLite0):
        super().__init__()
        self.backbone = backbone
        self.decoder = PyramidDecoder(FEATURE_CHANNELS, WIDTHS)
        self.pixels = nn.Conv2d(WIDTHS[0], len(PARSING_CLASSES) + 1, 1)
        answers = len(CATEGORIES) + len(TYPES) + 2
        self.whole = nn.Sequential(
            nn.Linear(2 * FEATURE_CHANNELS[-1], 128),
            nn.ReLU(inplace=True),
            nn.Dropout(0.2),
            nn.Linear(128, answers),
        )

    def forward(self, image: Tensor) -> GarmentMaps:
        """One pass."""
        features = self.backbone(image)
        pixels = self.pixels(self.decoder(features)[0])
        coarse = features[-1]
        pooled = torch.cat((coarse.mean((2, 3)), coarse.amax((2, 3))), 1)
        whole = self.whole(pooled)
        category, kind, worn, present = whole.split((len(CATEGORIES), len(TYPES), 1, 1), 1)
        return GarmentMaps(pixels[:, :-1], pixels[:, -1:], category, kind, worn, present)
