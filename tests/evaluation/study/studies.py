"""A small study: drawn photos, two methods' results told apart by their colour."""

import numpy as np
from PIL import Image

from gpvton.data.sources.reader import open_source
from gpvton.data.sources.source import Pairing
from gpvton.evaluation.study.design import StudyPlan, make_study

GOOD, POOR = (40, 160, 60), (170, 40, 40)
RNG = np.random.default_rng(11)


def picture(path, colour):
    path.parent.mkdir(parents=True, exist_ok=True)
    shade = np.linspace(-35, 35, 96)[:, None, None] + RNG.normal(0, 1, (96, 72, 1))
    pixels = np.clip(np.array(colour) + shade, 0, 255)
    Image.fromarray(np.broadcast_to(pixels, (96, 72, 3)).astype(np.uint8)).save(path)


def plan(root, pairs=9, **options):
    rows = ["person,garment,category"]
    picture(root / "garments" / "shirt.png", (90, 90, 200))
    for number in range(pairs):
        picture(root / "people" / f"p{number}.png", (200, 200, 90))
        picture(root / "good" / f"p{number}_shirt.png", GOOD)
        picture(root / "poor" / f"p{number}_shirt.png", POOR)
        rows.append(f"p{number},shirt,upper")
    (root / "pairs.csv").write_text("\n".join(rows) + "\n")
    source = open_source(root)
    return StudyPlan(
        source=source,
        pairs=source.pairs("test", Pairing.UNPAIRED),
        methods={"good": root / "good", "poor": root / "poor"},
        **options,
    )


def make(folder, **options):
    """A study of 9 questions and 1 attention check in `folder`/study."""
    make_study(folder / "study", plan(folder / "set", **options))
    return folder / "study"


def is_good(path):
    """Whether a picture is the good method's, by its colour."""
    red, green, _ = np.asarray(Image.open(path).convert("RGB")).mean(axis=(0, 1))
    return green > red
