"""Let a graph's weights live in a safetensors file, by byte offset."""

import json
import struct
from pathlib import Path

import onnx
from onnx import TensorProto

from gpvton.domain.errors import WeightsError

_TYPES = {
    "F16": TensorProto.FLOAT16,
    "F32": TensorProto.FLOAT,
    "I64": TensorProto.INT64,
    "I32": TensorProto.INT32,
    "BOOL": TensorProto.BOOL,
}


def tensor_places(path: Path) -> dict[str, tuple[int, list[int], int, int]]:
    """Name to (ONNX type, shape, byte offset in the file, length) of a safetensors file."""
    with path.open("rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        header = json.loads(stream.read(length))
    header.pop("__metadata__", None)
    return {
        name: (
            _TYPES[entry["dtype"]],
            entry["shape"],
            8 + length + entry["data_offsets"][0],
            entry["data_offsets"][1] - entry["data_offsets"][0],
        )
        for name, entry in header.items()
    }


def point_into_safetensors(model: onnx.ModelProto, path: Path) -> None:
    """Replace, in place, the initializers that `path` holds by references into it.

    Float16 weights get a Cast to float32, which ONNX Runtime folds when it loads the graph.
    Initializers that the file does not hold (constants of the tracing) stay in the graph.
    Raises WeightsError when a shape differs.
    """
    places = tensor_places(path)
    casts = []
    for tensor in model.graph.initializer:
        if tensor.name not in places:
            continue
        kind, shape, offset, length = places[tensor.name]
        if list(tensor.dims) != shape:
            raise WeightsError(
                f"{tensor.name} is {list(tensor.dims)} in the graph and {shape} in {path.name}"
            )
        name, wanted = tensor.name, tensor.data_type
        tensor.Clear()
        tensor.dims.extend(shape)
        tensor.data_type = kind
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in (("location", path.name), ("offset", offset), ("length", length)):
            tensor.external_data.add(key=key, value=str(value))
        if kind == wanted:
            tensor.name = name
        else:
            tensor.name = f"{name}.stored"
            casts.append(onnx.helper.make_node("Cast", [tensor.name], [name], to=wanted))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
