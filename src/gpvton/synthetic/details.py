"""What is printed or sewn on: logos, text, plackets, buttons, zips, pockets, flies."""

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np

from gpvton.synthetic.fabrics import DECAL, FRAME, WORDS, Fabric
from gpvton.synthetic.patterns import contrast


class Canvas:
    """A decal to draw on in metres: x to the wearer's left, y up from the decal's lower edge."""

    def __init__(self) -> None:
        self.rgba = np.zeros((DECAL, DECAL, 4), np.float32)
        self.scale = DECAL / FRAME[2]

    def place(self, x: float, y: float) -> tuple[int, int]:
        """Pixel of a place in metres, times 16."""
        return (int((x - FRAME[0]) * self.scale * 16), int(y * self.scale * 16))

    def _paint(self, mask: np.ndarray, tone: np.ndarray, strength: float) -> None:
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        if len(rows) == 0:
            return
        box = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
        amount = mask[box][..., None] * np.float32(strength / 255)
        self.rgba[box] = (
            self.rgba[box] * (1 - amount) + np.append(tone, 1.0).astype(np.float32) * amount
        )

    def line(self, points: list[tuple[float, float]], tone, width: float, strength=1.0) -> None:
        """A line through points, `width` metres wide."""
        mask = np.zeros((DECAL, DECAL), np.uint8)
        path = np.array([self.place(*p) for p in points], np.int32)
        cv2.polylines(mask, [path], False, 255, max(1, round(width * self.scale)), cv2.LINE_AA, 4)
        self._paint(mask, tone, strength)

    def shape(self, points: list[tuple[float, float]], tone, strength=1.0) -> None:
        """A filled polygon."""
        mask = np.zeros((DECAL, DECAL), np.uint8)
        path = np.array([self.place(*p) for p in points], np.int32)
        cv2.fillPoly(mask, [path], 255, cv2.LINE_AA, 4)
        self._paint(mask, tone, strength)

    def disc(self, x: float, y: float, radius: float, tone, strength=1.0) -> None:
        """A filled circle."""
        mask = np.zeros((DECAL, DECAL), np.uint8)
        cv2.circle(mask, self.place(x, y), int(radius * self.scale * 16), 255, -1, cv2.LINE_AA, 4)
        self._paint(mask, tone, strength)

    def text(self, words: str, x: float, y: float, width: float, tone, font: int) -> None:
        """Words centred at (x, y), `width` metres wide; reads from the front."""
        (w, _), _ = cv2.getTextSize(words, font, 1.0, 2)
        size = width * self.scale / w
        thick = max(1, round(size * 2.6))
        (w, h), _ = cv2.getTextSize(words, font, size, thick)
        mask = np.zeros((DECAL, DECAL), np.uint8)
        origin = (int((x - FRAME[0]) * self.scale - w / 2), int(DECAL - y * self.scale + h / 2))
        cv2.putText(mask, words, origin, font, size, 255, thick, cv2.LINE_AA)
        self._paint(np.flipud(mask), tone, 1.0)

    def picture(self) -> np.ndarray:
        """uint8 (768, 768, 4), premultiplied, y up."""
        return (self.rgba.clip(0, 1) * 255).round().astype(np.uint8)


FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
)
CHEST = 0.70  # height of the chest in the decal, metres; the shoulders are near 0.9


def _star(
    x: float, y: float, radius: float, points: int, inner: float
) -> list[tuple[float, float]]:
    turns = np.arange(2 * points) * np.pi / points + np.pi / 2
    reach = np.where(np.arange(2 * points) % 2 == 0, radius, radius * inner)
    return [(x + r * np.cos(t), y + r * np.sin(t)) for r, t in zip(reach, turns, strict=True)]


