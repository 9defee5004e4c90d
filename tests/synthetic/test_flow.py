"""True flow: the fabric's own coordinates, rendered on the person and on the flat, must meet."""

import cv2
import numpy as np
import pytest

from gpvton.domain.parts import Category
from gpvton.synthetic import view
from gpvton.synthetic.flat_values import FlatStyle
from gpvton.synthetic.passes import renderer
from gpvton.synthetic.setting import sample_setting
from gpvton.synthetic.wardrobe import sample_garment


@pytest.mark.parametrize("category", list(Category))
def test_flow_is_right_to_a_quarter_pixel(gl, category):
    size = (320, 240)
    rng = np.random.default_rng(11)
    setting = sample_setting(rng, "easy", size, category)
    garment = sample_garment(rng, category)
    fitted = view.fit(garment, setting.person, FlatStyle(), size)
    label, where = renderer().truth(
        view.worn_items(setting, [fitted]), camera=setting.camera.matrix, size=size
    )
    flat_label, flat_where = renderer().truth(
        [view.flat_item(fitted)], camera=fitted.camera.matrix, size=size
    )
    metres_per_pixel = _scale(fitted, size)
    x, y = where[:, :, 0].astype(np.float32), where[:, :, 1].astype(np.float32)
    error = np.full(size, np.inf)
    known = flat_label[:, :, 3] == 1
    for layer in (2, 3):
        found = cv2.remap(flat_where[:, :, layer].astype(np.float32), x, y, cv2.INTER_LINEAR)
        part = np.abs(found - where[:, :, layer]) / metres_per_pixel
        error = part if layer == 2 else np.maximum(error, part)
    inner = cv2.erode(known.astype(np.uint8), np.ones((5, 5))).astype(np.float32)
    safe = cv2.remap(inner, x, y, cv2.INTER_LINEAR) > 0.99
    on = (label[:, :, 3] == 1) & (label[:, :, 2] > 0.02) & safe
    assert on.sum() > 300
    assert np.percentile(error[on], 95) < 0.25
    assert np.median(error[on]) < 0.05


def _scale(fitted, size):
    points = np.array([[0.0, 0, 0], [0.1, 0, 0]])
    a, b = fitted.camera.project(points, size)
    return 0.1 / np.linalg.norm(b - a)
