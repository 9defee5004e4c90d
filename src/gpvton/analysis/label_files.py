"""Label maps as picture files: palette pictures that any painting program opens."""

import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from gpvton.analysis.palette import GARMENT_COLOURS, PERSON_COLOURS, Colour
from gpvton.domain.errors import InputError
from gpvton.domain.labels import PERSON_LABEL_COUNT, GarmentLabel
from gpvton.domain.writing import write_bytes

_LABEL_MODES = ("P", "L", "1", "I", "I;16")
_COLOUR_MODES = ("RGB", "RGBA")


def read_labels(path: Path, colours: Mapping[int, Colour] | None = None) -> np.ndarray:
    """A label map, uint8 (h, w): the indices of a palette picture, or grey levels.

    colours: also read a picture in exactly these colours, as painting programs save them.
    Raises InputError when the file is no picture or has colours instead of labels.
    """
    try:
        with Image.open(path) as picture:
            mode = picture.mode
            if mode in _LABEL_MODES:
                return np.asarray(picture).astype(np.uint8)
            if colours is not None and mode in _COLOUR_MODES:
                return _by_colour(path, np.asarray(picture.convert("RGB")), colours)
    except (OSError, SyntaxError, ValueError) as error:
        raise InputError(f"{path} cannot be read as a label map: {error}") from error
    raise InputError(f"{path} is a picture of mode {mode}, expected labels (grey or palette)")


def read_person_parsing(path: Path) -> np.ndarray:
    """A person parsing of our 29 labels, uint8 (h, w).  Raises InputError."""
    labels = read_labels(path, PERSON_COLOURS)
    if labels.max(initial=0) >= PERSON_LABEL_COUNT:
        raise InputError(
            f"{path} has the label {labels.max()}, expected 0 to {PERSON_LABEL_COUNT - 1}"
        )
    return labels


def read_garment_parsing(path: Path) -> np.ndarray:
    """A garment parsing of our labels, uint8 (h, w).  Raises InputError."""
    labels = read_labels(path, GARMENT_COLOURS)
    unknown = set(np.unique(labels).tolist()) - {int(label) for label in GarmentLabel}
    if unknown:
        raise InputError(f"{path} has labels {sorted(unknown)}, which no garment has")
    return labels


def read_mask(path: Path) -> np.ndarray:
    """A grey picture as float32 (h, w) in [0, 1].  Raises InputError."""
    try:
        with Image.open(path) as picture:
            return np.asarray(picture.convert("L")).astype(np.float32) / 255
    except (OSError, SyntaxError, ValueError) as error:
        raise InputError(f"{path} cannot be read as a mask: {error}") from error


def write_labels(path: Path, labels: np.ndarray, colours: Mapping[int, Colour]) -> None:
    """Labels uint8 (h, w) as a palette PNG: index = label, shown in `colours`."""
    table = np.zeros((256, 3), np.uint8)
    for label, colour in colours.items():
        table[label] = colour
    picture = Image.fromarray(np.ascontiguousarray(labels))
    picture.putpalette(table.tobytes())
    _write_png(path, picture)


def write_mask(path: Path, mask: np.ndarray) -> None:
    """A mask in [0, 1] as a grey PNG of 256 levels."""
    levels = np.rint(np.clip(mask, 0, 1) * 255).astype(np.uint8)
    _write_png(path, Image.fromarray(levels))


def _write_png(path: Path, picture: Image.Image) -> None:
    stream = io.BytesIO()
    picture.save(stream, "PNG", compress_level=4)
    write_bytes(path, stream.getvalue())


def _by_colour(path: Path, pixels: np.ndarray, colours: Mapping[int, Colour]) -> np.ndarray:
    packed = (pixels.astype(np.uint32) << np.array([16, 8, 0], np.uint32)).sum(axis=2)
    names = {(r << 16) | (g << 8) | b: label for label, (r, g, b) in colours.items()}
    found, inverse = np.unique(packed, return_inverse=True)
    unknown = [int(value) for value in found if int(value) not in names]
    if unknown:
        raise InputError(
            f"{path} has {len(unknown)} colours that are no label's, such as "
            f"#{unknown[0]:06x}; paint without soft edges, or save labels (grey or palette)"
        )
    table = np.array([names[int(value)] for value in found], np.uint8)
    return table[inverse].reshape(packed.shape)
