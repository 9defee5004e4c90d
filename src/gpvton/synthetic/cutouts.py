"""Whole real garments on rendered people: the photograph is the flat picture and the cloth.

Ours: a garment of the same build is cut and laid as the photograph shows it; then its flat outline
is drawn onto the photograph's, landmark by landmark, and every point of the cloth takes its place
there.  The worn garment shows the photograph's pixels, and the flow into it is exact.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from gpvton.domain.annotations import GarmentAnnotation
from gpvton.domain.errors import GarmentError
from gpvton.domain.images import read_photo
from gpvton.domain.labels import GarmentLabel as G
from gpvton.domain.parts import Category
from gpvton.geometry.nearest import nearest_known
from gpvton.synthetic.fabrics import make_fabric, texture_files
from gpvton.synthetic.flat_values import FlatStyle
from gpvton.synthetic.garments import NECKLINES, Garment, Neckline
from gpvton.synthetic.proportions import Point, mean_point

SIDE = 768  # longer side at which cut-outs are kept
RARE = 0.02  # share of all cut-outs below which a category is taken for a mistake
WORN = 0.4  # above this probability somebody wears it: not a flat

Analyse = Callable[[np.ndarray, np.ndarray | None], GarmentAnnotation]


@dataclass(frozen=True, kw_only=True)
class Cutout:
    """A photographed garment.  pixels: uint8 (h, w, 3); parsing: uint8 (h, w), `GarmentLabel`;
    landmarks: name to (x, y)."""

    name: str
    pixels: np.ndarray
    parsing: np.ndarray
    category: Category
    landmarks: dict[str, Point]


def read_cutouts(folder: Path, analyse: Analyse) -> list[Cutout]:
    """All pictures of a folder that show one whole garment lying flat or hanging; others are left
    out.  analyse: pixels and alpha to annotation.  Raises InputError for a broken picture.

    A category of which there is next to nothing is left out too: that is more likely a garment
    misread, and it would be worn in every pair of that category.
    """
    read = [_read(path, analyse) for path in texture_files(folder)]
    found = [cutout for cutout in read if cutout is not None]
    counts = Counter(cutout.category for cutout in found)
    return [c for c in found if counts[c.category] >= RARE * len(found)]


def _read(path: Path, analyse: Analyse) -> Cutout | None:
    photo = read_photo(path)
    height, width = photo.pixels.shape[:2]
    scale = min(1.0, SIDE / max(height, width))
    size = (round(width * scale), round(height * scale))
    pixels = cv2.resize(photo.on_white().pixels, size, interpolation=cv2.INTER_AREA)
    alpha = None
    if photo.alpha is not None:
        alpha = cv2.resize(photo.alpha, size, interpolation=cv2.INTER_AREA)
    try:
        found = analyse(pixels, alpha)
    except GarmentError:
        return None
    inside = found.mask > 0.5
    edge = np.ones(inside.shape, bool)
    edge[2:-2, 2:-2] = False
    cut_off = np.count_nonzero(inside & edge) > 0.02 * sum(inside.shape)
    if found.worn > WORN or cut_off or inside.mean() < 0.06 or outline(inside) is None:
        return None
    landmarks = {name: (float(x), float(y)) for name, (x, y) in found.landmarks.items()}
    return Cutout(
        name=path.stem,
        pixels=pixels,
        parsing=found.parsing,
        category=found.category,
        landmarks=landmarks,
    )


def placed(cutout: Cutout, size: tuple[int, int], fill: float, high: float = 1.0) -> Cutout:
    """The cut-out with its picture scaled into `size` (h, w), garment in the middle.

    What the photograph does not reach is continued from its border.  high: see `stretch`.
    """
    rows, columns = np.nonzero(cutout.parsing > 0)
    low, last = np.array([columns.min(), rows.min()]), np.array([columns.max(), rows.max()])
    wide, tall = last - low + 1
    scale = fill * min(size[1] / wide, size[0] / (high * tall))
    rates = scale * np.array([1.0, high])
    shift = np.array([size[1] - 1, size[0] - 1]) / 2 - rates * (low + last) / 2
    matrix = np.array([[rates[0], 0, shift[0]], [0, rates[1], shift[1]]])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    source = cutout.pixels
    if scale < 0.7:  # warpAffine does not average
        source = cv2.GaussianBlur(source, (0, 0), 0.35 / scale)
        how = cv2.INTER_LINEAR
    pixels = cv2.warpAffine(
        source, matrix, size[::-1], flags=how & 1, borderMode=cv2.BORDER_REPLICATE
    )
    parsing = cv2.warpAffine(cutout.parsing, matrix, size[::-1], flags=cv2.INTER_NEAREST)
    marks = {
        name: (rates[0] * x + shift[0], rates[1] * y + shift[1])
        for name, (x, y) in cutout.landmarks.items()
    }
    return replace(cutout, pixels=pixels, parsing=parsing, landmarks=marks)


def cloth(cutout: Cutout) -> np.ndarray:
    """Its picture with the garment's colours continued over the ground: uint8 (h, w, 4)."""
    inside = cv2.erode((cutout.parsing > 0).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    places = nearest_known(inside)
    filled = cutout.pixels[places[..., 0], places[..., 1]]
    return np.dstack([filled, np.full(filled.shape[:2], 255, np.uint8)])


def patch(cutout: Cutout) -> np.ndarray | None:
    """The largest square of cloth inside the garment, uint8 (s, s, 3); None when it is tiny."""
    inside = cv2.copyMakeBorder((cutout.parsing > 0).astype(np.uint8), 1, 1, 1, 1, 0, value=0)
    reach = cv2.distanceTransform(inside, cv2.DIST_C, 3)[1:-1, 1:-1]
    y, x = np.unravel_index(int(reach.argmax()), reach.shape)
    half = int(reach[y, x]) - 3
    if half < 24:
        return None
    return cutout.pixels[y - half : y + half, x - half : x + half]


def like(cutout: Cutout, garment: Garment, style: FlatStyle) -> tuple[Garment, FlatStyle]:
    """A garment and a way to lay it that resemble the photographed one.

    garment: any of the category; keeps its fit.  The photograph decides sleeves, legs, lengths.
    """
    base = cutout.pixels[cutout.parsing > 0].mean(axis=0) / 255
    fabric = make_fabric(np.random.default_rng(0), "plain", base)
    plain = replace(
        garment,
        fabric=replace(fabric, thread=0.0, name="photograph"),
        rib=0.0,
        cuff_band=0.0,
        collar=0.0,
        hood=0.0,
        skirt=garment.skirt if garment.category != Category.UPPER else 0.0,
        strap=0.0,
        open_front=0.0,
        kind="tee" if garment.category == Category.UPPER else garment.kind,
        rib_colour=base,
    )
    style = replace(style, turn=0.0, pressed=0.95)
    if cutout.category == Category.LOWER:
        return _like_lower(cutout, plain), replace(style, leg_spread=3.0)
    return _like_top(cutout, plain, style)


def _like_lower(cutout: Cutout, garment: Garment) -> Garment:
    rows, columns = np.nonzero(cutout.parsing > 0)
    aspect = float(np.ptp(rows) + 1) / float(np.ptp(columns) + 1)
    if np.isin(cutout.parsing, [G.LEFT_LEG, G.RIGHT_LEG]).any():
        leg = float(np.interp(aspect, [0.7, 1.2, 2.0], [0.25, 0.5, 0.98]))
        return replace(garment, leg=leg, skirt=0.0, cling=1.0)
    length = float(np.interp(aspect, [0.5, 1.0, 2.2], [0.4, 0.52, 0.95]))
    flare = float(np.interp(aspect, [0.5, 1.2], [0.35, 0.0]))
    return replace(garment, leg=0.0, skirt=length, flare=flare)


def _like_top(cutout: Cutout, garment: Garment, style: FlatStyle) -> tuple[Garment, FlatStyle]:
    marks = cutout.landmarks
    shoulder = mean_point(marks, "shoulder_left", "shoulder_right")
    hem = mean_point(marks, "hem_left", "hem_right")
    neck = mean_point(marks, "neck_left", "neck_right")
    if shoulder is None or hem is None:
        return replace(garment, sleeve=0.0), style
    height = max(hem[1] - shoulder[1], 1.0)
    lengths, angles = [], []
    for side, sign in (("left", 1), ("right", -1)):
        cuff = mean_point(marks, f"cuff_outer_{side}", f"cuff_inner_{side}")
        if cuff is not None and f"shoulder_{side}" in marks:
            step = (cuff - np.array(marks[f"shoulder_{side}"])) * [sign, 1]
            lengths.append(float(np.hypot(*step)))
            angles.append(float(np.degrees(np.arctan2(step[1], max(step[0], 1e-3)))))
    whole = 0.95 if cutout.category == Category.UPPER else 0.55
    sleeve = float(np.clip(np.mean(lengths) / height / whole, 0.22, 0.99)) if lengths else 0.0
    if angles:
        style = replace(style, sleeve_angle=float(np.clip(np.mean(angles), 10, 82)))
    neckline = Neckline.CREW
    centre = marks.get("neck_center")
    if neck is not None and centre is not None and "neck_left" in marks and "neck_right" in marks:
        wide = abs(marks["neck_left"][0] - marks["neck_right"][0]) / 2 / height
        deep = (centre[1] - neck[1]) / height
        shapes = (Neckline.CREW, Neckline.V, Neckline.SCOOP, Neckline.BOAT)
        neckline = min(
            shapes,
            key=lambda n: abs(NECKLINES[n][0] / 0.62 - wide) + abs(NECKLINES[n][1] / 0.62 - deep),
        )
    return replace(garment, sleeve=sleeve, neckline=neckline, neck_scale=1.0), style


def outline(mask: np.ndarray) -> np.ndarray | None:
    """The longest outline of a mask (h, w): float64 (n, 2), (x, y); None where it is empty."""
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    return max(contours, key=cv2.contourArea).reshape(-1, 2).astype(np.float64)
