"""Perceptual distance (Johnson, Alahi and Fei-Fei, ECCV 2016) over an exchangeable network."""

from collections.abc import Callable, Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from gpvton.domain.errors import WeightsError
from gpvton.networks.efficientnet import EfficientNetLite0, imagenet_efficientnet_lite0

Features = Callable[[Tensor], Sequence[Tensor]]
"""Image (b, 3, h, w) in [-1, 1] to feature maps, finest first."""


class EfficientNetFeatures(nn.Module):
    """The first `stages` stages of EfficientNet-Lite0 (strides 2, 4, 8, 16, 16), weights fixed."""

    def __init__(self, backbone: EfficientNetLite0 | None = None, stages: int = 5):
        super().__init__()
        self.backbone = (backbone or imagenet_efficientnet_lite0()).eval()
        self.stages = stages
        for parameter in self.parameters():
            parameter.requires_grad_(False)

    def train(self, mode: bool = True) -> "EfficientNetFeatures":
        """Norms keep their statistics in training too."""
        return super().train(False)

    def forward(self, image: Float[Tensor, "b 3 h w"]) -> list[Tensor]:
        """Feature maps, finest first."""
        backbone = self.backbone
        x = nn.functional.relu6(backbone.stem(image * (127.5 / 128.0) + 0.5 / 128.0))
        maps = []
        for stage in list(backbone.stages)[: self.stages]:
            x = stage(x)
            maps.append(x)
        return maps


class Vgg19Features(nn.Module):
    """relu1_1, 2_1, 3_1, 4_1 and 5_1 of VGG-19 (the paper's choice), from a user's own file.

    path: a state dict with torchvision's names (`features.0.weight` ...).  Raises WeightsError.
    """

    _BLOCKS = ((64, 2), (128, 2), (256, 4), (512, 4), (512, 4))

    def __init__(self, path: str):
        super().__init__()
        layers: list[nn.Module] = []
        channels, self.taps = 3, []
        for width, repeats in self._BLOCKS:
            if layers:
                layers.append(nn.MaxPool2d(2))
            self.taps.append(len(layers) + 1)
            for _ in range(repeats):
                layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
                channels = width
        self.features = nn.Sequential(*layers)
        state = torch.load(path, map_location="cpu", weights_only=True)
        ours = {name: value for name, value in state.items() if name.startswith("features.")}
        try:
            self.load_state_dict(ours, strict=True)
        except RuntimeError as error:
            raise WeightsError(f"{path} does not hold VGG-19: {error}") from error
        for parameter in self.parameters():
            parameter.requires_grad_(False)

    def forward(self, image: Float[Tensor, "b 3 h w"]) -> list[Tensor]:
        """Feature maps, finest first."""
        mean = image.new_tensor((0.485, 0.456, 0.406))[:, None, None]
        scale = image.new_tensor((0.229, 0.224, 0.225))[:, None, None]
        x = ((image + 1) / 2 - mean) / scale
        maps = []
        for index in range(self.taps[-1] + 1):
            x = self.features[index](x)
            if index in self.taps:
                maps.append(x)
        return maps


def perceptual_distance(
    found: Sequence[Tensor], expected: Sequence[Tensor], weights: Sequence[float]
) -> Tensor:
    """sum_i w_i mean|f_i - e_i| / mean|e_i|.

    Ours: each layer is divided by the size of its own features, so that one set of weights serves
    any network.
    """
    total = expected[0].new_zeros((), dtype=torch.float32)
    for f, e, weight in zip(found, expected, weights, strict=True):
        e = e.float()
        total = total + weight * (f.float() - e).abs().mean() / e.abs().mean().clamp(min=1e-6)
    return total
