"""The person analyst: one picture of a person to parsing, key points and silhouette.

Ours: EfficientNet-Lite0 and a light pyramid decoder.  A key point is a softmax over all cells of
its heat map and one more cell that means "missing", so presence and place are one distribution
and the mass around the peak is a confidence.
"""

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn

from gpvton.domain.keypoints import KEYPOINT_COUNT
from gpvton.domain.labels import PERSON_LABEL_COUNT
from gpvton.networks.decoder import PyramidDecoder, dense
from gpvton.networks.efficientnet import FEATURE_CHANNELS, EfficientNetLite0
from gpvton.networks.facing_head import LEVEL, FacingHead

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
        self.facing = FacingHead(FEATURE_CHANNELS[LEVEL])

    def forward(self, image: Tensor) -> PersonMaps:
        """One pass."""
        features = self.backbone(image)
        maps = self.decoder(features)
        pixels = self.pixels(maps[0])
        heat = self.points(maps[1])
        pooled = torch.cat((maps[-1].mean((2, 3)), maps[-1].amax((2, 3))), 1)
        # log of the number of cells: a uniform heat map weighs as much as "missing"
        missing = self.absence(pooled) + torch.ones_like(heat[:, :1]).sum((2, 3)).log()
        facing = self.facing(features[LEVEL], heat, pixels[:, -1:])
        return PersonMaps(pixels[:, :-1], pixels[:, -1:], heat, missing, facing)


def from_before_facing(
    network: PersonAnalystNetwork, weights: Mapping[str, Tensor]
) -> dict[str, Tensor]:
    """Weights of before the facing head, with the head as `network` has it; others as they are."""
    head = {name: v for name, v in network.state_dict().items() if name.startswith("facing.")}
    rest = {name: v for name, v in weights.items() if not name.startswith("facing.")}
    known = {name: v for name, v in weights.items() if name in head}
    return {**head, **rest, **known}
