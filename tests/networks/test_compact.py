import json
from dataclasses import asdict

import pytest
import torch

from gpvton.domain.errors import InputError
from gpvton.networks.config import WarpingConfig
from gpvton.networks.flow import resize
from gpvton.networks.warping import build_warping
from gpvton.networks.warping_inputs import EXTRA_CHANNELS, RefiningNetwork, warping_inputs

CHANNELS = 7


def tensors(batch, seed=0):
    draw = torch.Generator().manual_seed(seed)
    parts = torch.zeros(batch, 3, 32, 24)
    parts[:, 0, 4:20, 2:8] = parts[:, 1, 4:28, 8:16] = parts[:, 2, 4:20, 16:22] = 1
    start = torch.rand(batch, 3, 2, 16, 12, generator=draw) - 0.5
    return (
        torch.randn(batch, 3, 32, 24, generator=draw).clamp(-1, 1) * parts.amax(1, keepdim=True),
        parts,
        torch.rand(batch, CHANNELS, 32, 24, generator=draw),
        start,
    )


def network():
    torch.manual_seed(0)
    return build_warping(WarpingConfig.tiny(person_channels=CHANNELS + EXTRA_CHANNELS))


def test_an_untrained_network_returns_the_flow_it_starts_from():
    inputs = tensors(2)
    flow, classes = RefiningNetwork(network(), 3)(*inputs)
    coarsest = resize(inputs[3], 4, 3)
    assert torch.allclose(flow, resize_up(coarsest), atol=1e-5)
    assert classes.shape == (2, 10, 32, 24)
    assert torch.allclose(classes.sum(1), torch.ones(2, 32, 24), atol=1e-5)


def resize_up(flow):
    for factor in (2, 4, 8):
        flow = resize(flow, 4 * factor, 3 * factor)
    return flow


def test_a_batch_of_one_equals_a_batch_of_two():
    module = RefiningNetwork(network(), 3)
    for parameter in module.parameters():
        torch.nn.init.normal_(parameter, std=0.05)
    inputs = tensors(2)
    both = module(*inputs)
    second = module(*(x[1:] for x in inputs))
    for whole, single in zip(both, second, strict=True):
        assert torch.allclose(whole[1:], single, atol=1e-5)


def test_every_weight_of_the_cascade_learns():
    module = network()
    warping = module(*warping_inputs(*tensors(1), 3))
    (warping.flow.square().mean() + warping.logits.square().mean()).backward()
    dead = [n for n, p in module.named_parameters() if p.grad is None]
    assert not dead


def test_the_start_is_demanded_and_refused():
    garment, person = warping_inputs(*tensors(1), 3)
    without = type(person)(condition=person.condition, preserve_mask=person.preserve_mask)
    with pytest.raises(InputError, match="start"):
        network()(garment, without)
    plain = build_warping(
        WarpingConfig(
            person_channels=CHANNELS + EXTRA_CHANNELS,
            widths=(4, 4, 4),
            pyramid_channels=4,
            head_widths=(4, 4, 4),
        )
    )
    with pytest.raises(InputError, match="start"):
        plain(garment, person)


def test_a_configuration_from_json_is_the_same():
    config = WarpingConfig.tiny(person_channels=CHANNELS)
    plain = json.loads(json.dumps(asdict(config)))
    for name in ("widths", "head_widths"):
        plain[name] = tuple(plain[name])
    read = WarpingConfig(**plain)
    assert read == config
    assert read.convention is config.convention and read.conditioning is config.conditioning
