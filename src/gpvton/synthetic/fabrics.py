"""Fabrics: repeating tiles, and what is printed or sewn on the front and the back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from gpvton.synthetic.patterns import PALETTE, PATTERNS, TILE, colour

if TYPE_CHECKING:
    from gpvton.synthetic.cutouts import Cutout

DECAL = 768
FRAME = (-0.55, 0.0, 1.1, 1.1)  # x0, y0, width, height of a decal in metres (y0 set by the cut)

WORDS = (
    "NORTH",
    "ATLAS",
    "studio",
    "RIVER 84",
    "Sunday",
    "MOTION",
    "hello",
    "No. 7",
    "WILD",
    "coast",
    "OSLO",
    "peak",
    "ORBIT",
    "Verde",
    "1976",
    "HARBOUR",
    "echo",
    "Club",
)


@dataclass(frozen=True, kw_only=True)
class Fabric:
    """tile: uint8 (256, 256, 4), repeating `repeat` times a metre; bump: relief of the weave.

    front, back: uint8 (768, 768, 4) premultiplied, y up, over the decal frame.
    base: main colour (sRGB).  thread: metres of the stitch line from a hem (0 none).
    """

    tile: np.ndarray
    base: np.ndarray
    repeat: float
    bump: float = 0.0
    front: np.ndarray = field(default_factory=lambda: np.zeros((4, 4, 4), np.uint8))
    back: np.ndarray = field(default_factory=lambda: np.zeros((4, 4, 4), np.uint8))
    thread: float = 0.018
    lace: bool = False
    name: str = "plain"


CHANCE = {
    "tee": {"plain": 6, "stripes": 3, "dots": 0.6, "floral": 0.6},
    "long_tee": {"plain": 4, "stripes": 4},
    "shirt": {"plain": 4, "checks": 3, "stripes": 2, "denim": 1},
    "polo": {"plain": 5, "stripes": 2},
    "jumper": {"knit": 6, "stripes": 1.5},
    "turtleneck": {"knit": 3, "plain": 2},
    "vest": {"plain": 4, "stripes": 1, "lace": 0.4},
    "blouse": {"plain": 3, "floral": 3, "dots": 2, "lace": 0.4, "stripes": 1},
    "jacket": {"plain": 3, "denim": 2, "checks": 1, "knit": 1},
    "jeans": {"denim": 1},
    "trousers": {"plain": 5, "checks": 0.8},
    "leggings": {"plain": 1},
    "shorts": {"plain": 3, "denim": 2},
    "skirt": {"plain": 3, "denim": 1, "floral": 2, "checks": 1.5},
    "dress": {"plain": 3, "floral": 4, "dots": 2, "stripes": 1.5, "lace": 0.3},
}


def make_fabric(rng: np.random.Generator, pattern: str, base: np.ndarray) -> Fabric:
    """A fabric of a pattern with `base` as its main colour."""
    rgb = PATTERNS[pattern](rng, base)
    rgba = rgb if rgb.shape[2] == 4 else np.dstack([rgb, np.ones((TILE, TILE))])
    repeat = {"denim": 12.0, "knit": rng.uniform(8, 13), "plain": 10.0, "lace": 7.0}.get(
        pattern, rng.uniform(2.6, 4.2)
    )
    return Fabric(
        tile=(rgba.clip(0, 1) * 255).round().astype(np.uint8),
        base=base,
        repeat=repeat,
        bump={"knit": 0.9, "denim": 0.35}.get(pattern, 0.0),
        lace=pattern == "lace",
        name=pattern,
    )


def sample_fabric(rng: np.random.Generator, kind: str) -> Fabric:
    """A fabric that such a garment is made of; the sewn details come from `details`."""
    from gpvton.synthetic.details import sew

    table = CHANCE[kind]
    names = list(table)
    chance = np.array(list(table.values()), float)
    pattern = names[rng.choice(len(names), p=chance / chance.sum())]
    base = colour(rng)
    if pattern == "denim":
        base = np.array([0.30, 0.40, 0.56]) * rng.choice([0.45, 0.75, 1.0, 1.4])
    if kind == "trousers":
        base = np.array(PALETTE[int(rng.choice([2, 3, 4, 6, 14, 19, 20, 1]))])
    return sew(rng, make_fabric(rng, pattern, np.clip(base, 0.03, 0.98)), kind)


def texture_files(folder: Path) -> list[Path]:
    """The pictures of a folder of fabrics or garments.  Raises InputError when there are none."""
    from gpvton.domain.errors import InputError

    if not folder.is_dir():
        raise InputError(f"{folder} is no folder; give one with pictures of fabric or garments")
    found = sorted(p for p in folder.iterdir() if p.suffix.lower() in (".jpg", ".png"))
    if not found:
        raise InputError(f"{folder} holds no .jpg or .png; give a folder with fabric pictures")
    return found


def read_textures(folder: Path, cutouts: Mapping[str, "Cutout"] | None = None) -> list[np.ndarray]:
    """Patches of real fabric from a folder, as tiles uint8 (256, 256, 4) mirrored to repeat.

    cutouts: by a picture's name, the garment in it, of which only the cloth is taken.
    """
    from gpvton.domain.errors import InputError
    from gpvton.synthetic.cutouts import patch

    tiles = []
    for path in texture_files(folder):
        pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)
        if pixels is None:
            raise InputError(f"{path} is not a picture that can be read")
        if cutouts and path.stem in cutouts:
            cloth = patch(cutouts[path.stem])
            if cloth is None:
                continue
            pixels = cloth[:, :, ::-1]
        half = cv2.resize(pixels[:, :, ::-1], (TILE // 2, TILE // 2), interpolation=cv2.INTER_AREA)
        row = np.hstack([half, half[:, ::-1]])
        tile = np.vstack([row, row[::-1]])
        tiles.append(np.dstack([tile, np.full(tile.shape[:2], 255, np.uint8)]))
    return tiles
