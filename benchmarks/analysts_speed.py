"""Processor time of the analysts, against another state of the source, turn by turn in one run.

    python benchmarks/analysts_speed.py [--before SRC] [--threads N] [--rounds N] [--size H]

SRC is the `src` folder of another check-out.  Each state runs in a process of its own; they take
turns, so that what else the machine does weighs on both alike.  Pictures are the package's samples,
brought to 512 pixels of height.  Printed: least and median milliseconds of processor time and of
wall time per picture, and the ratio of the sums of the least processor times.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve()
OURS = HERE.parents[1] / "src"


def work(what: str, threads: int, height: int) -> None:
    """Answer every line read with the milliseconds (processor, wall) of every sample picture."""
    import cv2
    from speed import SAMPLES, sized

    from gpvton.analysis.garment import GarmentAnalyst
    from gpvton.analysis.person import PersonAnalyst

    cv2.setNumThreads(threads)
    kind = {"person": PersonAnalyst, "garment": GarmentAnalyst}[what]
    folder = SAMPLES / {"person": "people", "garment": "garments"}[what]
    analyst = kind.from_folder(threads=threads)
    pictures = [sized(path, height) for path in sorted(folder.glob("*.jpg"))]
    for picture in pictures:
        analyst(picture)
    print("ready", flush=True)
    for _ in sys.stdin:
        rows = []
        for picture in pictures:
            start, used = time.perf_counter(), time.process_time()
            analyst(picture)
            rows.append((time.process_time() - used, time.perf_counter() - start))
        print(json.dumps([[1000 * value for value in row] for row in rows]), flush=True)


class Worker:
    """A process that analyses the samples once whenever it is asked."""

    def __init__(self, source: Path, arguments: list[str]):
        places = os.pathsep.join((str(source), str(HERE.parent)))
        self.process = subprocess.Popen(
            [sys.executable, str(HERE), "--work", *arguments],
            env={**os.environ, "PYTHONPATH": places},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.rows: list[list[list[float]]] = []
        self._read()

    def _read(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("a measuring process ended early; see its message above")
        return line

    def turn(self) -> None:
        """One more round."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.rows.append(json.loads(self._read()))

    def close(self) -> np.ndarray:
        """End the process; milliseconds (round, picture, processor or wall)."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()
        return np.array(self.rows)


def compare(what: str, options: argparse.Namespace) -> dict:
    """Numbers of one analyst, for both states."""
    arguments = [what, "--threads", str(options.threads), "--size", str(options.size)]
    sources = {"now": OURS} | ({"before": options.before.resolve()} if options.before else {})
    workers = {name: Worker(source, arguments) for name, source in sources.items()}
    for _ in range(options.rounds):
        for worker in workers.values():
            worker.turn()
    times = {name: worker.close() for name, worker in workers.items()}
    numbers: dict = {
        name: {
            "processor_ms": [round(float(f(rows[..., 0])), 1) for f in (np.min, np.median)],
            "wall_ms": [round(float(f(rows[..., 1])), 1) for f in (np.min, np.median)],
        }
        for name, rows in times.items()
    }
    if options.before:
        least = {name: rows[..., 0].min(0).sum() for name, rows in times.items()}
        numbers["now_over_before"] = round(float(least["now"] / least["before"]), 3)
    return numbers


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("what", nargs="*", default=["person", "garment"])
    parser.add_argument("--before", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options.what[0], options.threads, options.size)
        return
    print(json.dumps({what: compare(what, options) for what in options.what}, indent=1))


if __name__ == "__main__":
    main()
