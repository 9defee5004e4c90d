"""Training examples of the garment analyst: grounds, geometry and colours drawn at random.

Ours.  Everything depends on the random generator that is passed in.
"""

from dataclasses import replace

import cv2
import numpy as np

from gpvton.data.garment_samples import IGNORE, GarmentSample
from gpvton.domain.garment_classes import PARSING_CLASSES
from gpvton.domain.labels import GARMENT_MIRROR

_MIRROR = np.arange(256, dtype=np.uint8)
for _channel, _label in enumerate(PARSING_CLASSES):
    _MIRROR[_channel] = [int(label) for label in PARSING_CLASSES].index(GARMENT_MIRROR[_label])


def mirror_sample(sample: GarmentSample) -> GarmentSample:
    """The mirrored picture; left and right change places."""
    return replace(
        sample,
        image=np.ascontiguousarray(sample.image[:, ::-1]),
        labels=np.ascontiguousarray(_MIRROR[sample.labels][:, ::-1]),
    )


def drawn_ground(rng: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
    """A ground, uint8 (h, w, 3): plain (often white or light grey), shaded, striped or checked."""
    height, width = size
    kind = rng.random()
    if kind < 0.45:
        colour = np.full(3, rng.choice([255, 255, 246, 240, 230]), np.float32)
    else:
        colour = rng.uniform(0, 255, 3).astype(np.float32)
    ground = np.broadcast_to(colour, (height, width, 3)).copy()
    ys, xs = np.mgrid[:height, :width].astype(np.float32)
    if rng.random() < 0.4:
        angle = rng.uniform(0, 2 * np.pi)
        slope = (xs * np.cos(angle) + ys * np.sin(angle)) / max(size)
        ground += (slope * rng.uniform(10, 60))[..., None]
    if kind > 0.75:
        period, angle = rng.uniform(6, 60), rng.uniform(0, np.pi)
        wave = np.sin((xs * np.cos(angle) + ys * np.sin(angle)) * 2 * np.pi / period) > 0
        if rng.random() < 0.5:
            wave ^= np.sin((ys * np.cos(angle) - xs * np.sin(angle)) * 2 * np.pi / period) > 0
        ground[wave] += rng.uniform(-60, 60, 3).astype(np.float32)
    if rng.random() < 0.5:
        noise = rng.standard_normal((height, width), np.float32) * np.float32(rng.uniform(2, 18))
        ground += cv2.GaussianBlur(noise, (0, 0), float(rng.uniform(0.5, 3)))[..., None] * 2
    return np.clip(ground, 0, 255).astype(np.uint8)


def ground_patch(
    rng: np.random.Generator, sample: GarmentSample, size: tuple[int, int]
) -> np.ndarray | None:
    """A rectangle of a photo that holds only ground, resized to `size`; None without one."""
    height, width = sample.labels.shape
    for _ in range(10):
        h, w = (int(rng.uniform(0.15, 0.5) * side) for side in (height, width))
        y, x = int(rng.integers(0, height - h)), int(rng.integers(0, width - w))
        if not sample.labels[y : y + h, x : x + w].any():
            patch = sample.image[y : y + h, x : x + w]
            return cv2.resize(patch, size[::-1], interpolation=cv2.INTER_LINEAR)
    return None


def paste_on(
    image: np.ndarray, labels: np.ndarray, ground: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The garment cut out and laid on a ground of the same size, sometimes with a soft shadow."""
    mask = cv2.erode((labels > 0).astype(np.float32), np.ones((3, 3), np.uint8))
    soft = cv2.GaussianBlur(mask, (0, 0), 0.7)[..., None]
    below = ground.astype(np.float32)
    if rng.random() < 0.4:
        shift = np.array([[1, 0, rng.uniform(-3, 3)], [0, 1, rng.uniform(-1, 4)]], np.float32)
        shadow = cv2.GaussianBlur(mask, (0, 0), float(rng.uniform(1, 6)))
        shadow = cv2.warpAffine(shadow, shift, shadow.shape[::-1])
        below *= 1 - rng.uniform(0.1, 0.5) * shadow[..., None]
    pasted = image * soft + below * (1 - soft)
    labels = np.where(mask > 0, labels, 0).astype(np.uint8)
    return np.clip(pasted, 0, 255).astype(np.uint8), labels


def random_matrix(
    rng: np.random.Generator, sample: GarmentSample, size: tuple[int, int]
) -> np.ndarray:
    """Affine float64 (2, 3) from the picture to the network's input of `size` (h, w)."""
    height, width = size
    known = sample.labels != IGNORE
    garment = known & (sample.labels > 0)
    if garment.any() and known.mean() > 0.5:
        ys, xs = np.nonzero(garment)
        low, high = np.array([xs.min(), ys.min()]), np.array([xs.max(), ys.max()])
        reach = rng.uniform(0.5, 1.02) if rng.random() < 0.85 else rng.uniform(0.3, 0.6)
    else:
        low, high = np.array([0, 0]), np.array(sample.labels.shape[::-1])
        reach = rng.uniform(0.8, 1.3)
    extent = np.maximum(high - low, 1)
    scale = reach * min(width / extent[0], height / extent[1])
    angle = rng.normal(0, 6) if rng.random() < 0.7 else rng.uniform(-30, 30)
    turned = rng.random()
    if turned < 0.09:
        angle += 90 * rng.integers(1, 4)
    centre = (low + high) / 2
    matrix = cv2.getRotationMatrix2D((float(centre[0]), float(centre[1])), angle, scale)
    squeeze = np.diag(np.exp(rng.normal(0, 0.06, 2)))
    matrix = squeeze @ matrix
    free = np.maximum(np.array([width, height]) - extent * scale, 0) / 2
    target = np.array([width, height]) / 2 + rng.uniform(-1, 1, 2) * free
    matrix[:, 2] += target - (matrix[:, :2] @ centre + matrix[:, 2])
    return matrix


def warp_sample(
    sample: GarmentSample, matrix: np.ndarray, size: tuple[int, int], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Image uint8 (h, w, 3) and labels uint8 (h, w) after the affine map."""
    height, width = size
    border = cv2.BORDER_REPLICATE if rng.random() < 0.3 else cv2.BORDER_CONSTANT
    value = (127.0, 127.0, 127.0)  # what the analyst pads with
    if rng.random() < 0.4:
        value = tuple(float(v) for v in np.median(sample.image[[0, -1]].reshape(-1, 3), axis=0))
    scale = np.sqrt(abs(np.linalg.det(matrix[:, :2])))
    image = sample.image
    if scale < 0.7:
        image = cv2.GaussianBlur(image, (0, 0), 0.4 / scale)
    image = cv2.warpAffine(
        image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=border, borderValue=value
    )
    edge = np.concatenate([sample.labels[0], sample.labels[-1]])
    sides = np.concatenate([sample.labels[:, 0], sample.labels[:, -1]])
    outside = 0 if not edge.any() and not sides.any() else IGNORE
    labels = cv2.warpAffine(
        sample.labels,
        matrix,
        (width, height),
        flags=cv2.INTER_NEAREST,
        borderValue=outside,
    )
    return image, labels


def random_colours(rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """Light, colour, blur, noise and JPEG as cameras and web shops vary them; uint8 RGB."""
    gamma, gain = np.exp(rng.normal(-0.05, 0.18)), np.exp(rng.normal(0, 0.12))
    levels = np.linspace(0, 1, 256)[:, None] ** gamma * gain * np.exp(rng.normal(0, 0.06, 3))
    table = np.clip(levels * 255, 0, 255).astype(np.uint8)
    x = cv2.LUT(image, table.reshape(256, 1, 3))
    saturation = 0.0 if rng.random() < 0.04 else float(np.exp(rng.normal(0, 0.3)))
    grey = cv2.cvtColor(cv2.cvtColor(x, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    x = cv2.addWeighted(x, saturation, grey, 1 - saturation, 0)
    if rng.random() < 0.3:
        hsv = cv2.cvtColor(x, cv2.COLOR_RGB2HSV)
        hsv[..., 0] = (hsv[..., 0].astype(int) + int(rng.integers(0, 180))) % 180
        x = cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)
    if rng.random() < 0.2:
        x = cv2.GaussianBlur(x, (0, 0), rng.uniform(0.3, 1.3))
    if rng.random() < 0.2:
        noise = rng.standard_normal(x.shape, np.float32) * np.float32(rng.uniform(2, 9))
        x = np.clip(x + noise, 0, 255).astype(np.uint8)
    if rng.random() < 0.3:
        quality = int(rng.integers(35, 95))
        _, packed = cv2.imencode(".jpg", x, [cv2.IMWRITE_JPEG_QUALITY, quality])
        decoded = cv2.imdecode(packed, cv2.IMREAD_COLOR)
        x = x if decoded is None else decoded
    return x
