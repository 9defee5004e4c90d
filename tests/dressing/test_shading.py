import numpy as np

from gpvton.domain.parts import Category
from gpvton.dressing.scene import frame
from gpvton.dressing.shading import contact_shadow, shade_map
from tests.figures import person


def _shade(pixels, annotation) -> np.ndarray:
    scene = frame(pixels, annotation, Category.UPPER)
    return shade_map(scene, np.isin(scene.parsing, tuple(scene.row.replaced)).astype(np.float32))


def test_a_fold_of_a_plain_garment_becomes_shade():
    pixels, annotation = person()
    pixels[180:190, 150:235] = (pixels[180:190, 150:235] * 0.75).astype(np.uint8)
    plain, folded = _shade(*person()), _shade(pixels, annotation)
    changed = np.abs(folded - plain)
    assert changed.max() > 0.05 and (folded - plain)[changed > 0.05].mean() < 0


def test_a_print_on_the_old_garment_does_not_show_through():
    pixels, annotation = person()
    pixels[170:210, 175:210] = (30, 160, 60)
    difference = np.abs(_shade(pixels, annotation) - _shade(*person()))
    assert difference.max() < 0.06


def test_contact_shadow_darkens_below_and_never_brightens():
    alpha = np.zeros((100, 80), np.float32)
    alpha[20:60] = 1.0
    shadow = contact_shadow(alpha, span=80.0)
    assert shadow.max() <= 1.0
    assert shadow[62, 40] < shadow[17, 40] < 1.0
