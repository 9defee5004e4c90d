import numpy as np
import pytest
from PIL import Image

from gpvton.domain.errors import InputError
from gpvton.evaluation.presets import PRESETS, preset

PICTURE = np.random.default_rng(9).integers(0, 256, (96, 64, 3)).astype(np.uint8)


def test_the_published_ones_are_there_and_each_says_what_it_is():
    assert set(PRESETS) == {"native", "catvton", "ladi", "hrviton", "gpvton"}
    assert all(row.note and row.describe()["resize"] for row in PRESETS.values())
    assert preset("catvton").lpips == "squeeze" and preset("ladi").lpips == "alex"
    assert preset("hrviton").ssim == "grey" and preset("hrviton").lpips_size == (128, 128)


def test_resizing_averages_and_native_leaves_alone():
    assert preset("native").resized(PICTURE, (96, 64)) is PICTURE
    small = preset("native").resized(PICTURE, (24, 16))
    expected = np.asarray(Image.fromarray(PICTURE).resize((16, 24), Image.Resampling.BICUBIC))
    assert np.array_equal(small, expected)
    blocks = PICTURE.reshape(24, 4, 16, 4, 3).mean(axis=(1, 3))
    assert np.abs(small - blocks).mean() < np.abs(PICTURE[::4, ::4] - blocks).mean() / 2
    assert preset("catvton").resized(PICTURE, (96, 64)).shape == (512, 384, 3)


def test_an_unknown_one_is_refused():
    with pytest.raises(InputError, match="one of native"):
        preset("best")
