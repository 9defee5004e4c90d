"""The patch discriminators of both stages (paper sections 3.3 and 3.4)."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from gpvton.domain.errors import InputError


@dataclass(frozen=True, kw_only=True)
class DiscriminatorConfig:
    """A PatchGAN: convolutions of kernel 4, the first three of stride 2.

    spectral: spectral norm of every convolution in place of instance norms.
    Ours: depth and width are PatchGAN's usual ones; the paper names only the kind.
    """

    in_channels: int
    widths: tuple[int, ...] = (64, 128, 256, 512)
    spectral: bool = False

    def __post_init__(self) -> None:
        if len(self.widths) < 2 or min(self.in_channels, *self.widths) < 1:
            raise InputError("discriminator: at least two widths, every number of channels >= 1")

    @classmethod
    def of_parsing(cls, classes: int = 7, person_channels: int = 51) -> "DiscriminatorConfig":
        """Stage one, spectral: person condition, garment's part channel and parsing logits."""
        return cls(in_channels=person_channels + 1 + classes, spectral=True)

    @classmethod
    def of_rendering(cls, conditions: int = 36) -> "DiscriminatorConfig":
        """Stage two: the generator's inputs and a picture."""
        return cls(in_channels=conditions + 3)


class PatchDiscriminator(nn.Module):
    """Scores of overlapping patches; near 1 where they look real (least squares)."""

    def __init__(self, config: DiscriminatorConfig):
        super().__init__()
        layers: list[nn.Module] = []
        channels = config.in_channels
        for index, width in enumerate(config.widths):
            stride = 1 if index == len(config.widths) - 1 else 2
            layers.append(_convolution(config, channels, width, stride))
            if index and not config.spectral:
                layers.append(nn.InstanceNorm2d(width))
            layers.append(nn.LeakyReLU(0.2))
            channels = width
        layers.append(_convolution(config, channels, 1, 1))
        self.layers = nn.Sequential(*layers)

    def forward(
        self, conditions: Float[Tensor, "b c h w"], judged: Float[Tensor, "b j h w"]
    ) -> Float[Tensor, "b 1 hp wp"]:
        """judged: what is real or made, seen beside its conditions."""
        return self.layers(torch.cat([conditions, judged], dim=1))


def _convolution(config: DiscriminatorConfig, inputs: int, outputs: int, stride: int) -> nn.Module:
    convolution = nn.Conv2d(inputs, outputs, 4, stride=stride, padding=1)
    return spectral_norm(convolution) if config.spectral else convolution
