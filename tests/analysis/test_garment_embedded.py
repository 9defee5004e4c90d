"""The analyst with the weights that the package ships, on drawn and on real pictures."""

import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from skimage import data

from gpvton.analysis.garment import EMBEDDED, GarmentAnalyst
from gpvton.domain.errors import GarmentError
from gpvton.domain.labels import GarmentLabel
from gpvton.domain.parts import Category

pytestmark = pytest.mark.skipif(not EMBEDDED.is_dir(), reason="no embedded garment analyst")

SHARED = Path(os.environ.get("GPVTON_SHARED", Path(__file__).parents[3] / "shared")) / "data"
PHOTOS = {
    "t-shirt_040": Category.UPPER,
    "longsleeve_250": Category.UPPER,
    "pants_020": Category.LOWER,
    "shorts_140": Category.LOWER,
    "dress_060": Category.DRESS,
}


@pytest.fixture(scope="module")
def analyst():
    return GarmentAnalyst.from_folder(threads=1)


def read(stem: str) -> np.ndarray:
    path = SHARED / "garments" / "photos" / f"{stem}.jpg"
    if not path.is_file():
        pytest.skip("no shared data")
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_blank_picture_has_no_garment(analyst, level):
    with pytest.raises(GarmentError, match="no garment"):
        analyst(np.full((400, 300, 3), level, np.uint8))


@pytest.mark.shared
@pytest.mark.parametrize(("stem", "category"), PHOTOS.items())
def test_a_held_out_photo_is_read(analyst, stem, category):
    found = analyst(read(stem))
    assert found.category is category and found.worn < 0.5
    assert 0.1 < (found.mask > 0.5).mean() < 0.7


@pytest.mark.shared
def test_mirroring_the_photo_mirrors_the_answer(analyst):
    image = read("t-shirt_040")
    one, other = analyst(image), analyst(np.ascontiguousarray(image[:, ::-1]))
    same = (one.mask > 0.5) == (other.mask[:, ::-1] > 0.5)
    assert same.mean() > 0.98
    left, right = (
        one.parsing == GarmentLabel.LEFT_SLEEVE,
        other.parsing == GarmentLabel.RIGHT_SLEEVE,
    )
    assert (left & right[:, ::-1]).sum() > 0.7 * (left | right[:, ::-1]).sum()


@pytest.mark.shared
@pytest.mark.parametrize("stem", ["shoes_020", "hat_030"])
def test_shoes_and_hats_are_refused(analyst, stem):
    with pytest.raises(GarmentError):
        analyst(read(stem))


def test_a_cat_is_no_garment(analyst):
    with pytest.raises(GarmentError):
        analyst(data.chelsea())
