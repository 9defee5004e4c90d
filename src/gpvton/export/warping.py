"""From a trained warping network to the weights folder that the core runs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from gpvton.conditions.warping import PERSON_CHANNELS, PRESERVE_CHANNEL
from gpvton.data.warping_dataset import NETWORK_SIZE
from gpvton.domain.errors import WeightsError
from gpvton.domain.labels import WornClass
from gpvton.export.onnx_graph import ExportReport, export_network
from gpvton.networks.config import WarpingConfig
from gpvton.networks.warping import WarpingNetwork, build_warping
from gpvton.networks.warping_inputs import RefiningNetwork
from gpvton.weights.folder import NetworkConfig


def load_compact_warping(path: Path) -> tuple[WarpingNetwork, dict[str, Any]]:
    """The network and its run's config from the file that training wrote."""
    if not path.is_file():
        raise WeightsError(f"{path} is missing; train with gpvton train warping first")
    saved = torch.load(path, map_location="cpu", weights_only=True)
    network = build_warping(WarpingConfig(**saved["config"]["network"]))
    network.load_state_dict(saved["weights"], strict=True)
    return network.eval(), saved["config"]


def export_compact_warping(
    path: Path, folder: Path, notes: Mapping[str, Any] | None = None
) -> ExportReport:
    """Write the weights folder `warping`."""
    network, recipe = load_compact_warping(path)
    config = NetworkConfig(
        network="warping",
        input_size=NETWORK_SIZE,
        labels={"classes": tuple(label.name.lower() for label in WornClass)},
        notes={"recipe": recipe, **(notes or {})},
    )
    return export_network(
        RefiningNetwork(network, PRESERVE_CHANNEL).eval(),
        example_inputs(),
        ("garment", "parts", "condition", "start"),
        ("flow", "classes"),
        config,
        folder,
    )


def example_inputs() -> tuple[torch.Tensor, ...]:
    """Inputs of the right shapes with plausible values, the same every time."""
    height, width = NETWORK_SIZE
    draw = torch.Generator().manual_seed(0)
    y, x = torch.meshgrid(
        torch.linspace(-1, 1, height), torch.linspace(-1, 1, width), indexing="ij"
    )
    parts = torch.stack([x < -0.3, (x >= -0.3) & (x < 0.3), x >= 0.3])[None].float()
    return (
        torch.rand(1, 3, height, width, generator=draw) * 2 - 1,
        parts,
        (torch.rand(1, PERSON_CHANNELS, height, width, generator=draw) > 0.9).float(),
        torch.stack([x, y])[None, None].expand(1, 3, -1, -1, -1).contiguous() * 0.9,
    )
