"""From a trained compact generator to the weights folder that the core runs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from gpvton.domain.errors import WeightsError
from gpvton.export.onnx_graph import ExportReport, export_network
from gpvton.losses.generator import render
from gpvton.networks.generator import Generator, GeneratorConfig, GeneratorNorm, build_generator
from gpvton.weights.folder import NetworkConfig

OUTPUTS = ("correction", "blend", "shading")


class GeneratorGraph(nn.Module):
    """What the core needs of the generator: what to add to the base, blend and shading.

    The blend is the network's own, in [0, 1], before the garment's mask and its inner part.
    """

    def __init__(self, network: Generator):
        super().__init__()
        self.network = network

    def forward(self, inputs: Float[Tensor, "b c h w"]) -> tuple[Tensor, Tensor, Tensor]:
        """(b, 3, h, w) in units of [-1, 1], (b, 1, h, w) and (b, 1, h, w)."""
        base = self.network.config.base
        made = render(self.network, inputs)
        assert base is not None and made.shading is not None
        return made.rendering - inputs[:, base : base + 3], made.share, made.shading


def load_generator(path: Path) -> tuple[Generator, dict[str, Any]]:
    """The network and its run's config from the file that training wrote."""
    if not path.is_file():
        raise WeightsError(f"{path} is missing; train with gpvton train generator first")
    saved = torch.load(path, map_location="cpu", weights_only=True)
    values = dict(saved["config"]["network"])
    values["widths"] = tuple(values["widths"])
    values["norm"] = GeneratorNorm(values["norm"])
    network = build_generator(GeneratorConfig(**values))
    network.load_state_dict(saved["weights"], strict=True)
    return network.eval(), saved["config"]


def export_generator(
    path: Path,
    folder: Path,
    size: tuple[int, int] | None = None,
    notes: Mapping[str, Any] | None = None,
) -> ExportReport:
    """Write the weights folder for inputs of (h, w) = size, by default the size of training."""
    network, recipe = load_generator(path)
    height, width = size or recipe["size"]
    channels = network.config.in_channels
    example = torch.linspace(-1, 1, channels * height * width).reshape(1, channels, height, width)
    config = NetworkConfig(
        network="generator",
        input_size=(height, width),
        settings=recipe["network"],
        notes={"recipe": recipe, **(notes or {})},
    )
    return export_network(GeneratorGraph(network), (example,), ("inputs",), OUTPUTS, config, folder)
