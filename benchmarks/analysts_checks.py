"""Checks of the analysts beside their accuracy: robustness, grounds, rendered truth, time.

    python benchmarks/analysts_checks.py robustness --data DIR [--limit N]
    python benchmarks/analysts_checks.py grounds --data DIR [--limit N]
    python benchmarks/analysts_checks.py rendered --rendered DIR [--limit N]
    python benchmarks/analysts_checks.py flats --rendered DIR [--limit N]
    python benchmarks/analysts_checks.py confidence --data DIR [--limit N]
    python benchmarks/analysts_checks.py time --data DIR

Each prints its numbers as JSON.
"""

import argparse
import json
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from garment_analyst import iou, spread
from person_metrics import SEVEN, TWELVE, MergedIou, PointScore

from gpvton.analysis.framing import padded
from gpvton.analysis.garment import GarmentAnalyst
from gpvton.analysis.label_files import read_garment_parsing
from gpvton.analysis.person import PersonAnalyst
from gpvton.data.garment_samples import GarmentFolder
from gpvton.data.person_samples import person_samples
from gpvton.data.rendered_people import rendered_people
from gpvton.domain.errors import GarmentError, PersonError
from gpvton.domain.labels import PersonLabel

LEAST_PIXELS = 40
GREYS = (255, 246, 240, 200, 128)


def jpeg(pixels: np.ndarray, quality: int) -> np.ndarray:
    """The picture after a JPEG of that quality."""
    _, data = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1])


def turn(pixels: np.ndarray, degrees: float, nearest: bool = False) -> np.ndarray:
    """The picture turned about its middle; 0 (labels) or the edge (photos) outside."""
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    flags = cv2.INTER_NEAREST if nearest else cv2.INTER_LINEAR
    border = cv2.BORDER_CONSTANT if nearest else cv2.BORDER_REPLICATE
    value = (255,) * 4
    return cv2.warpAffine(
        pixels, matrix, (width, height), flags=flags, borderMode=border, borderValue=value
    )


def noisy(pixels: np.ndarray) -> np.ndarray:
    """Gaussian noise of 15 grey levels."""
    noise = np.random.default_rng(0).normal(0, 15, pixels.shape)
    return np.clip(pixels + noise, 0, 255).astype(np.uint8)


CHANGES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "none": lambda p: p,
    "blur (sigma 1/250 of the height)": lambda p: cv2.GaussianBlur(p, (0, 0), p.shape[0] / 250),
    "noise (15 grey levels)": noisy,
    "JPEG 20": lambda p: jpeg(p, 20),
    "rotation 10 degrees": lambda p: turn(p, 10),
    "half brightness": lambda p: (p * 0.5).astype(np.uint8),
}


def turned_points(points: np.ndarray, size: tuple[int, int], degrees: float) -> np.ndarray:
    """Key points (25, 3) of a picture of (h, w) = size after `turn`; missing outside it."""
    matrix = cv2.getRotationMatrix2D(((size[1] - 1) / 2, (size[0] - 1) / 2), degrees, 1.0)
    turned = points.copy()
    turned[:, :2] = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    outside = ((turned[:, :2] < 0) | (turned[:, :2] > (size[1] - 1, size[0] - 1))).any(1)
    turned[outside & (points[:, 2] > 0)] = 0
    turned[points[:, 2] == 0] = 0
    return turned


