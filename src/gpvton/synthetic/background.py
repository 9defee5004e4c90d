"""Backgrounds: studio grounds, rooms and streets out of focus, painted."""

import cv2
import numpy as np


def studio(rng: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
    """A plain ground with a soft fall-off: uint8 (h, w, 3)."""
    height, width = size
    tone = rng.choice([0.97, 0.93, 0.88, 0.80, 0.70], p=[0.3, 0.25, 0.2, 0.15, 0.1])
    tint = 1 + rng.normal(0, 0.012, 3) if rng.random() < 0.7 else 1 + rng.normal(0, 0.05, 3)
    y, x = np.mgrid[0:height, 0:width]
    centre = (width * rng.uniform(0.35, 0.65), height * rng.uniform(0.25, 0.5))
    far = np.hypot((x - centre[0]) / width, (y - centre[1]) / height)
    light = tone * (1.03 - rng.uniform(0.02, 0.14) * far**1.5)
    picture = np.clip(light[..., None] * tint, 0, 1)
    return (picture * 255 + rng.normal(0, 0.6, picture.shape)).clip(0, 255).astype(np.uint8)


def _noise(rng: np.random.Generator, size: tuple[int, int], cell: tuple[float, float]):
    small = rng.normal(size=(max(2, int(size[0] / cell[0])), max(2, int(size[1] / cell[1]))))
    return cv2.resize(small.astype(np.float32), size[::-1], interpolation=cv2.INTER_CUBIC)


def _floor(rng: np.random.Generator, size: tuple[int, int], horizon: float, dark: bool):
    """Boards or concrete in perspective below the horizon (share of the height)."""
    height, width = size
    rows = np.arange(height, dtype=np.float32)[:, None] / height
    depth = 1.0 / np.maximum(rows - horizon + 0.10, 1e-3)
    x = (np.arange(width, dtype=np.float32)[None] / width - 0.5) * depth
    base = np.array([[0.52, 0.40, 0.28], [0.62, 0.60, 0.57], [0.42, 0.40, 0.38]])[rng.integers(3)]
    board = np.floor(x * 2.2)
    shade = 0.93 + 0.10 * np.sin(board * 12.9898 + 4) * np.cos(board * 78.233)
    texture = 0.03 * _noise(rng, size, (height / 90, width / 30))
    return np.clip(base * (shade + texture)[..., None] * (0.8 if dark else 1.0), 0, 1)


def room(rng: np.random.Generator, size: tuple[int, int], horizon: float) -> np.ndarray:
    """A wall with window light, a skirting board, furniture shapes, out of focus."""
    height, width = size
    wall = rng.choice([0.86, 0.78, 0.66]) * (1 + rng.normal(0, 0.04, 3))
    picture = np.ones((height, width, 3)) * wall
    picture += 0.02 * _noise(rng, size, (height / 6, width / 6))[..., None]
    line = int(height * horizon)
    glow = np.exp(-(((np.arange(width) - width * rng.uniform(-0.1, 1.1)) / (0.5 * width)) ** 2))
    picture *= (0.86 + 0.22 * glow)[None, :, None]
    if rng.random() < 0.8:  # a window or a picture frame
        x, y = rng.uniform(-0.1, 0.8) * width, rng.uniform(0.03, 0.2) * height
        w, h = rng.uniform(0.18, 0.36) * width, rng.uniform(0.2, 0.36) * height
        inner = rng.choice([1.0, 0.5]) * np.array([0.98, 1.0, 1.02])
        corners = (int(x), int(y)), (int(x + w), int(y + h))
        cv2.rectangle(picture, *corners, tuple(inner.tolist()), -1)
        cv2.rectangle(picture, *corners, tuple((wall * 1.1).tolist()), max(2, width // 60))
        cv2.line(
            picture,
            (int(x + w / 2), int(y)),
            (int(x + w / 2), int(y + h)),
            tuple((wall * 1.08).tolist()),
            max(2, width // 80),
        )
    for _ in range(rng.integers(1, 4)):  # furniture, plants
        x, w = rng.uniform(-0.1, 1.0) * width, rng.uniform(0.08, 0.3) * width
        h = rng.uniform(0.08, 0.35) * height
        colour = rng.uniform(0.2, 0.7) * (1 + rng.normal(0, 0.2, 3))
        cv2.rectangle(
            picture,
            (int(x), int(line - h)),
            (int(x + w), int(line + 0.04 * height)),
            tuple(colour.tolist()),
            -1,
        )
    if rng.random() < 0.6:
        x = rng.uniform(0, 1) * width
        for _ in range(60):
            leaf = (
                int(x + rng.normal(0, 0.06 * width)),
                int(line - rng.uniform(0.08, 0.4) * height),
            )
            green = np.array([0.18, 0.34, 0.16]) * rng.uniform(0.6, 1.5)
            cv2.ellipse(
                picture,
                leaf,
                (max(2, width // 60), max(5, width // 22)),
                float(rng.uniform(0, 180)),
                0,
                360,
                tuple(green.tolist()),
                -1,
            )
    picture[line:] = _floor(rng, size, horizon, False)[line:]
    board = slice(max(0, line - height // 55), line)
    picture[board] = wall * 1.12
    return _lens(rng, picture, rng.uniform(0.008, 0.014))


def street(rng: np.random.Generator, size: tuple[int, int], horizon: float) -> np.ndarray:
    """Facades, trees and lights far out of focus."""
    height, width = size
    sky = np.array([0.80, 0.86, 0.93]) * rng.uniform(0.85, 1.1)
    picture = np.ones((height, width, 3)) * sky
    line = int(height * horizon)
    x = -rng.uniform(0, 0.2) * width
    while x < width:
        w, top = rng.uniform(0.2, 0.5) * width, rng.uniform(-0.2, 0.35) * height
        colour = (
            np.array([0.62, 0.56, 0.50]) * rng.uniform(0.55, 1.35) * (1 + rng.normal(0, 0.08, 3))
        )
        cv2.rectangle(picture, (int(x), int(top)), (int(x + w), line), tuple(colour.tolist()), -1)
        step = rng.uniform(0.07, 0.12) * height
        for row in np.arange(max(top, 0) + step * 0.5, line - step, step):
            for column in np.arange(x + w * 0.12, x + w * 0.85, w * 0.25):
                pane = tuple((colour * rng.choice([0.45, 0.6, 1.35])).tolist())
                cv2.rectangle(
                    picture,
                    (int(column), int(row)),
                    (int(column + w * 0.13), int(row + step * 0.6)),
                    pane,
                    -1,
                )
        x += w
    for _ in range(rng.integers(0, 3)):
        centre = np.array([rng.uniform(0, 1) * width, rng.uniform(0.15, 0.4) * height])
        for _ in range(140):
            spot = centre + rng.normal(0, [0.10 * width, 0.08 * height])
            green = np.array([0.28, 0.38, 0.18]) * rng.uniform(0.5, 1.6)
            cv2.circle(
                picture,
                (int(spot[0]), int(spot[1])),
                max(2, width // 45),
                tuple(green.tolist()),
                -1,
            )
    picture[line:] = _floor(rng, size, horizon, True)[line:]
    return _lens(rng, picture, rng.uniform(0.014, 0.024))


def _lens(rng: np.random.Generator, picture: np.ndarray, blur: float) -> np.ndarray:
    """Out of focus, with the grain of a camera."""
    radius = max(1, int(blur * picture.shape[1] * 1.6))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1,) * 2).astype(np.float32)
    linear = np.clip(picture, 0, 1.3).astype(np.float32) ** 2.2
    soft = cv2.filter2D(linear, -1, disc / disc.sum(), borderType=cv2.BORDER_REFLECT)
    grain = rng.normal(0, 0.004, picture.shape)
    return ((soft.clip(0, 1) ** (1 / 2.2) + grain).clip(0, 1) * 255).astype(np.uint8)
