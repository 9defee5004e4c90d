"""Which way people face, and whose left is left: validation photos and rendered people.

    python benchmarks/facing.py --data DIR [--rendered DIR] [--weights DIR] [--every 9]

Prints JSON: per group the table of facings (rows: true; columns: front, side, back, unknown), and
the photos in which left and right are exchanged, by true facing.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from person_metrics import PointScore

from gpvton.analysis.person import PersonAnalyst
from gpvton.analysis.view import labels_order
from gpvton.data.facing_labels import facing_labels, rendered_facing
from gpvton.data.person_samples import PersonSample, person_samples
from gpvton.data.rendered_people import rendered_people
from gpvton.domain.annotations import FACINGS, Facing
from gpvton.domain.errors import PersonError

COLUMNS = (*FACINGS, Facing.UNKNOWN)


def samples(data: Path, rendered: Path | None, every: int) -> Iterator[tuple[PersonSample, int]]:
    """Validation photos and rendered people with their true facing; of fronts every n-th pair."""
    labels = facing_labels(data)
    for sample in person_samples(data, "validation"):
        yield sample, labels[sample.name]
    if rendered is None:
        return
    for number, sample in enumerate(rendered_people(rendered)):
        facing = rendered_facing(sample.keypoints)
        if facing != FACINGS.index(Facing.FRONT) or (number // 2) % every == 0:
            yield sample, facing


def measure(analyst: PersonAnalyst, data: Path, rendered: Path | None, every: int) -> dict:
    """All numbers."""
    tables: dict[str, np.ndarray] = {}
    wrong: dict[str, list[str]] = {}
    counts: dict[str, int] = {}
    sides: dict[str, list[int]] = {}
    for sample, facing in samples(data, rendered, every):
        if facing < 0:
            continue
        group, true = sample.name.split("/")[0], str(FACINGS[facing])
        table = tables.setdefault(group, np.zeros((len(FACINGS), len(COLUMNS)), int))
        try:
            found = analyst(sample.image)
        except PersonError:
            continue
        table[facing, COLUMNS.index(found.view.facing)] += 1
        score = PointScore()
        score.add(found.keypoints, sample.keypoints)
        key = f"{group} {true}"
        counts[key] = counts.get(key, 0) + 1
        if score.swapped * 2 > score.pairs:
            wrong.setdefault(key, []).append(sample.name)
        if group != "studio":
            one_hot = np.eye(29, dtype=np.float32)[np.minimum(found.parsing, 28)]
            order = labels_order(one_hot.transpose(2, 0, 1)[:, ::4, ::4])
            truth = np.where(sample.parsing < 29, sample.parsing, 0)[::4, ::4]
            given = labels_order(np.eye(29, dtype=np.float32)[truth].transpose(2, 0, 1))
            crossed = sides.setdefault(key, [0, 0])
            crossed[0] += int(order * given < 0)
            crossed[1] += int(order * given != 0)
    return {
        "columns": [str(name) for name in COLUMNS],
        "facing": {name: table.tolist() for name, table in tables.items()},
        "photos": counts,
        "points_exchanged": wrong,
        "labels_exchanged_of": sides,
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--rendered", type=Path)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--every", type=int, default=9, help="of the rendered fronts")
    options = parser.parse_args()
    analyst = PersonAnalyst.from_folder(options.weights, threads=1)
    print(json.dumps(measure(analyst, options.data, options.rendered, options.every), indent=1))


if __name__ == "__main__":
    main()
