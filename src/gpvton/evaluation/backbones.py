"""AlexNet, VGG-16 and SqueezeNet 1.1 as far as LPIPS looks, with torchvision's parameter names.

Architectures: Krizhevsky, 2014 ("one weird trick"); Simonyan and Zisserman, 2015, configuration D;
Iandola et al., 2016, version 1.1.  Each gives the feature maps after the layers in `TAPS`.
"""

import torch
from torch import Tensor, nn

from gpvton.domain.errors import WeightsError

CHANNELS = {
    "alex": (64, 192, 384, 256, 256),
    "vgg": (64, 128, 256, 512, 512),
    "squeeze": (64, 128, 256, 384, 384, 512, 512),
}
TAPS = {
    "alex": (1, 4, 7, 9, 11),
    "vgg": (3, 8, 15, 22, 29),
    "squeeze": (1, 4, 7, 9, 10, 11, 12),
}
"""Index in `features` after which a map is taken."""


class Fire(nn.Module):
    """SqueezeNet's module: squeeze 1x1, then 1x1 and 3x3 side by side."""

    def __init__(self, inputs: int, squeezed: int, expanded: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(inputs, squeezed, 1)
        self.expand1x1 = nn.Conv2d(squeezed, expanded, 1)
        self.expand3x3 = nn.Conv2d(squeezed, expanded, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(b, inputs, h, w) -> (b, 2 expanded, h, w)."""
        x = torch.relu(self.squeeze(x))
        return torch.relu(torch.cat([self.expand1x1(x), self.expand3x3(x)], dim=1))


def _alex() -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(3, 64, 11, stride=4, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(3, 2),
        nn.Conv2d(64, 192, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(3, 2),
        nn.Conv2d(192, 384, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(384, 256, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(256, 256, 3, padding=1),
        nn.ReLU(),
    )


def _vgg() -> nn.Sequential:
    layers: list[nn.Module] = []
    inputs = 3
    for outputs, repeats in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        if layers:
            layers.append(nn.MaxPool2d(2))
        for _ in range(repeats):
            layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU()]
            inputs = outputs
    return nn.Sequential(*layers)


def _squeeze() -> nn.Sequential:
    def pool() -> nn.MaxPool2d:
        return nn.MaxPool2d(3, 2, ceil_mode=True)

    return nn.Sequential(
        nn.Conv2d(3, 64, 3, stride=2),
        nn.ReLU(),
        pool(),
        Fire(64, 16, 64),
        Fire(128, 16, 64),
        pool(),
        Fire(128, 32, 128),
        Fire(256, 32, 128),
        pool(),
        Fire(256, 48, 192),
        Fire(384, 48, 192),
        Fire(384, 64, 256),
        Fire(512, 64, 256),
    )


class Backbone(nn.Module):
    """Feature maps of one of `CHANNELS`, finest first."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.features = {"alex": _alex, "vgg": _vgg, "squeeze": _squeeze}[kind]()
        self.taps = TAPS[kind]

    def forward(self, image: Tensor) -> list[Tensor]:
        """(b, 3, h, w), standardised as the network expects -> maps (b, c, h', w')."""
        maps, x = [], image
        for index, layer in enumerate(self.features):
            x = layer(x)
            if index in self.taps:
                maps.append(x)
        return maps

    def load(self, state: dict[str, Tensor]) -> None:
        """Take the parameters of a torchvision state dict; its classifier is not needed."""
        ours = {name: value for name, value in state.items() if name.startswith("features.")}
        try:
            self.load_state_dict(ours, strict=True)
        except RuntimeError as error:
            raise WeightsError(f"the file holds another network: {error}") from error
