"""A global style vector that modulates the flow heads (baseline in the manner of FS-VTON)."""

import torch
from jaxtyping import Float
from torch import Tensor, nn


class GlobalStyle(nn.Module):
    """Both coarsest maps, averaged over the picture, to one vector."""

    def __init__(self, channels: int, style_channels: int):
        super().__init__()
        half = style_channels // 2
        self.garment = nn.Linear(channels, half)
        self.person = nn.Linear(channels, style_channels - half)

    def forward(
        self, garment: Float[Tensor, "b 1 c h w"], person: Float[Tensor, "b c h w"]
    ) -> Float[Tensor, "b style"]:
        """From the coarsest maps of the two pyramids."""
        pooled = self.garment(garment[:, 0].mean(dim=(2, 3))), self.person(person.mean(dim=(2, 3)))
        return torch.cat(pooled, dim=1)


class StyleModulation(nn.Module):
    """Scale and shift of every channel by the style.

    Ours: a plain affine map where FS-VTON modulates and demodulates the convolution's weights.
    """

    def __init__(self, channels: int, style_channels: int, *, parts: int):
        super().__init__()
        self.parts = parts
        self.affine = nn.Linear(style_channels, 2 * parts * channels)

    def forward(
        self, x: Float[Tensor, "b part c h w"], style: Float[Tensor, "b style"]
    ) -> Float[Tensor, "b part c h w"]:
        """A zero affine map leaves x as it is."""
        gamma, beta = self.affine(style)[..., None, None].chunk(2, dim=1)
        shape = (self.parts, -1)
        return x * (1 + gamma.unflatten(1, shape)) + beta.unflatten(1, shape)
