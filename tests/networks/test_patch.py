"""A map known outside a box, and sums of pixels, against the whole computation."""

import pytest
import torch
from torch.nn import functional

from gpvton.networks.blocks import ResidualBlock, instance_norm
from gpvton.networks.flow import double, identity_flow, warp
from gpvton.networks.gather import can_gather, sum_doubled, warp_gathered, warp_written_out
from gpvton.networks.global_parsing import GlobalParsing
from gpvton.networks.heads import Head
from gpvton.networks.patch import Patch, box_of


def draw(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def patch(box: tuple[int, int, int, int], size: tuple[int, int]) -> tuple[Patch, torch.Tensor]:
    """A map that is constant but for a box, in both ways of saying so."""
    top, bottom, left, right = box
    whole = draw(2, 4, 1, 1, seed=1).expand(-1, -1, *size).clone()
    whole[..., top:bottom, left:right] = draw(2, 4, bottom - top, right - left, seed=2)
    inside = whole[..., top:bottom, left:right].clone()
    outside = draw(2, 4, 1, 1, seed=1)
    return Patch(inside=inside, outside=outside, box=box, size=size), whole


BOXES = [
    ((4, 9, 3, 6), (14, 11)),  # in the middle
    ((0, 5, 2, 11), (14, 11)),  # at three borders
    ((0, 14, 0, 11), (14, 11)),  # everywhere
    ((1, 2, 1, 2), (4, 3)),  # a picture smaller than the rings
]


@pytest.mark.parametrize(("box", "size"), BOXES)
def test_a_patch_is_the_whole_map(box, size):
    made, whole = patch(box, size)
    first, plain = made, whole
    for seed in (3, 4, 5):
        weight, bias = draw(4, 4, 3, 3, seed=seed), draw(4, seed=seed)
        made = made.normalised().rectified_().convolve(weight, bias)
        plain = functional.conv2d(instance_norm(plain).relu(), weight, bias, padding=1)
        assert torch.allclose(made.whole(), plain)
    assert torch.allclose(first.plus(made).whole(), whole + plain)


def test_the_box_is_of_what_is_not_zero():
    weight = torch.zeros(2, 3, 1, 8, 9)
    assert box_of(weight) == (0, 1, 0, 1)
    weight[0, 1, 0, 2, 5] = weight[1, 2, 0, 6, 1] = 0.1
    assert box_of(weight) == (2, 7, 1, 6)


@pytest.mark.parametrize("size", [(6, 5), (1, 1), (12, 10)])
def test_a_gathered_warp_is_the_sampled_one(size):
    picture = draw(2, 1, 5, *size)
    flow = identity_flow(2, 3, 7, 8, like=picture) + 0.4 * draw(2, 3, 2, 7, 8, seed=1)
    expected = warp(picture, flow, padding="border")
    assert torch.allclose(warp_gathered(picture, flow), expected)
    assert torch.allclose(warp_written_out(picture, flow), expected)


def test_sums_of_doubled_pictures_need_not_be_made():
    pictures = draw(2, 3, 5, 4, 6)
    flow = identity_flow(2, 3, 8, 9, like=pictures) + 0.4 * draw(2, 3, 2, 8, 9, seed=1)
    weight = draw(2, 3, 1, 8, 9, seed=2).clamp(min=0)
    expected = (warp(double(pictures), flow, padding="border") * weight).sum(dim=1)
    assert torch.allclose(sum_doubled(pictures, flow, weight), expected)


def test_gathering_is_for_inference_on_wide_maps():
    wide, narrow = torch.zeros(1, 1, 32, 4, 4), torch.zeros(1, 1, 2, 4, 4)
    assert not can_gather(wide)
    with torch.inference_mode():
        assert can_gather(wide) and not can_gather(narrow)
        assert not can_gather(wide.bfloat16())


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_parsing_in_the_box_is_parsing_everywhere(share):
    torch.manual_seed(0)
    channels = 16
    parsing = GlobalParsing(
        torch.nn.Conv2d(3 * channels, channels, 1),
        ResidualBlock(channels),
        Head(channels, channels, 7, parts=1, widths=(8, 8, 8)),
    ).double()
    garment, person = draw(2, 1, channels, 8, 6), draw(2, channels, 8, 6, seed=1)
    flow = identity_flow(2, 3, 16, 12, like=garment) + 0.1 * draw(2, 3, 2, 16, 12, seed=2)
    visible = torch.zeros(2, 3, 1, 16, 12, dtype=torch.float64)
    visible[..., : round(16 * share), 2 : 2 + round(10 * share)] = 0.7

    def logits() -> torch.Tensor:
        projected = parsing.project_garment(garment), parsing.project_person(person)
        return parsing(*projected, flow, visible)

    everywhere = logits()
    with torch.inference_mode():
        found = logits()
    assert torch.allclose(found, everywhere)


@pytest.mark.parametrize(("channels", "written_out"), [(8, True), (80, False)])
def test_an_exported_warp_is_written_out_unless_it_is_very_wide(channels, written_out):
    class Warp(torch.nn.Module):
        def forward(self, picture, flow):
            return warp(picture, flow, padding="border")

    picture, flow = draw(2, 1, channels, 6, 5), draw(2, 3, 2, 4, 7)
    exported = torch.export.export(Warp(), (picture, flow))
    sampling = [node for node in exported.graph.nodes if "grid_sampler" in str(node.target)]
    assert (not sampling) is written_out
    assert torch.allclose(exported.module()(picture, flow), Warp()(picture, flow))
