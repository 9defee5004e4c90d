"""From a trained person analyst to the weights folder that the core runs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from gpvton.domain.annotations import FACINGS
from gpvton.domain.errors import WeightsError
from gpvton.domain.keypoints import KEYPOINT_NAMES
from gpvton.domain.labels import PersonLabel
from gpvton.export.onnx_graph import ExportReport, export_network
from gpvton.networks.efficientnet import EfficientNetLite0
from gpvton.networks.person_analyst import PersonAnalystNetwork
from gpvton.weights.folder import NetworkConfig


def load_person_analyst(path: Path) -> tuple[PersonAnalystNetwork, dict[str, Any]]:
    """The network and its run's config from the file that training wrote."""
    if not path.is_file():
        raise WeightsError(f"{path} is missing; train with gpvton train person-analyst first")
    saved = torch.load(path, map_location="cpu", weights_only=True)
    network = PersonAnalystNetwork(EfficientNetLite0())
    network.load_state_dict(saved["weights"], strict=True)
    return network.eval(), saved["config"]


def coarse_size(size: tuple[int, int]) -> tuple[int, int]:
    """Size of a look that only finds people: two thirds, in multiples of 32."""
    height, width = (max(round(side / 48), 2) * 32 for side in size)
    return height, width


def export_person_analyst(
    path: Path,
    folder: Path,
    size: tuple[int, int] = (384, 288),
    notes: Mapping[str, Any] | None = None,
) -> ExportReport:
    """Write the weights folder for pictures of (h, w) = size; other multiples of 32 work, too."""
    network, recipe = load_person_analyst(path)
    low = (0.0 - 127.5) / 127.5
    example = torch.linspace(low, -low, 3 * size[0] * size[1]).reshape(1, 3, *size)
    config = NetworkConfig(
        network="person_analyst",
        input_size=size,
        mean=(127.5, 127.5, 127.5),
        scale=(127.5, 127.5, 127.5),
        settings={"coarse_size": coarse_size(size), "size_multiple": 32},
        labels={
            "parsing": tuple(label.name.lower() for label in PersonLabel),
            "heat": KEYPOINT_NAMES,
            "facing": tuple(str(facing) for facing in FACINGS),
        },
        notes={"recipe": recipe, **(notes or {})},
    )
    names = ("parsing", "silhouette", "heat", "missing", "facing")
    return export_network(network, (example,), ("image",), names, config, folder)
