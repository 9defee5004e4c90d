"""Losses of the published generator (paper section 3.4), a formula each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from gpvton.networks.generator import Rendered


@dataclass(frozen=True, kw_only=True)
class PublishedGeneratorLossConfig:
    """Weights of the terms, as published; adversarial: least squares on the rendering."""

    l1: float = 5.0
    perceptual: float = 1.0
    blend: float = 5.0
    adversarial: float = 0.5


class PublishedGeneratorLoss:
    """5 mean|I - T| + VGG(I, T) + 5 mean|R - T| + VGG(R, T) + 5 mean|1 - B|.

    I: result, R: rendering, T: the photo, B: blend.  The adversarial term is added by the recipe.
    perceptual: two batches of pictures in [-1, 1] -> their distance; None leaves it out.
    """

    def __init__(
        self,
        config: PublishedGeneratorLossConfig,
        perceptual: Callable[[Tensor, Tensor], Tensor] | None,
    ) -> None:
        self.config, self.perceptual = config, perceptual

    def __call__(self, made: Rendered, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Terms by name, and their weighted `total`."""
        config, target = self.config, batch["target"]
        terms = {
            "result_l1": (made.image - target).abs().mean(),
            "rendering_l1": (made.rendering - target).abs().mean(),
            "blend": (1 - made.blend).abs().mean(),
        }
        total = config.l1 * (terms["result_l1"] + terms["rendering_l1"])
        total = total + config.blend * terms["blend"]
        if self.perceptual is not None and config.perceptual:
            terms["perceptual"] = self.perceptual(made.image, target)
            terms["perceptual_rendering"] = self.perceptual(made.rendering, target)
            both = terms["perceptual"] + terms["perceptual_rendering"]
            total = total + config.perceptual * both
        return {**terms, "total": torch.as_tensor(total)}
