"""LPIPS, its backbones, Inception: right shapes and formula; the weights are not ours to ship."""

import numpy as np
import pytest
import torch

from gpvton.domain.errors import InputError, WeightsError
from gpvton.evaluation.backbones import CHANNELS, Backbone
from gpvton.evaluation.inception import Inception
from gpvton.evaluation.lpips import Lpips, linear_weights
from gpvton.evaluation.weight_files import KNOWN_FILES, file_digest, read_known

RNG = np.random.default_rng(5)
PARAMETERS = {"alex": 2_469_696, "vgg": 14_714_688, "squeeze": 722_496}
"""Of torchvision's networks, without their classifiers."""


def parameters(module):
    return sum(parameter.numel() for parameter in module.parameters())


@pytest.mark.parametrize("kind", CHANNELS)
def test_backbones_have_the_published_size_and_maps(kind):
    backbone = Backbone(kind).eval()
    assert parameters(backbone) == PARAMETERS[kind]
    with torch.no_grad():
        maps = backbone(torch.zeros(1, 3, 64, 64))
    assert tuple(entry.shape[1] for entry in maps) == CHANNELS[kind]
    assert tuple(weight.shape[1] for weight in linear_weights(kind)) == CHANNELS[kind]


def test_inception_has_the_published_size():
    """torchvision's Inception v3 without classifier and auxiliary head."""
    assert parameters(Inception()) == 21_785_568


def make(kind="alex"):
    torch.manual_seed(0)
    return Lpips(kind, Backbone(kind), linear_weights(kind), "")


def test_lpips_is_its_formula():
    first, second = (RNG.integers(0, 256, (48, 40, 3)).astype(np.uint8) for _ in range(2))
    network = make()
    mean, deviation = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    maps = []
    for picture in (first, second):
        standard = (picture / 255 - mean) / deviation
        with torch.no_grad():
            maps.append(
                network.backbone(torch.from_numpy(standard.transpose(2, 0, 1)[None]).float())
            )
    expected = 0.0
    for one, two, weight in zip(*maps, network.linear, strict=True):
        one, two = one[0].double().numpy(), two[0].double().numpy()
        one, two = (m / np.linalg.norm(m, axis=0, keepdims=True).clip(1e-10) for m in (one, two))
        expected += np.tensordot(weight[0, :, 0, 0].numpy(), (one - two) ** 2, 1).mean()
    assert expected > 1e-3
    assert network(first, second) == pytest.approx(expected, rel=1e-4)
    assert network(first, second) == network(second, first)
    assert network(first, first) == 0.0
    assert network(first, second, (32, 32)) != network(first, second)
    with pytest.raises(InputError):
        network(first, second[1:])


def test_only_the_published_file_is_taken(tmp_path):
    path = tmp_path / KNOWN_FILES["alex"].name
    with pytest.raises(WeightsError, match="no file"):
        read_known("alex", path)
    torch.save(Backbone("alex").state_dict(), path)
    with pytest.raises(WeightsError, match="SHA-256"):
        Lpips.from_file("alex", path)
    with pytest.raises(InputError, match="one of alex"):
        Lpips.from_file("resnet", path)


def test_a_file_with_the_right_digest_is_loaded(tmp_path, monkeypatch):
    path = tmp_path / "squeeze.pth"
    torch.save(Backbone("squeeze").state_dict() | {"classifier.1.bias": torch.zeros(1)}, path)
    prefix = file_digest(path)[:8]
    known = type(KNOWN_FILES["squeeze"])(name=path.name, prefix=prefix, what="a test's")
    monkeypatch.setitem(KNOWN_FILES, "squeeze", known)
    assert Lpips.from_file("squeeze", path).digest.startswith(prefix)
    monkeypatch.setitem(KNOWN_FILES, "vgg", known)
    with pytest.raises(WeightsError, match="another network"):
        Lpips.from_file("vgg", path)