def _print(rng: np.random.Generator, canvas: Canvas, base: np.ndarray) -> None:
    tone, second = contrast(rng, base), contrast(rng, base)
    kind = rng.choice(["word", "badge", "sun", "star", "bands", "small", "hills"])
    word, font = WORDS[rng.integers(len(WORDS))], FONTS[rng.integers(len(FONTS))]
    y = CHEST + rng.uniform(-0.03, 0.03)
    if kind == "word":
        canvas.text(word, 0, y, rng.uniform(0.20, 0.30), tone, font)
    elif kind == "badge":
        canvas.disc(0, y, 0.085, tone)
        canvas.disc(0, y, 0.075, base)
        canvas.text(word, 0, y, 0.12, tone, FONTS[1])
        canvas.line([(-0.05, y - 0.03), (0.05, y - 0.03)], second, 0.005)
    elif kind == "sun":
        for k in range(7):
            y0 = y - 0.075 + k * 0.022
            half = np.sqrt(max(0.0, 0.085**2 - (y0 - y) ** 2))
            canvas.line([(-half, y0), (half, y0)], tone if k > 2 else second, 0.014)
        canvas.text(word, 0, y - 0.125, 0.16, tone, font)
    elif kind == "star":
        canvas.shape(_star(0, y, 0.09, int(rng.choice([5, 6, 8])), rng.uniform(0.4, 0.7)), tone)
    elif kind == "bands":
        for k in range(3):
            canvas.shape(
                [
                    (-0.5, y - k * 0.05),
                    (0.5, y - k * 0.05),
                    (0.5, y - 0.03 - k * 0.05),
                    (-0.5, y - 0.03 - k * 0.05),
                ],
                (tone, second)[k % 2],
            )
    elif kind == "hills":
        canvas.disc(0.03, y + 0.03, 0.035, second)
        canvas.shape(
            [
                (-0.11, y - 0.06),
                (-0.04, y + 0.05),
                (0.02, y - 0.02),
                (0.055, y + 0.02),
                (0.11, y - 0.06),
            ],
            tone,
        )
        canvas.text(word, 0, y - 0.09, 0.15, tone, font)
    else:
        canvas.shape(_star(0.085, CHEST + 0.03, 0.018, 5, 0.5), tone)


def _placket(rng: np.random.Generator, canvas: Canvas, base: np.ndarray, low: float) -> None:
    shade = base * 0.72
    canvas.shape([(-0.017, low), (0.017, low), (0.017, 1.05), (-0.017, 1.05)], base * 0.97)
    for x in (-0.017, 0.017):
        canvas.line([(x, low), (x, 1.05)], shade, 0.0018, 0.8)
    button = contrast(rng, base) if rng.random() < 0.4 else np.clip(base * 1.1 + 0.08, 0, 1)
    for y in np.arange(0.86, low + 0.02, -0.085):
        canvas.disc(0, y, 0.0062, shade * 0.8)
        canvas.disc(0, y + 0.0005, 0.0052, button)


def _pocket(canvas: Canvas, x: float, y: float, base: np.ndarray, size: float = 0.055) -> None:
    path = [
        (x - size, y + size),
        (x - size, y - size * 0.8),
        (x, y - size * 1.25),
        (x + size, y - size * 0.8),
        (x + size, y + size),
        (x - size, y + size),
    ]
    canvas.shape(path, base * 0.985, 0.7)
    canvas.line(path, base * 0.72, 0.0018, 0.9)
    canvas.line([(x - size, y + size - 0.015), (x + size, y + size - 0.015)], base * 0.75, 0.0014)


def _zip(canvas: Canvas, base: np.ndarray, low: float) -> None:
    """A zip from the neck down: tapes, teeth and a slider."""
    canvas.line([(0, low), (0, 1.05)], base * 0.6, 0.020, 0.9)
    canvas.line([(0, low), (0, 1.05)], np.array([0.66, 0.66, 0.68]), 0.006)
    canvas.line([(0, low), (0, 1.05)], np.array([0.35, 0.35, 0.37]), 0.0018)
    canvas.shape(
        [(-0.005, 0.80), (0.005, 0.80), (0.004, 0.775), (-0.004, 0.775)], np.array([0.8] * 3)
    )


