import cv2
import numpy as np
import pytest

from gpvton.analysis.garment_mask import refine_mask

RED, CREAM, GROUND = (200, 30, 40), (230, 220, 190), (40, 60, 90)


def _picture(hole):
    """A red garment with a cream print on a dark ground, and with a spot of that colour."""
    pixels = np.full((240, 200, 3), GROUND, np.uint8)
    pixels[40:200, 50:150] = RED
    pixels[60:90, 60:140] = CREAM
    pixels[110:130, 65:85] = hole
    noise = np.random.default_rng(0).normal(0, 3, pixels.shape)
    garment = np.zeros(pixels.shape[:2], np.float32)
    garment[40:200, 50:150] = 1
    return np.clip(pixels + noise, 0, 255).astype(np.uint8), garment


@pytest.mark.parametrize(
    ("colour", "doubt", "closed"),
    [
        (CREAM, 0.3, True),  # a print
        (CREAM, 0.02, False),  # the network is sure
        (GROUND, 0.3, False),  # the ground is seen through it
    ],
)
def test_holes_are_closed_where_neither_network_nor_colour_says_ground(colour, doubt, closed):
    pixels, garment = _picture(colour)
    answer = garment.copy()
    answer[110:130, 65:85] = doubt
    mask = refine_mask(pixels, cv2.GaussianBlur(answer, (0, 0), 1))
    assert (mask[115:125, 70:80] > 0.5).all() == closed
    assert ((mask > 0.5) != (garment > 0.5)).mean() < 0.02


def test_large_holes_stay():
    pixels, garment = _picture(CREAM)
    pixels[95:185, 65:135] = CREAM
    answer = garment.copy()
    answer[95:185, 65:135] = 0.28
    mask = refine_mask(pixels, answer)
    assert (mask[95:185, 65:135] < 0.5).mean() > 0.7


def test_colours_decide_where_the_answer_is_rough():
    pixels, garment = _picture(RED)
    rough = cv2.GaussianBlur(cv2.blur(garment, (9, 9)), (0, 0), 2)
    assert ((refine_mask(pixels, rough) > 0.5) != (garment > 0.5)).mean() < 0.002
