from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

from gpvton.domain.errors import InputError, WeightsError
from gpvton.export import onnx_graph
from gpvton.export.onnx_graph import export_network, stored_weights
from gpvton.runtime.onnx import load_graph
from gpvton.weights.folder import NetworkConfig


class Tiny(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, 5, 3, 2, 1, bias=False), nn.BatchNorm2d(5), nn.ReLU6()
        )
        self.head = nn.Conv2d(5, 2, 3, padding=1)
        self.scores = nn.Linear(5, 3)

    def forward(self, image, offset):
        features = self.body(image)
        maps = functional.interpolate(
            self.head(features), scale_factor=2.0, mode="bilinear", align_corners=False
        )
        return {"maps": maps + offset, "scores": self.scores(features.mean((2, 3)))}


CONFIG = NetworkConfig(network="tiny", input_size=(16, 12), labels={"maps": ("a", "b")})
EXAMPLE = (torch.rand(1, 3, 16, 12), torch.rand(1, 2, 16, 12))


def tiny():
    torch.manual_seed(0)
    module = Tiny().train()
    for _ in range(5):
        module(*[torch.cat([t, 1 - t]) for t in EXAMPLE])
    return module.eval()


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights") / "tiny"
    module = tiny()
    report = export_network(
        module, EXAMPLE, ("image", "offset"), ("maps", "scores"), CONFIG, folder
    )
    return module, folder, report


def test_graph_agrees_with_the_module_for_any_batch(exported):
    module, folder, report = exported
    assert report.difference <= 1e-3
    graph = load_graph(folder, threads=1, network="tiny")
    assert graph.input_names == ("image", "offset")
    assert graph.config == CONFIG
    image, offset = torch.randn(4, 3, 16, 12), torch.randn(4, 2, 16, 12)
    found = graph(image=image.numpy(), offset=offset.numpy())
    with torch.inference_mode():
        expected = module(image, offset)
    for name in ("maps", "scores"):
        np.testing.assert_allclose(found[name], expected[name].numpy(), atol=5e-3)
    one = graph(image=image[2:3].numpy(), offset=offset[2:3].numpy())
    np.testing.assert_allclose(one["maps"][0], found["maps"][2], atol=1e-5)


def test_weights_exist_once_under_the_module_s_names(exported):
    module, folder, _ = exported
    stored = load_file(folder / "model.safetensors")
    assert set(stored) == set(module.state_dict())
    assert stored["head.weight"].dtype == torch.float16
    assert stored["body.1.running_var"].dtype == torch.float32
    needle = stored["head.weight"].numpy().tobytes()
    assert needle in (folder / "model.safetensors").read_bytes()
    graph = (folder / "graph.onnx").read_bytes()
    assert needle not in graph
    assert module.head.weight.detach().numpy().tobytes() not in graph


def test_the_graph_names_no_file_of_this_machine(exported):
    graph = (exported[1] / "graph.onnx").read_bytes()
    assert b".py" not in graph and str(Path.home()).encode() not in graph
    assert len(graph) < 8000


def test_other_weights_give_other_outputs(exported, tmp_path):
    _, folder, _ = exported
    module = tiny()
    with torch.no_grad():
        module.head.bias += 1.0
    export_network(module, EXAMPLE, ("image", "offset"), ("maps", "scores"), CONFIG, tmp_path / "w")
    inputs = {"image": EXAMPLE[0].numpy(), "offset": EXAMPLE[1].numpy()}
    before, after = load_graph(folder)(**inputs), load_graph(tmp_path / "w")(**inputs)
    np.testing.assert_allclose(after["maps"], before["maps"] + 1.0, atol=1e-4)
    assert load_graph(folder).digest != load_graph(tmp_path / "w").digest


def test_a_graph_that_differs_is_not_written(monkeypatch, tmp_path):
    monkeypatch.setattr(onnx_graph, "largest_difference", lambda *_: 0.5)
    with pytest.raises(WeightsError, match=r"differ by 0\.5"):
        export_network(
            tiny(), EXAMPLE, ("image", "offset"), ("maps", "scores"), CONFIG, tmp_path / "w"
        )
    assert list(tmp_path.iterdir()) == []


def test_largest_difference_notices_a_changed_module(exported):
    _, folder, _ = exported
    other = tiny()
    with torch.no_grad():
        other.scores.bias += 0.1
    difference = onnx_graph.largest_difference(other, EXAMPLE, ("image", "offset"), folder)
    assert difference > 0.05


def test_weights_that_do_not_fit_are_refused():
    module = nn.Linear(2, 2)
    with torch.no_grad():
        module.weight[0, 0] = 1e6
    with pytest.raises(WeightsError, match="weight is not finite"):
        stored_weights(module)


def test_wrong_names_and_shapes_are_refused(exported):
    graph = load_graph(exported[1])
    image, offset = (tensor.numpy() for tensor in EXAMPLE)
    with pytest.raises(InputError, match=r"expected \['image', 'offset'\]"):
        graph(picture=image)
    with pytest.raises(InputError, match="input image has shape"):
        graph(image=image[:, :, :8], offset=offset)
