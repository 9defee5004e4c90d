"""From what the published recipes trained to the weights folders that `gpvton try` dresses with."""

from pathlib import Path
from typing import Any

import torch

from gpvton.domain.errors import WeightsError
from gpvton.export.onnx_graph import ExportReport
from gpvton.export.published import export_generator, export_warping
from gpvton.networks.config import Conditioning, WarpingConfig
from gpvton.networks.generator import GeneratorConfig, GeneratorNorm, build_generator
from gpvton.networks.warping import build_warping
from gpvton.weights.published_names import PublishedForm


def export_trained_warping(path: Path, folder: Path) -> ExportReport:
    """`published_warping.pt` to `folder`/published_warping."""
    saved = _read(path)
    network = build_warping(WarpingConfig(**saved["config"]["network"]))
    network.load_state_dict(saved["weights"], strict=True)
    conditioned = network.config.conditioning is Conditioning.CATEGORY
    form = PublishedForm.WARPING_DRESSCODE if conditioned else PublishedForm.WARPING_VITONHD
    return export_warping(network.eval(), form, folder, _size(saved), half=False)


def export_trained_generator(path: Path, folder: Path) -> ExportReport:
    """`published_generator.pt` to `folder`/published_generator."""
    saved = _read(path)
    values = dict(saved["config"]["network"])
    values |= {"widths": tuple(values["widths"]), "norm": GeneratorNorm(values["norm"])}
    network = build_generator(GeneratorConfig(**values))
    network.load_state_dict(saved["weights"], strict=True)
    return export_generator(network.eval(), folder, _size(saved), half=False)


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise WeightsError(f"{path} is missing; train with a published recipe first")
    return torch.load(path, map_location="cpu", weights_only=True)


def _size(saved: dict[str, Any]) -> tuple[int, int]:
    height, width = saved["config"]["size"]
    return int(height), int(width)
