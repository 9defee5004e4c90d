"""Measure the garment analyst on the validation pictures of a data folder.

    python benchmarks/garment_analyst.py --data DIR [--weights DIR] [--sheet DIR] [--json FILE]

Prints the numbers of the model card.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from gpvton.analysis.framing import whole
from gpvton.analysis.garment import GarmentAnalyst
from gpvton.data.garment_augment import drawn_ground, ground_patch
from gpvton.data.garment_grabcut import propose_mask
from gpvton.data.garment_labels import collar_outlines, label_map
from gpvton.data.garment_samples import UNKNOWN_PART, GarmentFolder, GarmentSample, read_rgb
from gpvton.domain.annotations import GarmentAnnotation
from gpvton.domain.errors import GarmentError
from gpvton.domain.garment_classes import CATEGORIES, NO_GARMENT, PARSING_CLASSES, TYPES
from gpvton.domain.labels import GarmentLabel

GROUNDS = 6
OUTLINED = 60
COLOURS = np.random.default_rng(5).integers(40, 255, (256, 3)).astype(np.uint8)


def iou(one: np.ndarray, other: np.ndarray) -> float:
    """Intersection over union of two masks."""
    return float((one & other).sum() / max(1, (one | other).sum()))


def spread(values: list[float]) -> dict[str, float]:
    """Mean, median, worst tenth and count."""
    if not values:
        return {"pictures": 0}
    return {
        "mean": round(float(np.mean(values)), 4),
        "median": round(float(np.median(values)), 4),
        "p10": round(float(np.percentile(values, 10)), 4),
        "pictures": len(values),
    }


def packshots(folder: GarmentFolder, analyst: GarmentAnalyst, tiles: list) -> dict:
    """Mask IoU of held-out packshots pasted on plain grounds, on real ones, on street photos."""
    found: dict[str, list[float]] = {"plain": [], "ground": [], "clutter": []}
    refused = 0
    others = [n for n in folder.names("validation") if n.startswith("garments/")]
    streets = sorted((folder.root / "street" / "photos").glob("*0.jpg"))
    rng = np.random.default_rng(0)
    for name in folder.names("validation"):
        sample = folder.sample(name)
        if not name.startswith("packshots/") or not sample.present:
            continue
        mask = sample.labels > 0
        for index in range(GROUNDS):
            kind = tuple(found)[index % 3]
            ground = _ground(kind, folder, others, streets, mask.shape, rng)
            soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 0.8)[..., None]
            picture = (sample.image * soft + ground * (1 - soft)).astype(np.uint8)
            try:
                annotation = analyst(picture)
            except GarmentError:
                refused += 1
                found[kind].append(0.0)
                continue
            found[kind].append(iou(annotation.mask > 0.5, mask))
            tiles.append(tile(picture, annotation, f"{kind} {found[kind][-1]:.3f}"))
    return {kind: spread(values) for kind, values in found.items()} | {"refused": refused}


def _ground(
    kind: str,
    folder: GarmentFolder,
    others: list[str],
    streets: list[Path],
    size: tuple[int, ...],
    rng: np.random.Generator,
) -> np.ndarray:
    shape = (size[0], size[1])
    if kind == "clutter":
        photo = read_rgb(streets[rng.integers(len(streets))])
        return cv2.resize(photo, shape[::-1], interpolation=cv2.INTER_LINEAR)
    for _ in range(4 if kind == "ground" else 0):
        other = folder.sample(others[rng.integers(len(others))])
        proposal = propose_mask(other.image)
        labels = proposal.mask.astype(np.uint8)
        patch = ground_patch(rng, GarmentSample(name="", image=other.image, labels=labels), shape)
        if proposal.confident and patch is not None:
            return patch
    return drawn_ground(rng, shape)


def photos(folder: GarmentFolder, analyst: GarmentAnalyst, tiles: list) -> dict:
    """Held-out consumer photos: masks against confident GrabCut, categories, refusals, time."""
    masks: list[float] = []
    times: list[float] = []
    answers: Counter[str] = Counter()
    wrong: list[str] = []
    overlap = np.zeros((len(PARSING_CLASSES), 2))
    for name in folder.names("validation"):
        if not name.startswith("garments/"):
            continue
        sample, stem = folder.sample(name), name.split("/")[1]
        start = time.perf_counter()
        try:
            annotation = analyst(sample.image)
        except GarmentError:
            refused_rightly = TYPES[sample.type] in NO_GARMENT
            answers["negative refused" if refused_rightly else "garment refused"] += 1
            if not refused_rightly:
                wrong.append(f"{stem}: refused")
            continue
        times.append(time.perf_counter() - start)
        if TYPES[sample.type] in NO_GARMENT:
            answers["negative accepted"] += 1
            wrong.append(f"{stem}: accepted as {annotation.category}")
            continue
        right = CATEGORIES[sample.category] == annotation.category
        answers["category right" if right else "category wrong"] += 1
        if not right:
            wrong.append(f"{stem}: {annotation.category}")
        answers["flat called worn"] += int(annotation.worn > 0.5)
        proposal = propose_mask(sample.image)
        if proposal.confident:
            masks.append(iou(annotation.mask > 0.5, proposal.mask))
            truth = label_map(proposal.mask, TYPES[sample.type], collar_outlines().get(stem))
            count_parts(overlap, annotation, truth)
        tiles.append(tile(sample.image, annotation, stem))
    return {
        "mask_iou_with_grabcut": spread(masks),
        "parts_iou": {
            str(GarmentLabel(label).name).lower(): round(float(both / either), 3)
            for label, (both, either) in zip(PARSING_CLASSES, overlap, strict=True)
            if either
        },
        "answers": dict(answers),
        "median_ms": round(1000 * float(np.median(times)), 1),
        "wrong": wrong,
    }


def types(folder: GarmentFolder, analyst: GarmentAnalyst, tiles: list) -> dict:
    """All held-out consumer photos: category and type; tiles show the outlines of 60 of them."""
    right: Counter[str] = Counter()
    shown: Counter[str] = Counter()
    mixed: Counter[str] = Counter()
    answers: Counter[str] = Counter()
    names = [n for n in folder.names("validation") if n.startswith("garments/")]
    outlined = []
    for name in names:
        sample, stem = folder.sample(name), name.split("/")[1]
        kind = TYPES[sample.type]
        try:
            found = analyst(sample.image)
        except GarmentError:
            answers["negative refused" if kind in NO_GARMENT else "garment refused"] += 1
            continue
        if kind in NO_GARMENT:
            answers["negative accepted"] += 1
            continue
        answers["category right"] += int(CATEGORIES[sample.category] == found.category)
        answers["garments"] += 1
        answers["called worn"] += int(found.worn > 0.5)
        shown[kind] += 1
        right[kind] += int(found.type == kind)
        if found.type != kind:
            mixed[f"{kind} as {found.type}"] += 1
        outlined.append(outline_tile(sample.image, found, stem))
    step = max(len(outlined) / OUTLINED, 1.0)
    tiles.extend(outlined[int(k * step)] for k in range(min(OUTLINED, len(outlined))))
    return {
        "answers": dict(answers),
        "type_right": f"{sum(right.values())} of {sum(shown.values())}",
        "by_type": {kind: f"{right[kind]} of {count}" for kind, count in sorted(shown.items())},
        "most_mixed": mixed.most_common(8),
    }


def outline_tile(
    image: np.ndarray, found: GarmentAnnotation, text: str, height: int = 400
) -> np.ndarray:
    """The picture with the mask's outline."""
    width = round(image.shape[1] * height / image.shape[0])
    picture = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    solid = cv2.resize(found.mask, (width, height)) > 0.5
    lines, _ = cv2.findContours(solid.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(picture, lines, -1, (255, 0, 255), 2)
    cv2.putText(picture, f"{text}", (3, 14), 0, 0.45, (0, 0, 255), 1)
    cv2.putText(picture, f"{found.type} {found.pieces}", (3, 30), 0, 0.45, (0, 0, 255), 1)
    return picture


def count_parts(overlap: np.ndarray, found: GarmentAnnotation, truth: np.ndarray) -> None:
    """Adds intersections and unions per class, where the truth is known."""
    known = truth < UNKNOWN_PART
    parsing = np.where(found.parsing == GarmentLabel.DRESS, GarmentLabel.UPPER, found.parsing)
    for index, label in enumerate(PARSING_CLASSES):
        one, other = (parsing == label) & known, (truth == index) & known
        overlap[index] += (one & other).sum(), (one | other).sum()


def worn(folder: GarmentFolder, analyst: GarmentAnalyst, tiles: list) -> dict:
    """Worn garments: the flag on studio and street photos, the mask on studio photos."""
    flags: dict[str, list[bool]] = {"studio": [], "street": []}
    masks: list[float] = []
    categories: list[bool] = []
    aspect = analyst.graph.config.input_size[1] / analyst.graph.config.input_size[0]
    for name in folder.names("validation"):
        if not name.startswith("studio/"):
            continue
        sample = folder.sample(name)
        try:
            annotation = analyst(sample.image)
        except GarmentError:
            flags["studio"].append(False)
            continue
        flags["studio"].append(annotation.worn > 0.5)
        categories.append(CATEGORIES[sample.category] == annotation.category)
        if (sample.labels == UNKNOWN_PART).any():
            known = sample.labels != 255
            masks.append(iou((annotation.mask > 0.5) & known, (sample.labels > 0) & known))
        tiles.append(tile(sample.image, annotation, name.split("/")[1]))
    for path in sorted((folder.root / "street" / "photos").glob("*0.jpg")):
        image = read_rgb(path)
        look = analyst.look(image, whole((image.shape[0], image.shape[1]), aspect))
        flags["street"].append(look.worn > 0.5)
    return {
        "called_worn": {k: f"{sum(v)} of {len(v)}" for k, v in flags.items()},
        "studio_category_right": f"{sum(categories)} of {len(categories)}",
        "studio_mask_iou": spread(masks),
    }


def tile(image: np.ndarray, found: GarmentAnnotation, text: str, height: int = 240) -> np.ndarray:
    """The picture and what was understood, side by side."""
    solid = found.mask[..., None]
    over = image * (1 - 0.6 * solid) + COLOURS[found.parsing] * (0.6 * solid)
    both = np.hstack([image, over.astype(np.uint8)])
    for x, y in found.landmarks.values():
        place = (image.shape[1] + round(x), round(y))
        cv2.circle(both, place, max(2, image.shape[0] // 90), (255, 255, 0), -1)
    width = round(both.shape[1] * height / both.shape[0])
    both = cv2.resize(both, (width, height), interpolation=cv2.INTER_AREA)
    cv2.putText(both, f"{text} {found.category}", (3, 12), 0, 0.42, (255, 0, 255), 1)
    return both


def write_sheet(tiles: list[np.ndarray], path: Path, columns: int = 5) -> None:
    """One contact sheet."""
    if not tiles:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    width = min(420, max(t.shape[1] for t in tiles))
    tiles = [np.pad(t[:, :width], ((0, 0), (0, max(0, width - t.shape[1])), (0, 0))) for t in tiles]
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % columns)
    rows = [np.hstack(tiles[i : i + columns]) for i in range(0, len(tiles), columns)]
    cv2.imwrite(str(path), cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR))


MEASURES: dict[str, Callable[[GarmentFolder, GarmentAnalyst, list], dict]] = {
    "packshots": packshots,
    "photos": photos,
    "worn": worn,
    "types": types,
}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--only", choices=list(MEASURES))
    parser.add_argument("--sheet", type=Path, help="folder for contact sheets")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    analyst = GarmentAnalyst.from_folder(options.weights, threads=options.threads)
    folder = GarmentFolder(options.data)
    numbers = {}
    for name, measure in MEASURES.items():
        if options.only in (None, name):
            tiles: list[np.ndarray] = []
            numbers[name] = measure(folder, analyst, tiles)
            if options.sheet:
                write_sheet(tiles, options.sheet / f"garment_{name}.png")
    text = json.dumps(numbers, indent=1)
    print(text)
    if options.json:
        options.json.write_text(text + "\n")


if __name__ == "__main__":
    main()
