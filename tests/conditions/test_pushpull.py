import numpy as np

from gpvton.conditions.pushpull import push_pull


def test_known_pixels_stay_and_holes_take_their_surroundings():
    picture = np.full((37, 53, 3), 80.0, np.float32)
    weight = np.ones((37, 53), np.float32)
    weight[10:25, 20:40] = 0.0
    filled = push_pull(np.where(weight[..., None] > 0, picture, 999.0), weight)
    np.testing.assert_allclose(filled, 80.0, atol=1e-2)


def test_values_stay_within_the_known_range():
    rng = np.random.default_rng(0)
    picture = rng.uniform(10, 200, (40, 40, 3)).astype(np.float32)
    weight = (rng.uniform(size=(40, 40)) > 0.8).astype(np.float32)
    filled = push_pull(picture, weight)
    assert filled.min() >= 9.9 and filled.max() <= 200.1
    np.testing.assert_allclose(filled[weight > 0], picture[weight > 0], atol=1e-3)


def test_nothing_known_is_zero():
    assert np.all(push_pull(np.ones((5, 4, 3), np.float32), np.zeros((5, 4), np.float32)) == 0)
