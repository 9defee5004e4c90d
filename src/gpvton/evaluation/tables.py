"""Comparison tables: Markdown and LaTeX (booktabs)."""

from gpvton.evaluation.bootstrap import Comparison
from gpvton.evaluation.compare import Methods, MetricComparison
from gpvton.evaluation.metric_table import METRICS, SET_METRICS, Metric

SIGNIFICANT = 0.05


def markdown(methods: Methods) -> str:
    """Means of all methods, the best in bold; then every difference from the first."""
    head = ["metric", *methods.names, "n"]
    lines = [f"| {' | '.join(head)} |", "| --- |" + " ---: |" * (len(head) - 1)]
    for row in methods.metrics:
        cells = [_marked(row, i, "**{}**", "{}\\*") for i in range(len(row.means))]
        lines.append(f"| {_title(METRICS[row.metric])} | {' | '.join(cells)} | {row.count} |")
    for name, values in methods.sets.items():
        cells = [_number(value, SET_METRICS[name]) for value in values]
        lines.append(f"| {_title(SET_METRICS[name])} | {' | '.join(cells)} | |")
    lines += ["", f"Bold: best. \\*: differs from {methods.names[0]}, {_test()}.", ""]
    first = methods.names[0]
    lines.append(f"| difference from {first} | method | mean | 95 % interval | p | p, Holm |")
    lines.append("| --- | --- | ---: | ---: | ---: | ---: |")
    for row in methods.metrics:
        for index, comparison in enumerate(row.against_first):
            if comparison is not None:
                cells = _difference(row, index, comparison)
                label = f"{METRICS[row.metric].title} | {methods.names[index]}"
                lines.append(f"| {label} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", *(f"Note: {text}." for text in methods.warnings)]).rstrip() + "\n"


def latex(methods: Methods) -> str:
    """One row per method, one column per metric; needs the package booktabs."""
    metrics = [METRICS[row.metric] for row in methods.metrics]
    sets = [SET_METRICS[name] for name in methods.sets]
    arrows = [r"$\uparrow$" if m.better > 0 else r"$\downarrow$" for m in [*metrics, *sets]]
    heads = [_escaped(metric.title) for metric in [*metrics, *sets]]
    columns = " & ".join(f"{head} {arrow}" for head, arrow in zip(heads, arrows, strict=True))
    lines = [
        f"% *: differs from {methods.names[0]}, {_test()}",
        *(f"% note: {text}" for text in methods.warnings),
        rf"\begin{{tabular}}{{l{'r' * len(heads)}}}",
        r"\toprule",
        rf"Method & {columns} \\",
        r"\midrule",
    ]
    for index, name in enumerate(methods.names):
        cells = [_marked(row, index, r"\textbf{{{}}}", "{}$^*$") for row in methods.metrics]
        cells += [_number(values[index], SET_METRICS[key]) for key, values in methods.sets.items()]
        lines.append(rf"{_escaped(name)} & {' & '.join(cells)} \\")
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"]) + "\n"


def _marked(row: MetricComparison, index: int, bold: str, star: str) -> str:
    text = _number(row.means[index], METRICS[row.metric])
    adjusted = row.adjusted[index]
    if index == row.best:
        text = bold.format(text)
    return star.format(text) if adjusted is not None and adjusted < SIGNIFICANT else text


def _difference(row: MetricComparison, index: int, comparison: Comparison) -> list[str]:
    digits = METRICS[row.metric].digits
    adjusted = row.adjusted[index]
    return [
        f"{comparison.difference:+.{digits}f}",
        f"{comparison.low:+.{digits}f} to {comparison.high:+.{digits}f}",
        f"{comparison.p_value:.4f}",
        "" if adjusted is None else f"{adjusted:.4f}",
    ]


def _test() -> str:
    return f"paired bootstrap, p < {SIGNIFICANT} after Holm's correction"


def _title(metric: Metric) -> str:
    return f"{metric.title} {'↑' if metric.better > 0 else '↓'}"


def _number(value: float | None, metric: Metric) -> str:
    return "" if value is None else f"{value:.{metric.digits}f}"


def _escaped(text: str) -> str:
    special = {character: f"\\{character}" for character in "&%$#_{}"}
    special |= {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    return text.translate(str.maketrans(special))