def robustness(data: Path, limit: int) -> dict:
    """Street mIoU (12 and 7 classes) and key points of changed photos against unchanged ones."""
    analyst = PersonAnalyst.from_folder(threads=1)
    scores = {name: (MergedIou(TWELVE), MergedIou(SEVEN)) for name in CHANGES}
    points = {name: PointScore() for name in CHANGES}
    refused = dict.fromkeys(CHANGES, 0)
    for sample in person_samples(data, "validation", limit):
        if not sample.name.startswith("street/"):
            continue
        for name, change in CHANGES.items():
            truth, joints = sample.parsing, sample.keypoints
            if name.startswith("rotation"):
                truth = turn(truth, 10, nearest=True)
                joints = turned_points(joints, sample.image.shape[:2], 10)
            try:
                analysed = analyst(change(sample.image))
                found, places = analysed.parsing, analysed.keypoints
            except PersonError:
                refused[name] += 1
                found, places = np.zeros_like(truth), np.zeros_like(joints)
            points[name].add(places, joints)
            for score in scores[name]:
                score.add(found, truth)
    numbers = {}
    plain = [score.result()["mean"] for score in scores["none"]]
    for name, pair in scores.items():
        means = [score.result()["mean"] for score in pair]
        numbers[name] = {
            "iou_12": round(means[0], 3),
            "iou_7": round(means[1], 3),
            "points_lost": [round(100 * (a - b), 1) for a, b in zip(plain, means, strict=True)],
            "refused": refused[name],
            "pck_10": {joint: round(value, 3) for joint, value in points[name].pck(0.1).items()},
            "swaps": f"{points[name].swapped} of {points[name].pairs} pairs",
        }
    return numbers


def grounds(data: Path, limit: int) -> dict:
    """Held-out packshots on plain grounds of several greys: mask IoU and category."""
    analyst, folder = GarmentAnalyst.from_folder(threads=1), GarmentFolder(data)
    names = [n for n in folder.names("validation") if n.startswith("packshots/")]
    found: dict[int, list[float]] = {grey: [] for grey in GREYS}
    for name in names[: limit or None]:
        sample = folder.sample(name)
        if not sample.present:
            continue
        mask = sample.labels > 0
        soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 0.8)[..., None]
        for grey, values in found.items():
            picture = (sample.image * soft + grey * (1 - soft)).astype(np.uint8)
            try:
                values.append(iou(analyst(picture).mask > 0.5, mask))
            except GarmentError:
                values.append(0.0)
    return {str(grey): spread(values) for grey, values in found.items()}


def rendered(root: Path, limit: int) -> dict:
    """Rendered people, whose truth is exact: key points within 10 % of the torso, and IoU."""
    analyst, score, twelve = PersonAnalyst.from_folder(threads=1), PointScore(), MergedIou(TWELVE)
    refused = 0
    for number, sample in enumerate(rendered_people(root)):
        if limit and number >= 2 * limit:
            break
        if number % 2:
            continue
        try:
            found = analyst(sample.image)
        except PersonError:
            refused += 1
            continue
        score.add(found.keypoints, sample.keypoints)
        twelve.add(found.parsing, sample.parsing)
    return {
        "photos": len(score.distance),
        "refused": refused,
        "pck_10": {name: round(v, 3) for name, v in score.pck(0.1).items()},
        "swaps": f"{score.swapped} of {score.pairs} pairs",
        "iou_12": {name: round(v, 3) for name, v in twelve.result().items()},
    }


