"""The report of an evaluation: one HTML file with tables and pictures, and the worst-20 sheet."""

import base64
import html
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from gpvton.analysis.sheet import Panel, contact_sheet
from gpvton.data.sources.source import Kind, Source
from gpvton.domain.images import read_photo
from gpvton.domain.writing import encode_image, write_bytes, write_image
from gpvton.evaluation.metric_table import METRICS, SET_METRICS, Metric

WORST = 20
_THUMBNAIL = 360
_WORST_BY = ("masked_ssim", "ssim", "mask_iou", "colour_error", "preserved_difference")
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;color:#222;background:#fff;max-width:76rem;
margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:1rem 0}th,td{padding:.3rem .8rem;text-align:right;
border-bottom:1px solid #ccc}th:first-child,td:first-child{text-align:left}
th{border-bottom:2px solid #222}caption{text-align:left;font-weight:600;padding:.5rem 0}
.interval,.note{color:#595959;font-size:.85rem}.scroll{overflow-x:auto}
.pictures{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0}figcaption{font-size:.85rem}
figure img{height:260px}dt{font-weight:600}dd{margin:0 0 .4rem 1rem;overflow-wrap:anywhere}
"""


def worst_metric(records: list[Mapping[str, Any]]) -> str | None:
    """The metric that says best which results went wrong, of those that were measured."""
    measured = {name for record in records for name in record.get("metrics", {})}
    return next((name for name in _WORST_BY if name in measured), None)


def worst_first(records: list[Mapping[str, Any]], metric: str) -> list[Mapping[str, Any]]:
    """Records that have the metric, the worst first."""
    having = [record for record in records if metric in record.get("metrics", {})]
    return sorted(having, key=lambda record: record["metrics"][metric] * METRICS[metric].better)


def write_report(
    result: Mapping[str, Any], source: Source, pairs: Mapping[str, Any], out: Path
) -> list[Path]:
    """Write report.html and worst.jpg into the evaluation's folder; gives the files.

    pairs: name to `Pair`, for finding the photos.
    """
    records = result["items"]
    written = [out / "report.html"]
    metric = worst_metric(records)
    worst: list[list[Panel]] = []
    if metric is not None:
        worst = [
            _panels(record, source, pairs[record["name"]], out, metric)
            for record in worst_first(records, metric)[:WORST]
        ]
        written.append(out / "worst.jpg")
        title = f"The worst {len(worst)} by {METRICS[metric].title}"
        write_image(written[-1], contact_sheet(worst, height=300, title=title))
    write_bytes(written[0], _page(result, worst, metric).encode())
    return written


def _panels(
    record: Mapping[str, Any], source: Source, pair: Any, out: Path, metric: str
) -> list[Panel]:
    value = record["metrics"][metric]
    panels = [
        Panel(pixels=_read(source.path(pair, Kind.PERSON)), caption=pair.person),
        Panel(pixels=_read(source.path(pair, Kind.GARMENT)), caption=pair.garment),
        Panel(
            pixels=_read(out / "results" / f"{pair.name}.png"),
            caption=f"{value:.{METRICS[metric].digits}f} {METRICS[metric].title}",
        ),
    ]
    truth = source.path(pair, Kind.TRUTH)
    if truth is not None and truth.is_file():
        panels.append(Panel(pixels=_read(truth), caption="truth"))
    return panels


def _read(path: Path | None) -> np.ndarray:
    assert path is not None
    photo = Image.fromarray(read_photo(path).on_white().pixels)
    photo.thumbnail((_THUMBNAIL * 2, _THUMBNAIL), Image.Resampling.BICUBIC)
    return np.asarray(photo)


def _page(result: Mapping[str, Any], worst: list[list[Panel]], metric: str | None) -> str:
    name, counts = html.escape(str(result["name"])), result["counts"]
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>",
        f"<title>Evaluation of {name}</title>",
        f"<meta name='viewport' content='width=device-width'><style>{_STYLE}</style></head><body>",
        f"<h1>Evaluation of {name}</h1>",
        f"<p>{counts['pairs']} pairs, {counts['failed']} failed. "
        "Means with 95 % bootstrap intervals; the arrow points to better.</p>",
        _set_table(result["sets"]),
        _metric_tables(result["summary"]),
        _failures(result["items"]),
        _settings(result["settings"]),
    ]
    if metric is not None:
        parts.append(f"<h2>The worst {len(worst)} by {html.escape(METRICS[metric].title)}</h2>")
        parts += [_figures(row) for row in worst]
    return "\n".join([*parts, "</body></html>"])


def _heading(metric: Metric) -> str:
    return f"{html.escape(metric.title)} {'↑' if metric.better > 0 else '↓'}"


def _set_table(sets: Mapping[str, Any]) -> str:
    if not sets:
        return "<p>No distance of sets: too few pictures, or no feature network.</p>"
    rows = []
    for name, entry in sets.items():
        metric = SET_METRICS[name]
        spread = f" ± {entry['deviation']:.{metric.digits}f}" if "deviation" in entry else ""
        rows.append(
            f"<tr><td>{_heading(metric)}</td><td>{entry['value']:.{metric.digits}f}{spread}</td>"
            f"<td>{entry['results']}</td><td>{entry['real']}</td>"
            f"<td class='note'>{html.escape(entry.get('note', ''))}</td></tr>"
        )
    return (
        "<table><caption>Set against set</caption><tr><th>distance</th><th>value</th>"
        f"<th>results</th><th>real photos</th><th>note</th></tr>{''.join(rows)}</table>"
    )


def _metric_tables(summary: Mapping[str, Any]) -> str:
    tables = []
    for group in dict.fromkeys(metric.group for metric in METRICS.values()):
        measured = {name for means in summary.values() for name in means}
        names = [n for n, m in METRICS.items() if m.group == group and n in measured]
        if not names:
            continue
        head = "".join(f"<th>{_heading(METRICS[name])}</th>" for name in names)
        rows = [
            f"<tr><td>{html.escape(label)}</td>"
            + "".join(_cell(means.get(name), METRICS[name]) for name in names)
            + "</tr>"
            for label, means in summary.items()
        ]
        tables.append(
            f"<div class='scroll'><table><caption>{group.capitalize()}</caption>"
            f"<tr><th>group</th>{head}</tr>{''.join(rows)}</table></div>"
        )
    return "\n".join(tables)


def _cell(mean: Mapping[str, Any] | None, metric: Metric) -> str:
    if mean is None:
        return "<td></td>"
    digits = metric.digits
    interval = f"{mean['low']:.{digits}f} to {mean['high']:.{digits}f}, n {mean['count']}"
    return f"<td>{mean['mean']:.{digits}f}<br><span class='interval'>{interval}</span></td>"


def _failures(items: list[Mapping[str, Any]]) -> str:
    failed = [item for item in items if "error" in item]
    if not failed:
        return ""
    lines = "".join(
        f"<li>{html.escape(item['name'])}: {html.escape(item['error'])}</li>" for item in failed
    )
    return f"<h2>Failed: {len(failed)}</h2><ul>{lines}</ul>"


def _settings(settings: Mapping[str, Any]) -> str:
    lines = "".join(
        f"<dt>{html.escape(key)}</dt><dd>{html.escape(str(value))}</dd>"
        for key, value in settings.items()
    )
    return f"<h2>How it was measured</h2><dl>{lines}</dl>"


def _figures(row: list[Panel]) -> str:
    figures = []
    for panel in row:
        data = base64.b64encode(encode_image(panel.pixels, "JPEG")).decode()
        caption = html.escape(panel.caption)
        figures.append(
            f"<figure><img alt='{caption}' src='data:image/jpeg;base64,{data}'>"
            f"<figcaption>{caption}</figcaption></figure>"
        )
    return f"<div class='pictures'>{''.join(figures)}</div>"
