"""Checkpoints are recognised by their names, and everything else is refused with a reason."""

import pickle
from collections.abc import Mapping
from pathlib import Path

import pytest
import torch

from gpvton.domain.errors import WeightsError
from gpvton.export.checkpoint import read_checkpoint
from gpvton.export.published import convert
from gpvton.weights.published_names import PublishedForm, rows


def saved(path: Path, form: PublishedForm, prefix: str = "") -> Path:
    torch.save(named(form, prefix), path)
    return path


def named(form: PublishedForm, prefix: str = "") -> dict[str, torch.Tensor]:
    """The form's names, each with a tensor of its own value (one number; shapes do not matter)."""
    names = [name for row in rows(form) for name in row.published]
    return {prefix + name: torch.tensor([float(i)]) for i, name in enumerate(names)}


@pytest.mark.parametrize("form", list(PublishedForm))
def test_the_form_is_read_from_the_names(tmp_path, form):
    checkpoint = read_checkpoint(saved(tmp_path / "net.pth", form))
    assert checkpoint.form is form
    theirs = named(form)
    for row in rows(form):
        ours = checkpoint.weights[row.ours].reshape(-1)
        assert ours.tolist() == [theirs[name].item() for name in row.published]


def test_the_constant_kernels_may_be_there(tmp_path):
    values = named(PublishedForm.WARPING_VITONHD) | {"aflow_net.weight": torch.zeros(4, 1, 3, 3)}
    torch.save(values, tmp_path / "net.pth")
    assert read_checkpoint(tmp_path / "net.pth").form is PublishedForm.WARPING_VITONHD


class Evil:
    def __reduce__(self):
        return (Path.touch, (Path("never_touched"),))


def refused(path: Path, values: object) -> str:
    if isinstance(values, bytes):
        path.write_bytes(values)
    else:
        torch.save(values, path)
    with pytest.raises(WeightsError) as caught:
        read_checkpoint(path)
    return str(caught.value)


def test_what_is_no_network_is_refused_with_a_reason(tmp_path):
    path = tmp_path / "net.pth"
    form = PublishedForm.GENERATOR
    parameter = torch.nn.Parameter(torch.zeros(2))
    optimiser = torch.optim.Adam([parameter])
    assert "optimiser" in refused(path, optimiser.state_dict())
    assert "module." in refused(path, named(form, "module."))
    assert "no PyTorch checkpoint" in refused(path, b"<html>not found</html>")
    assert "no GP-VTON network" in refused(path, {"layer.weight": torch.zeros(2)})
    assert "more than tensors" in refused(path, {"epoch": 3, **named(form)})
    assert "expected names and tensors" in refused(path, [torch.zeros(2)])
    with pytest.raises(WeightsError, match="no checkpoint file"):
        read_checkpoint(tmp_path / "absent.pth")


def test_names_are_strict_both_ways(tmp_path):
    path = tmp_path / "net.pth"
    values = named(PublishedForm.WARPING_DRESSCODE)
    first = next(iter(values))
    message = refused(path, {k: v for k, v in values.items() if k != first})
    assert "1 names are missing" in message and first in message
    message = refused(path, {**values, "extra.weight": torch.zeros(1)})
    assert "1 are unknown (such as extra.weight)" in message


@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
def test_a_truncated_file_is_refused(tmp_path, share):
    path = saved(tmp_path / "net.pth", PublishedForm.GENERATOR)
    whole = path.read_bytes()
    assert "truncated" in refused(path, whole[: int(share * len(whole))])


@pytest.mark.parametrize("legacy", [True, False])
def test_pickled_code_is_not_run(tmp_path, monkeypatch, legacy):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "net.pth"
    if legacy:
        path.write_bytes(pickle.dumps({"weight": Evil()}, protocol=2))
    else:
        torch.save({"weight": Evil()}, path)
    with pytest.raises(WeightsError):
        read_checkpoint(path)
    assert not (tmp_path / "never_touched").exists()


def test_weights_of_other_shapes_are_refused(tmp_path):
    path = saved(tmp_path / "net.pth", PublishedForm.GENERATOR)
    with pytest.raises(WeightsError, match="do not fit generator"):
        convert([path], tmp_path / "out")
    with pytest.raises(WeightsError, match="same kind"):
        convert([path, path], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def zero_weights(form: PublishedForm, state: Mapping[str, torch.Tensor]) -> dict:
    """Published names and full shapes."""
    theirs = {}
    for row in rows(form):
        tensors = state[row.ours].unbind() if row.stacked else [state[row.ours]]
        theirs |= {n: t.clone() for n, t in zip(row.published, tensors, strict=True)}
    return theirs


@pytest.mark.slow
def test_a_converted_generator_is_the_checkpoint(tmp_path):
    from safetensors.torch import load_file

    from gpvton.networks.generator import GeneratorConfig, build_generator

    torch.manual_seed(0)
    form = PublishedForm.GENERATOR
    state = build_generator(GeneratorConfig.published()).state_dict()
    torch.save(zero_weights(form, state), tmp_path / "net.pth")
    (report,) = convert([tmp_path / "net.pth"], tmp_path / "out", generator_size=(64, 64))
    assert report.folder == tmp_path / "out" / "published_generator"
    stored = load_file(report.folder / "model.safetensors")
    assert all(torch.equal(stored[name], value) for name, value in state.items())