def flats(root: Path, limit: int) -> dict:
    """Rendered flats: IoU with the exact mask by category, and how often that is right."""
    analyst = GarmentAnalyst.from_folder(threads=1)
    masks: dict[str, list[float]] = {}
    right, refused = 0, 0
    pairs = [line.split() for line in (root / "pairs.txt").read_text().splitlines() if line]
    step = max(len(pairs) // limit, 1) if limit else 1
    step += int(step % 3 == 0)  # the categories take turns
    for number, category, *_ in pairs[::step]:
        folder = root / "pairs" / number
        picture = cv2.imread(str(folder / "flat_a.jpg"))[..., ::-1]
        truth = read_garment_parsing(folder / "flat_parsing_a.png") > 0
        try:
            found = analyst(np.ascontiguousarray(picture))
        except GarmentError:
            refused += 1
            masks.setdefault(category, []).append(0.0)
            continue
        masks.setdefault(category, []).append(iou(found.mask > 0.5, truth))
        right += int(found.category == category)
    every = [value for values in masks.values() for value in values]
    return {
        "mask_iou": {**{name: spread(v) for name, v in masks.items()}, "all": spread(every)},
        "category_right": f"{right} of {len(every)}",
        "refused": refused,
    }


def confidence(data: Path, limit: int) -> dict:
    """Street photos: a part's confidence against the part of its pixels of the right class."""
    analyst = PersonAnalyst.from_folder(threads=1)
    merged = np.full(256, 255, np.uint8)
    for index, labels in enumerate(TWELVE.values()):
        merged[list(labels)] = index
    rows: list[tuple[float, float]] = []
    for sample in person_samples(data, "validation", limit):
        if not sample.name.startswith("street/"):
            continue
        try:
            found = analyst(sample.image)
        except PersonError:
            continue
        truth = merged[sample.parsing]
        for name, sure in found.view.parts.items():
            label = int(PersonLabel[name.upper()])
            pixels = (found.parsing == label) & (truth != 255)
            if merged[label] != 255 and pixels.sum() >= LEAST_PIXELS:
                rows.append((sure, float((truth[pixels] == merged[label]).mean())))
    sure, right = np.array(rows).T
    bins, shares = [], []
    for low, high in pairwise((0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)):
        inside = (sure >= low) & (sure < high)
        if inside.any():
            means = float(sure[inside].mean()), float(right[inside].mean())
            bins.append([round(means[0], 3), round(means[1], 3), int(inside.sum())])
            shares.append(abs(means[0] - means[1]) * float(inside.mean()))
    return {"said_right_count": bins, "mean_difference": round(sum(shares), 3)}


def times(data: Path, repeats: int = 7) -> dict:
    """Milliseconds of one analysis on two threads, wall and processor: least and median."""
    person, garment = PersonAnalyst.from_folder(threads=2), GarmentAnalyst.from_folder(threads=2)
    cv2.setNumThreads(2)
    street = cv2.imread(str(data / "street" / "photos" / "0010.jpg"))[..., ::-1].copy()
    studio = cv2.imread(str(next((data / "studio" / "photos").glob("mh08-*_main.jpg"))))
    shirt = cv2.imread(str(data / "garments" / "photos" / "hoodie_052.jpg"))[..., ::-1].copy()
    box = padded((0, 0, street.shape[1], street.shape[0]), 0.75, 0.0)
    runs: dict[str, Callable[[], object]] = {
        "person 640 px": lambda: person(street),
        "person 1024 px": lambda: person(studio[..., ::-1].copy()),
        "person network once": lambda: person.look(street, box),
        "garment 533 px": lambda: garment(shirt),
    }
    numbers = {}
    for name, call in runs.items():
        call()
        walls, busy = [], []
        for _ in range(repeats):
            start, used = time.perf_counter(), time.process_time()
            call()
            walls.append(1000 * (time.perf_counter() - start))
            busy.append(1000 * (time.process_time() - used))
        numbers[name] = {
            "wall_ms": [round(min(walls), 1), round(float(np.median(walls)), 1)],
            "processor_ms": [round(min(busy), 1), round(float(np.median(busy)), 1)],
        }
    return numbers


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "what", choices=["robustness", "grounds", "rendered", "flats", "confidence", "time"]
    )
    parser.add_argument("--data", type=Path)
    parser.add_argument("--rendered", type=Path)
    parser.add_argument("--limit", type=int, default=0)
    options = parser.parse_args()
    if options.what in ("rendered", "flats"):
        numbers = {"rendered": rendered, "flats": flats}[options.what](
            options.rendered, options.limit
        )
    elif options.what == "time":
        numbers = times(options.data)
    else:
        numbers = {"robustness": robustness, "grounds": grounds, "confidence": confidence}[
            options.what
        ](options.data, options.limit)
    print(json.dumps(numbers, indent=1))


if __name__ == "__main__":
    main()
