"""Draws the sample garments that the package ships: `python scripts/draw_sample_garments.py`.

Each garment is a few pieces (body, sleeves, legs), each an outline with its own grain direction,
folds and seams; fabric is a function of place; light comes from the top left.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from gpvton.domain.provenance import Provenance
from gpvton.domain.writing import write_image

WIDTH, HEIGHT, SCALE = 768, 1024, 2
LIGHT = np.array([-0.42, -0.55, 0.72])

Points = list[tuple[float, float]]
Fabric = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True, kw_only=True)
class Piece:
    """outline: corners in 768 x 1024, smoothed unless given twice.  angle: of the grain, degrees.

    folds: (x, y, angle, length, width, depth).  seams: dashed or plain lines.
    """

    outline: Points
    fabric: Fabric
    angle: float = 0.0
    pillow: float = 46.0
    folds: list[tuple[float, float, float, float, float, float]] = field(default_factory=list)
    seams: list[tuple[Points, bool]] = field(default_factory=list)
    edge: float = 0.0


def smooth(points: Points, closed: bool = True) -> np.ndarray:
    """Catmull-Rom through the points; a point given twice is a corner."""
    given = np.array(points, np.float64)
    count = len(given)
    out = []
    for index in range(count if closed else count - 1):
        wrap = (lambda k: k % count) if closed else (lambda k: min(max(k, 0), count - 1))
        a, b, c, d = (given[wrap(index + k)] for k in (-1, 0, 1, 2))
        if np.allclose(b, c):
            continue
        t = np.linspace(0, 1, 24, endpoint=False)[:, None]
        into = 0 * b if np.allclose(a, b) else (c - a) / 2
        away = 0 * c if np.allclose(c, d) else (d - b) / 2
        if np.allclose(a, b) and np.allclose(c, d):
            out.append(b + (c - b) * t)
            continue
        h = (2 * t**3 - 3 * t**2 + 1) * b + (t**3 - 2 * t**2 + t) * into
        out.append(h + (-2 * t**3 + 3 * t**2) * c + (t**3 - t**2) * away)
    return np.concatenate(out)


def fill(points: np.ndarray) -> np.ndarray:
    """Coverage of a polygon, float32 at the drawing scale."""
    mask = np.zeros((HEIGHT * SCALE, WIDTH * SCALE), np.uint8)
    cv2.fillPoly(mask, [np.rint(points * SCALE * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return mask.astype(np.float32) / 255


def noise(seed: int, size: float, stretch: float = 1.0) -> np.ndarray:
    """Smooth noise of deviation 1; `stretch` lengthens it downwards."""
    shape = (HEIGHT * SCALE, WIDTH * SCALE)
    small = (max(4, int(shape[0] / (size * stretch))), max(4, int(shape[1] / size)))
    values = np.random.default_rng(seed).standard_normal(small).astype(np.float32)
    return cv2.resize(values, shape[::-1], interpolation=cv2.INTER_CUBIC)


def grid() -> tuple[np.ndarray, np.ndarray]:
    """x and y of every drawn pixel, in 768 x 1024."""
    y, x = np.mgrid[: HEIGHT * SCALE, : WIDTH * SCALE].astype(np.float32) / SCALE
    return x, y


def relief(piece: Piece, mask: np.ndarray, seed: int) -> np.ndarray:
    """Height of the cloth in pixels."""
    inside = cv2.distanceTransform((mask > 0.5).astype(np.uint8), cv2.DIST_L2, 5) / SCALE
    edge = np.clip(inside / piece.pillow, 0, 1)
    height = 15 * np.sqrt(1 - (1 - edge) ** 2)
    height += 1.6 * noise(seed, 260, 1.5) + 0.7 * noise(seed + 1, 110, 2.0)
    x, y = grid()
    for fx, fy, angle, length, width, depth in piece.folds:
        along = np.array([np.sin(np.radians(angle)), np.cos(np.radians(angle))])
        s = (x - fx) * along[0] + (y - fy) * along[1]
        bend = 0.06 * length * np.sin(2.2 * s / length)
        t = (x - fx) * along[1] - (y - fy) * along[0] + bend
        grow = width * (0.55 + 0.45 * np.clip(s / length, -1, 1))
        height += depth * np.exp(-((t / grow) ** 2) - (s / length) ** 4)
    if piece.edge:
        height += 2.2 * (inside < piece.edge) - 1.2 * (np.abs(inside - piece.edge) < 1.3)
    return cv2.GaussianBlur(height.astype(np.float32), (0, 0), 1.2 * SCALE)


def stitch(canvas: np.ndarray, points: Points, dashed: bool) -> None:
    """A seam: dark line, light beside it; or a row of stitches."""
    line = np.rint(smooth(points, closed=False) * SCALE).astype(np.int32)
    shade = np.zeros(canvas.shape[:2], np.float32)
    if dashed:
        for start in range(0, len(line) - 3, 5):
            cv2.line(shade, line[start].tolist(), line[start + 3].tolist(), 1.0, 2, cv2.LINE_AA)
        canvas *= 1 + 0.35 * cv2.GaussianBlur(shade, (0, 0), 0.8)[..., None]
        return
    cv2.polylines(shade, [line], False, 1.0, 3, cv2.LINE_AA)
    dark = cv2.GaussianBlur(shade, (0, 0), 2.0)
    light = np.roll(cv2.GaussianBlur(shade, (0, 0), 2.5), (4, 4), (0, 1))
    canvas *= 1 - 0.5 * dark[..., None] + 0.14 * light[..., None]


def render(pieces: list[Piece], seed: int) -> np.ndarray:
    """All pieces over a near-white ground with a soft shadow: uint8 (1024, 768, 3)."""
    shape = (HEIGHT * SCALE, WIDTH * SCALE)
    masks = [fill(smooth(piece.outline)) for piece in pieces]
    whole = np.max(masks, axis=0)
    x, y = grid()
    ground = 0.972 - 0.02 * (y / HEIGHT) + 0.004 * noise(seed + 90, 500)
    canvas = np.repeat(ground[..., None], 3, axis=2).astype(np.float32)
    for offset, blur, strength in ((5, 6, 0.22), (14, 24, 0.16)):
        moved = np.roll(whole, (offset * SCALE, offset * SCALE // 2), (0, 1))
        canvas *= 1 - strength * cv2.GaussianBlur(moved, (0, 0), blur * SCALE)[..., None]
    for number, (piece, mask) in enumerate(zip(pieces, masks, strict=True)):
        height = relief(piece, mask, seed + 7 * number)
        dy, dx = np.gradient(height, 1 / SCALE)
        lambert = (LIGHT[2] - LIGHT[0] * -dx - LIGHT[1] * -dy) / np.sqrt(1 + dx**2 + dy**2)
        turn = np.radians(piece.angle)
        u = x * np.cos(turn) + y * np.sin(turn) + 2.0 * dx
        v = -x * np.sin(turn) + y * np.cos(turn) + 2.0 * dy
        colour = piece.fabric(u, v) * (0.30 + 0.97 * np.clip(lambert, 0, 1.3))[..., None]
        for points, dashed in piece.seams:
            stitch(colour, points, dashed)
        above = cv2.GaussianBlur(mask, (0, 0), 5.0 * SCALE)
        canvas *= 1 - 0.30 * (above * (1 - mask))[..., None] * (whole[..., None] if number else 0)
        canvas = canvas * (1 - mask[..., None]) + colour * mask[..., None]
    assert canvas.shape[:2] == shape
    small = cv2.resize(np.clip(canvas, 0, 1), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    return np.rint(small ** (1 / 1.06) * 255).astype(np.uint8)


def rgb(*colour: int) -> np.ndarray:
    """A colour, 0..255, as shares of white."""
    return np.array(colour, np.float32) / 255


def mix(a: np.ndarray, b: np.ndarray, share: np.ndarray) -> np.ndarray:
    """b over a where share is 1."""
    return a + (b - a) * share[..., None]


def knit(colour: np.ndarray) -> Fabric:
    """Fine jersey."""

    def fabric(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        weave = 0.985 + 0.02 * np.sin(2.4 * u) * np.sin(1.9 * v) + 0.012 * noise(5, 3)
        return colour * weave[..., None]

    return fabric


def ribbed(colour: np.ndarray, across: bool = False) -> Fabric:
    """Ribs of a collar or cuff."""
    return lambda u, v: colour * (0.95 + 0.07 * np.sin((v if across else u) * 1.5))[..., None]


def striped(ground: np.ndarray, stripe: np.ndarray, pitch: float, share: float) -> Fabric:
    """Stripes across the grain."""

    def fabric(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        wave = (v / pitch) % 1.0
        edge = np.clip((share / 2 - np.abs(wave - 0.5)) * pitch, 0, 1)
        return mix(knit(ground)(u, v), stripe, edge)

    return fabric


def denim(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Indigo twill, washed."""
    twill = 0.5 + 0.5 * np.sin(1.7 * (u + v))
    wash = np.clip(0.5 + 0.16 * noise(21, 120, 3.0) + 0.10 * noise(22, 7, 4.0), 0, 1)
    base = mix(np.broadcast_to(rgb(44, 66, 108), (*u.shape, 3)), rgb(104, 134, 178), wash * 0.75)
    return base * (0.93 + 0.1 * twill)[..., None]


