"""Properties of the torch flow module."""

import pytest
import torch

from gpvton.geometry import flow as core
from gpvton.networks.flow import (
    FlowConvention,
    compose,
    double,
    flow_from_offset,
    identity_flow,
    second_differences,
    warp,
)


def draw(*shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def test_zero_offset_is_the_identity_in_our_convention_only():
    picture, zero = draw(2, 1, 3, 9, 7), torch.zeros(2, 3, 2, 9, 7, dtype=torch.float64)
    ours = warp(picture, flow_from_offset(zero, FlowConvention.EDGES), padding="zeros")
    theirs = warp(picture, flow_from_offset(zero, FlowConvention.PUBLISHED), padding="zeros")
    assert torch.allclose(ours, picture.expand(-1, 3, -1, -1, -1))
    assert not torch.allclose(theirs, ours, atol=1e-2)


def test_one_convention_in_torch_and_in_numpy():
    ours = identity_flow(1, 1, 6, 5, like=torch.zeros(1))
    assert torch.allclose(ours[0, 0], torch.from_numpy(core.identity_flow(6, 5)))


@pytest.mark.parametrize("convention", list(FlowConvention))
def test_an_offset_of_one_pixel_is_a_step_of_one_coordinate(convention):
    offset = torch.zeros(1, 1, 2, 4, 5, dtype=torch.float64)
    moved = offset.clone()
    moved[:, :, 0] = 1
    flow, shifted = flow_from_offset(offset, convention), flow_from_offset(moved, convention)
    assert torch.allclose(shifted[..., 0, :, :-1], flow[..., 0, :, 1:])
    assert torch.equal(shifted[:, :, 1], flow[:, :, 1])


def test_composing_with_the_identity_changes_nothing():
    flow = draw(2, 3, 2, 8, 6)
    identity = identity_flow(2, 3, 8, 6, like=flow)
    assert torch.allclose(compose(flow, identity), flow)


def test_doubling_keeps_the_identity_inside():
    doubled = double(identity_flow(1, 1, 8, 6, like=draw(1)))
    exact = identity_flow(1, 1, 16, 12, like=draw(1))
    assert torch.allclose(doubled[..., 1:-1, 1:-1], exact[..., 1:-1, 1:-1])


def test_parts_are_warped_each_by_its_own_flow():
    pictures, flow = draw(2, 3, 4, 8, 6), draw(2, 3, 2, 5, 7) / 3
    whole = warp(pictures, flow, padding="border")
    for part in range(3):
        only = slice(part, part + 1)
        alone = warp(pictures[:, only], flow[:, only], padding="border")
        assert torch.equal(whole[:, only], alone)


def test_second_differences_of_an_affine_flow_vanish():
    rows, columns = torch.meshgrid(torch.arange(7.0), torch.arange(6.0), indexing="ij")
    flow = torch.stack([2 * columns - rows, rows + 0.5 * columns])[None, None].double()
    assert second_differences(flow).abs().max() < 1e-12
    assert second_differences(flow**2).abs().max() > 0.1
