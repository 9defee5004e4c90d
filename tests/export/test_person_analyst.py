import numpy as np
import pytest
import torch

from gpvton.domain.errors import WeightsError
from gpvton.export.onnx_graph import stored_weights
from gpvton.export.person_analyst import export_person_analyst, load_person_analyst
from gpvton.networks.efficientnet import EfficientNetLite0
from gpvton.networks.person_analyst import PersonAnalystNetwork
from gpvton.runtime.onnx import load_graph


@pytest.mark.slow
def test_the_exported_graph_gives_what_the_network_gives(tmp_path):
    torch.manual_seed(0)
    network = PersonAnalystNetwork(EfficientNetLite0())
    torch.save({"weights": network.state_dict(), "config": {}}, tmp_path / "person.pt")
    report = export_person_analyst(tmp_path / "person.pt", tmp_path / "folder", (96, 64))
    assert report.difference < 1e-3
    graph = load_graph(tmp_path / "folder", network="person_analyst")
    out = graph(image=np.zeros((1, 3, 96, 64), np.float32))
    assert out["parsing"].shape == (1, 29, 48, 32) and out["heat"].shape == (1, 25, 24, 16)
    assert graph.config.input_size == (96, 64) and len(graph.config.labels["parsing"]) == 29
    assert tuple(graph.config.settings["coarse_size"]) == (64, 64)
    smaller = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(1)) * 2 - 1
    network.load_state_dict(stored_weights(network))
    with torch.inference_mode():
        expected = network.eval()(smaller)
    for ours, theirs in zip(expected, graph(image=smaller.numpy()).values(), strict=True):
        assert np.abs(ours.numpy() - theirs).max() < 1e-3 * max(1.0, float(ours.abs().max()))


def test_a_missing_file_says_how_to_make_it(tmp_path):
    with pytest.raises(WeightsError, match="gpvton train person-analyst"):
        load_person_analyst(tmp_path / "none.pt")
