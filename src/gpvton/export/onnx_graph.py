"""Export of a torch module to a weights folder, proved equal before it is kept.

Ours: the module is rounded to the stored precision first, so that torch and the graph hold the
same weights; then both must agree on random inputs, by default for batches of one and of three.
"""

import logging
import tempfile
import warnings
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnxscript import optimizer
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.utils import _pytree as pytree

from gpvton.domain.errors import WeightsError
from gpvton.export.external_data import point_into_safetensors
from gpvton.runtime.onnx import load_graph
from gpvton.weights.folder import GRAPH_NAME, WEIGHTS_NAME, NetworkConfig, write_config

TOLERANCE = 1e-3


@dataclass(frozen=True, kw_only=True)
class Check:
    """How far torch and the graph may differ (`largest_difference`), on batches of which sizes."""

    tolerance: float = TOLERANCE
    batches: tuple[int, ...] = (1, 3)


@dataclass(frozen=True, kw_only=True)
class ExportReport:
    """Where the folder is, and the largest difference found, relative to outputs above one."""

    folder: Path
    difference: float


def export_network(
    module: nn.Module,
    example_inputs: Sequence[Tensor],
    input_names: Sequence[str],
    output_names: Sequence[str],
    config: NetworkConfig,
    folder: str | Path,
    *,
    half: bool = True,
    check: Check | None = None,
) -> ExportReport:
    """Write `module` as a weights folder that the core can run.

    example_inputs: float tensors (b, ...), one per forward argument; all sizes but the batch
    become fixed, unless the config's settings name a `size_multiple`: then heights and widths stay
    open, as multiples of it.  output_names follow the order of the (flattened) outputs.
    half: store float16, which halves the file; else the weights stay what they are.
    check: how torch and the graph are compared.
    An existing folder is replaced, its other files (such as a model card) are kept.
    Raises WeightsError when torch and the graph differ by more than the check allows.
    """
    check = check or Check()
    folder = Path(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    stored = stored_weights(module, half=half)
    rounded = deepcopy(module).cpu().float().eval()
    rounded.load_state_dict(stored)
    inputs = tuple(_batch_of(tensor.detach().cpu().float(), 2) for tensor in example_inputs)
    multiple = int(config.settings.get("size_multiple", 0))
    graph = _trace(rounded, inputs, input_names, output_names, multiple)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as name:
        staging = Path(name)
        save_file(stored, staging / WEIGHTS_NAME)
        point_into_safetensors(graph, staging / WEIGHTS_NAME)
        (staging / GRAPH_NAME).write_bytes(graph.SerializeToString())
        write_config(staging, config)
        difference = largest_difference(rounded, inputs, input_names, staging, check.batches)
        if not difference <= check.tolerance:
            raise WeightsError(
                f"torch and the exported graph of {config.network} differ by {difference:.2g}, "
                f"expected at most {check.tolerance:g}; nothing was written"
            )
        folder.mkdir(exist_ok=True)
        for path in staging.iterdir():
            path.chmod(0o644)
            path.replace(folder / path.name)
    return ExportReport(folder=folder, difference=difference)


def stored_weights(module: nn.Module, *, half: bool = True) -> dict[str, Tensor]:
    """The module's state as stored: float16 from two dimensions on, else float32; integers kept.

    Without `half` all of it is float32.

    Raises WeightsError when a value is not finite or does not fit float16.
    """
    stored = {}
    for name, tensor in module.state_dict().items():
        value = tensor.detach().cpu()
        if value.is_floating_point():
            value = value.to(torch.float16 if half and value.dim() >= 2 else torch.float32)
            if not torch.isfinite(value).all():
                raise WeightsError(f"weight {name} is not finite in {value.dtype}")
        stored[name] = value.contiguous().clone()
    return stored


def largest_difference(
    module: nn.Module,
    inputs: Sequence[Tensor],
    input_names: Sequence[str],
    folder: Path,
    batches: Sequence[int] = (1, 3),
) -> float:
    """Largest |torch - graph| / max(1, |torch|) over batches of random inputs."""
    graph = load_graph(folder)
    worst = 0.0
    generator = torch.Generator().manual_seed(0)
    for batch in batches:
        random = [
            torch.rand((batch, *tensor.shape[1:]), generator=generator)
            * (tensor.amax() - tensor.amin())
            + tensor.amin()
            for tensor in inputs
        ]
        with torch.inference_mode():
            expected = pytree.tree_leaves(module(*random))
        found = graph(**{n: t.numpy() for n, t in zip(input_names, random, strict=True)})
        for ours, theirs in zip(expected, found.values(), strict=True):
            reference = ours.numpy()
            error = np.abs(reference - theirs) / np.maximum(1.0, np.abs(reference))
            worst = max(worst, float(error.max()))
            if not np.isfinite(error).all():
                return float("inf")
    return worst


def _batch_of(tensor: Tensor, count: int) -> Tensor:
    return tensor[:1].expand(count, *tensor.shape[1:]).clone()


def _trace(
    module: nn.Module,
    inputs: tuple[Tensor, ...],
    input_names: Sequence[str],
    output_names: Sequence[str],
    multiple: int = 0,
) -> onnx.ModelProto:
    open_: dict[int, Any] = {0: torch.export.Dim("batch")}
    if multiple:
        open_ |= {
            axis: multiple * torch.export.Dim(name, min=2)
            for axis, name in ((2, "rows"), (3, "columns"))
        }
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            program = torch.onnx.export(
                module,
                inputs,
                input_names=list(input_names),
                output_names=list(output_names),
                dynamic_shapes=tuple(open_ for _ in inputs),
                dynamo=True,
                optimize=False,  # full optimisation fuses norms into weights; ONNX Runtime does it
                verbose=False,
            )
    finally:
        logger.setLevel(level)
    if program is None:
        raise WeightsError("torch.onnx.export returned no graph")
    optimizer.fold_constants(program.model)
    optimizer.remove_unused_nodes(program.model)
    return _without_traces(program.model_proto)


def _without_traces(model: onnx.ModelProto) -> onnx.ModelProto:
    """Drop what the exporter notes about source files; it is large and names local folders."""
    model.ClearField("metadata_props")
    model.graph.ClearField("metadata_props")
    model.graph.ClearField("doc_string")
    for entries in (model.graph.node, model.graph.value_info, model.graph.initializer):
        for entry in entries:
            entry.ClearField("metadata_props")
            entry.ClearField("doc_string")
    for entry in (*model.graph.input, *model.graph.output):
        entry.ClearField("metadata_props")
    return model
