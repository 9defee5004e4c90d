"""Time and memory of one person and one garment, end to end, with the share of each step.

    python benchmarks/speed.py [--person FILE] [--garment FILE] [--threads N] [--repeat N]

Pictures are brought to 512 x 384 first (--size for another height; 0 leaves them as they are).
Loading the networks is not counted.  Peak memory is that of the whole process.
"""

import argparse
import resource
import statistics
import sys
import time
from pathlib import Path

import cv2
import numpy as np

from gpvton.domain.images import read_photo
from gpvton.pipeline import TryOn

SAMPLES = Path(__file__).parents[1] / "src/gpvton/samples"


def sized(path: Path, height: int) -> np.ndarray:
    """The picture, `height` pixels high (0: as it is)."""
    pixels = read_photo(path).on_white().pixels
    if not height:
        return pixels
    width = round(pixels.shape[1] * height / pixels.shape[0])
    return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--person", type=Path, default=None)
    parser.add_argument("--garment", type=Path, default=SAMPLES / "garments/breton-top.jpg")
    parser.add_argument("--weights", default=None)
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--size", type=int, default=512)
    given = parser.parse_args()
    path = given.person or sorted((SAMPLES / "people").glob("*.jpg"))[0]
    person, garment = sized(path, given.size), sized(given.garment, given.size)
    if given.threads:
        cv2.setNumThreads(given.threads)
    start = time.perf_counter()
    try_on = TryOn.from_pretrained(given.weights, threads=given.threads)
    loading = time.perf_counter() - start
    totals, steps, processor = [], [], time.process_time()
    for _ in range(given.repeat):
        start = time.perf_counter()
        result = try_on(person, garment)
        totals.append(time.perf_counter() - start)
        steps.append(result.timings)
    total = statistics.median(totals)
    processor = (time.process_time() - processor) / given.repeat
    size = f"{person.shape[0]} x {person.shape[1]}"
    print(f"{size}, {given.repeat} runs, first {totals[0]:.2f} s, median {total:.2f} s")
    for name in steps[0]:
        seconds = statistics.median(step[name] for step in steps)
        print(f"  {name:10} {seconds:7.3f} s  {100 * seconds / total:5.1f} %")
    print(f"processor time {processor:.2f} s a run (all threads)")
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    print(f"loading {loading:.2f} s (not counted), peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
