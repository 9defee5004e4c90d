"""The authors' checkpoint files: read without running their code, recognised, renamed strictly."""

import pickle
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gpvton.domain.errors import WeightsError
from gpvton.weights.published_names import IGNORED_NAMES, PublishedForm, rows

_LEGACY_MAGIC = b"\x80\x02"


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A network's weights under our names."""

    form: PublishedForm
    weights: Mapping[str, Tensor]


def read_checkpoint(path: str | Path) -> Checkpoint:
    """Read a `.pth` file of the authors and recognise which network it holds.

    Nothing but tensors is unpickled.  Raises WeightsError for a file that is missing, truncated, no
    PyTorch file, with pickled code, an optimiser's state, of a wrapped module, or of another
    network.
    """
    path = Path(path)
    values = _load(path)
    if not isinstance(values, Mapping) or not values:
        raise WeightsError(f"{path} holds a {type(values).__name__}, expected names and tensors")
    if {"state", "param_groups"} <= set(values):
        raise WeightsError(
            f"{path} is an optimiser's state; give the network's file, saved beside it"
        )
    other = [name for name, value in values.items() if not isinstance(value, Tensor)]
    if other:
        raise WeightsError(
            f"{path} holds more than tensors (such as {other[0]!r}); give the file of the "
            "network's state_dict alone"
        )
    if all(str(name).startswith("module.") for name in values):
        raise WeightsError(
            f"{path}: every name starts with 'module.', so a parallel wrapper was saved; save "
            "network.module.state_dict() instead"
        )
    return _recognised(path, {k: v for k, v in values.items() if k not in IGNORED_NAMES})


def _load(path: Path) -> Any:
    if not path.is_file():
        raise WeightsError(f"no checkpoint file at {path}; give the authors' .pth file")
    with path.open("rb") as stream:
        start = stream.read(4)
    zipped = start == b"PK\x03\x04"
    if not zipped and not start.startswith(_LEGACY_MAGIC):
        raise WeightsError(f"{path} is no PyTorch checkpoint; give the authors' .pth file")
    if zipped and not zipfile.is_zipfile(path):
        raise WeightsError(f"{path} is truncated; fetch it again")
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        if "Weights only load failed" in str(error):
            raise WeightsError(
                f"{path} holds pickled objects besides tensors, which could run code; it was not "
                "loaded. Give the file of the network's state_dict"
            ) from error
        raise WeightsError(f"{path} is damaged ({_reason(error)}); fetch it again") from error
    except (RuntimeError, EOFError, ValueError, OSError, KeyError) as error:
        raise WeightsError(
            f"{path} is truncated or damaged ({_reason(error)}); fetch it again"
        ) from error


def _reason(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _recognised(path: Path, values: Mapping[str, Tensor]) -> Checkpoint:
    tables = {
        form: {name for row in rows(form) for name in row.published} for form in PublishedForm
    }
    form = max(tables, key=lambda each: _likeness(tables[each], set(values)))
    missing, unknown = sorted(tables[form] - set(values)), sorted(set(values) - tables[form])
    if not missing and not unknown:
        return Checkpoint(form=form, weights=_renamed(path, form, values))
    if _likeness(tables[form], set(values)) < 0.5:
        raise WeightsError(
            f"{path} is no GP-VTON network (its first name is {next(iter(values))!r}); give the "
            "authors' warping or generator file"
        )
    raise WeightsError(
        f"{path} looks like {form.value}, but {len(missing)} names are missing"
        f"{_such_as(missing)} and {len(unknown)} are unknown{_such_as(unknown)}; give the file as "
        "the authors released it"
    )


def _likeness(table: set[str], names: set[str]) -> float:
    return len(table & names) / len(table | names)


def _such_as(names: list[str]) -> str:
    return f" (such as {names[0]})" if names else ""


def _renamed(path: Path, form: PublishedForm, values: Mapping[str, Tensor]) -> dict[str, Tensor]:
    weights = {}
    for row in rows(form):
        tensors = [values[name] for name in row.published]
        shapes = {tuple(tensor.shape) for tensor in tensors}
        if len(shapes) > 1:
            raise WeightsError(
                f"{path}: {', '.join(row.published)} differ in shape: {sorted(shapes)}"
            )
        weights[row.ours] = torch.stack(tensors) if row.stacked else tensors[0]
    return weights
