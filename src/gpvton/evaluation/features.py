"""Feature networks for distances of sets: EfficientNet-Lite0 by default, Inception from a file."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

from gpvton.domain.images import to_float
from gpvton.evaluation.inception import Inception
from gpvton.evaluation.weight_files import read_known
from gpvton.networks.efficientnet import imagenet_efficientnet_lite0

_SIDE = 224


def as_batch(pixels: np.ndarray) -> torch.Tensor:
    """A picture, uint8 (h, w, 3), as float32 (1, 3, h, w) in [-1, 1]."""
    return torch.from_numpy(np.moveaxis(to_float(pixels), -1, 0)[None].copy())


@dataclass(frozen=True, kw_only=True)
class FeatureNetwork:
    """A network whose features (d,) stand for a picture.

    name: of the features; frechet_name, kernel_name: what their distances are called; digest:
    SHA-256 of the weights, empty for those of an installed package.
    """

    name: str
    frechet_name: str
    kernel_name: str
    module: nn.Module
    side: int | None
    digest: str = ""

    @torch.no_grad()
    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        """Features, float32 (d,), of a picture, uint8 (h, w, 3)."""
        if self.side is not None:
            size = (self.side, self.side)
            pixels = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC))
        return self.module(as_batch(pixels))[0].numpy()


class _LastMap(nn.Module):
    """The mean over the picture of a backbone's coarsest feature map."""

    def __init__(self, backbone: nn.Module) -> None:
        super().__init__()
        self.backbone = backbone

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.backbone(image)[-1].mean(dim=(2, 3))


def efficientnet_features() -> FeatureNetwork:
    """EfficientNet-Lite0, ImageNet: 320 features, picture resized to 224 x 224 (bicubic).

    Ours: its distances are not FID and KID and are not called so.
    """
    return FeatureNetwork(
        name="EfficientNet-Lite0",
        frechet_name="frechet_efficientnet_lite0",
        kernel_name="kernel_efficientnet_lite0",
        module=_LastMap(imagenet_efficientnet_lite0()).eval(),
        side=_SIDE,
    )


def inception_features(path: str | Path) -> FeatureNetwork:
    """Inception from pytorch-fid's file, checked: FID and KID.  Raises WeightsError."""
    state, digest = read_known("inception", path)
    network = Inception()
    network.load(state)
    return FeatureNetwork(
        name="Inception (2015)",
        frechet_name="fid",
        kernel_name="kid",
        module=network.eval(),
        side=None,
        digest=digest,
    )
