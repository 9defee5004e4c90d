import numpy as np
import torch

from gpvton.conditions.generation import BASE, CHANNELS
from gpvton.export.generator import export_generator, load_generator
from gpvton.losses.generator import render
from gpvton.networks.generator import build_generator
from gpvton.runtime.onnx import load_graph
from gpvton.training.generator import plain, tiny


def test_the_graph_says_what_the_network_says(tmp_path):
    config = tiny(tmp_path / "shards", tmp_path / "out")
    torch.manual_seed(0)
    network = build_generator(config.network)
    torch.nn.init.normal_(network.unet.up.weight, std=0.05)
    path = tmp_path / "generator.pt"
    torch.save({"weights": network.state_dict(), "config": plain(config)}, path)
    report = export_generator(path, tmp_path / "generator")
    assert report.difference < 1e-3
    graph = load_graph(report.folder, network="generator")
    assert graph.config.input_size == (64, 48)
    inputs = np.random.default_rng(0).uniform(-1, 1, (1, CHANNELS, 64, 48)).astype(np.float32)
    found = graph(inputs=inputs)
    loaded, _ = load_generator(path)
    with torch.no_grad():
        made = render(loaded, torch.from_numpy(inputs))
    correction = made.rendering.numpy() - inputs[:, BASE : BASE + 3]
    assert np.abs(found["correction"] - correction).max() < 5e-3
    assert np.abs(found["shading"] - made.shading.numpy()).max() < 5e-3
    assert found["blend"].shape == (1, 1, 64, 48)
