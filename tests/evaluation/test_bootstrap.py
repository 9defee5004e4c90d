import numpy as np
import pytest
import scipy.stats

from gpvton.domain.errors import InputError
from gpvton.evaluation.bootstrap import mean_interval, paired_comparison

RNG = np.random.default_rng(4)


def test_the_interval_is_near_the_normal_one():
    values = RNG.normal(5, 2, 400)
    interval = mean_interval(values)
    half = 1.96 * values.std(ddof=1) / 20
    assert interval.mean == pytest.approx(values.mean())
    assert interval.low == pytest.approx(values.mean() - half, abs=0.03)
    assert interval.high == pytest.approx(values.mean() + half, abs=0.03)


def test_the_interval_agrees_with_scipy():
    values = RNG.exponential(1, 100)
    ours = mean_interval(values, resamples=9000)
    theirs = scipy.stats.bootstrap(
        (values,), np.mean, method="percentile", n_resamples=9000, rng=np.random.default_rng(0)
    ).confidence_interval
    assert (ours.low, ours.high) == pytest.approx(tuple(theirs), abs=0.02)


def test_one_seed_gives_one_answer():
    values = RNG.normal(0, 1, 30)
    assert mean_interval(values) == mean_interval(values)
    assert mean_interval(values, seed=1) != mean_interval(values)


def test_a_real_difference_is_found_and_an_accident_is_not():
    base = RNG.normal(0, 5, 60)
    better = paired_comparison(base, base + RNG.normal(0.5, 0.5, 60))
    assert better.p_value < 0.001 and better.low > 0
    same = paired_comparison(base, base + np.tile([0.5, -0.5], 30))
    assert same.p_value > 0.5 and same.low < 0 < same.high


def test_equal_values_are_no_difference():
    assert paired_comparison(np.ones(5), np.ones(5)).p_value == 1.0


def test_p_values_are_near_the_t_test_s():
    base = RNG.normal(0, 1, 80)
    other = base + RNG.normal(0.2, 1, 80)
    ours = paired_comparison(base, other).p_value
    assert ours == pytest.approx(scipy.stats.ttest_rel(base, other).pvalue, abs=0.02)


def test_nothing_to_compare_is_refused():
    with pytest.raises(InputError):
        mean_interval(np.zeros(0))
    with pytest.raises(InputError):
        paired_comparison(np.zeros(3), np.zeros(4))