def flowered(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Small flowers strewn over a dark ground."""
    out = np.broadcast_to(rgb(31, 56, 70), (*u.shape, 3)).copy()
    rng = np.random.default_rng(3)
    pitch = 46.0
    colours = [rgb(238, 132, 116), rgb(250, 214, 150), rgb(236, 236, 226)]
    for row in range(-8, 30):
        for column in range(-8, 30):
            cx = (column + 0.5 * (row % 2) + rng.uniform(-0.2, 0.2)) * pitch
            cy = (row + rng.uniform(-0.2, 0.2)) * pitch * 0.86
            size, turn = rng.uniform(8, 14), rng.uniform(0, 6.3)
            petal, leaf = colours[rng.integers(3)], rgb(96, 140, 104)
            near = (np.abs(u - cx) < 26) & (np.abs(v - cy) < 26)
            if not near.any():
                continue
            du, dv = u[near] - cx, v[near] - cy
            radius, angle = np.hypot(du, dv), np.arctan2(dv, du) + turn
            flower = np.clip(size * (0.66 + 0.34 * np.cos(5 * angle)) - radius, 0, 1)
            core = np.clip(size * 0.26 - radius, 0, 1)
            stem = np.clip(2.6 - np.abs(radius * np.sin(angle)) * 0.5, 0, 1)
            stem *= (np.cos(angle) > 0.6) & (radius < size * 1.7)
            values = mix(mix(out[near], leaf, stem * 0.9), petal, flower)
            out[near] = mix(values, rgb(150, 84, 40), core)
    return out * (0.97 + 0.02 * np.sin(1.9 * u) * np.sin(1.9 * v))[..., None]


def printed(ground: np.ndarray) -> Fabric:
    """Jersey with a print on the chest: a sun over waves."""

    def fabric(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        out = knit(ground)(u, v)
        dx, dy = u - 384, v - 440
        sun = np.clip(86 - np.hypot(dx, dy), 0, 1) * (dy < 26)
        out = mix(out, rgb(238, 108, 60), sun)
        for number in range(4):
            wave = dy - 44 - 24 * number - 9 * np.sin(dx / 17 + number * 1.7)
            band = np.clip(5.5 - np.abs(wave), 0, 1) * (np.abs(dx) < 112 - 12 * number)
            out = mix(out, rgb(36, 92, 116), band)
        return out

    return fabric


def mirrored(points: Points) -> Points:
    """The other side."""
    return [(WIDTH - x, y) for x, y in reversed(points)]


def both(points: Points) -> Points:
    """A right half (top to bottom), closed by its mirror image."""
    return points + mirrored(points)


def shirt(body: Fabric, sleeve: Fabric, collar: np.ndarray, long: bool) -> list[Piece]:
    """A T-shirt or long-sleeved shirt."""
    half = [(384, 196), (384, 196), (444, 184), (474, 132), (474, 132), (540, 156), (588, 196)]
    half += [(588, 196), (566, 300), (562, 420), (566, 700), (572, 842), (572, 842), (384, 850)]
    if long:
        arm = [(560, 172), (560, 172), (612, 212), (664, 400), (706, 706), (716, 800), (716, 800)]
        arm += [(646, 812), (646, 812), (604, 560), (556, 330), (556, 330)]
        hem: Points = [(712, 776), (643, 788)]
    else:
        arm = [(560, 172), (560, 172), (612, 208), (690, 382), (690, 382), (590, 428), (590, 428)]
        arm += [(558, 330), (558, 330)]
        hem = [(682, 364), (583, 410)]
    tilt = -12.0 if long else -25.0
    creases = [(592, 330, -15, 60, 9, 6), (620, 470, -8, 90, 12, 4), (655, 620, 5, 70, 10, -4)]
    right = Piece(outline=arm, fabric=sleeve, angle=-tilt, pillow=30, folds=creases[: 3 if long else 1],
                  seams=[(hem, False)])  # fmt: skip
    left = Piece(
        outline=mirrored(arm), fabric=sleeve, angle=tilt, pillow=30,
        folds=[(WIDTH - f[0], f[1], -f[2], *f[3:]) for f in right.folds],
        seams=[(mirrored(hem), False)],
    )  # fmt: skip
    torso = Piece(
        outline=both(half), fabric=body,
        folds=[(300, 640, 12, 190, 26, 5), (480, 700, -9, 170, 22, 4.5), (395, 560, 3, 150, 30, -4),
               (226, 420, -28, 90, 14, 5), (545, 430, 30, 90, 14, 5), (340, 800, 4, 70, 18, 4)],
        seams=[([(196, 826), (384, 836), (572, 826)], False),
               ([(566, 200), (556, 280), (560, 332)], False),
               ([(202, 200), (212, 280), (208, 332)], False)],
    )  # fmt: skip
    inside = Piece(outline=both([(384, 150), (440, 146), (474, 132), (474, 132), (452, 186), (384, 208)]),
                   fabric=knit(collar * 0.55), pillow=8)  # fmt: skip
    band = both([(384, 214), (430, 206), (462, 176), (486, 130), (486, 130), (470, 126), (470, 126),
                 (446, 164), (420, 186), (384, 194)])  # fmt: skip
    ring = Piece(outline=band, fabric=ribbed(collar), pillow=12)
    back = Piece(outline=both([(384, 146), (440, 142), (480, 126), (480, 126), (470, 140), (430, 158), (384, 164)]),
                 fabric=ribbed(collar * 0.9), pillow=8)  # fmt: skip
    return [inside, back, right, left, torso, ring]


def jeans() -> list[Piece]:
    """Straight denim trousers."""
    leg = [(384, 110), (384, 110), (520, 108), (520, 108), (546, 220), (560, 420), (556, 700),
           (548, 956), (548, 956), (424, 962), (424, 962), (412, 700), (398, 420), (384, 336), (384, 336)]  # fmt: skip
    folds = [(470, 380, 70, 60, 8, 4), (440, 350, 55, 50, 7, -4), (480, 640, 82, 56, 9, 4),
             (470, 690, 95, 50, 9, 3), (500, 880, 80, 44, 8, 4), (490, 560, 2, 200, 30, 4)]  # fmt: skip
    seams = [([(534, 190), (549, 420), (546, 700), (538, 950)], True),
             ([(428, 946), (546, 940)], True), ([(520, 164), (470, 214), (460, 160)], True)]  # fmt: skip
    right = Piece(outline=leg, fabric=denim, pillow=52, folds=folds, seams=seams)
    left = Piece(
        outline=mirrored(leg), fabric=denim, pillow=52,
        folds=[(WIDTH - x, y, -a, n, w, d) for x, y, a, n, w, d in folds],
        seams=[*[(mirrored(p), dashed) for p, dashed in seams],
               ([(384, 160), (386, 250), (378, 338)], False), ([(402, 164), (404, 250), (384, 300)], True)],
    )  # fmt: skip
    belt = Piece(
        outline=both([(384, 104), (384, 104), (522, 100), (522, 100), (527, 146), (527, 146), (384, 152)]),
        fabric=denim, pillow=20, seams=[([(244, 142), (384, 147), (526, 141)], True)],
    )  # fmt: skip
    loops = [
        Piece(outline=[(x, 96), (x, 96), (x + 13, 96), (x + 13, 96), (x + 13, 158), (x + 13, 158), (x, 158), (x, 158)],
              fabric=denim, pillow=6)
        for x in (286, 468)
    ]  # fmt: skip
    ring = 8 * np.array([(np.cos(t), np.sin(t)) for t in np.linspace(0, 6.28, 12, endpoint=False)])
    button = Piece(outline=[(384 + a, 126 + b) for a, b in ring.tolist()],
                   fabric=knit(rgb(196, 150, 96)), pillow=8)  # fmt: skip
    return [right, left, belt, *loops, button]


def skirt() -> list[Piece]:
    """A flared skirt with soft pleats."""
    half = [(384, 190), (384, 190), (500, 186), (500, 186), (540, 330), (604, 600), (652, 842), (652, 842),
            (600, 856), (552, 846), (500, 862), (448, 850), (384, 864)]  # fmt: skip
    pleats = []
    for number in range(-5, 6):
        x = 384 + number * 34
        pleats.append((x, 620, number * 4.2, 330, 15, 8.5 if number % 2 else -7))
    cloth = knit(rgb(46, 112, 92))
    body = Piece(outline=both(half), fabric=cloth, pillow=26, folds=pleats)
    belt = Piece(outline=both([(384, 164), (384, 164), (496, 160), (496, 160), (502, 206), (502, 206), (384, 211)]),
                 fabric=cloth, pillow=16)  # fmt: skip
    return [body, belt]


def dress() -> list[Piece]:
    """A summer dress with short sleeves, waist seam and flared skirt."""
    half = [(384, 214), (384, 214), (430, 170), (450, 98), (450, 98), (502, 112), (532, 142), (532, 142),
            (512, 220), (500, 300), (488, 402), (488, 402), (540, 600), (610, 800), (644, 940), (644, 940),
            (560, 962), (470, 954), (384, 968)]  # fmt: skip
    arm = [(506, 112), (506, 112), (566, 150), (612, 256), (612, 256), (526, 290), (526, 290), (504, 216), (504, 216)]  # fmt: skip
    right = Piece(outline=arm, fabric=flowered, angle=24, pillow=24, folds=[(560, 220, -20, 50, 9, 5)],
                  seams=[([(606, 242), (520, 277)], False)])  # fmt: skip
    left = Piece(outline=mirrored(arm), fabric=flowered, angle=-24, pillow=24,
                 folds=[(208, 220, 20, 50, 9, 5)], seams=[([(162, 242), (248, 277)], False)])  # fmt: skip
    folds = [(384 + 30 * k, 720, 5.0 * k, 260, 15, 7 if k % 2 else -6) for k in range(-5, 6)]
    folds += [(330, 330, 8, 60, 14, 4), (440, 330, -8, 60, 14, 4)]
    body = Piece(outline=both(half), fabric=flowered, pillow=34, folds=folds,
                 seams=[([(280, 402), (384, 410), (488, 402)], False),
                        ([(322, 100), (344, 172), (384, 208), (424, 172), (446, 100)], False)])  # fmt: skip
    inside = Piece(outline=both([(384, 124), (420, 118), (452, 96), (452, 96), (430, 172), (384, 216)]),
                   fabric=knit(rgb(24, 42, 52)), pillow=8)  # fmt: skip
    return [inside, right, left, body]


GARMENTS: dict[str, Callable[[], list[Piece]]] = {
    "breton-top": lambda: shirt(
        striped(rgb(240, 236, 226), rgb(34, 48, 84), 34, 0.36),
        striped(rgb(240, 236, 226), rgb(34, 48, 84), 34, 0.36),
        rgb(240, 236, 226),
        long=True,
    ),
    "sunset-tee": lambda: shirt(
        printed(rgb(232, 214, 178)), knit(rgb(232, 214, 178)), rgb(196, 160, 112), long=False
    ),
    "jeans": jeans,
    "green-skirt": skirt,
    "flower-dress": dress,
}


def main(folder: Path) -> None:
    """Draw all garments into `folder`."""
    for number, (name, pieces) in enumerate(GARMENTS.items()):
        picture = render(pieces(), 100 * number)
        write_image(folder / f"{name}.jpg", picture, Provenance(software="gpvton samples"))


if __name__ == "__main__":
    default = Path(__file__).parents[1] / "src/gpvton/samples/garments"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else default)
