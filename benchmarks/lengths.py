"""Does the old garment's length leak? Long over short and short over long, on rendered people.

    python benchmarks/lengths.py --data BENCHMARK [--geometric] [--step 1]

For every pair of the frozen benchmark whose new hem or sleeve differs from the old one's, the end
of the new garment in the result is compared with where it ends in the truth.  A hem's end is the
row above which 99.5 % of its parts lie; a sleeve's, the share of the arm it covers times the arm's
length.  Conditions come from the analysts.  The torso from neck to hips counts as 30 % of the
body's height, since most pictures do not show all of it.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np

from gpvton.data.sources.reader import open_source
from gpvton.data.sources.source import Pairing
from gpvton.data.tryon_dataset import TryOnDataset, TryOnSample
from gpvton.domain.errors import GpvtonError
from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.domain.parts import Category
from gpvton.evaluation.engines import PipelineEngine
from gpvton.evaluation.visible_flow import part_masks
from gpvton.pipeline import TryOn

TORSO_SHARE = 0.30  # of the body's height
DIFFERENT = 0.06  # of the body's height: then old and new are of another length
RIGHT = 0.03
_FEW = 40  # pixels: smaller parts have no end worth measuring


def hem(mask: np.ndarray) -> float | None:
    """Row above which 99.5 % of the mask lies; None for a mask that hardly shows."""
    rows = np.cumsum(mask.sum(axis=1))
    return float(np.searchsorted(rows, 0.995 * rows[-1])) if rows[-1] >= _FEW else None


def sleeve(mask: np.ndarray, line: np.ndarray) -> float | None:
    """How far a sleeve, bool (h, w), reaches along the arm's joints (3, 2), in pixels."""
    places = np.argwhere(mask)[:, ::-1].astype(float)
    if len(places) < _FEW:
        return None
    upper, lower = (float(np.linalg.norm(line[k + 1] - line[k])) for k in (0, 1))
    reached, best = np.zeros(len(places)), np.full(len(places), np.inf)
    for bone, before, length in ((0, 0.0, upper), (1, upper, lower)):
        along = (line[bone + 1] - line[bone]) / max(length, 1e-6)
        share = np.clip((places - line[bone]) @ along, 0.0, length)
        distance = np.linalg.norm(places - line[bone] - share[:, None] * along, axis=1)
        reached = np.where(distance < best, before + share, reached)
        best = np.minimum(best, distance)
    return float(np.percentile(reached, 98))


def ends(parsing_parts: np.ndarray, points: np.ndarray, category: Category) -> dict[str, float]:
    """Name of an end to its place in pixels, of part masks (3, h, w) left, middle, right."""
    found: dict[str, float | None] = {}
    if category is Category.LOWER and parsing_parts[[0, 2]].any():
        found = {"left leg": hem(parsing_parts[0]), "right leg": hem(parsing_parts[2])}
    else:
        found["hem"] = hem(parsing_parts[1])
    if category is not Category.LOWER:
        for side, part in (("left", 0), ("right", 2)):
            names = [f"{side}_{joint}" for joint in ("shoulder", "elbow", "wrist")]
            line = np.stack([points[KEYPOINT_INDEX[name]] for name in names])
            if (line[:, 2] > 0).all():
                found[f"{side} sleeve"] = sleeve(parsing_parts[part], line[:, :2]) or 0.0
    return {name: place for name, place in found.items() if place is not None}


def height(points: np.ndarray) -> float:
    """The body's height in pixels, from its torso."""
    hips = [points[KEYPOINT_INDEX[f"{side}_hip"], :2] for side in ("left", "right")]
    neck = points[KEYPOINT_INDEX["neck"], :2]
    return float(np.linalg.norm(neck - np.mean(hips, axis=0))) / TORSO_SHARE


def judged(sample: TryOnSample, labels: TryOnSample, engine: PipelineEngine) -> list[dict]:
    """A row for every end that changes its length."""
    category = sample.pair.category
    assert labels.person_annotation is not None and labels.truth_parsing is not None
    points = labels.person_annotation.keypoints
    unit = height(points)
    old, new = (
        ends(np.stack(part_masks(parsing, category)), points, category)
        for parsing in (labels.person_annotation.parsing, labels.truth_parsing)
    )
    changed = [k for k in new if k in old and abs(new[k] - old[k]) > DIFFERENT * unit]
    if not changed:
        return []
    produced = engine.produce(sample)
    assert produced.parts is not None
    got = ends(produced.parts, points, category)
    return [
        {
            "pair": sample.pair.name,
            "category": str(category),
            "end": name.split(" ")[-1],
            "change": "longer" if new[name] > old[name] else "shorter",
            "error": (got.get(name, old[name]) - new[name]) / unit,
            "leak": (got.get(name, old[name]) - new[name]) / (old[name] - new[name]),
        }
        for name in changed
    ]


def main() -> None:
    """Judge every pair, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="gpvton synthesize --benchmark")
    parser.add_argument("--geometric", action="store_true")
    parser.add_argument("--step", type=int, default=1, help="every N-th pair only")
    parser.add_argument("--json", type=Path, help="where to write the rows")
    options = parser.parse_args()
    pipeline = TryOn.from_pretrained(learned=not options.geometric)
    source = open_source(options.data, "rendered")
    true = TryOnDataset(source, "test", Pairing.UNPAIRED)
    seen = TryOnDataset(
        source,
        "test",
        Pairing.UNPAIRED,
        analyse_person=lambda pixels: pipeline.prepare_person(pixels).annotation,
        analyse_garment=lambda pixels, alpha: pipeline.prepare_garment(pixels).annotation,
        labels="analyst",
    )
    engine, rows, refused = PipelineEngine(pipeline), [], 0
    for pair in true.pairs[:: options.step]:
        try:
            rows += judged(seen.load(pair), true.load(pair), engine)
        except GpvtonError:
            refused += 1
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))
    groups: dict[str, list[dict]] = defaultdict(list)
    for row in rows:
        for key in ("all", row["category"], f"{row['category']} {row['end']} {row['change']}"):
            groups[key].append(row)
    print(f"{len(rows)} ends of another length; {refused} pairs refused")
    print("| ends | number | within 3 % | median error | towards the old |\n|---|---|---|---|---|")
    for key, group in sorted(groups.items()):
        error = np.array([row["error"] for row in group])
        leak = np.median([row["leak"] for row in group])
        right = (np.abs(error) <= RIGHT).mean()
        print(f"| {key} | {len(group)} | {right:.0%} | {np.median(error):+.3f} | {leak:+.2f} |")


if __name__ == "__main__":
    main()
