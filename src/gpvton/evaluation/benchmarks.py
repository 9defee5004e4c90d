"""Benchmarks by name: data sets that everybody has, because the project makes them."""

import importlib
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from gpvton.data.sources.rendered import RenderedSource
from gpvton.data.sources.source import Source
from gpvton.domain.errors import InputError, MissingExtraError

BENCHMARKS = ("rendered",)


def default_folder(name: str) -> Path:
    """Where a benchmark is kept: `gpvton/benchmarks` in the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "gpvton" / "benchmarks" / name


def benchmark_source(
    name: str,
    folder: Path | None = None,
    count: int | None = None,
    progress: Callable[[str], None] = lambda text: None,
) -> Source:
    """The benchmark's data set; pairs that are not there yet are rendered (seconds each).

    folder: default `default_folder`.  count: first pairs only.
    Raises InputError for an unknown name, MissingExtraError when rendering is not possible.
    """
    if name not in BENCHMARKS:
        raise InputError(f"--benchmark {name!r}, expected one of {', '.join(BENCHMARKS)}")
    folder = folder or default_folder(name)
    renderer = _renderer()
    wanted = min(count or renderer.BENCHMARK_COUNT, renderer.BENCHMARK_COUNT)
    renderer.synthesize(
        renderer.benchmark_settings(),
        max(wanted, _there(folder)),
        folder,
        progress=lambda done, total: progress(f"rendering the benchmark: {done} of {total}"),
    )
    return RenderedSource(folder)


def _there(folder: Path) -> int:
    """How many pairs the folder's list has: a later run with fewer must not shorten it."""
    path = folder / "pairs.txt"
    return len(path.read_text(encoding="utf-8").split("\n")) - 1 if path.is_file() else 0


def _renderer() -> ModuleType:
    try:
        return importlib.import_module("gpvton.synthetic.synthesize")
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("gpvton"):
            raise
        raise MissingExtraError(
            f"rendering needs the package {error.name}, which is not installed; "
            "install it with: pip install 'gpvton[train]'"
        ) from error
