"""The frozen benchmark: its recorded pairs come out of this renderer."""

from dataclasses import replace

import numpy as np
import pytest

from gpvton.domain.errors import InputError
from gpvton.synthetic.checksums import (
    checksum,
    compare_benchmark,
    measures,
    record_benchmark,
    recorded,
    stored_truths,
    truths,
)
from gpvton.synthetic.layouts import write_pair
from gpvton.synthetic.pairs import make_pair
from gpvton.synthetic.synthesize import BENCHMARK_COUNT, benchmark_settings, synthesize


def test_files_and_memory_have_one_checksum(pairs, tmp_path):
    write_pair(pairs[0], tmp_path, "rendered")
    stored = stored_truths(tmp_path / "pairs" / "000000")
    assert checksum(stored) == checksum(truths(pairs[0]))
    changed = replace(stored[1], parsing=np.roll(stored[1].parsing, 1, axis=0))
    assert checksum([stored[0], changed]) != checksum(stored)
    moved = stored[0].flow.copy()
    moved[:, :, 0] += 16  # half a pixel
    assert checksum([replace(stored[0], flow=moved), stored[1]]) != checksum(stored)
    with pytest.raises(InputError, match="no whole pair"):
        stored_truths(tmp_path)


def test_measures_forgive_outlines_and_nothing_else(pairs):
    side = truths(pairs[0])[0]
    flow = side.flow.copy()
    flow[np.random.default_rng(0).random(flow.shape[:2]) < 0.001] = 0  # single pixels
    assert measures(side).agrees(measures(replace(side, flow=flow)))
    moved = side.flow.copy()
    moved[:, :, 0] += 32  # a pixel
    assert not measures(side).agrees(measures(replace(side, flow=moved)))
    swapped = side.flow.copy()
    swapped[:, :, 2] = np.array([0, 2, 1, 3], np.uint16)[side.flow[:, :, 2]]
    assert not measures(side).agrees(measures(replace(side, flow=swapped)))
    assert not measures(side).agrees(measures(truths(pairs[0])[1]))


def test_a_recorded_run_agrees_with_itself(gl, tmp_path, monkeypatch):
    settings = replace(benchmark_settings(), size=(128, 96))
    synthesize(settings, 2, tmp_path / "run")
    (tmp_path / "run" / "checksums.json").unlink()
    synthesize(settings, 2, tmp_path / "run")  # nothing to render: sums come from the files
    file = tmp_path / "benchmark.json"
    assert record_benchmark(tmp_path / "run", file) == 2
    monkeypatch.setattr("gpvton.synthetic.checksums.BENCHMARK_FILE", file)
    assert compare_benchmark(tmp_path / "run") == (2, [])
    monkeypatch.setattr("gpvton.synthetic.checksums.recorded", lambda: ({"000001": "0"}, {}))
    assert compare_benchmark(tmp_path / "run") == (1, ["000001"])


def test_the_frozen_benchmark_is_rendered_again(gl):
    """Exactly, or, under another OpenGL, in its measures."""
    sums, kept = recorded()
    assert len(sums) == BENCHMARK_COUNT and set(kept) <= set(sums)
    for name in ("000050", "000550"):
        sides = truths(make_pair(benchmark_settings(), int(name)))
        if checksum(sides) != sums[name]:
            agree = [measures(s).agrees(k) for s, k in zip(sides, kept[name], strict=True)]
            assert all(agree), f"pair {name} of the frozen benchmark comes out differently"
