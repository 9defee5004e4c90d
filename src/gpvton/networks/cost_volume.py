"""Cost volume: how well each garment position matches the person around it (after PF-AFN)."""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional


def cost_volume(
    garment: Float[Tensor, "b part c h w"], person: Float[Tensor, "b c h w"], radius: int = 3
) -> Float[Tensor, "b part n h w"]:
    """n = (2 radius + 1)^2 displacements, row-major (dy outer, from -radius to radius).

    Each is the mean over channels of garment at p times person at p + displacement; zeros outside.
    """
    height, width = person.shape[-2:]
    padded = functional.pad(person, [radius] * 4)
    side = range(2 * radius + 1)
    return torch.stack(
        [
            (garment * padded[:, None, :, dy : dy + height, dx : dx + width]).mean(dim=2)
            for dy in side
            for dx in side
        ],
        dim=2,
    )
