"""Files of data sets beside label maps and key points: flows, ratios, pictures."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from gpvton.domain.errors import InputError


def read_flow(path: Path) -> np.ndarray:
    """A true flow: float32 (2, h, w) in [-1, 1] into the garment's picture, NaN where none shows.

    Raises InputError.
    """
    try:
        flow = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise InputError(f"{path} cannot be read as an array: {error}") from error
    if flow.ndim != 3 or flow.shape[0] != 2:
        raise InputError(f"{path} holds {flow.shape}, expected a flow (2, h, w)")
    return flow.astype(np.float32)


def read_ratios(path: Path) -> dict[str, float]:
    """Person's name to ratio from a JSON object; empty when there is no file."""
    if not path.is_file():
        return {}
    try:
        return {name: float(value) for name, value in _json(path).items()}
    except (TypeError, ValueError) as error:
        raise InputError(f"{path}: {error}; expected names with numbers") from error


def verify_picture(path: Path) -> None:
    """Decode a picture.  Raises InputError when that fails."""
    try:
        with Image.open(path) as picture:
            picture.load()
    except (OSError, SyntaxError, ValueError) as error:
        raise InputError(f"{path} cannot be read as a picture: {error}") from error


def _json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is not JSON: {error}") from error
    if not isinstance(values, dict):
        raise InputError(f"{path} holds a {type(values).__name__}, expected an object")
    return values
