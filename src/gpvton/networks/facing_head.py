"""Which way a person faces: a head on the trunk's features at the body's joints.

Ours: the features of stride 16 are averaged under the heat maps of groups of key points (the head,
the neck, the hips ...) and under the silhouette, so that the head knows what a nape, a shoulder
blade or a heel looks like wherever it is in the picture.  The weights that it is averaged with are
not trained through.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gpvton.domain.annotations import FACINGS
from gpvton.domain.keypoints import KEYPOINT_COUNT, KEYPOINT_INDEX

LEVEL = 3
"""Of the backbone's feature maps: stride 16."""
STEP = 4
"""Cells of a heat map per cell of the features, a side."""

_SIDES = ("left", "right")
GROUPS: tuple[tuple[str, ...], ...] = (
    ("nose", *(f"{side}_{place}" for side in _SIDES for place in ("eye", "ear"))),
    ("neck",),
    ("left_shoulder", "right_shoulder"),
    tuple(f"{side}_{place}" for side in _SIDES for place in ("elbow", "wrist")),
    ("left_hip", "right_hip", "mid_hip"),
    ("left_knee", "right_knee"),
    tuple(f"{side}_{place}" for side in _SIDES for place in ("ankle", "heel", "big_toe")),
)
"""Key points whose surroundings are looked at together."""


class FacingHead(nn.Module):
    """Features (b, c, h/16, w/16), heat and silhouette logits -> logits (b, 3) of `FACINGS`."""

    groups: Tensor

    def __init__(self, channels: int, width: int = 64):
        super().__init__()
        shares = torch.zeros(len(GROUPS), KEYPOINT_COUNT)
        for row, names in zip(shares, GROUPS, strict=True):
            row[[KEYPOINT_INDEX[name] for name in names]] = 1 / len(names)
        self.register_buffer("groups", shares, persistent=False)
        self.layers = nn.Sequential(
            nn.Linear(channels * (len(GROUPS) + 1), width),
            nn.ReLU(inplace=True),
            nn.Linear(width, len(FACINGS)),
        )

    def pooled(self, features: Tensor, heat: Tensor, silhouette: Tensor) -> Tensor:
        """(b, groups + 1, c): the features' means under each group of points and the silhouette.

        heat: (b, 25, h/4, w/4) and silhouette: (b, 1, h/2, w/2), logits.
        """
        batch, count, height, width = heat.shape
        cells = heat.detach().flatten(2).softmax(2).view(batch, count, height, width)
        # means over cells times their number are sums
        cells = F.avg_pool2d(cells, STEP).flatten(2) * STEP**2
        body = F.avg_pool2d(silhouette.detach().sigmoid(), 2 * STEP).flatten(2)
        body = body / body.sum(2, keepdim=True).clamp(min=1 / STEP**2)
        weights = torch.cat((self.groups @ cells, body), 1)
        return weights @ features.flatten(2).transpose(1, 2)

    def forward(self, features: Tensor, heat: Tensor, silhouette: Tensor) -> Tensor:
        """Logits (b, 3)."""
        return self.layers(self.pooled(features, heat, silhouette).flatten(1))
