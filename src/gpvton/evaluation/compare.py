"""Methods side by side, from their result files: the same pairs, differences, significance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gpvton.domain.errors import InputError
from gpvton.evaluation.bootstrap import Comparison, paired_comparison
from gpvton.evaluation.metric_table import METRICS, SET_METRICS

Result = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class MetricComparison:
    """One metric.  means: of every method over the pairs that all have; count: how many.

    against_first: methods but the first, against it; None for the first.  adjusted: p-values
    after Holm's correction over all metrics and methods.
    """

    metric: str
    means: tuple[float, ...]
    count: int
    against_first: tuple[Comparison | None, ...]
    adjusted: tuple[float | None, ...]

    @property
    def best(self) -> int:
        """Which method has the best mean."""
        return int(np.argmax(np.array(self.means) * METRICS[self.metric].better))


@dataclass(frozen=True, kw_only=True)
class Methods:
    """Methods compared.  sets: distances of sets, metric to value per method (None: not measured).

    warnings: why numbers might not compare.
    """

    names: tuple[str, ...]
    metrics: tuple[MetricComparison, ...]
    sets: Mapping[str, tuple[float | None, ...]]
    warnings: tuple[str, ...]


def compare(results: Sequence[Result]) -> Methods:
    """Compare methods on the pairs that none of them failed; the first is the baseline.

    Raises InputError for fewer than two results, other protocols, or no pair in common.
    """
    if len(results) < 2:
        raise InputError("one result file: a comparison needs at least two")
    presets = [result["settings"]["preset"] for result in results]
    if any(preset != presets[0] for preset in presets[1:]):
        names = ", ".join(preset["name"] for preset in presets)
        raise InputError(f"measured with the presets {names}: only equal protocols compare")
    items = [
        {item["name"]: item["metrics"] for item in result["items"] if "error" not in item}
        for result in results
    ]
    shared = [name for name in items[0] if all(name in other for other in items[1:])]
    if not shared:
        raise InputError("the result files have no pair in common")
    metrics = [
        compared
        for metric in METRICS
        if (compared := _compare_metric(metric, items, shared)) is not None
    ]
    return Methods(
        names=_distinct([str(result["name"]) for result in results]),
        metrics=_holm(metrics),
        sets=_sets(results),
        warnings=_warnings(results, shared),
    )


def _compare_metric(
    metric: str, items: list[dict[str, dict[str, float]]], shared: list[str]
) -> MetricComparison | None:
    names = [name for name in shared if all(metric in other[name] for other in items)]
    if not names:
        return None
    values = [np.array([other[name][metric] for name in names]) for other in items]
    against = tuple(paired_comparison(values[0], other) for other in values[1:])
    return MetricComparison(
        metric=metric,
        means=tuple(float(value.mean()) for value in values),
        count=len(names),
        against_first=(None, *against),
        adjusted=(None,) * len(items),
    )


def _holm(metrics: list[MetricComparison]) -> tuple[MetricComparison, ...]:
    """Holm's step-down correction (1979) over all comparisons."""
    places = [
        (comparison.p_value, row, column)
        for row, compared in enumerate(metrics)
        for column, comparison in enumerate(compared.against_first)
        if comparison is not None
    ]
    adjusted: dict[tuple[int, int], float] = {}
    largest = 0.0
    for rank, (p_value, row, column) in enumerate(sorted(places)):
        largest = max(largest, min(1.0, p_value * (len(places) - rank)))
        adjusted[row, column] = largest
    return tuple(
        MetricComparison(
            metric=compared.metric,
            means=compared.means,
            count=compared.count,
            against_first=compared.against_first,
            adjusted=tuple(adjusted.get((row, c)) for c in range(len(compared.means))),
        )
        for row, compared in enumerate(metrics)
    )


def _sets(results: Sequence[Result]) -> dict[str, tuple[float | None, ...]]:
    found = [name for name in SET_METRICS if any(name in result["sets"] for result in results)]
    return {
        name: tuple(result["sets"].get(name, {}).get("value") for result in results)
        for name in found
    }


def _warnings(results: Sequence[Result], shared: list[str]) -> tuple[str, ...]:
    out = []
    if len({result["settings"]["data"]["pairs_sha256"] for result in results}) > 1:
        out.append("the files are about different pair lists; only the pairs in common count")
    lost = [result["counts"]["pairs"] - len(shared) for result in results]
    if any(lost):
        out.append(f"{len(shared)} pairs in common; left out per file: {lost}")
    for key, what in (("labels_of_results", "labels of results"), ("versions", "versions")):
        if any(result["settings"][key] != results[0]["settings"][key] for result in results):
            out.append(f"the {what} differ between the files")
    return tuple(out)


def _distinct(names: list[str]) -> tuple[str, ...]:
    return tuple(
        name if names.count(name) == 1 else f"{name} ({number})"
        for number, name in enumerate(names, start=1)
    )
