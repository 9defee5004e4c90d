"""Compare the outlines of rendered flats with those of photographed garments.

    python benchmarks/silhouettes.py --garments DIR [--count 60] [--json FILE]

DIR holds `index.csv` (file, label) and `photos/`.  Photographed garments are masked by the garment
analyst; masks of both kinds are then read by the same `parts_from_mask`, so that landmarks mean
the same.  Prints, per kind and measure, the 10th, 50th and 90th percentile of both and the
overlap of the two distributions (shared area of their histograms, 1 = the same).
"""

import argparse
import csv
import json
import os
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np

from gpvton.analysis.garment import GarmentAnalyst
from gpvton.domain.errors import GarmentError
from gpvton.domain.images import read_photo
from gpvton.domain.parts import Category
from gpvton.geometry.silhouette import parts_from_mask

WORN, BINS, FEWEST = 0.4, 12, 8
KINDS = {  # ours to theirs
    "T-Shirt": ("tee",),
    "Longsleeve": ("long_tee", "jumper", "turtleneck"),
    "Shirt": ("shirt",),
    "Polo": ("polo",),
    "Hoodie": ("hoodie",),
    "Undershirt": ("vest",),
    "Dress": ("dress",),
    "Pants": ("jeans", "trousers", "leggings"),
    "Shorts": ("shorts",),
    "Skirt": ("skirt",),
}
CATEGORY = {
    "Dress": Category.DRESS,
    "Pants": Category.LOWER,
    "Shorts": Category.LOWER,
    "Skirt": Category.LOWER,
}


def measure(mask: np.ndarray, label: str) -> dict[str, float]:
    """Measures of one outline (h, w); lengths are shares of the garment's length, angles degrees.

    Raises GarmentError for an outline that cannot be read.
    """
    category = CATEGORY.get(label, Category.UPPER)
    legs = {"Pants": True, "Shorts": True, "Skirt": False}.get(label)
    _, found = parts_from_mask(mask, category, legs=legs)
    marks = {name: np.array(point) for name, point in found.items()}
    rows, columns = np.nonzero(mask)
    wide, high = float(np.ptp(columns) + 1), float(np.ptp(rows) + 1)
    result = {"width/height": wide / high, "area/box": float(mask.sum()) / (wide * high)}
    return result | (_lower(marks) if category == Category.LOWER else _top(marks))


def _far(marks: dict, one: str, other: str) -> float | None:
    return float(np.hypot(*(marks[one] - marks[other]))) if {one, other} <= set(marks) else None


def _top(marks: dict) -> dict[str, float]:
    if not {"shoulder_left", "shoulder_right", "hem_left", "hem_right"} <= set(marks):
        return {}
    middle = (marks["shoulder_left"] + marks["shoulder_right"]) / 2
    length = float(np.hypot(*((marks["hem_left"] + marks["hem_right"]) / 2 - middle)))
    result = {}
    for name, pair in (
        ("hem width", ("hem_left", "hem_right")),
        ("shoulder width", ("shoulder_left", "shoulder_right")),
        ("neck width", ("neck_left", "neck_right")),
        ("chest width", ("armpit_left", "armpit_right")),
    ):
        value = _far(marks, *pair)
        if value is not None:
            result[name] = value / length
    for side, sign in (("left", 1), ("right", -1)):
        outer, inner = f"cuff_outer_{side}", f"cuff_inner_{side}"
        if outer in marks and inner in marks:
            step = ((marks[outer] + marks[inner]) / 2 - marks[f"shoulder_{side}"]) * [sign, 1]
            result["sleeve angle"] = float(np.degrees(np.arctan2(step[1], step[0])))
            result["sleeve length"] = float(np.hypot(*step)) / length
            result["cuff width"] = float(np.hypot(*(marks[outer] - marks[inner]))) / length
    return result


def _lower(marks: dict) -> dict[str, float]:
    waist, result = _far(marks, "waist_left", "waist_right"), {}
    if waist is None:
        return {}
    for side in ("left", "right"):
        cuff = _far(marks, f"cuff_outer_{side}", f"cuff_inner_{side}")
        if cuff is not None:
            result["cuff/waist"] = cuff / waist
    hem = _far(marks, "hem_left", "hem_right")
    if hem is not None:
        result["hem/waist"] = hem / waist
    return result


