"""Writing many pairs: any number of workers, resumable, the same result every time."""

import ctypes
import json
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, replace
from multiprocessing import get_context
from pathlib import Path

from gpvton.domain.errors import InputError
from gpvton.domain.parts import Category
from gpvton.synthetic.checksums import checksum, stored_truths, truths
from gpvton.synthetic.layouts import LAYOUTS, is_complete, write_json, write_pair
from gpvton.synthetic.pairs import Pair, PairSettings, make_pair

BENCHMARK_SEED, BENCHMARK_COUNT, BENCHMARK_SIZE = 20230617, 600, (512, 384)


def benchmark_settings() -> PairSettings:
    """The frozen benchmark: 600 pairs, categories and difficulties in turn."""
    return PairSettings(seed=BENCHMARK_SEED, size=BENCHMARK_SIZE)


def _one(settings: PairSettings, index: int, out: Path, layout: str) -> tuple[int, str]:
    pair = make_pair(settings, index)
    write_pair(pair, out, layout)
    return index, checksum(truths(pair))


_SETTINGS: list[PairSettings] = []  # of a worker: handed over once, not with every pair


def _start_worker(settings: PairSettings) -> None:
    os.environ["LP_NUM_THREADS"] = "0"  # the software renderer makes no threads of its own
    import cv2

    cv2.setNumThreads(1)
    _keep_memory()
    _SETTINGS[:] = [settings]


def _keep_memory() -> None:
    """Freed arrays up to 32 MB stay with the process, so that new ones need no new pages."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if mallopt is not None:  # glibc; M_MMAP_THRESHOLD and M_TRIM_THRESHOLD
        mallopt(-3, 32 << 20)
        mallopt(-1, 512 << 20)


def _one_of_many(index: int, out: Path, layout: str) -> tuple[int, str]:
    return _one(_SETTINGS[0], index, out, layout)


def _claim(out: Path, settings: PairSettings, layout: str) -> None:
    """Record the settings, or refuse a folder that was begun with others."""
    known = asdict(replace(settings, cutouts=()))
    known["textures"] = len(settings.textures)
    del known["cutouts"]
    if settings.cutouts:
        known["cutouts"] = [cutout.name for cutout in settings.cutouts]
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
    if layout == "vitonhd" and set(settings.categories) != {Category.UPPER}:
        raise InputError("VITON-HD holds upper garments only: add --categories upper")
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
        spawn = get_context("spawn")
        with ProcessPoolExecutor(workers, spawn, _start_worker, (settings,)) as pool:
            jobs = [pool.submit(_one_of_many, k, out, layout) for k in missing]
            for job in as_completed(jobs):
                index, value = job.result()
                sums[index] = value
                done += 1
                progress(done, count)
    _finish(out, count, sums)
    return len(missing)


def _finish(out: Path, count: int, sums: dict[int, str]) -> None:
    """Pair lists and checksums, in the order of the index."""
    lists: dict[str, list[str]] = {}
    for index in range(count):
        meta = json.loads((out / "meta" / f"{index:06d}.json").read_text())
        for name, lines in meta.get("lists", {"pairs.txt": meta.get("lines", [])}).items():
            lists.setdefault(name, []).extend(lines)
    for name, lines in lists.items():
        part = out / f"{name}.part"
        part.write_text("\n".join(lines) + "\n")
        os.replace(part, out / name)
    path = out / "checksums.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    known.update({f"{k:06d}": v for k, v in sums.items()})
    for name in (f"{k:06d}" for k in range(count)):  # of a run that was stopped
        if name not in known and (out / "pairs" / name).is_dir():
            known[name] = checksum(stored_truths(out / "pairs" / name))
    write_json(path, dict(sorted(known.items())))


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
