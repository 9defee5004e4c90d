"""LPIPS (Zhang et al., 2018, version 0.1), with ImageNet backbones from files that the user names.

The trained linear weights come with torchmetrics.  torchmetrics' own LPIPS needs torchvision,
which this project does without.
"""

import importlib.util
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from gpvton.domain.errors import InputError, MissingExtraError
from gpvton.evaluation.backbones import CHANNELS, Backbone
from gpvton.evaluation.features import as_batch
from gpvton.evaluation.weight_files import read_known

# ImageNet's mean and deviation for pictures in [-1, 1]
_SHIFT = (-0.030, -0.088, -0.188)
_SCALE = (0.458, 0.448, 0.450)


class Lpips:
    """Perceptual distance of two pictures; kind: alex, vgg or squeeze."""

    def __init__(self, kind: str, backbone: Backbone, linear: list[Tensor], digest: str) -> None:
        self.kind = kind
        self.backbone = backbone.eval()
        self.linear = linear
        self.digest = digest

    @classmethod
    def from_file(cls, kind: str, path: str | Path) -> "Lpips":
        """The network with the weights of a torchvision file, checked.  Raises WeightsError."""
        if kind not in CHANNELS:
            raise InputError(f"LPIPS network {kind!r}, expected one of {', '.join(CHANNELS)}")
        state, digest = read_known(kind, path)
        backbone = Backbone(kind)
        backbone.load(state)
        return cls(kind, backbone, linear_weights(kind), digest)

    @torch.no_grad()
    def __call__(
        self, first: np.ndarray, second: np.ndarray, size: tuple[int, int] | None = None
    ) -> float:
        """Distance of uint8 pictures (h, w, 3), at least 0; `size` (h, w) resizes them first."""
        if first.shape != second.shape:
            raise InputError(f"pictures of {first.shape} and {second.shape}: expected one size")
        maps = [self.backbone(_standardised(picture, size)) for picture in (first, second)]
        total = torch.zeros(())
        for one, two, weight in zip(*maps, self.linear, strict=True):
            difference = (unit_vectors(one) - unit_vectors(two)).square()
            total = total + F.conv2d(difference, weight).mean()
        return float(total)


def linear_weights(kind: str) -> list[Tensor]:
    """The linear layers of LPIPS 0.1, one (1, c, 1, 1) per feature map, from torchmetrics."""
    package = importlib.util.find_spec("torchmetrics")  # importing it takes seconds
    if package is None or package.origin is None:
        raise MissingExtraError("LPIPS needs torchmetrics; pip install 'gpvton[evaluation]'")
    folder = Path(package.origin).parent / "functional" / "image" / "lpips_models"
    state = torch.load(folder / f"{kind}.pth", map_location="cpu", weights_only=True)
    return [state[f"lin{index}.model.1.weight"] for index in range(len(CHANNELS[kind]))]


def unit_vectors(maps: Tensor) -> Tensor:
    """Feature vectors of length 1 at every place."""
    return maps / (maps.square().sum(dim=1, keepdim=True).sqrt() + 1e-10)


def _standardised(pixels: np.ndarray, size: tuple[int, int] | None) -> Tensor:
    if size is not None and pixels.shape[:2] != size:
        picture = Image.fromarray(pixels).resize((size[1], size[0]), Image.Resampling.BILINEAR)
        pixels = np.asarray(picture)
    shift, scale = (torch.tensor(values).view(1, 3, 1, 1) for values in (_SHIFT, _SCALE))
    return (as_batch(pixels) - shift) / scale
