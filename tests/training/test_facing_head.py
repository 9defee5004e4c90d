import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from gpvton.domain.errors import InputError, WeightsError
from gpvton.networks.efficientnet import EfficientNetLite0
from gpvton.networks.person_analyst import PersonAnalystNetwork
from gpvton.training.facing_head import FacingHeadConfig, Fit, fit_head, train_facing_head
from gpvton.training.person_start import SHIPPED, load_person_start
from tests.data.figures import write_data_folder


def test_the_fit_tells_clouds_apart_and_rare_ones_too():
    torch.manual_seed(0)
    facing = torch.tensor([0] * 300 + [1] * 60 + [2] * 60)
    values = 5 + torch.randn(len(facing), 6)
    values[:, 0] += 4 * (facing == 1)
    values[:, 1] += 4 * (facing == 2)
    layers = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3))
    fit_head(
        layers,
        values,
        facing,
        ["street"] * len(facing),
        Fit(steps=200, learning_rate=2e-2, dropout=0),
    )
    right = layers(values).argmax(1) == facing
    assert all(right[facing == number].float().mean() > 0.9 for number in range(3))


def test_all_facings_are_needed():
    layers = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 3))
    with pytest.raises(InputError, match="back"):
        fit_head(layers, torch.randn(4, 2), torch.tensor([0, 1, 0, 1]), ["street"] * 4, Fit())


def test_only_the_head_changes(tmp_path):
    write_data_folder(
        tmp_path / "data", studio=("mh01-red_main", "mh02-red_back"), depths=(0.0, 100.0)
    )
    torch.manual_seed(1)
    before = PersonAnalystNetwork(EfficientNetLite0()).state_dict()
    older = {name: value for name, value in before.items() if not name.startswith("facing.")}
    torch.save({"weights": older, "config": {"seed": 3}}, tmp_path / "start.pt")
    config = FacingHeadConfig(
        data=tmp_path / "data",
        out=tmp_path / "out",
        start=tmp_path / "start.pt",
        size=(64, 64),
        cached_height=64,
        fit=Fit(steps=3, batch_size=4),
    )
    saved = torch.load(train_facing_head(config), weights_only=True)
    assert set(saved["weights"]) == set(before)
    assert all(torch.equal(saved["weights"][name], value) for name, value in older.items())
    assert saved["config"]["seed"] == 3 and saved["config"]["facing"]["fit"]["steps"] == 3


def test_it_begins_with_the_shipped_weights_or_with_another_folder(tmp_path):
    network = PersonAnalystNetwork(EfficientNetLite0())
    recipe = load_person_start(network, SHIPPED)
    assert recipe["facing"] and recipe["seed"] == 0
    stored = load_file(SHIPPED / "model.safetensors")
    weights = network.state_dict()
    assert all(torch.equal(weights[name], value.float()) for name, value in stored.items())
    with pytest.raises(WeightsError, match="person_analyst"):
        load_person_start(network, SHIPPED.with_name("garment_analyst"))


def test_weights_that_are_not_there_are_refused(tmp_path):
    with pytest.raises(InputError, match="missing"):
        FacingHeadConfig(data=tmp_path, out=tmp_path, start=tmp_path / "none.pt")
