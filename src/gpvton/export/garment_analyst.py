"""From a trained garment analyst to the weights folder that the core runs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from gpvton.domain.errors import WeightsError
from gpvton.domain.garment_classes import CATEGORIES, PARSING_CLASSES, TYPES
from gpvton.export.onnx_graph import ExportReport, export_network
from gpvton.networks.efficientnet import EfficientNetLite0
from gpvton.networks.garment_analyst import GarmentAnalystNetwork
from gpvton.weights.folder import NetworkConfig


def load_garment_analyst(path: Path) -> tuple[GarmentAnalystNetwork, dict[str, Any]]:
    """The network and its run's config from the file that training wrote."""
    if not path.is_file():
        raise WeightsError(f"{path} is missing; train with gpvton train garment-analyst first")
    saved = torch.load(path, map_location="cpu", weights_only=True)
    network = GarmentAnalystNetwork(EfficientNetLite0())
    network.load_state_dict(saved["weights"], strict=True)
    return network.eval(), saved["config"]


def export_garment_analyst(
    path: Path,
    folder: Path,
    size: tuple[int, int] = (384, 288),
    notes: Mapping[str, Any] | None = None,
) -> ExportReport:
    """Write the weights folder for pictures of (h, w) = size."""
    network, recipe = load_garment_analyst(path)
    example = torch.linspace(-1.0, 1.0, 3 * size[0] * size[1]).reshape(1, 3, *size)
    config = NetworkConfig(
        network="garment_analyst",
        input_size=size,
        mean=(127.5, 127.5, 127.5),
        scale=(127.5, 127.5, 127.5),
        labels={
            "parsing": tuple(label.name.lower() for label in PARSING_CLASSES),
            "category": tuple(str(category) for category in CATEGORIES),
            "type": TYPES,
        },
        notes={"recipe": recipe, **(notes or {})},
    )
    names = ("parsing", "mask", "category", "type", "worn", "present")
    return export_network(network, (example,), ("image",), names, config, folder)
