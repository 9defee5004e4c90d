"""A weights folder: `config.json`, `model.safetensors` and `graph.onnx`, opened strictly.

The weights exist once: tensors of two or more dimensions as float16, the rest as float32, in
`model.safetensors`, under the names of the torch module.  `graph.onnx` holds no weights; its
external data point into the safetensors file by byte offset.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from gpvton.domain.errors import WeightsError

FORMAT_VERSION = 1
CONFIG_NAME = "config.json"
WEIGHTS_NAME = "model.safetensors"
GRAPH_NAME = "graph.onnx"


@dataclass(frozen=True, kw_only=True)
class NetworkConfig:
    """What a network is, and what it takes and gives.

    network: its name in our tables, such as "person_analyst".
    settings: the network's own config dataclass, as JSON values.
    input_size: (height, width) in pixels that the graph is built for.
    mean, scale: per channel, in grey levels 0..255; the network sees (pixels - mean) / scale.
    labels: output head to the names of its channels, in order.
    notes: anything else worth keeping (data, step count, metrics), as JSON values.
    """

    network: str
    input_size: tuple[int, int]
    mean: tuple[float, float, float] = (127.0, 127.0, 127.0)
    scale: tuple[float, float, float] = (128.0, 128.0, 128.0)
    settings: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, count in (("input_size", 2), ("mean", 3), ("scale", 3)):
            value = tuple(getattr(self, name))
            if len(value) != count:
                raise WeightsError(f"{name} is {value}, expected {count} numbers")
            object.__setattr__(self, name, value)
        labels = {head: tuple(names) for head, names in self.labels.items()}
        object.__setattr__(self, "labels", labels)
        if min(self.input_size) < 1 or 0 in self.scale:
            raise WeightsError(
                f"input_size {self.input_size} and scale {self.scale} must be positive"
            )


@dataclass(frozen=True, kw_only=True)
class WeightsFolder:
    """A folder whose files were checked against its config."""

    path: Path
    config: NetworkConfig
    digest: str

    @property
    def graph(self) -> Path:
        """The ONNX graph."""
        return self.path / GRAPH_NAME

    @property
    def weights(self) -> Path:
        """The safetensors file."""
        return self.path / WEIGHTS_NAME


def open_folder(path: str | Path, network: str | None = None) -> WeightsFolder:
    """Check a weights folder and read its config.

    `digest` of the result is the SHA-256 of the weights file, in hexadecimal.
    Raises WeightsError when a file is missing, has another size or content than the config says,
    or when the folder is of another format version or of another network than `network`.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise WeightsError(f"no weights folder at {folder}; give a folder with {CONFIG_NAME}")
    values = _read_config(folder / CONFIG_NAME)
    version = values.pop("format_version", None)
    if version != FORMAT_VERSION:
        raise WeightsError(
            f"{folder} has weights format {version}, this gpvton reads {FORMAT_VERSION}; "
            "install the gpvton version that wrote it, or export the weights again"
        )
    files = values.pop("files", {})
    config = _config_from(values, folder / CONFIG_NAME)
    if network is not None and config.network != network:
        raise WeightsError(
            f"{folder} holds the network {config.network!r}, expected {network!r}; "
            "give the folder of the right network"
        )
    for name in (WEIGHTS_NAME, GRAPH_NAME):
        _check_file(folder / name, files.get(name))
    return WeightsFolder(path=folder, config=config, digest=files[WEIGHTS_NAME]["sha256"])


def write_config(folder: Path, config: NetworkConfig) -> None:
    """Write `config.json` for the weights and graph that are already in `folder`."""
    files = {
        name: {"bytes": (folder / name).stat().st_size, "sha256": file_digest(folder / name)}
        for name in (WEIGHTS_NAME, GRAPH_NAME)
    }
    values = {"format_version": FORMAT_VERSION, **asdict(config), "files": files}
    (folder / CONFIG_NAME).write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _read_config(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WeightsError(f"{path.parent} has no {CONFIG_NAME}; it is no weights folder") from None
    except (OSError, ValueError) as error:
        raise WeightsError(f"cannot read {path}: {error}; fetch the folder again") from error
    if not isinstance(values, dict):
        raise WeightsError(f"{path} holds no JSON object; fetch the folder again")
    return values


def _config_from(values: dict[str, Any], path: Path) -> NetworkConfig:
    known = {entry.name for entry in fields(NetworkConfig)}
    unknown, missing = set(values) - known, {"network", "input_size"} - set(values)
    if unknown or missing:
        raise WeightsError(
            f"{path}: unknown entries {sorted(unknown)}, missing entries {sorted(missing)}"
        )
    return NetworkConfig(**values)


def _check_file(path: Path, expected: Mapping[str, Any] | None) -> None:
    if expected is None:
        raise WeightsError(f"{path.parent / CONFIG_NAME} does not list {path.name}; export again")
    if not path.is_file():
        raise WeightsError(f"{path} is missing; fetch the weights folder again")
    size = path.stat().st_size
    if size != expected["bytes"]:
        raise WeightsError(
            f"{path} has {size} bytes, expected {expected['bytes']}; fetch the folder again"
        )
    if file_digest(path) != expected["sha256"]:
        raise WeightsError(
            f"{path} was changed: its SHA-256 is not the one in {CONFIG_NAME}; fetch it again"
        )
