"""The result of an evaluation, as JSON: what was measured, how, and every pair's numbers."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from gpvton.domain.errors import InputError
from gpvton.domain.writing import write_bytes
from gpvton.evaluation.bootstrap import mean_interval
from gpvton.evaluation.metric_table import METRICS

SCHEMA = "gpvton-evaluation-1"
Record = Mapping[str, Any]


def build_result(
    name: str,
    settings: Mapping[str, Any],
    records: list[Record],
    sets: Mapping[str, Any],
) -> dict[str, Any]:
    """The result file's content.  sets: distances of sets (see `set_distances`)."""
    failed = [record for record in records if "error" in record]
    return {
        "schema": SCHEMA,
        "name": name,
        "settings": dict(settings),
        "counts": {"pairs": len(records), "failed": len(failed)},
        "summary": summarise(records),
        "sets": dict(sets),
        "items": [dict(record) for record in records],
    }


def summarise(records: Iterable[Record]) -> dict[str, dict[str, Any]]:
    """Group (`all`, `category: upper`, `arms: raised`, ...) to metric to mean and interval.

    A group of a single value that all records share is not repeated.
    """
    done = [record for record in records if "error" not in record]
    groups: dict[str, list[Record]] = {"all": done}
    for record in done:
        for key, value in {"category": record["category"], **record["strata"]}.items():
            groups.setdefault(f"{key}: {value}", []).append(record)
    kept = {n: m for n, m in groups.items() if n == "all" or len(m) < len(done)}
    ordered = ["all", *sorted(set(kept) - {"all"})]
    return {name: _means(kept[name]) for name in ordered if kept[name]}


def _means(records: list[Record]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for metric in METRICS:
        values = [r["metrics"][metric] for r in records if metric in r["metrics"]]
        if values:
            out[metric] = asdict(mean_interval(np.array(values)))
    return out


def write_result(path: Path, result: Mapping[str, Any]) -> None:
    """Write it whole or not at all."""
    write_bytes(path, (json.dumps(result, indent=2) + "\n").encode())


def read_result(path: str | Path) -> dict[str, Any]:
    """Read and check a result file.  Raises InputError."""
    path = Path(path)
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read as a result file: {error}") from error
    schema = result.get("schema") if isinstance(result, dict) else None
    if schema != SCHEMA:
        raise InputError(
            f"{path} has the schema {schema!r}, expected {SCHEMA!r}: a result.json of "
            "gpvton evaluate"
        )
    return result
