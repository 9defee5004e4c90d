"""A pipeline that needs no networks, and the command line run in this process."""

import json
from dataclasses import dataclass, field

import numpy as np
import pytest
from PIL import Image

from gpvton import pipeline as pipeline_module
from gpvton.cli import options
from gpvton.cli.main import run
from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.errors import GarmentError, PersonError
from gpvton.domain.parts import Category
from gpvton.domain.provenance import Provenance
from gpvton.dressing.dress import Dressed
from gpvton.pipeline import TryOn

RNG = np.random.default_rng(0)
NOBODY, NOTHING, WORN = 10, 20, 30
"""Value of the first pixel: no person in the picture; no garment either; a garment that is worn."""


def _person(pixels):
    if pixels[0, 0, 0] in (NOBODY, NOTHING, WORN):
        raise PersonError("no person was found")
    size = pixels.shape[:2]
    points = np.zeros((25, 3), np.float32)
    points[0] = 10, 20, 0.9
    return PersonAnnotation(
        parsing=np.full(size, 5, np.uint8),
        keypoints=points,
        silhouette=np.ones(size, np.float32),
        warnings=("the feet do not show",),
    )


def _garment(pixels, alpha):
    if pixels[0, 0, 0] == NOTHING:
        raise GarmentError("no garment was found")
    size = pixels.shape[:2]
    return GarmentAnnotation(
        mask=np.ones(size, np.float32),
        parsing=np.full(size, 5, np.uint8),
        category=Category.UPPER,
        worn=float(pixels[0, 0, 0] == WORN),
        landmarks={"hem_left": (3.0, 4.0)},
    )


def _dress(photo, person, garment_pixels, garment, *, category=None, tucked=None, **networks):
    image, mask = photo.copy(), np.zeros(photo.shape[:2], bool)
    mask[10:40, 10:40] = True
    image[mask] = garment_pixels[50, 50]
    return Dressed(
        image=image,
        warped=np.zeros((*mask.shape, 4), np.float32),
        parsing=mask.astype(np.uint8),
        flow=np.zeros((3, 2, 8, 6), np.float32),
        box=(0, 0, photo.shape[1], photo.shape[0]),
        edit_mask=mask,
        preserve_mask=~mask,
        warnings=(f"tucked={tucked}",),
        timings={"flow": 0.1},
    )


@dataclass
class Shell:
    """What a run of the command left behind."""

    code: int
    out: str
    err: str
    loaded: list = field(default_factory=list)

    def json(self):
        return json.loads(self.out)


@pytest.fixture
def shell(monkeypatch, tmp_path, capsys):
    """Run `gpvton` with these arguments in an own folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pipeline_module, "dress", _dress)
    loaded = []

    def load(progress, weights, threads, max_megapixels=50.0, **kinds):
        loaded.append((weights, threads, max_megapixels))
        return TryOn(
            _person,
            _garment,
            provenance=Provenance(weights={"net": "12ab"}),
            maximum_pixels=round(max_megapixels * 1e6),
        )

    monkeypatch.setattr(options, "load", load)

    def call(*arguments):
        with pytest.raises(SystemExit) as stop:
            run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Shell(stop.value.code or 0, captured.out, captured.err, loaded)

    return call


@pytest.fixture
def picture(tmp_path):
    """Make a picture of noise; `first` is the value of its first pixel."""

    def make(name, size=(120, 90), first=0):
        pixels = RNG.integers(0, 256, (*size, 3), dtype=np.uint8)
        pixels[0, 0] = first
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
        return path

    return make
