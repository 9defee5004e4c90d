"""Picture changes that training draws at random; every one takes its generator.

Ours.  Pictures are uint8 (h, w, 3) RGB.
"""

import cv2
import numpy as np


def crop_matrix(
    box: tuple[float, float, float, float],
    size: tuple[int, int],
    angle: float = 0.0,
    mirror: bool = False,
) -> np.ndarray:
    """Affine (2, 3) from picture to crop pixels.

    box: centre x, centre y, width, height in the picture.  size: (h, w) of the crop, whose
    aspect the box should have.  angle in degrees; mirror flips left and right in the crop.
    """
    centre_x, centre_y, width, height = box
    scale_x, scale_y = size[1] / width, size[0] / height
    turn = np.deg2rad(angle)
    rotate = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    linear = np.diag([-scale_x if mirror else scale_x, scale_y]) @ rotate
    # pixel centres: the middle of the crop is at ((w - 1) / 2, (h - 1) / 2)
    shift = np.array([(size[1] - 1) / 2, (size[0] - 1) / 2]) - linear @ [centre_x, centre_y]
    return np.c_[linear, shift].astype(np.float32)


def warp(
    pixels: np.ndarray, matrix: np.ndarray, size: tuple[int, int], fill: int, nearest: bool = False
) -> np.ndarray:
    """The picture (or label map, with `nearest`) seen through `matrix`, (h, w) = size."""
    flags = cv2.INTER_NEAREST if nearest else cv2.INTER_LINEAR
    border = (fill, fill, fill) if pixels.ndim == 3 else (fill,)
    return cv2.warpAffine(
        pixels, matrix, size[::-1], flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=border
    )


def change_colours(pixels: np.ndarray, rng: np.random.Generator, strength: float = 1.0):
    """Gain and gamma per channel, saturation, contrast; now and then grey."""
    x = pixels.astype(np.float32) / 255.0
    x = x ** np.exp(rng.normal(0, 0.18 * strength))
    x = x * np.exp(rng.normal(0, 0.06 * strength, 3)) * np.exp(rng.normal(0, 0.1 * strength))
    grey = x.mean(-1, keepdims=True)
    saturation = 0.0 if rng.random() < 0.05 else np.exp(rng.normal(0, 0.2 * strength))
    x = grey + (x - grey) * saturation
    x = 0.5 + (x - 0.5) * np.exp(rng.normal(0, 0.12 * strength))
    return (np.clip(x, 0, 1) * 255).round().astype(np.uint8)


def degrade(pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Sometimes blur, noise and JPEG."""
    if rng.random() < 0.15:
        pixels = cv2.GaussianBlur(pixels, (0, 0), float(rng.uniform(0.4, 1.4)))
    if rng.random() < 0.15:
        noise = rng.normal(0, rng.uniform(2, 9), pixels.shape)
        pixels = np.clip(pixels + noise, 0, 255).round().astype(np.uint8)
    if rng.random() < 0.2:
        quality = int(rng.integers(25, 85))
        code = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        pixels = np.asarray(cv2.imdecode(code, cv2.IMREAD_COLOR))
    return pixels


def paste(front: np.ndarray, alpha: np.ndarray, back: np.ndarray) -> np.ndarray:
    """front over back by alpha float32 (h, w) in [0, 1]."""
    a = alpha[..., None]
    return (front * a + back * (1 - a)).round().astype(np.uint8)


def random_background(
    picture: np.ndarray, size: tuple[int, int], rng: np.random.Generator
) -> np.ndarray:
    """A random piece of a picture, of (h, w) = size; sometimes one flat colour with a gradient."""
    if rng.random() < 0.2:
        ramp = np.linspace(-1, 1, size[0])[:, None, None] * rng.uniform(-25, 25)
        flat = np.clip(rng.uniform(30, 250, 3) + ramp, 0, 255)
        return np.broadcast_to(flat, (*size, 3)).astype(np.uint8)
    height, width = picture.shape[:2]
    aspect = size[1] / size[0]
    high = min(height, width / aspect) * rng.uniform(0.5, 1.0)
    x = rng.uniform(high * aspect / 2, width - high * aspect / 2 + 1e-3)
    y = rng.uniform(high / 2, height - high / 2 + 1e-3)
    matrix = crop_matrix((x, y, high * aspect, high), size, mirror=rng.random() < 0.5)
    return cv2.warpAffine(
        picture, matrix, size[::-1], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
