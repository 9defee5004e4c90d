"""Photos: reading them from anywhere, and the only conversions of pixel values.

Inside, a picture is uint8 (h, w, 3) sRGB at the edge of the program and float32 [-1, 1] in the
networks; nothing else.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from gpvton.domain.decoding import DEFAULT_MAXIMUM_PIXELS, open_checked, to_rgb_and_alpha
from gpvton.domain.errors import ImageError

MINIMUM_SIDE = 64
"""Pixels that the shorter side of a photo needs."""

_FLAT_RANGE = 4
"""A picture whose grey levels all lie within this range shows nothing."""


@dataclass(frozen=True, kw_only=True)
class Photo:
    """A picture as the program sees it: upright, sRGB.

    pixels: uint8 (h, w, 3).  Fully transparent places are white.
    alpha: uint8 (h, w), or None when the picture is opaque everywhere.
    name: the file's name without folder and suffix, or None.
    warnings: plain sentences for the user.
    """

    pixels: np.ndarray
    alpha: np.ndarray | None = None
    name: str | None = None
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        pixels = self.pixels
        if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
            raise ImageError(
                f"pixels are {pixels.dtype} {pixels.shape}, expected uint8 (h, w, 3); "
                "convert them, or give the file"
            )
        if self.alpha is not None and (
            self.alpha.dtype != np.uint8 or self.alpha.shape != pixels.shape[:2]
        ):
            raise ImageError(
                f"alpha is {self.alpha.dtype} {self.alpha.shape}, expected uint8 {pixels.shape[:2]}"
            )

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) in pixels."""
        return self.pixels.shape[0], self.pixels.shape[1]

    def on_white(self) -> "Photo":
        """The same picture, opaque: what is transparent shows white."""
        if self.alpha is None:
            return self
        alpha = self.alpha[..., None].astype(np.uint16)
        mixed = (self.pixels * alpha + 255 * (255 - alpha) + 127) // 255
        return Photo(pixels=mixed.astype(np.uint8), name=self.name, warnings=self.warnings)


PhotoSource = str | Path | bytes | Image.Image | np.ndarray | Photo
"""What `read_photo` takes: a path, a file's bytes, a Pillow image, a uint8 array, or a photo."""


def read_photo(source: PhotoSource, *, maximum_pixels: int = DEFAULT_MAXIMUM_PIXELS) -> Photo:
    """Read a photo: rotated as its EXIF says, colours converted to sRGB, alpha kept apart.

    Arrays are uint8 (h, w), (h, w, 3) or (h, w, 4) in sRGB.
    Raises ImageError when there is nothing to read, when it is no picture or a damaged one, when
    it is blank, when a side is below 64 pixels or when there are more than `maximum_pixels`
    (seen in the header, before anything is decoded).
    """
    if isinstance(source, Photo):
        return source
    if isinstance(source, np.ndarray):
        source = _image_from_array(source)
    with open_checked(source, maximum_pixels) as opened:
        described = opened.described
        width, height = opened.image.size
        if min(width, height) < MINIMUM_SIDE:
            raise ImageError(
                f"{described} is {width} x {height} pixels, expected at least {MINIMUM_SIDE} on "
                "each side; use a larger picture"
            )
        pixels, alpha, warnings = to_rgb_and_alpha(opened)
    _check_not_blank(pixels, alpha, described)
    name = Path(source).stem if isinstance(source, str | Path) else None
    return Photo(pixels=pixels, alpha=alpha, name=name, warnings=warnings)


def to_float(pixels: np.ndarray) -> np.ndarray:
    """Uint8 grey levels to float32 in [-1, 1]."""
    return pixels.astype(np.float32) * np.float32(2 / 255) - 1


def to_uint8(values: np.ndarray) -> np.ndarray:
    """Inverse of `to_float`, rounded to the nearest grey level and clipped."""
    return np.clip(np.rint((values + 1) * 127.5), 0, 255).astype(np.uint8)


def _image_from_array(array: np.ndarray) -> Image.Image:
    channels = array.shape[2] if array.ndim == 3 else 0
    if array.dtype != np.uint8 or array.ndim not in (2, 3) or channels not in (0, 3, 4):
        raise ImageError(
            f"the array is {array.dtype} {array.shape}, expected uint8 (h, w), (h, w, 3) or "
            "(h, w, 4) with grey levels 0 to 255; convert it first"
        )
    if array.size == 0:
        raise ImageError(f"the array has shape {array.shape} and holds no picture")
    return Image.fromarray(np.ascontiguousarray(array))


def _check_not_blank(pixels: np.ndarray, alpha: np.ndarray | None, described: str) -> None:
    if alpha is not None:
        if alpha.max() == 0:
            raise ImageError(
                f"{described} is fully transparent; use a picture that shows something"
            )
        if alpha.min() == 0:
            return  # the outline alone shows a shape
    low = pixels.min(axis=(0, 1)).astype(int)
    high = pixels.max(axis=(0, 1)).astype(int)
    if (high - low).max() < _FLAT_RANGE:
        raise ImageError(f"{described} is blank: one colour everywhere; use another picture")
