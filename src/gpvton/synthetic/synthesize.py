"""Writing many pairs: any number of workers, resumable, the same result every time."""

import hashlib
import json
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from gpvton.domain.errors import InputError
from gpvton.domain.parts import Category
from gpvton.synthetic.layouts import LAYOUTS, is_complete, write_json, write_pair
from gpvton.synthetic.pairs import Pair, PairSettings, make_pair

BENCHMARK_SEED, BENCHMARK_COUNT, BENCHMARK_SIZE = 20230617, 600, (512, 384)
BENCHMARK_FILE = Path(__file__).parent / "data" / "benchmark.json"


def benchmark_settings() -> PairSettings:
    """The frozen benchmark: 600 pairs, categories and difficulties in turn."""
    return PairSettings(seed=BENCHMARK_SEED, size=BENCHMARK_SIZE)


def checksum(pair: Pair) -> str:
    """SHA-256 (16 hex digits) of labels, parts and true flow to 1/8 pixel of a pair.

    Colours are left out: OpenGL versions may differ in the last grey level.
    """
    digest = hashlib.sha256()
    for worn in (pair.a, pair.b):
        place = np.round(worn.flow * (np.array(worn.part.shape[::-1])[:, None, None] * 4))
        for values in (worn.parsing, worn.flat_parsing, worn.part, place.astype(np.int16)):
            digest.update(np.ascontiguousarray(values).tobytes())
    digest.update(np.ascontiguousarray(pair.body_parts).tobytes())
    return digest.hexdigest()[:16]


def _one(settings: PairSettings, index: int, out: Path, layout: str) -> tuple[int, str]:
    pair = make_pair(settings, index)
    write_pair(pair, out, layout)
    return index, checksum(pair)


def _start_worker() -> None:
    os.environ["LP_NUM_THREADS"] = "1"  # one rasteriser thread a worker
    import cv2

    cv2.setNumThreads(1)


def _claim(out: Path, settings: PairSettings, layout: str) -> None:
    """Record the settings, or refuse a folder that was begun with others."""
    known = asdict(settings)
    known["textures"] = len(settings.textures)
    known = json.loads(json.dumps({**known, "layout": layout}))
    path = out / "settings.json"
    if path.exists() and json.loads(path.read_text()) != known:
        raise InputError(
            f"{out} was begun with other settings ({path.name} differs); "
            "repeat the first command to resume, or choose an empty folder"
        )
    write_json(path, known)


def synthesize(
    settings: PairSettings,
    count: int,
    out: Path,
    *,
    layout: str = "rendered",
    workers: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Write pairs 0 to count - 1 that are not there yet; returns how many were made now."""
    if layout not in LAYOUTS:
        raise InputError(f"unknown layout {layout!r}; choose from {', '.join(LAYOUTS)}")
    if count < 1 or workers < 1:
        raise InputError(f"count {count} and workers {workers} must both be at least 1")
    _claim(out, settings, layout)
    missing = [k for k in range(count) if not is_complete(out, k)]
    done = count - len(missing)
    progress(done, count)
    sums: dict[int, str] = {}
    if workers == 1:
        for index in missing:
            sums[index] = _one(settings, index, out, layout)[1]
            done += 1
            progress(done, count)
    else:
        with ProcessPoolExecutor(workers, get_context("spawn"), _start_worker) as pool:
            jobs = [pool.submit(_one, settings, k, out, layout) for k in missing]
            for job in as_completed(jobs):
                index, value = job.result()
                sums[index] = value
                done += 1
                progress(done, count)
    _finish(out, count, sums)
    return len(missing)


def _finish(out: Path, count: int, sums: dict[int, str]) -> None:
    """Pair list and checksums, in the order of the index."""
    lines = []
    for index in range(count):
        lines += json.loads((out / "meta" / f"{index:06d}.json").read_text())["lines"]
    part = out / ".pairs.txt"
    part.write_text("\n".join(lines) + "\n")
    os.replace(part, out / "pairs.txt")
    path = out / "checksums.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    known.update({f"{k:06d}": v for k, v in sums.items()})
    write_json(path, dict(sorted(known.items())))


def compare_benchmark(out: Path) -> tuple[int, list[str]]:
    """How many pairs in `out` were compared with the recorded checksums, and which differ."""
    recorded = (
        json.loads(BENCHMARK_FILE.read_text())["checksums"] if BENCHMARK_FILE.exists() else {}
    )
    found = json.loads((out / "checksums.json").read_text())
    common = sorted(set(recorded) & set(found))
    return len(common), [name for name in common if recorded[name] != found[name]]


class RenderedPairs:
    """Pairs in memory, as a map-style data set: item k is pair k, made when first asked for.

    keep: how many pairs stay in memory (the latest asked for).
    """

    def __init__(self, settings: PairSettings, count: int, keep: int = 256) -> None:
        self.settings, self.count, self.keep = settings, count, keep
        self._pairs: dict[int, Pair] = {}

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> Pair:
        if not 0 <= index < self.count:
            raise IndexError(index)
        if index not in self._pairs:
            while len(self._pairs) >= self.keep:
                self._pairs.pop(next(iter(self._pairs)))
            self._pairs[index] = make_pair(self.settings, index)
        return self._pairs[index]


def parse_categories(text: str) -> tuple[Category, ...]:
    """`upper,dress` to categories."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in set(Category)]
    if unknown or not names:
        raise InputError(
            f"unknown category {', '.join(unknown) or '(none)'}; choose from upper, lower, dress"
        )
    return tuple(Category(name) for name in names)
