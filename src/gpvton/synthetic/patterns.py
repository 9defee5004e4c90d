"""Patterns of cloth as repeating tiles, from plain to lace."""

from functools import cache

import cv2
import numpy as np

from gpvton.synthetic.noise import wrapped_noise

TILE = 256

PALETTE = (
    (0.96, 0.96, 0.95),
    (0.93, 0.91, 0.86),
    (0.10, 0.10, 0.11),
    (0.20, 0.21, 0.23),
    (0.48, 0.49, 0.50),
    (0.70, 0.71, 0.72),
    (0.10, 0.15, 0.29),
    (0.20, 0.32, 0.52),
    (0.55, 0.70, 0.85),
    (0.62, 0.12, 0.14),
    (0.80, 0.28, 0.24),
    (0.90, 0.62, 0.64),
    (0.94, 0.80, 0.80),
    (0.18, 0.30, 0.22),
    (0.42, 0.50, 0.32),
    (0.68, 0.78, 0.66),
    (0.88, 0.70, 0.25),
    (0.93, 0.86, 0.55),
    (0.80, 0.47, 0.22),
    (0.52, 0.34, 0.22),
    (0.76, 0.66, 0.52),
    (0.35, 0.18, 0.32),
    (0.62, 0.54, 0.72),
    (0.16, 0.42, 0.44),
)


def colour(rng: np.random.Generator) -> np.ndarray:
    """A clothing colour."""
    base = np.array(PALETTE[rng.integers(len(PALETTE))])
    return np.clip(base * (1 + rng.normal(0, 0.04, 3)) + rng.normal(0, 0.01, 3), 0.03, 0.98)


def contrast(rng: np.random.Generator, base: np.ndarray) -> np.ndarray:
    """A colour that stands out from `base`."""
    for _ in range(20):
        other = colour(rng)
        if abs(other.mean() - base.mean()) > 0.28:
            return other
    return np.array([0.05, 0.05, 0.05]) if base.mean() > 0.5 else np.array([0.95, 0.95, 0.94])


def _wrapped_noise(rng: np.random.Generator, sigma: tuple[float, float]) -> np.ndarray:
    return wrapped_noise(rng, TILE, *sigma)


@cache
def _weave(number: int) -> np.ndarray:
    rng = np.random.default_rng([1, number])
    return _wrapped_noise(rng, (0.7, 3)) + _wrapped_noise(rng, (3, 0.7))


def _plain(rng: np.random.Generator, base: np.ndarray, grain: float = 0.012) -> np.ndarray:
    weave = np.roll(_weave(int(rng.integers(6))), rng.integers(0, TILE, 2), axis=(0, 1))
    return np.clip(base * (1 + grain * weave[..., None]), 0, 1)


def _stripes(rng, base):
    other = contrast(rng, base)
    count = int(rng.choice([5, 8, 12, 16]))  # finer ones are lost at 384 x 512
    width = rng.uniform(0.2, 0.5)
    phase = (np.arange(TILE) * count / TILE) % 1
    mask = (phase < width).astype(np.float32)
    tile = _plain(rng, base)
    upright = rng.random() < 0.25
    mask = mask[None, :, None] if upright else mask[:, None, None]
    return tile * (1 - mask) + other * mask


def _checks(rng, base):
    count = int(rng.choice([4, 8, 14]))
    other, third = contrast(rng, base), colour(rng)
    phase = (np.arange(TILE) * count / TILE) % 1
    line = (phase < rng.uniform(0.3, 0.5)).astype(np.float32)
    thin = (np.abs(phase - 0.75) < 0.04).astype(np.float32)
    tile = _plain(rng, base)
    for mask, tone, strength in ((line, other, 0.5), (thin, third, 0.6)):
        for grid in (mask[:, None, None], mask[None, :, None]):
            tile = tile * (1 - strength * grid) + tone * strength * grid
    return tile


