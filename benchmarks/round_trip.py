"""Warp rendered flats with the true flow and compare them with what is worn, both without light.

    python benchmarks/round_trip.py --pairs DIR [--count 150]

DIR is a folder in the layout `rendered`.  Measured are pixels that the flat shows, 2 pixels inside
each part: mean difference in grey levels of each garment, then the median, the 90th percentile and
the largest of all garments of a fabric.  `point` takes the flat at the pixel's centre (bilinear);
`area` takes it there by cubic interpolation and, where the flat is larger than the worn garment,
averages it over what a worn pixel covers (5 x 5 places, the flow linear in between): a finer
picture must not be sampled at single points, and bilinear interpolation blurs an equally fine one.
`marks` are pixels within 3 pixels of print, text, buttons or seams on plain cloth.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np

from gpvton.geometry.flow import pixels_from_flow
from gpvton.synthetic.layouts import read_flow

STEPS, JUMP, MARK = 5, 4.0, 14


def _read(folder: Path, name: str) -> np.ndarray:
    picture = cv2.imread(str(folder / f"{name}.png"), cv2.IMREAD_UNCHANGED)
    if picture is None:
        raise SystemExit(f"{folder / name}.png cannot be read")
    return picture


def sampled(flat: np.ndarray, place: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, ...]:
    """The flat (h, w, 3) at places (2, h, w): at pixel centres, and averaged over each pixel."""
    x, y = place.astype(np.float32)
    flat = flat.astype(np.float32)
    point = cv2.remap(flat, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    slopes = []
    for axis in (1, 0):  # one-sided where a neighbour belongs to something else
        before, after = np.roll(place, 1, axis + 1), np.roll(place, -1, axis + 1)
        weight, total = np.zeros(known.shape), np.zeros(place.shape)
        for step, other in (
            (place - before, np.roll(known, 1, axis)),
            (after - place, np.roll(known, -1, axis)),
        ):
            good = other & known & (np.abs(step).max(axis=0) < JUMP)
            total, weight = total + step * good, weight + good
        slopes.append((total / np.maximum(weight, 1)).astype(np.float32))
    # a picture's pixels are averages already: only what the flat is finer than the worn is added
    length = [np.maximum(np.hypot(*slope), 1e-6) for slope in slopes]
    slopes = [
        slope * np.sqrt(np.maximum(far**2 - 1, 0)) / far
        for slope, far in zip(slopes, length, strict=True)
    ]
    area = np.zeros_like(flat)
    for v in (np.arange(STEPS) + 0.5) / STEPS - 0.5:
        for u in (np.arange(STEPS) + 0.5) / STEPS - 0.5:
            at = place.astype(np.float32) + np.float32(u) * slopes[0] + np.float32(v) * slopes[1]
            area += cv2.remap(flat, *at, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return point, (area / STEPS**2).clip(0, 255)


def measure(folder: Path, side: str) -> dict[str, float] | None:
    """Mean differences of one garment, or None where too little of it is shown."""
    flow, part = read_flow(folder / f"flow_{side}.png")
    shown = _read(folder, f"shown_{side}") > 0
    worn = _read(folder, f"albedo_{side}").astype(np.float32)
    place = pixels_from_flow(flow, part.shape)
    inside = np.zeros(part.shape, bool)
    for number in (1, 2, 3):
        inside |= cv2.erode((shown & (part == number)).astype(np.uint8), np.ones((5, 5))) > 0
    if inside.sum() < 300:
        return None
    pictures = sampled(_read(folder, f"flat_albedo_{side}"), place, part > 0)
    errors = [np.abs(picture - worn).mean(axis=2) for picture in pictures]
    main = np.median(worn[inside], axis=0)
    marks = (np.abs(worn - main).max(axis=2) > MARK) & inside
    marks = (cv2.dilate(marks.astype(np.uint8), np.ones((7, 7))) > 0) & inside
    result = {
        name: float(e[inside].mean()) for name, e in zip(("point", "area"), errors, strict=True)
    }
    result["share"] = float(marks.sum() / inside.sum())
    if marks.sum() > 100:
        result["marks"] = float(errors[1][marks].mean())
    return result


def main() -> None:
    """Measure the pairs of a folder and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--count", type=int, default=150)
    arguments = parser.parse_args()
    rows: dict[str, list[dict[str, float]]] = defaultdict(list)
    metas = sorted((arguments.pairs / "meta").glob("[0-9]*.json"))
    for path in metas[:: max(1, len(metas) // arguments.count)]:
        meta = json.loads(path.read_text())
        for side in ("a", "b"):
            found = measure(arguments.pairs / "pairs" / path.stem, side)
            if found is None:
                continue
            name = meta[side]["fabric"]
            if name == "plain" and found["share"] > 0.02:
                name = "plain, printed or sewn"
            rows[name].append(found)
    print("| fabric | garments | point | area | area, marks |")
    print("| --- | --- | --- | --- | --- |")
    for name, values in sorted(rows.items()):
        cells = []
        for key in ("point", "area", "marks"):
            known = [value[key] for value in values if key in value]
            spans = np.percentile(known, [50, 90, 100]) if known else []
            cells.append(" / ".join(f"{v:.1f}" for v in spans) or "-")
        print(f"| {name} | {len(values)} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
