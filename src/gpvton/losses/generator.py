"""Losses of the generator (paper section 3.4), for samples with a known part.

The published sum is 5 L1 + perceptual on the result, the same on the rendering, 5 mean|1 - blend|
and 0.5 of a least-squares adversarial term.  Deviation: our photo is given wherever it holds, so
L1 counts only where it is not, and the rendering only where it may show.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from gpvton.conditions.generation import CLASSES
from gpvton.domain.labels import WORN_CLASS_COUNT, WornClass
from gpvton.losses.perceptual import Features, perceptual_distance
from gpvton.networks.generator import Generator, Rendered, inner_part


@dataclass(frozen=True, kw_only=True)
class GeneratorLossConfig:
    """Weights of the terms; layers: of the perceptual network's maps, finest first.

    perceptual_rendering: of the perceptual distance of the rendering by itself.  body: how much
    more an L1 pixel counts where the class map says arm, neck, leg or another garment.
    """

    l1: float = 5.0
    perceptual: float = 1.0
    perceptual_rendering: float = 1.0
    blend: float = 5.0
    adversarial: float = 0.5
    body: float = 1.0
    layers: tuple[float, ...] = (0.25, 0.25, 0.5, 0.5, 1.0)


def masked_l1(
    found: Float[Tensor, "b c h w"],
    expected: Float[Tensor, "b c h w"],
    mask: Float[Tensor, "b 1 h w"],
) -> Tensor:
    """sum(m |f - e|) / (c sum(m)), over the whole batch."""
    total = (mask * (found - expected).abs()).sum()
    return total / (found.shape[1] * mask.sum()).clamp(min=1.0)


def blend_loss(blend: Float[Tensor, "b 1 h w"], mask: Float[Tensor, "b 1 h w"]) -> Tensor:
    """sum(m |1 - b / m|) / sum(m): how much of the warped garment is given up.

    Deviation: the published mean|1 - blend| counts what lies beside the garment too, which no
    choice of the network can change.
    """
    return (mask - blend).abs().sum() / mask.sum().clamp(min=1.0)


def fooling_loss(scores: Float[Tensor, "b 1 hp wp"]) -> Tensor:
    """mean (D(made) - 1)^2, the generator's side of least squares (Mao et al., ICCV 2017)."""
    return (scores - 1).square().mean()


def judging_loss(real: Float[Tensor, "b 1 hp wp"], made: Float[Tensor, "b 1 hp wp"]) -> Tensor:
    """(mean (D(real) - 1)^2 + mean D(made)^2) / 2, the discriminator's side."""
    return 0.5 * ((real - 1).square().mean() + made.square().mean())


def render(network: nn.Module, inputs: Float[Tensor, "b c h w"]) -> Rendered:
    """The generator's answer to joined inputs, from which it takes the garment and its mask."""
    assert isinstance(network, Generator)
    first = network.config.garment
    return network(inputs, inputs[:, first : first + 3], inputs[:, first + 3 : first + 4])


class GeneratorLoss:
    """All terms but the adversarial one, by name, with their weighted `total`.

    batch: inputs (b, c, h, w), target (b, 3, h, w), unknown (b, 1, h, w); see `GeneratorSample`.
    features: the perceptual network, None for L1 alone.
    """

    def __init__(self, config: GeneratorLossConfig, features: Features | None):
        self.config, self.features = config, features

    def terms(self, network: Generator, rendered: Rendered, batch: dict[str, Tensor]):
        """name -> value, with `total`."""
        target, unknown = batch["target"], batch["unknown"]
        first = network.config.garment
        mask = batch["inputs"][:, first + 3 : first + 4]
        rim = network.config.rim
        free = unknown * (1 - inner_part(mask, rim)) if rim else unknown
        weight = self._weight(batch["inputs"])
        terms = {
            "result_l1": masked_l1(rendered.image, target, weight * unknown),
            "rendering_l1": masked_l1(rendered.rendering, target, weight * free),
            "blend": blend_loss(rendered.blend, mask),
        }
        total = self.config.l1 * (terms["result_l1"] + terms["rendering_l1"])
        total = total + self.config.blend * terms["blend"]
        if self.features is not None:
            terms |= self._perceptual(rendered, target, unknown, free)
            total = total + self.config.perceptual * terms["perceptual"]
            if "perceptual_rendering" in terms:
                weight = self.config.perceptual_rendering
                total = total + weight * terms["perceptual_rendering"]
        return {**terms, "total": total}

    def _weight(self, inputs: Float[Tensor, "b c h w"]) -> Tensor:
        """How much a pixel counts, (b, 1, h, w), or 1."""
        if self.config.body == 1.0:
            return inputs.new_ones(())
        body = inputs[:, CLASSES + WornClass.LEFT_ARM : CLASSES + WORN_CLASS_COUNT]
        return 1 + (self.config.body - 1) * body.sum(dim=1, keepdim=True)

    def _perceptual(
        self, rendered: Rendered, target: Tensor, unknown: Tensor, free: Tensor
    ) -> dict[str, Tensor]:
        features = self.features
        assert features is not None
        with torch.no_grad():
            expected = features(target)
        weights = self.config.layers[: len(expected)]
        found = features(pasted(rendered.image, target, unknown))
        terms = {"perceptual": perceptual_distance(found, expected, weights)}
        if self.config.perceptual_rendering:
            found = features(pasted(rendered.rendering, target, free))
            terms["perceptual_rendering"] = perceptual_distance(found, expected, weights)
        return terms


def pasted(found: Tensor, target: Tensor, where: Float[Tensor, "b 1 h w"]) -> Tensor:
    """The found picture inside `where`, the target elsewhere."""
    return target + where * (found - target)
