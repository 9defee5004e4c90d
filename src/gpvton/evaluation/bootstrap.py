"""Confidence intervals and paired comparisons by the bootstrap (Efron, 1979), seeded."""

from dataclasses import dataclass

import numpy as np

from gpvton.domain.errors import InputError

RESAMPLES = 2000
_CHUNK = 200


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A mean with its confidence interval; count: how many values."""

    mean: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Mean of (second - first) over pairs, its interval, and the two-sided p-value."""

    difference: float
    low: float
    high: float
    p_value: float
    count: int


def mean_interval(
    values: np.ndarray, *, level: float = 0.95, resamples: int = RESAMPLES, seed: int = 0
) -> Interval:
    """Mean of values (n,) with its percentile bootstrap interval.  Raises InputError for none."""
    values = np.asarray(values, np.float64)
    if values.size == 0:
        raise InputError("no values: a mean needs at least one")
    means = _resampled_means(values, resamples, seed)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(mean=float(values.mean()), low=float(low), high=float(high), count=values.size)


def paired_comparison(
    first: np.ndarray,
    second: np.ndarray,
    *,
    level: float = 0.95,
    resamples: int = 10 * RESAMPLES,
    seed: int = 0,
) -> Comparison:
    """Do two methods differ on the same pictures?  first, second: values (n,), pair by pair.

    The p-value is the share of resamples of the centred differences whose mean is at least as far
    from 0 as the one seen, (k + 1) / (resamples + 1).
    """
    one, two = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if one.shape != two.shape or one.ndim != 1 or one.size == 0:
        raise InputError(f"values of {one.shape} and {two.shape}: expected pairs, at least one")
    difference = two - one
    means = _resampled_means(difference, resamples, seed)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    seen = difference.mean()
    tolerance = 1e-12 * max(1.0, float(np.abs(difference).max()))
    farther = np.count_nonzero(np.abs(means - seen) >= abs(seen) - tolerance)
    return Comparison(
        difference=float(seen),
        low=float(low),
        high=float(high),
        p_value=(farther + 1) / (resamples + 1),
        count=one.size,
    )


def _resampled_means(values: np.ndarray, resamples: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    means = []
    for start in range(0, resamples, _CHUNK):
        rows = min(_CHUNK, resamples - start)
        means.append(values[rng.integers(0, values.size, (rows, values.size))].mean(axis=1))
    return np.concatenate(means)
