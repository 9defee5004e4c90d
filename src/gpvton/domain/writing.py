"""Pictures out: the format by suffix, whole or not at all."""

import io
import os
from pathlib import Path

import numpy as np
from PIL import Image, PngImagePlugin

from gpvton.domain.errors import OutputError
from gpvton.domain.provenance import Provenance

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
"""Suffix to Pillow's format; only PNG keeps every pixel as it is."""


def check_output(path: str | Path) -> None:
    """Raise OutputError now rather than after the work: wrong suffix, no folder, not writable."""
    path = Path(path)
    if path.suffix.lower() not in FORMATS:
        raise OutputError(
            f"{path} has the suffix {path.suffix!r}, expected one of {', '.join(FORMATS)}"
        )
    if path.is_dir():
        raise OutputError(f"{path} is a folder, expected the name of a file")
    if not path.parent.is_dir():
        raise OutputError(f"{path}: there is no folder {path.parent}; create it first")
    _probe(path.parent, path)


def check_folder(path: str | Path) -> None:
    """Raise OutputError now where `make_folder` or a file in it would fail later."""
    path = Path(path)
    there = path
    while not there.exists() and there != there.parent:
        there = there.parent
    if not there.is_dir():
        raise OutputError(f"{path} cannot be a folder: {there} is a file; choose another place")
    _probe(there, path)


def make_folder(path: str | Path) -> Path:
    """The folder, made with its parents where missing.  Raises OutputError."""
    path = Path(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make the folder {path}: {error.strerror or error}") from error
    return path


def write_image(path: str | Path, pixels: np.ndarray, metadata: Provenance | None = None) -> None:
    """Write uint8 pixels, (h, w), (h, w, 3) or (h, w, 4), as PNG, JPEG or WebP.

    The file appears complete or not at all.  Raises OutputError.
    """
    path = Path(path)
    check_output(path)
    write_bytes(path, encode_image(pixels, FORMATS[path.suffix.lower()], metadata))


def encode_image(pixels: np.ndarray, form: str, metadata: Provenance | None = None) -> bytes:
    """A picture file's content; `form` is a value of `FORMATS`."""
    image = Image.fromarray(np.ascontiguousarray(pixels))
    stream = io.BytesIO()
    xmp = metadata.xmp() if metadata is not None else None
    if form == "PNG":
        info = PngImagePlugin.PngInfo()
        if xmp is not None:
            info.add_itxt("XML:com.adobe.xmp", xmp)
        image.save(stream, form, pnginfo=info, compress_level=4)
    else:
        options = {"xmp": xmp.encode("utf-8")} if xmp is not None else {}
        if form == "JPEG":
            options |= {"quality": 95, "subsampling": 0}
            image = image.convert("L" if image.mode == "L" else "RGB")
        else:
            options |= {"quality": 95}
        image.save(stream, form, **options)
    return stream.getvalue()


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file under a temporary name beside its place, then rename it."""
    temporary = _temporary(path)
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise OutputError(
            f"{path} cannot be written: {error.strerror or error}; choose another place"
        ) from error


def _temporary(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def _probe(folder: Path, wanted: Path) -> None:
    probe = _temporary(folder / "probe")
    try:
        probe.touch(exist_ok=False)
        probe.unlink()
    except OSError as error:
        raise OutputError(
            f"{wanted} cannot be written: {error.strerror or error}; choose another place"
        ) from error
