import numpy as np

from gpvton.dressing.background import background_fill


def test_known_background_stays_as_it_is():
    pixels = np.random.default_rng(0).integers(0, 255, (40, 50, 3)).astype(np.uint8)
    known = np.ones((40, 50), bool)
    known[10:20, 10:30] = False
    filled = background_fill(pixels, known, 3.0)
    np.testing.assert_allclose(filled[known], pixels[known], atol=1e-2)


def test_a_plain_wall_is_continued_and_the_hole_leaves_no_trace():
    pixels = np.full((40, 50, 3), 120, np.uint8)
    known = np.ones((40, 50), bool)
    known[10:30, 15:35] = False
    pixels[~known] = (255, 0, 0)
    np.testing.assert_allclose(background_fill(pixels, known, 3.0), 120.0, atol=0.5)


def test_texture_goes_on_inside_the_hole():
    noise = np.random.default_rng(1).integers(90, 160, (60, 60, 1)).astype(np.uint8)
    known = np.ones((60, 60), bool)
    known[20:40, 20:40] = False
    filled = background_fill(np.repeat(noise, 3, axis=2), known, 4.0)
    assert filled[~known].std() > 0.5 * noise.std()
