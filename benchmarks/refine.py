"""Time of one refinement, by what is changed.

    python benchmarks/refine.py [--size 512] [--threads 2] [--repeat 7]

Sample people in sample garments; all pictures are brought to `--size` in height first (0 leaves
them as they are).  Each repetition changes a value that was not there before, as a hand on a slider
does.  The first refinement of a result, which frames its scene, is counted apart.  Besides the time
that passes, the processor time of all threads is given: it says what a busy machine does not hide.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from gpvton.domain.images import read_photo
from gpvton.pipeline import TryOn
from gpvton.result import TryOnResult

SAMPLES = Path(__file__).parents[1] / "src/gpvton/samples"
PAIRS = (("mara", "breton-top"), ("kofi", "checked-shirt"), ("lena", "flower-dress"),
         ("mara", "green-skirt"), ("mara", "jeans"))  # fmt: skip
Change = Callable[[TryOnResult, int], TryOnResult]


def moved_elbow(result: TryOnResult, turn: int) -> TryOnResult:
    """A key point dragged a little further."""
    place = result.person.annotation.point("left_elbow")
    x, y = place if place is not None else (result.image.shape[1] / 2, result.image.shape[0] / 2)
    return result.refine(keypoints={"left_elbow": (float(x) + turn + 1, float(y))})


def moved_hem(result: TryOnResult, turn: int) -> TryOnResult:
    """A garment landmark dragged a little further."""
    marks = result.garment.annotation.landmarks
    name = next(n for n in ("hem_left", "cuff_outer_left", "waist_left") if n in marks)
    x, y = marks[name]
    return result.refine(landmarks={name: (x - turn - 1, y)})


def painted(result: TryOnResult, turn: int) -> TryOnResult:
    """A stroke of the preserve mask."""
    keep = np.zeros(result.image.shape[:2], bool)
    height, width = keep.shape
    keep[height // 3 : height // 2, width // 3 : width // 3 + 5 * (turn + 1)] = True
    return result.refine(keep=keep)


def repainted(result: TryOnResult, turn: int) -> TryOnResult:
    """A stroke of the parsing."""
    edit = np.full(result.image.shape[:2], 255, np.uint8)
    edit[edit.shape[0] // 3 :, : 5 * (turn + 1)] = 23
    return result.refine(parsing=edit)


CHANGES: dict[str, Change] = {
    "hem length": lambda result, turn: result.refine(hem_length=0.95 - 0.03 * turn),
    "sleeve length": lambda result, turn: result.refine(sleeve_length=0.95 - 0.03 * turn),
    "tuck": lambda result, turn: result.refine(tuck=("in", "out")[turn % 2]),
    "in front of hair": lambda result, turn: result.refine(in_front_of=[["hair"], []][turn % 2]),
    "preserve mask": painted,
    "garment landmark": moved_hem,
    "key point": moved_elbow,
    "parsing": repainted,
}


def sized(path: Path, height: int) -> np.ndarray:
    """The picture, `height` pixels high (0: as it is)."""
    pixels = read_photo(path).on_white().pixels
    if not height:
        return pixels
    width = round(pixels.shape[1] * height / pixels.shape[0])
    return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)


def seconds(change: Change, result: TryOnResult, repeat: int) -> list[tuple[float, float]]:
    """Passed, and of the processor, of each repetition."""
    found = []
    for turn in range(repeat):
        start = time.perf_counter(), time.process_time()
        change(result, turn)
        found.append((time.perf_counter() - start[0], time.process_time() - start[1]))
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=7)
    given = parser.parse_args()
    cv2.setNumThreads(given.threads)
    try_on = TryOn.from_pretrained(threads=given.threads)
    times: dict[str, list[tuple[float, float]]] = {"first of a result": []}
    for wearer, worn in PAIRS:
        person = try_on.prepare_person(sized(SAMPLES / f"people/{wearer}.jpg", given.size))
        garment = try_on.prepare_garment(sized(SAMPLES / f"garments/{worn}.jpg", given.size))
        result = try_on(person, garment)
        times["first of a result"] += seconds(CHANGES["hem length"], result, 1)
        for name, change in CHANGES.items():
            times.setdefault(name, []).extend(seconds(change, result, given.repeat))
    height, width = person.photo.size
    print(f"{height} x {width}, {given.threads} threads, {len(PAIRS)} pairs")
    print(f"{'seconds':18} {'median':>7} {'90 %':>7} {'worst':>7} {'processor':>10}")
    for name, found in times.items():
        passed, busy = zip(*found, strict=True)
        ninety = float(np.percentile(passed, 90))
        print(
            f"{name:18} {statistics.median(passed):7.3f} {ninety:7.3f} {max(passed):7.3f} "
            f"{statistics.median(busy):10.3f}"
        )


if __name__ == "__main__":
    main()
