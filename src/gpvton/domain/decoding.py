"""Picture files to RGB and alpha: size limits first, then rotation, colour space and depth."""

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from gpvton.domain.errors import ImageError

DEFAULT_MAXIMUM_PIXELS = 50_000_000
"""Largest picture that is decoded: 50 megapixels."""

READABLE = "JPEG, PNG, WebP, TIFF, BMP or GIF"

_DAMAGE = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error)
"""What Pillow's decoders raise on damaged files."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A picture whose header was read, and how to name it in messages."""

    image: Image.Image
    described: str


@contextmanager
def open_checked(source: str | Path | bytes | Image.Image, maximum_pixels: int) -> Iterator[Opened]:
    """Open a picture and check its size by the header alone; raises ImageError."""
    if isinstance(source, Image.Image):
        opened = Opened(image=source, described="the picture")
        _check_size(opened, maximum_pixels)
        yield opened
        return
    if isinstance(source, bytes):
        stream, described = io.BytesIO(source), "the picture"
        empty = not source
    else:
        path = Path(source)
        _check_file(path)
        stream, described, empty = path, str(path), path.stat().st_size == 0
    if empty:
        raise ImageError(f"{described} is empty (0 bytes); use another file")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our limit is stricter
        try:
            image = Image.open(stream)
        except Image.DecompressionBombError as error:
            most = 2 * (Image.MAX_IMAGE_PIXELS or 0) / 1e6
            raise ImageError(
                f"{described} has more than {most:.0f} megapixels; make it smaller"
            ) from error
        except UnidentifiedImageError:
            raise ImageError(
                f"{described} is no picture that can be read, expected {READABLE}; convert it "
                "(HEIC and SVG are not read)"
            ) from None
        except _DAMAGE as error:
            raise ImageError(f"{described} cannot be opened: {error}") from error
    with image:
        opened = Opened(image=image, described=described)
        _check_size(opened, maximum_pixels)
        yield opened


def to_rgb_and_alpha(opened: Opened) -> tuple[np.ndarray, np.ndarray | None, tuple[str, ...]]:
    """Decode: uint8 (h, w, 3) upright sRGB, uint8 (h, w) alpha or None, and warnings.

    Where alpha is 0 the pixels are white; elsewhere they are not mixed with anything.
    """
    try:
        opened.image.load()
        upright = ImageOps.exif_transpose(opened.image)
    except _DAMAGE as error:
        raise ImageError(
            f"{opened.described} is damaged or cut off: {error}; fetch or save it again"
        ) from error
    image = _to_eight_bits(upright, opened.described)
    alpha = _alpha_of(image)
    rgb, warning = _to_srgb(image)
    pixels = np.array(rgb)
    if alpha is not None:
        pixels[alpha == 0] = 255
    return pixels, alpha, (warning,) if warning else ()


def _check_file(path: Path) -> None:
    try:
        if path.is_dir():
            raise ImageError(f"{path} is a folder, expected a picture file ({READABLE})")
        if not path.exists():
            raise ImageError(f"there is no file {path}; check the name")
        with path.open("rb"):
            pass
    except OSError as error:
        raise ImageError(f"{path} cannot be read: {error.strerror or error}") from error


def _check_size(opened: Opened, maximum_pixels: int) -> None:
    width, height = opened.image.size
    if width * height > maximum_pixels:
        raise ImageError(
            f"{opened.described} is {width} x {height} pixels, expected at most "
            f"{maximum_pixels / 1e6:g} megapixels; make it smaller, or raise the limit"
        )


def _to_eight_bits(image: Image.Image, described: str) -> Image.Image:
    if image.mode == "F":
        raise ImageError(
            f"{described} holds floating point values, expected 8 or 16 bits a channel"
        )
    if image.mode != "I" and not image.mode.startswith("I;16"):
        return image
    values = np.asarray(image).astype(np.int64)
    if values.min() < 0 or values.max() > 65535:
        raise ImageError(f"{described} has more than 16 bits a channel, expected 8 or 16")
    grey = Image.fromarray(np.rint(values / 257).astype(np.uint8))
    grey.info = dict(image.info)
    return grey


def _alpha_of(image: Image.Image) -> np.ndarray | None:
    if not image.has_transparency_data:
        return None
    alpha = np.array(image.convert("RGBA").getchannel("A"))
    return None if alpha.min() == 255 else alpha


def _to_srgb(image: Image.Image) -> tuple[Image.Image, str | None]:
    profile = image.info.get("icc_profile")
    if image.mode in ("P", "PA", "LA", "La", "RGBa", "1"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if profile and image.mode in ("RGB", "RGBA", "CMYK", "L"):
        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if "srgb" not in ImageCms.getProfileDescription(given).lower():
                opaque = image.convert("RGB") if image.mode == "RGBA" else image
                converted = ImageCms.profileToProfile(
                    opaque, given, ImageCms.createProfile("sRGB"), outputMode="RGB"
                )
                if converted is not None:
                    return converted, None
        except (ImageCms.PyCMSError, OSError) as error:
            return image.convert("RGB"), f"the colour profile cannot be used ({error})"
    return image.convert("RGB"), None
