import numpy as np
import pytest
import scipy.linalg
import torch
from torchmetrics.image.kid import poly_mmd

from gpvton.domain.errors import InputError
from gpvton.evaluation import distribution_metrics as metrics

RNG = np.random.default_rng(3)


@pytest.mark.parametrize("counts", [(200, 150), (12, 9), (40, 8)])
def test_frechet_distance_agrees_with_scipy(counts):
    width = 10
    first = RNG.normal(0, 1, (counts[0], width)) @ RNG.normal(0, 1, (width, width))
    second = RNG.normal(0.3, 1.2, (counts[1], width))
    s1, s2 = np.cov(first.T), np.cov(second.T)
    offset = first.mean(axis=0) - second.mean(axis=0)
    nudge = 1e-12 * np.eye(width)
    root = scipy.linalg.sqrtm((s1 + nudge) @ (s2 + nudge)).real
    expected = offset @ offset + np.trace(s1 + s2 - 2 * root)
    assert metrics.frechet_distance(first, second) == pytest.approx(expected, abs=1e-4)


def test_frechet_distance_in_closed_form():
    """In one dimension it is (m1 - m2)^2 + (s1 - s2)^2."""
    first, second = RNG.normal(1, 2, (500, 1)), RNG.normal(4, 3, (400, 1))
    expected = (first.mean() - second.mean()) ** 2
    expected += (first.std(ddof=1) - second.std(ddof=1)) ** 2
    assert metrics.frechet_distance(first, second) == pytest.approx(expected, abs=1e-9)
    assert metrics.frechet_distance(first, first) == pytest.approx(0.0, abs=1e-9)


def test_a_shift_adds_its_square():
    first = RNG.normal(0, 1, (60, 5))
    shift = np.array([1.0, 0, 2, 0, 0])
    assert metrics.frechet_distance(first, first + shift) == pytest.approx(5.0, abs=1e-9)


def test_squared_mmd_agrees_with_torchmetrics():
    first, second = RNG.normal(0, 1, (30, 12)), RNG.normal(0.5, 1, (30, 12))
    expected = float(poly_mmd(torch.from_numpy(first), torch.from_numpy(second)))
    assert metrics.squared_mmd(first, second) == pytest.approx(expected, abs=1e-9)


def test_kernel_distance_repeats_and_tells_sets_apart():
    first, near = RNG.normal(0, 1, (80, 8)), RNG.normal(0, 1, (80, 8))
    far = RNG.normal(1, 1, (50, 8))
    options = {"subsets": 20, "subset_size": 40}
    close = metrics.kernel_distance(first, near, **options)
    apart = metrics.kernel_distance(first, far, **options)
    assert apart.mean > 10 * abs(close.mean) and apart.subset == 40
    assert metrics.kernel_distance(first, far, **options) == apart


def test_too_few_pictures_and_other_features_are_refused():
    with pytest.raises(InputError, match="at least 2"):
        metrics.frechet_distance(np.zeros((1, 4)), np.zeros((5, 4)))
    with pytest.raises(InputError, match="one d"):
        metrics.kernel_distance(np.zeros((5, 4)), np.zeros((5, 3)))
