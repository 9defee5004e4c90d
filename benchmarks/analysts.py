"""Measure the analysts on the validation photos of a data folder.

    python benchmarks/analysts.py person --data DIR [--weights DIR] [--limit N] [--sheet DIR]

Prints a table and writes the same numbers as JSON with --json FILE.
"""

import argparse
import csv
import json
import time
from pathlib import Path

import cv2
import numpy as np
from person_metrics import GARMENT, SEVEN, TWELVE, MergedIou, PointScore, iou

from gpvton.analysis.person import PersonAnalyst
from gpvton.data.facing_labels import facing_labels
from gpvton.data.person_samples import PersonSample, person_samples
from gpvton.data.studio_labels import SECOND_GARMENT, family
from gpvton.domain.annotations import FACINGS, PersonAnnotation
from gpvton.domain.errors import PersonError
from gpvton.domain.keypoints import KEYPOINT_INDEX, LIMBS


def measure_person(data: Path, analyst: PersonAnalyst, limit: int, sheet: Path | None) -> dict:
    """All numbers of the person analyst's model card."""
    twelve, seven = MergedIou(TWELVE), MergedIou(SEVEN)
    points = {"street": PointScore(), "studio": PointScore()}
    by_facing = {str(facing): PointScore() for facing in FACINGS}
    twelve_by_facing = {str(facing): MergedIou(TWELVE) for facing in FACINGS}
    facings = np.zeros((len(FACINGS), len(FACINGS)), int)
    labels = facing_labels(data)
    checked = clean_designs()
    garments: dict[str, list[float]] = {}
    silhouettes: list[float] = []
    refused: list[str] = []
    times: list[float] = []
    tiles: list[np.ndarray] = []
    for sample in person_samples(data, "validation", limit):
        group, stem = sample.name.split("/")
        start = time.perf_counter()
        try:
            found = analyst(sample.image)
        except PersonError as error:
            refused.append(f"{sample.name}: {error}")
            continue
        times.append(time.perf_counter() - start)
        points[group].add(found.keypoints, sample.keypoints)
        facing = labels[sample.name]
        if facing >= 0:
            by_facing[str(FACINGS[facing])].add(found.keypoints, sample.keypoints)
            if found.view.facing in FACINGS:
                facings[facing, FACINGS.index(found.view.facing)] += 1
            if group == "street":
                twelve_by_facing[str(FACINGS[facing])].add(found.parsing, sample.parsing)
        if group == "street":
            twelve.add(found.parsing, sample.parsing)
            seven.add(found.parsing, sample.parsing)
        if sample.person is not None:
            silhouettes.append(iou(found.silhouette > 0.5, sample.person))
        if sample.garment is not None:
            kind = family(stem)
            worn = np.isin(found.parsing, GARMENT[kind])
            clean = stem.split("-")[0] not in SECOND_GARMENT
            groups = [kind, "all", *(["without second garments"] if clean else [])]
            groups += ["checked by eye: clean"] if stem.split("-")[0] in checked else []
            for name in groups:
                garments.setdefault(name, []).append(iou(worn, sample.garment))
        if sheet is not None:
            tiles.append(tile(sample, found))
    if sheet is not None:
        write_sheets(tiles, sheet)
    return {
        "photos": len(times),
        "refused": refused,
        "median_ms": round(1000 * float(np.median(times)), 1),
        "street_iou_12": rounded(twelve.result()),
        "street_iou_7": rounded(seven.result()),
        "studio_garment_iou": {
            name: {"mean": mean(values), "median": mean([float(np.median(values))]),
                   "photos": len(values)}
            for name, values in garments.items()
        },
        "studio_silhouette_iou": mean(silhouettes),
        "keypoints": {name: point_numbers(score) for name, score in points.items()},
        "by_facing": {
            name: {
                "photos": len(score.distance),
                **point_numbers(score),
                "street_iou_12": rounded(twelve_by_facing[name].result()).get("mean"),
            }
            for name, score in by_facing.items()
            if score.distance
        },
        "facing_true_rows_found_columns": facings.tolist(),
    }  # fmt: skip


def clean_designs() -> set[str]:
    """Validation designs whose garment mask was looked at and found clean."""
    with (Path(__file__).parent / "studio_checked.csv").open(newline="") as stream:
        return {row["design"] for row in csv.DictReader(stream) if row["mask"] == "clean"}


