"""Folds: repeating height maps of creases and drapes, and where on a garment they lie."""

from functools import cache

import cv2
import numpy as np

from gpvton.synthetic.noise import wrapped_noise

SIZE = 256


@cache
def fold_map(kind: str, seed: int) -> np.ndarray:
    """A repeating height map in [-1, 1]: float32 (256, 256).

    kind: drape (along y), rings (along x), crumple (all ways).
    """
    rng = np.random.default_rng([seed, {"drape": 0, "rings": 1, "crumple": 2}[kind]])

    def soft(x: float, y: float) -> np.ndarray:
        return wrapped_noise(rng, SIZE, x, y)

    shape = {"drape": (8, 40), "rings": (30, 7), "crumple": (11, 11)}[kind]
    ground = soft(*shape)
    ridge = 1.0 - np.abs(soft(shape[0] * 0.8, shape[1] * 0.8)) * 1.1
    bend_x, bend_y = soft(35, 35) * 10, soft(35, 35) * 10
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    mixed = 0.55 * ground + 0.75 * ridge
    bent = cv2.remap(np.tile(mixed, (3, 3)), x + SIZE + bend_x, y + SIZE + bend_y, cv2.INTER_LINEAR)
    bent -= bent.mean()
    return np.clip(bent / (2.2 * bent.std()), -1, 1).astype(np.float32)


def sample_map(height_map: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The map at places in tiles (1 = the whole map), repeating."""
    u = np.mod(x * SIZE, SIZE).astype(np.float32)
    v = np.mod(y * SIZE, SIZE).astype(np.float32)
    i, j = np.floor(v).astype(int), np.floor(u).astype(int)
    fy, fx = v - i, u - j
    i, j = i % SIZE, j % SIZE
    down, right = (i + 1) % SIZE, (j + 1) % SIZE
    i, down, before, heights = i * SIZE, down * SIZE, 1 - fx, height_map.ravel()
    top = heights.take(i + j) * before + heights.take(i + right) * fx
    bottom = heights.take(down + j) * before + heights.take(down + right) * fx
    return top * (1 - fy) + bottom * fy
