import pytest
import torch

from gpvton.networks.decoder import PyramidDecoder


def test_maps_keep_the_sizes_and_get_the_widths():
    decoder = PyramidDecoder((3, 5, 7), (4, 6, 6)).eval()
    features = [torch.randn(2, c, 32 // s, 48 // s) for c, s in ((3, 1), (5, 2), (7, 4))]
    maps = decoder(features)
    assert [tuple(m.shape) for m in maps] == [(2, 4, 32, 48), (2, 6, 16, 24), (2, 6, 8, 12)]


def test_the_coarsest_map_reaches_the_finest_one():
    decoder = PyramidDecoder((3, 5), (4, 4)).train()
    fine, coarse = torch.randn(2, 3, 16, 16), torch.randn(2, 5, 8, 8, requires_grad=True)
    decoder([fine, coarse])[0].square().sum().backward()
    assert coarse.grad is not None and coarse.grad.abs().sum() > 0


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="widths"):
        PyramidDecoder((3, 5), (4,))
