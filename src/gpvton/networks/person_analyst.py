"""The person analyst: one picture of a person to parsing, key points and silhouette.

Ours: EfficientNet-Lite0 and a light pyramid decoder.  A key point is a softmax over all cells of
its heat map and one more cell that means "missing", so presence and place are one distribution
and the mass around the peak is a confidence.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn

from gpvton.domain.annotations import FACINGS
from gpvton.domain.keypoints import KEYPOINT_COUNT
from gpvton.domain.labels import PERSON_LABEL_COUNT
from gpvton.networks.decoder import PyramidDecoder, dense
from gpvton.networks.efficientnet import FEATURE_CHANNELS, EfficientNetLite0

WIDTHS = (32, 64, 96, 128, 128)


class PersonMaps(NamedTuple):
    """Raw outputs for an image of h x w.

    parsing: (b, 29, h/2, w/2) logits.  silhouette: (b, 1, h/2, w/2) logit.
    heat: (b, 25, h/4, w/4) logits of the key points' cells.
    missing: (b, 25) logits of "not in the picture"; softmax over heat's cells and this one.
    facing: (b, 3) logits of `FACINGS`.
    """

    parsing: Tensor
    silhouette: Tensor
    heat: Tensor
    missing: Tensor
    facing: Tensor


class PersonAnalystNetwork(nn.Module):
    """Image (b, 3, h, w) in [-1, 1], h and w multiples of 32 -> `PersonMaps`."""

    def __init__(self, backbone: EfficientNetLite0):
        super().__init__()
        self.backbone = backbone
        self.decoder = PyramidDecoder(FEATURE_CHANNELS, WIDTHS, dense_finest=True)
        self.pixels = nn.Conv2d(WIDTHS[0], PERSON_LABEL_COUNT + 1, 1)
        self.points = nn.Sequential(dense(WIDTHS[1], 64), nn.Conv2d(64, KEYPOINT_COUNT, 1))
        self.absence = nn.Sequential(
            nn.Linear(2 * WIDTHS[-1], 64), nn.ReLU(inplace=True), nn.Linear(64, KEYPOINT_COUNT)
        )
        self.facing = nn.Sequential(
            nn.Linear(2 * WIDTHS[-1], 64), nn.ReLU(inplace=True), nn.Linear(64, len(FACINGS))
        )

    def forward(self, image: Tensor) -> PersonMaps:
        """One pass."""
        maps = self.decoder(self.backbone(image))
        pixels = self.pixels(maps[0])
        heat = self.points(maps[1])
        pooled = torch.cat((maps[-1].mean((2, 3)), maps[-1].amax((2, 3))), 1)
        # log of the number of cells: a uniform heat map weighs as much as "missing"
        missing = self.absence(pooled) + math.log(heat.shape[-1] * heat.shape[-2])
        return PersonMaps(pixels[:, :-1], pixels[:, -1:], heat, missing, self.facing(pooled))
