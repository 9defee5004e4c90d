"""From start to files: run an evaluation, then write its result, report and worst-20 sheet."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gpvton.evaluation.metric_table import METRICS, SET_METRICS
from gpvton.evaluation.report import write_report
from gpvton.evaluation.result_file import build_result, write_result
from gpvton.evaluation.run import Evaluation, read_features
from gpvton.evaluation.set_distances import set_distances

RESULT = "result.json"


def evaluate(
    evaluation: Evaluation, name: str, progress: Callable[[str], None] = lambda text: None
) -> dict[str, Any]:
    """Run it, or what is left of it; gives the result file's content.  `name`: the method's."""
    records = evaluation.run(progress)
    progress("summing up")
    sets: Mapping[str, Any] = {}
    if evaluation.features is not None and any("error" not in record for record in records):
        sets = set_distances(evaluation.features, *read_features(evaluation.out, list(records)))
    result = build_result(name, evaluation.settings(), list(records), sets)
    write_result(evaluation.out / RESULT, result)
    pairs = {pair.name: pair for pair in evaluation.dataset.pairs}
    write_report(result, evaluation.dataset.source, pairs, evaluation.out)
    return result


def lines(result: Mapping[str, Any], out: Path) -> list[str]:
    """The result for people, shortly."""
    counts = result["counts"]
    text = [f"{result['name']}: {counts['pairs']} pairs, {counts['failed']} failed"]
    for name, mean in result["summary"].get("all", {}).items():
        digits = METRICS[name].digits
        low, high = f"{mean['low']:.{digits}f}", f"{mean['high']:.{digits}f}"
        text.append(f"  {METRICS[name].title}: {mean['mean']:.{digits}f} ({low} to {high})")
    for name, entry in result["sets"].items():
        metric = SET_METRICS[name]
        text.append(f"  {metric.title}: {entry['value']:.{metric.digits}f}")
    return [*text, str(out / RESULT), str(out / "report.html")]
