"""The networks compute what the published ones compute (shared parity cases, README.md there)."""

from collections.abc import Callable
from functools import lru_cache

import pytest
import torch

from gpvton.networks.assembly import assemble
from gpvton.networks.config import WarpingConfig
from gpvton.networks.flow import second_differences
from gpvton.networks.generator import GeneratorConfig, build_generator
from gpvton.networks.values import Level, LevelLosses, Warping
from gpvton.networks.warping import build_warping
from gpvton.weights.published_names import PublishedForm, rows

F32, F64 = torch.float32, torch.float64
CATEGORIES = {"upper": 1 / 3, "lower": 2 / 3, "dresses": 1.0}

OF_LEVEL: dict[str, Callable[[Level], torch.Tensor | None]] = {
    "flow": lambda level: level.flow,
    "coarse_offset": lambda level: level.coarse_offset,
    "fine_offset": lambda level: level.fine_offset,
    "parsing_logits": lambda level: level.logits,
    "second_difference_x": lambda level: second_differences(level.flow)[:, :, 0],
    "second_difference_y": lambda level: second_differences(level.flow)[:, :, 1],
}
OF_LOSSES: dict[str, Callable[[LevelLosses], torch.Tensor]] = {
    "attention": lambda losses: losses.attention[:, :, 0],
    "warped_parts": lambda losses: losses.parts,
    "warped_part_masks": lambda losses: losses.part_masks,
    "warped_fused": lambda losses: losses.garment,
    "warped_fused_mask": lambda losses: losses.garment_mask,
}


def differences(parity, warping: Warping, case: str, batch: int, dtype) -> dict[str, float]:
    """Largest absolute difference of every output that the warping has."""
    garment, person = parity.inputs(dtype, batch)
    assembled = assemble(
        garment.image[:, None] * garment.part_masks,
        garment.part_masks,
        warping.flow,
        warping.logits,
        person.preserve_mask,
        part_classes=(4, 5, 6) if case.endswith("lower") else (1, 2, 3),
        body_classes=(4, 5, 6) if case.endswith("vitonhd") else (7, 8, 9),
    )
    whole = {
        "flow": warping.flow,
        "assembled_garment": assembled.garment,
        "assembled_parsing": assembled.parsing,
    }
    found = {}
    for (name, index), expected in parity.expected(case, batch).items():
        level = None if index is None else warping.levels[index]
        if level is None:
            value = whole[name]
        elif name in OF_LEVEL:
            value = OF_LEVEL[name](level)
        else:
            value = None if level.losses is None else OF_LOSSES[name](level.losses)
        if value is not None:
            found[f"{name}_{index}"] = (value.double() - expected).abs().max().item()
    return found


@lru_cache(maxsize=2)
def run(parity, form, dtype, batch, category=None, for_losses=True) -> Warping:
    garment, person = parity.inputs(dtype, batch)
    code = None if category is None else torch.full((batch,), category, dtype=dtype)
    with torch.inference_mode():
        return parity.warping(form, dtype)(garment, person, code, for_losses=for_losses)


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize(("dtype", "batch", "limit"), [(F64, 2, 1e-4), (F32, 1, 1e-3)])
def test_vitonhd(parity, dtype, batch, limit):
    warping = run(parity, PublishedForm.WARPING_VITONHD, dtype, batch)
    found = differences(parity, warping, "warping_vitonhd", batch, dtype)
    assert len(found) == 34
    assert max(found.values()) < limit, found


@pytest.mark.shared
@pytest.mark.slow
def test_inference_is_training_without_what_feeds_losses(parity):
    form = PublishedForm.WARPING_VITONHD
    training = run(parity, form, F32, 1)
    inference = run(parity, form, F32, 1, for_losses=False)
    for ours, theirs in zip(inference.levels, training.levels, strict=True):
        assert ours.losses is None and theirs.losses is not None
        for name in ("flow", "coarse_offset", "fine_offset"):
            assert torch.equal(getattr(ours, name), getattr(theirs, name))
    assert [level.logits is None for level in inference.levels] == [False, True, True, True, True]
    assert torch.equal(inference.logits, training.logits)


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize(
    ("category", "batch", "for_losses", "count"),
    [("upper", 1, True, 14), ("lower", 2, False, 11), ("dresses", 1, False, 11)],
)
def test_dresscode(parity, category, batch, for_losses, count):
    form = PublishedForm.WARPING_DRESSCODE
    warping = run(parity, form, F64, batch, CATEGORIES[category], for_losses)
    found = differences(parity, warping, f"warping_dresscode_{category}", batch, F64)
    assert len(found) == count
    assert max(found.values()) < 1e-4, found


@pytest.mark.shared
@pytest.mark.parametrize(("dtype", "limit"), [(F64, 1e-4), (F32, 1e-3)])
def test_generator(parity, dtype, limit):
    network = parity.generator().to(dtype)
    expected = parity.expected("generator", 2)[("output", None)]
    inputs = parity.image("generator_input", 36, dtype, 2)
    for batch in (1, 2) if dtype is F32 else (1,):
        with torch.inference_mode():
            found = network.raw(inputs[:batch]).double()
        assert (found - expected[:batch]).abs().max() < limit


@pytest.mark.shared
@pytest.mark.parametrize("form", list(PublishedForm))
def test_the_table_of_names_is_complete_both_ways(parity, form):
    with torch.device("meta"):
        network = {
            PublishedForm.WARPING_VITONHD: lambda: build_warping(WarpingConfig.vitonhd()),
            PublishedForm.WARPING_DRESSCODE: lambda: build_warping(WarpingConfig.dresscode()),
            PublishedForm.GENERATOR: lambda: build_generator(GeneratorConfig.published()),
        }[form]()
    table, shapes = rows(form), parity.shapes(form)
    published = [name for row in table for name in row.published]
    assert sorted(published) == sorted(shapes)
    ours = {name: tuple(value.shape) for name, value in network.state_dict().items()}
    assert sorted(row.ours for row in table) == sorted(ours)
    for row in table:
        stack = (len(row.published),) if row.stacked else ()
        assert all(stack + shapes[name] == ours[row.ours] for name in row.published), row
