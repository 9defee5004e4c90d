"""A small data set of drawn people and garments in our layout, with labels and truth."""

import json
from types import SimpleNamespace

import numpy as np
from PIL import Image

from gpvton.data.sources.reader import open_source
from gpvton.domain.errors import PersonError
from gpvton.pipeline import TryOn

from .. import figures

SCALE = 2
"""The drawings are shrunk by this, so that tests are fast."""


def save(path, pixels):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


def person_files(root, name, arm):
    pixels, annotation = figures.person(arm=arm)
    points = annotation.keypoints.copy()
    points[:, :2] /= SCALE
    save(root / "people" / f"{name}.png", pixels[::SCALE, ::SCALE])
    save(root / "person_parsing" / f"{name}.png", annotation.parsing[::SCALE, ::SCALE])
    path = root / "keypoints" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    people = [{"pose_keypoints_2d": points.ravel().tolist()}]
    path.write_text(json.dumps({"people": people}))


def garment_files(root, name, drawn):
    pixels, annotation = drawn
    save(root / "garments" / f"{name}.png", pixels)
    save(root / "garment_parsing" / f"{name}.png", annotation.parsing)


def make(root):
    """Three pairs: two tops on two people with the truth, and trousers without."""
    person_files(root, "anna", 12.0)
    person_files(root, "ben", 30.0)
    garment_files(root, "shirt", figures.top())
    garment_files(root, "jeans", figures.trousers())
    rows = ["person,garment,category,pairing,light"]
    rows += ["anna,shirt,upper,paired,day", "ben,shirt,upper,paired,night"]
    rows += ["anna,jeans,lower,paired,day", "ben,jeans,lower,unpaired,day"]
    (root / "pairs.csv").write_text("\n".join(rows) + "\n")
    return open_source(root)


def unneeded(*arguments):
    raise PersonError("this data set brings its labels; nothing is to be analysed")


def anna_labels(pixels):
    """A stand-in for the person analyst: anna's labels, whoever is asked for."""
    _, annotation = figures.person(arm=12.0)
    return SimpleNamespace(parsing=annotation.parsing[::SCALE, ::SCALE])


def pipeline():
    """Geometric dressing without analysts."""
    return TryOn(unneeded, unneeded)


class Colours:
    """A stand-in for a feature network: the mean colour of a picture's quarters."""

    name, frechet_name, kernel_name = "colours", "frechet_colours", "kernel_colours"
    digest = ""

    def __call__(self, pixels):
        height, width = (size // 2 * 2 for size in pixels.shape[:2])
        quarters = pixels[:height, :width].reshape(2, height // 2, 2, width // 2, 3)
        return quarters.mean(axis=(1, 3)).ravel().astype(np.float32)
