"""A study's result: who may be counted, who wins, how sure that is, how far raters agree."""

import html
from collections.abc import Sequence
from typing import Any

import numpy as np

from gpvton.evaluation.study.ranking import (
    bradley_terry,
    krippendorff_alpha,
    win_matrix,
    win_rates,
)
from gpvton.evaluation.study.store import Answer, StudyStore

ATTENTION_PASSED = 0.8
_RESAMPLES = 1000


def summarise_study(store: StudyStore, *, resamples: int = _RESAMPLES) -> dict[str, Any]:
    """The result, as JSON values.

    Raters with less than 80 % of their attention checks right are left out, and named.
    Intervals: 95 %, bootstrap over pairs of person and garment (answers about one pair hang
    together).
    """
    answers = store.answers()
    raters = _raters(answers, store.question_count())
    good = {rater["name"] for rater in raters if rater["counted"]}
    counted = [a for a in answers if a.rater in good and not a.attention]
    methods = sorted({m for a in counted for m in (a.first_method, a.second_method)})
    out: dict[str, Any] = {
        "answers": len(counted),
        "pairs": len({a.pair for a in counted}),
        "raters": raters,
        "agreement": _agreement(counted),
        "methods": [],
        "against": [],
    }
    if not counted:
        return out
    wins = win_matrix(counted, methods)
    rates, scores = win_rates(wins), bradley_terry(wins)
    spread = _bootstrap(counted, methods, resamples)
    out["methods"] = sorted(
        (
            {
                "name": name,
                "comparisons": int((wins + wins.T)[i].sum()),
                "win_rate": float(rates[i]),
                "win_rate_interval": spread["rates"][i],
                "score": float(scores[i]),
                "score_interval": spread["scores"][i],
            }
            for i, name in enumerate(methods)
        ),
        key=lambda entry: -entry["score"],
    )
    out["against"] = [
        {
            "method": one,
            "other": two,
            "wins": float(wins[i, j]),
            "comparisons": float(wins[i, j] + wins[j, i]),
        }
        for i, one in enumerate(methods)
        for j, two in enumerate(methods)
        if i < j and wins[i, j] + wins[j, i] > 0
    ]
    return out


def _raters(answers: Sequence[Answer], total: int) -> list[dict[str, Any]]:
    out = []
    for name in dict.fromkeys(answer.rater for answer in answers):
        own = [answer for answer in answers if answer.rater == name]
        checks = [answer for answer in own if answer.attention]
        right = sum(answer.better == answer.first_method for answer in checks)
        times = [answer.seconds for answer in own if answer.seconds is not None]
        out.append(
            {
                "name": name,
                "answered": len(own),
                "questions": total,
                "checks": len(checks),
                "checks_right": right,
                "median_seconds": float(np.median(times)) if times else None,
                "counted": right >= ATTENTION_PASSED * len(checks),
            }
        )
    return out


def _agreement(answers: Sequence[Answer]) -> float | None:
    units: dict[tuple[str, str, str], list[str]] = {}
    for answer in answers:
        key = (answer.pair, answer.first_method, answer.second_method)
        units.setdefault(key, []).append(answer.better or "")
    return krippendorff_alpha(list(units.values()))


def _bootstrap(
    answers: Sequence[Answer], methods: Sequence[str], resamples: int
) -> dict[str, list[list[float]]]:
    by_pair: dict[str, list[Answer]] = {}
    for answer in answers:
        by_pair.setdefault(answer.pair, []).append(answer)
    matrices = np.stack([win_matrix(own, methods) for own in by_pair.values()])
    rng = np.random.default_rng(0)
    rates, scores = [], []
    for _ in range(resamples):
        wins = matrices[rng.integers(0, len(matrices), len(matrices))].sum(axis=0)
        rates.append(win_rates(wins))
        scores.append(bradley_terry(wins, rounds=200))

    def interval(values: list[np.ndarray]) -> list[list[float]]:
        low, high = np.nanquantile(np.array(values), [0.025, 0.975], axis=0)
        return [[float(a), float(b)] for a, b in zip(low, high, strict=True)]

    return {"rates": interval(rates), "scores": interval(scores)}


def study_lines(summary: dict[str, Any]) -> list[str]:
    """The result for people."""
    agreement = summary["agreement"]
    said = "none measured" if agreement is None else f"{agreement:.2f} (Krippendorff's alpha)"
    lines = [
        f"{summary['answers']} answers about {summary['pairs']} pairs; agreement: {said}",
    ]
    for entry in summary["methods"]:
        (low, high), (least, most) = entry["win_rate_interval"], entry["score_interval"]
        lines.append(
            f"  {entry['name']}: wins {entry['win_rate']:.1%} ({low:.1%} to {high:.1%}), "
            f"Bradley-Terry {entry['score']:+.2f} ({least:+.2f} to {most:+.2f}), "
            f"{entry['comparisons']} comparisons"
        )
    for rater in summary["raters"]:
        checks = f"{rater['checks_right']} of {rater['checks']} checks right"
        left_out = "" if rater["counted"] else ", NOT COUNTED"
        lines.append(
            f"  rater {rater['name']}: {rater['answered']} of {rater['questions']} answered, "
            f"{checks}{left_out}"
        )
    return lines


def study_page(summary: dict[str, Any]) -> str:
    """The result as one HTML page."""
    lines = "".join(f"<li>{html.escape(line.strip())}</li>" for line in study_lines(summary))
    rows = "".join(
        f"<tr><td>{html.escape(e['method'])}</td><td>{html.escape(e['other'])}</td>"
        f"<td>{e['wins']:g} of {e['comparisons']:g}</td></tr>"
        for e in summary["against"]
    )
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Study</title>"
        "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;"
        "padding:0 1rem}td,th{padding:.3rem .8rem;text-align:left;border-bottom:1px solid #ccc}"
        f"</style></head><body><h1>Study</h1><ul>{lines}</ul><table><tr><th>method</th>"
        f"<th>against</th><th>won</th></tr>{rows}</table></body></html>\n"
    )
