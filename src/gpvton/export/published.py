"""From the authors' checkpoints to weights folders: `gpvton convert`."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

import torch
from jaxtyping import Float
from torch import Tensor, nn

from gpvton.domain.errors import WeightsError
from gpvton.export.checkpoint import Checkpoint, read_checkpoint
from gpvton.export.onnx_graph import TOLERANCE, Check, ExportReport, export_network
from gpvton.networks.config import Conditioning, WarpingConfig
from gpvton.networks.generator import Generator, GeneratorConfig, build_generator
from gpvton.networks.values import GarmentInput, PersonInput
from gpvton.networks.warping import WarpingNetwork, build_warping
from gpvton.weights.folder import NetworkConfig
from gpvton.weights.published_names import PublishedForm

N = TypeVar("N", bound=nn.Module)

WARPING_SIZE = (512, 384)
"""Height and width that the warping network runs at, also for pictures of 1024 x 768."""

BATCHES = (1,)
"""Torch and the graph are compared on one picture: at full size it takes half a minute."""


class WarpingGraph(WarpingNetwork):
    """The warping network at inference as one function of tensors, for a graph."""

    def forward(  # type: ignore[override]  # tensors where the network takes values
        self,
        garment: Float[Tensor, "b 3 h w"],
        garment_parsing: Float[Tensor, "b 1 h w"],
        part_masks: Float[Tensor, "b part h w"],
        person_condition: Float[Tensor, "b c h w"],
        preserve_mask: Float[Tensor, "b 1 h w"],
        category: Float[Tensor, "b 1"] | None = None,
    ) -> tuple[Tensor, Tensor | None]:
        """Flow (b, part, 2, h, w) and parsing logits (b, classes, h, w)."""
        warping = super().forward(
            GarmentInput(
                image=garment,
                parsing=garment_parsing,
                mask=garment_parsing,  # feeds only losses
                part_masks=part_masks[:, :, None],
            ),
            PersonInput(condition=person_condition, preserve_mask=preserve_mask),
            None if category is None else category[:, 0],
        )
        return warping.flow, warping.logits


class GeneratorGraph(Generator):
    """The generator's raw output as one function of tensors, for a graph."""

    def forward(self, inputs: Float[Tensor, "b c h w"]) -> Float[Tensor, "b 4 h w"]:  # type: ignore[override]
        """Before tanh (3 channels) and sigmoid (1)."""
        return self.raw(inputs)


def load_warping(checkpoint: Checkpoint) -> WarpingNetwork:
    """The authors' warping network with their weights, float32."""
    conditioned = checkpoint.form is PublishedForm.WARPING_DRESSCODE
    network = build_warping(WarpingConfig.dresscode() if conditioned else WarpingConfig.vitonhd())
    return _filled(network, checkpoint)


def load_generator(checkpoint: Checkpoint) -> Generator:
    """The authors' generator with their weights, float32."""
    return _filled(build_generator(GeneratorConfig.published()), checkpoint)


def convert(
    checkpoints: Sequence[str | Path],
    folder: str | Path,
    *,
    generator_size: tuple[int, int] = WARPING_SIZE,
    warping_size: tuple[int, int] = WARPING_SIZE,
    half: bool = False,
    tolerance: float = TOLERANCE,
) -> list[ExportReport]:
    """Write each checkpoint's weights folder into `folder`: `published_warping` and
    `published_generator`.

    generator_size: (height, width) of the pictures it will render, such as (1024, 768).
    half: store float16 (half the size, and no longer the exact weights).
    tolerance: how far torch and a graph may differ on noise, in float32.  The DressCode network can
    need more than the default: its norms amplify rounding.
    Raises WeightsError, before anything is written, for a file that `read_checkpoint` refuses, and
    when two files hold the same kind of network.
    """
    read = [read_checkpoint(path) for path in checkpoints]
    kinds = [checkpoint.form is PublishedForm.GENERATOR for checkpoint in read]
    if len(set(kinds)) < len(kinds):
        raise WeightsError("two of the files hold the same kind of network; give one of each")
    return [
        _export_generator(checkpoint, Path(folder), generator_size, half, tolerance)
        if checkpoint.form is PublishedForm.GENERATOR
        else _export_warping(checkpoint, Path(folder), warping_size, half, tolerance)
        for checkpoint in read
    ]


def _filled(network: N, checkpoint: Checkpoint) -> N:
    try:
        network.load_state_dict(checkpoint.weights, strict=True)
    except RuntimeError as error:
        reason = str(error).strip().splitlines()[-1].strip()
        raise WeightsError(f"the weights do not fit {checkpoint.form.value}: {reason}") from error
    return network.eval()


def _export_warping(
    checkpoint: Checkpoint, folder: Path, size: tuple[int, int], half: bool, tolerance: float
) -> ExportReport:
    return export_warping(load_warping(checkpoint), checkpoint.form, folder, size, half, tolerance)


def export_warping(
    network: WarpingNetwork,
    form: PublishedForm,
    folder: Path,
    size: tuple[int, int],
    half: bool,
    tolerance: float = TOLERANCE,
) -> ExportReport:
    """Write `published_warping` into `folder`, for pictures of (height, width) = size."""
    graph = WarpingGraph(
        config=network.config,
        garment_encoder=network.garment_encoder,
        person_encoder=network.person_encoder,
        garment_pyramid=network.garment_pyramid,
        person_pyramid=network.person_pyramid,
        cascade=network.cascade,
    )
    names = ["garment", "garment_parsing", "part_masks", "person_condition", "preserve_mask"]
    ranges = [(3, -1.0), (1, 0.0), (3, 0.0), (51, -1.0), (1, 0.0)]
    examples = [_example(channels, low, size) for channels, low in ranges]
    if network.config.conditioning is Conditioning.CATEGORY:
        names.append("category")
        examples.append(torch.tensor([[1 / 3]]))
    config = NetworkConfig(
        network="published_warping",
        input_size=size,
        settings=asdict(network.config),
        notes={"form": form.value},
    )
    target = folder / config.network
    return export_network(
        graph,
        examples,
        names,
        ("flow", "logits"),
        config,
        target,
        half=half,
        check=Check(tolerance=tolerance, batches=BATCHES),
    )


def _export_generator(
    checkpoint: Checkpoint, folder: Path, size: tuple[int, int], half: bool, tolerance: float
) -> ExportReport:
    return export_generator(load_generator(checkpoint), folder, size, half, tolerance)


def export_generator(
    network: Generator,
    folder: Path,
    size: tuple[int, int],
    half: bool,
    tolerance: float = TOLERANCE,
) -> ExportReport:
    """Write `published_generator` into `folder`, for pictures of (height, width) = size."""
    graph = GeneratorGraph(network.config, network.unet)
    config = NetworkConfig(
        network="published_generator",
        input_size=size,
        settings=asdict(network.config),
        notes={"form": PublishedForm.GENERATOR.value},
    )
    example = _example(network.config.in_channels, -1.0, size)
    target = folder / config.network
    return export_network(
        graph,
        (example,),
        ("inputs",),
        ("raw",),
        config,
        target,
        half=half,
        check=Check(tolerance=tolerance, batches=BATCHES),
    )


def _example(channels: int, low: float, size: tuple[int, int]) -> Tensor:
    """Values from `low` to 1."""
    return torch.linspace(low, 1.0, channels * size[0] * size[1]).reshape(1, channels, *size)
