import pytest
import torch

from gpvton.domain.errors import InputError
from gpvton.networks.efficientnet import EfficientNetLite0
from gpvton.networks.garment_analyst import GarmentAnalystNetwork


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return GarmentAnalystNetwork(EfficientNetLite0()).eval()


def test_every_answer_has_its_shape(network):
    with torch.inference_mode():
        maps = network(torch.zeros(2, 3, 64, 96))
    assert maps.parsing.shape == (2, 9, 32, 48) and maps.mask.shape == (2, 1, 32, 48)
    assert maps.category.shape == (2, 3) and maps.type.shape == (2, 16)
    assert maps.worn.shape == maps.present.shape == (2, 1)


def test_a_batch_gives_what_its_pictures_give_alone(network):
    pictures = torch.rand(3, 3, 64, 64) * 2 - 1
    with torch.inference_mode():
        together = network(pictures)
        alone = [network(picture[None]) for picture in pictures]
    for name in together._fields:
        expected = torch.cat([getattr(maps, name) for maps in alone])
        torch.testing.assert_close(getattr(together, name), expected, atol=1e-4, rtol=1e-4)


def test_sizes_must_suit_the_backbone(network):
    with pytest.raises(InputError, match="multiples of 32"):
        network(torch.zeros(1, 3, 50, 64))