def photographed(folder: Path, count: int) -> dict[str, list[dict[str, float]]]:
    """Measures by label of up to `count` photographs each that show a whole garment, not worn."""
    analyst, found = GarmentAnalyst.from_folder(), defaultdict(list)
    with (folder / "index.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["label"] in KINDS]
    for row in rows:
        if len(found[row["label"]]) >= count:
            continue
        pixels = read_photo(_picture(folder, row["file"])).on_white().pixels
        try:
            seen = analyst(pixels)
            mask = seen.mask > 0.5
            edge = np.ones(mask.shape, bool)
            edge[2:-2, 2:-2] = False
            whole = np.count_nonzero(mask & edge) < 0.02 * sum(mask.shape)
            if seen.worn < WORN and whole and seen.category == CATEGORY.get(row["label"], "upper"):
                found[row["label"]].append(measure(mask, row["label"]))
        except GarmentError:
            continue
    return found


def _picture(folder: Path, name: str) -> Path:
    path = folder / "photos" / name
    return path if path.suffix else path.with_suffix(".jpg")


def rendered(count: int, seed: int) -> dict[str, list[dict[str, float]]]:
    """Measures by label of rendered flats, sampled as pairs are."""
    from gpvton.synthetic import people, view
    from gpvton.synthetic.flat_values import sample_style
    from gpvton.synthetic.passes import renderer
    from gpvton.synthetic.wardrobe import sample_garment

    found, rng, size = defaultdict(list), np.random.default_rng(seed), (512, 384)
    label_of = {kind: label for label, kinds in KINDS.items() for kind in kinds}
    for index in range(count):
        garment = sample_garment(rng, tuple(Category)[index % 3])
        person, style = people.sample_person(rng), sample_style(rng, garment.sleeve)
        if garment.kind not in label_of:
            continue
        fitted = view.fit(garment, person, style, size)
        seen, _ = renderer().truth([view.flat_item(fitted)], camera=fitted.camera.matrix, size=size)
        mask = cv2.morphologyEx((seen[:, :, 3] > 0).astype(np.uint8), cv2.MORPH_CLOSE, np.ones(3))
        try:
            found[label_of[garment.kind]].append(measure(mask > 0, label_of[garment.kind]))
        except GarmentError:
            continue
    return found


def overlap(one: list[float], other: list[float]) -> float:
    """Shared area of two histograms over their common range, in [0, 1]."""
    low, high = np.percentile([*one, *other], [1, 99])
    edges = np.linspace(low, high + 1e-9, BINS + 1)
    parts = [np.histogram(np.clip(v, low, high), edges)[0] / len(v) for v in (one, other)]
    return float(np.minimum(*parts).sum())


def table(real: dict, ours: dict) -> list[dict]:
    """One row per label and measure known of both."""
    rows = []
    for label in KINDS:
        names = {name for values in (*real[label], *ours[label]) for name in values}
        for name in sorted(names):
            pair = [[v[name] for v in side[label] if name in v] for side in (real, ours)]
            if min(len(values) for values in pair) < FEWEST:
                continue
            spans = [[round(float(p), 2) for p in np.percentile(v, [10, 50, 90])] for v in pair]
            rows.append(
                {
                    "label": label,
                    "measure": name,
                    "photographed": spans[0],
                    "rendered": spans[1],
                    "counts": [len(v) for v in pair],
                    "overlap": round(overlap(*pair), 2),
                }
            )
    return rows


def main() -> None:
    """Measure both, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--garments", type=Path, required=True)
    parser.add_argument("--count", type=int, default=60, help="photographs of each kind")
    parser.add_argument("--rendered", type=int, default=900, help="rendered garments in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="photographed measures, kept and used again")
    arguments = parser.parse_args()
    os.environ["LP_NUM_THREADS"] = "0"
    if arguments.json and arguments.json.exists():
        real = defaultdict(list, json.loads(arguments.json.read_text()))
    else:
        real = photographed(arguments.garments, arguments.count)
        if arguments.json:
            arguments.json.write_text(json.dumps(real))
    rows = table(real, rendered(arguments.rendered, arguments.seed))
    print("| kind | measure | photographed 10/50/90 % | rendered | n | overlap |")
    print("| --- | --- | --- | --- | --- | --- |")
    for row in rows:
        spans = [" / ".join(f"{v:.2f}" for v in row[key]) for key in ("photographed", "rendered")]
        print(
            f"| {row['label']} | {row['measure']} | {spans[0]} | {spans[1]} | "
            f"{row['counts'][0]}, {row['counts'][1]} | {row['overlap']:.2f} |"
        )
    print(f"mean overlap: {np.mean([row['overlap'] for row in rows]):.2f} of {len(rows)} measures")


if __name__ == "__main__":
    main()