def point_numbers(score: PointScore) -> dict:
    """PCK, swaps, false presence and calibration of a group."""
    if not score.distance:
        return {}
    return {
        "pck_10": rounded(score.pck(0.1)),
        "pck_20": rounded(score.pck(0.2)),
        "left_right_swaps": f"{score.swapped} of {score.pairs} pairs",
        "found_though_missing": f"{score.found_missing} of {score.missing} points",
        "calibration_10": [
            (round(a, 3), round(b, 3), n)
            for a, b, n in score.calibration(0.1, (0.1, 0.3, 0.5, 0.7, 0.9, 1.01))
        ],
    }


def mean(values: list[float]) -> float:
    """Mean, rounded; NaN when there is nothing."""
    return round(float(np.mean(values)), 4) if values else float("nan")


def rounded(values: dict[str, float]) -> dict[str, float]:
    """Three digits."""
    return {name: round(value, 3) for name, value in values.items()}


# index = PersonLabel; sleeves and sides in related but different colours
_COLOURS = np.array(
    [
        (0, 0, 0), (128, 0, 0), (90, 60, 20), (70, 70, 160), (20, 20, 60), (0, 150, 0),
        (150, 0, 200), (200, 100, 0), (160, 120, 220), (0, 0, 255), (255, 0, 0), (255, 160, 160),
        (240, 240, 120), (180, 180, 255), (255, 220, 190), (0, 120, 120), (200, 200, 0),
        (0, 200, 255), (255, 0, 150), (255, 255, 0), (0, 255, 0), (160, 255, 60), (0, 255, 200),
        (100, 100, 50), (230, 120, 255), (120, 60, 255), (255, 200, 0), (255, 120, 80),
        (255, 255, 255),
    ],
    np.uint8,
)  # fmt: skip


def tile(sample: PersonSample, found: PersonAnnotation, height: int = 320) -> np.ndarray:
    """The photo and what was understood, side by side."""
    scale = height / sample.image.shape[0]
    over = (sample.image * 0.35 + _COLOURS[found.parsing] * 0.65).astype(np.uint8)
    size = (max(round(sample.image.shape[1] * scale), 1), height)
    photo, over = (cv2.resize(p, size, interpolation=cv2.INTER_AREA) for p in (sample.image, over))
    for one, other in LIMBS:
        ends = [found.point(name) for name in (one, other)]
        if ends[0] is not None and ends[1] is not None:
            a, b = ((int(p[0] * scale), int(p[1] * scale)) for p in ends if p is not None)
            colour = (60, 60, 255) if "left" in other else (255, 60, 60)
            cv2.line(over, a, b, colour if "_" in other else (255, 255, 255), 2)
    for name in KEYPOINT_INDEX:
        point = found.point(name)
        if point is not None:
            cv2.circle(over, (int(point[0] * scale), int(point[1] * scale)), 2, (255, 255, 0), -1)
    both = np.hstack([photo, over])
    cv2.putText(both, sample.name.split("/")[1], (3, 12), 0, 0.42, (255, 0, 255), 1)
    return both


def write_sheets(tiles: list[np.ndarray], folder: Path, columns: int = 5, rows: int = 4) -> None:
    """Contact sheets of 20 photos."""
    folder.mkdir(parents=True, exist_ok=True)
    width = max(picture.shape[1] for picture in tiles)
    tiles = [np.pad(p, ((0, 0), (0, width - p.shape[1]), (0, 0))) for p in tiles]
    for number, start in enumerate(range(0, len(tiles), columns * rows)):
        part = tiles[start : start + columns * rows]
        part += [np.zeros_like(part[0])] * (columns * rows - len(part))
        lines = [np.hstack(part[i : i + columns]) for i in range(0, len(part), columns)]
        picture = cv2.cvtColor(np.vstack(lines), cv2.COLOR_RGB2BGR)
        cv2.imwrite(str(folder / f"person_{number:02d}.png"), picture)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["person"])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--limit", type=int, default=0, help="photos of each group; 0: all")
    parser.add_argument("--sheet", type=Path, help="folder for contact sheets")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    analyst = PersonAnalyst.from_folder(options.weights)
    numbers = measure_person(options.data, analyst, options.limit, options.sheet)
    text = json.dumps(numbers, indent=1)
    print(text)
    if options.json:
        options.json.write_text(text + "\n")


if __name__ == "__main__":
    main()
