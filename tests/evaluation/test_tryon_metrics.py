import cv2
import numpy as np
import pytest
from skimage.color import rgb2lab

from gpvton.domain.errors import InputError
from gpvton.evaluation import tryon_metrics as metrics

RNG = np.random.default_rng(2)


def fabric(size, period):
    """Blue and white stripes."""
    picture = np.zeros((*size, 3), np.uint8)
    stripes = np.arange(size[0]) // period % 2 == 0
    picture[stripes], picture[~stripes] = (40, 60, 160), (230, 230, 220)
    return picture


def test_change_outside_sees_one_grey_level():
    photo = RNG.integers(0, 255, (20, 30, 3)).astype(np.uint8)
    edit = np.zeros((20, 30), bool)
    edit[5:15, 5:15] = True
    result = photo.copy()
    result[edit] = 7
    assert metrics.change_outside(photo, result, edit) == metrics.Change(share=0.0, largest=0)
    result[0, 0, 1] += 1
    change = metrics.change_outside(photo, result, edit)
    assert change.largest == 1 and change.share == pytest.approx(1 / 500)
    with pytest.raises(InputError):
        metrics.change_outside(photo, result[1:], edit)


def test_colour_error_is_the_distance_in_lab():
    mask = np.ones((16, 16), bool)
    one, two = (np.full((16, 16, 3), c, np.uint8) for c in ((200, 30, 60), (30, 90, 200)))
    expected = np.linalg.norm(rgb2lab(one)[0, 0] - rgb2lab(two)[0, 0])
    assert metrics.colour_error(one, mask, two, mask) == pytest.approx(expected, abs=0.05)
    assert metrics.colour_error(one, mask, one, mask) == 0.0
    assert metrics.colour_error(one, mask, two, ~mask) is None


def test_texture_is_kept_by_scaling_and_lost_by_blurring():
    flat, mask = fabric((240, 200), 8), np.ones((240, 200), bool)
    smaller = cv2.resize(flat, (100, 120), interpolation=cv2.INTER_AREA)
    small_mask = np.ones((120, 100), bool)
    kept = metrics.texture_loss(flat, mask, smaller, small_mask)
    blurred = cv2.GaussianBlur(smaller, (0, 0), 4)
    lost = metrics.texture_loss(flat, mask, blurred, small_mask)
    assert kept < 0.2
    assert lost > 1.0
    assert metrics.texture_loss(flat, mask, flat, mask) == 0.0
    assert metrics.texture_loss(flat, mask, smaller[:10, :10], small_mask[:10, :10]) is None


def test_length_error_is_in_spans():
    truth, worn = np.zeros((200, 50), bool), np.zeros((200, 50), bool)
    truth[20:100, 10:40], worn[20:120, 10:40] = True, True
    assert metrics.length_error(worn, truth, 40.0) == pytest.approx(0.5, abs=0.02)
    assert metrics.length_error(truth, worn, 40.0) == pytest.approx(-0.5, abs=0.02)
    worn[190, 3] = True  # one stray pixel is no hem
    assert metrics.length_error(worn, truth, 40.0) == pytest.approx(0.5, abs=0.02)
    assert metrics.length_error(worn & False, truth, 40.0) is None
    with pytest.raises(InputError):
        metrics.length_error(worn, truth, 0.0)
