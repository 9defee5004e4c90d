import pytest
import torch

from gpvton.networks.efficientnet import EfficientNetLite0
from gpvton.networks.person_analyst import PersonAnalystNetwork


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return PersonAnalystNetwork(EfficientNetLite0()).eval()


def test_shapes(network):
    with torch.no_grad():
        maps = network(torch.zeros(2, 3, 96, 64))
    assert maps.parsing.shape == (2, 29, 48, 32)
    assert maps.silhouette.shape == (2, 1, 48, 32)
    assert maps.heat.shape == (2, 25, 24, 16)
    assert maps.missing.shape == (2, 25)
    assert maps.facing.shape == (2, 3)


def test_a_batch_of_three_equals_three_batches_of_one(network):
    image = torch.randn(3, 3, 64, 64)
    with torch.no_grad():
        together = network(image)
        alone = [network(image[i : i + 1]) for i in range(3)]
    for index, whole in enumerate(together):
        assert torch.allclose(whole, torch.cat([maps[index] for maps in alone]), atol=1e-4)


def test_weights_stay_within_ten_megabytes_of_halves(network):
    assert sum(parameter.numel() for parameter in network.parameters()) * 2 < 10e6