def _repeated(rng, base, draw, count) -> np.ndarray:
    """Motifs at jittered places, drawn so that they wrap around."""
    tile = _plain(rng, base)
    for i in range(count):
        for j in range(count):
            cell = TILE / count
            centre = np.array([(j + 0.5 + 0.5 * (i % 2)) * cell, (i + 0.5) * cell])
            centre += rng.normal(0, 0.08 * cell, 2)
            state = rng.bit_generator.state
            shifts = [
                [s for s in (-TILE, 0, TILE) if -cell < place + s < TILE + cell] for place in centre
            ]
            for dx in shifts[0]:
                for dy in shifts[1]:
                    rng.bit_generator.state = state
                    draw(tile, centre + np.array([dx, dy]), cell, rng)
    return tile


def _dots(rng, base):
    other, count = contrast(rng, base), int(rng.choice([6, 10, 16]))
    size = rng.uniform(0.14, 0.28)

    def draw(tile, centre, cell, _):
        place = (int(centre[0] * 16), int(centre[1] * 16))
        cv2.circle(tile, place, int(size * cell * 16), tuple(other.tolist()), -1, cv2.LINE_AA, 4)

    return _repeated(rng, base, draw, count)


def _floral(rng, base):
    tones = [contrast(rng, base) for _ in range(2)]
    leaf = np.array([0.25, 0.42, 0.25]) * rng.uniform(0.7, 1.4)

    def draw(tile, centre, cell, state):
        turn, size = state.uniform(0, 360), state.uniform(0.20, 0.34) * cell
        tone = tones[int(state.integers(2))]
        for k in range(3):
            a = np.radians(turn + 120 * k + 40)
            place = centre + 1.2 * size * np.array([np.cos(a), np.sin(a)])
            cv2.ellipse(
                tile,
                (int(place[0]), int(place[1])),
                (int(size * 0.6), int(size * 0.2)),
                np.degrees(a),
                0,
                360,
                tuple(leaf.tolist()),
                -1,
                cv2.LINE_AA,
            )
        for k in range(5):
            a = np.radians(turn + 72 * k)
            place = centre + 0.55 * size * np.array([np.cos(a), np.sin(a)])
            cv2.ellipse(
                tile,
                (int(place[0]), int(place[1])),
                (int(size * 0.5), int(size * 0.34)),
                np.degrees(a),
                0,
                360,
                tuple(tone.tolist()),
                -1,
                cv2.LINE_AA,
            )
        heart = np.array([0.93, 0.78, 0.30])
        cv2.circle(
            tile,
            (int(centre[0]), int(centre[1])),
            max(1, int(size * 0.22)),
            tuple(heart.tolist()),
            -1,
            cv2.LINE_AA,
        )

    return _repeated(rng, base, draw, int(rng.choice([4, 6, 9])))


def _knit(rng, base):
    y, x = np.mgrid[0:TILE, 0:TILE] / TILE
    count = 16
    wale = np.abs(((x * count) % 1) - 0.5) * 2
    row = (y * count * 1.4 + wale * 0.6) % 1
    relief = np.sin(np.pi * row) ** 0.6 * (0.75 + 0.25 * np.cos(np.pi * wale))
    return np.clip(base * (0.82 + 0.22 * relief[..., None]), 0, 1) * (
        1 + 0.015 * _wrapped_noise(rng, (2, 2))[..., None]
    )


def _denim(rng, base):
    y, x = np.mgrid[0:TILE, 0:TILE]
    twill = ((x + y) % 8 < 4).astype(np.float32)
    slub = _wrapped_noise(rng, (0.8, 14)) * 0.05 + _wrapped_noise(rng, (12, 0.8)) * 0.02
    tone = 0.94 + 0.10 * twill + slub
    return np.clip(base * tone[..., None] + 0.02 * twill[..., None], 0, 1)


def _lace(rng, base):
    y, x = np.mgrid[0:TILE, 0:TILE] / TILE * 2 * np.pi
    net = np.abs(np.sin(14 * x + 14 * y)) * np.abs(np.sin(14 * x - 14 * y))
    bloom = (np.sin(4 * x) * np.sin(4 * y)) + 0.5 * np.sin(8 * x) * np.sin(8 * y)
    solid = (bloom > -0.2) | (net < 0.45)
    return np.dstack([_plain(rng, base), solid.astype(np.float32)])


PATTERNS = {
    "plain": lambda rng, base: _plain(rng, base),
    "stripes": _stripes,
    "checks": _checks,
    "dots": _dots,
    "floral": _floral,
    "knit": _knit,
    "denim": _denim,
    "lace": _lace,
}
