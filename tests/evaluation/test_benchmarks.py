"""The folder and reader of the benchmark; the renderer is replaced, its own tests are elsewhere."""

from types import ModuleType

import pytest

from gpvton.data.sources.source import Pairing
from gpvton.domain.errors import InputError, MissingExtraError
from gpvton.evaluation import benchmarks


@pytest.fixture
def renderer(monkeypatch):
    asked = []

    def synthesize(settings, count, out, progress):
        assert settings == "frozen"
        (out / "pairs").mkdir(parents=True, exist_ok=True)
        lines = [f"{number:06d} upper easy" for number in range(count)]
        (out / "pairs.txt").write_text("\n".join(lines) + "\n")
        progress(count, count)
        asked.append(count)

    module = ModuleType("gpvton.synthetic.synthesize")
    module.BENCHMARK_COUNT, module.benchmark_settings = 600, lambda: "frozen"
    module.synthesize = synthesize
    monkeypatch.setattr(benchmarks.importlib, "import_module", lambda name: module)
    return asked


def test_only_what_is_needed_is_rendered_and_nothing_is_lost(renderer, tmp_path):
    source = benchmarks.benchmark_source("rendered", tmp_path, 5)
    assert len(source.pairs("test", Pairing.UNPAIRED)) == 5
    source = benchmarks.benchmark_source("rendered", tmp_path, 3)
    assert len(source.pairs("test", Pairing.UNPAIRED)) == 5
    benchmarks.benchmark_source("rendered", tmp_path)
    benchmarks.benchmark_source("rendered", tmp_path, 1000)
    assert renderer == [5, 5, 600, 600]


def test_it_lies_in_the_cache(renderer, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    benchmarks.benchmark_source("rendered", count=1)
    assert (tmp_path / "gpvton" / "benchmarks" / "rendered" / "pairs.txt").is_file()


def test_unknown_names_and_missing_packages_are_told(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="one of rendered"):
        benchmarks.benchmark_source("imagenet", tmp_path)

    def missing(name):
        raise ModuleNotFoundError("no", name="moderngl")

    monkeypatch.setattr(benchmarks.importlib, "import_module", missing)
    with pytest.raises(MissingExtraError, match="moderngl"):
        benchmarks.benchmark_source("rendered", tmp_path)