def _hoodie(rng: np.random.Generator, canvas: Canvas, base: np.ndarray) -> None:
    """Drawstrings, a kangaroo pocket, and a zip or a print."""
    zipped = rng.random() < 0.4
    if not zipped and rng.random() < 0.5:
        _print(rng, canvas, base)
    low, high, wide = 0.36, 0.53, rng.uniform(0.13, 0.16)
    outline = [(-wide, low), (-wide, low + 0.06), (-0.6 * wide, high), (0.6 * wide, high)]
    outline += [(wide, low + 0.06), (wide, low), (-wide, low)]
    canvas.shape(outline, base * 0.985, 0.8)
    canvas.line(outline, base * 0.70, 0.0022, 0.9)
    if zipped:
        _zip(canvas, base, 0.0)
    string = contrast(rng, base) if rng.random() < 0.5 else np.clip(base * 1.15 + 0.05, 0, 1)
    for side in (-1, 1):
        length = rng.uniform(0.15, 0.22)
        path = [(side * 0.030, 0.86), (side * 0.042, 0.78), (side * 0.040, 0.86 - length)]
        canvas.line(path, base * 0.6, 0.0085, 0.5)
        canvas.line(path, string, 0.0055)
        canvas.disc(side * 0.040, 0.855 - length, 0.0045, string * 0.7)


def _fly(canvas: Canvas, base: np.ndarray, top: float, thread: np.ndarray) -> None:
    canvas.line([(0, top), (0, top - 0.19)], base * 0.62, 0.0022, 0.9)
    canvas.line(
        [(0.034, top), (0.034, top - 0.13), (0.012, top - 0.17), (0, top - 0.175)], thread, 0.0018
    )
    canvas.disc(0, top - 0.016, 0.0085, np.array([0.62, 0.52, 0.36]))
    canvas.line([(-0.5, top - 0.036), (0.5, top - 0.036)], thread, 0.0018)
    for side in (-1, 1):
        arc = [
            (side * (0.175 - 0.085 * np.cos(t)), top - 0.036 - 0.085 * np.sin(t))
            for t in np.linspace(0, np.pi / 2, 10)
        ]
        canvas.line(arc, base * 0.60, 0.003, 0.8)
        canvas.line([(x + side * 0.004, y - 0.004) for x, y in arc], thread, 0.0015)


def _lower(rng: np.random.Generator, fabric: Fabric, kind: str) -> Fabric:
    thread = np.array([0.72, 0.52, 0.28]) if fabric.name == "denim" else fabric.base * 0.75
    front, back = Canvas(), Canvas()
    if kind != "leggings":
        _fly(front, fabric.base, WAIST, thread)
        back.line([(-0.5, WAIST - 0.036), (0.5, WAIST - 0.036)], thread, 0.0018)
        for x in (-0.11, 0.11):
            _pocket(back, x, WAIST - 0.14, fabric.base)
    return replace(fabric, front=front.picture(), back=back.picture())


WAIST = 0.98  # height of a lower garment's upper edge in the decal, metres


def _upper(draw: Callable, rng: np.random.Generator, fabric: Fabric) -> Fabric:
    canvas = Canvas()
    draw(canvas)
    return replace(fabric, front=canvas.picture())


def sew(rng: np.random.Generator, fabric: Fabric, kind: str) -> Fabric:
    """The fabric with the details that go with the kind of garment."""
    base = fabric.base
    if kind in ("jeans", "trousers", "shorts", "leggings"):
        return _lower(rng, fabric, kind)
    if kind in ("tee", "long_tee") and fabric.name == "plain" and rng.random() < 0.75:
        return _upper(lambda c: _print(rng, c, base), rng, fabric)
    if kind == "shirt":

        def shirt(canvas: Canvas) -> None:
            _placket(rng, canvas, base, 0.0)
            if rng.random() < 0.6:
                _pocket(canvas, 0.085, CHEST + 0.01, base)

        return _upper(shirt, rng, fabric)
    if kind == "hoodie":
        return _upper(lambda c: _hoodie(rng, c, base), rng, fabric)
    if kind == "polo":
        return _upper(lambda c: _placket(rng, c, base, 0.72), rng, fabric)
    if kind == "tee" and rng.random() < 0.2:
        return _upper(lambda c: _pocket(c, 0.085, CHEST, base), rng, fabric)
    return fabric
