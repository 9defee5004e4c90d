"""The published losses, against their formulas and on scenes where the answer is plain."""

from types import SimpleNamespace

import pytest
import torch

from gpvton.losses.perceptual import Perceptual
from gpvton.losses.published_generator import PublishedGeneratorLoss, PublishedGeneratorLossConfig
from gpvton.losses.published_warping import (
    PublishedWarpingLoss,
    PublishedWarpingLossConfig,
    charbonnier_smoothness,
    parsing_cross_entropy,
    total_variation,
)
from gpvton.networks.flow import identity_flow
from gpvton.networks.values import Level, LevelLosses, Warping

H, W = 8, 6


def batch(ratio: float = 1.0):
    """A garment of one part, worn in the upper half; what is below is preserved."""
    worn = torch.zeros(1, 3, 1, H, W)
    worn[:, 1, :, : H // 2] = 1
    kept = torch.zeros(1, 1, H, W)
    kept[:, :, H // 2 :] = 1
    part_masks = torch.zeros(1, 3, 1, H, W)
    part_masks[:, 1] = 1
    return {
        "picture": torch.full((1, 3, H, W), 0.5),
        "worn": worn,
        "preserve": kept,
        "front": torch.zeros(1, 1, H, W),
        "others": torch.zeros(1, 3, 1, H, W),
        "beside": torch.zeros(1, 1, H, W),
        "part_masks": part_masks,
        "classes": (2 * worn[:, 1, 0]).long(),
        "ratio": torch.tensor([ratio]),
    }


def warping(masks, pictures, levels: int = 2) -> Warping:
    flow = identity_flow(1, 3, H, W, like=masks)
    attention = torch.zeros(1, 3, 1, H, W)
    attention[:, 1] = 1
    losses = LevelLosses(
        fused_flow=flow[:, :1],
        attention=attention,
        parts=pictures,
        part_masks=masks,
        garment=pictures.sum(1),
        garment_mask=masks.sum(1),
    )
    offset = torch.zeros(1, 3, 2, H // 2, W // 2)
    level = Level(
        coarse_offset=offset,
        fine_offset=offset,
        flow=flow,
        logits=torch.zeros(1, 7, H, W),
        losses=losses,
    )
    return Warping(levels=(level,) * levels)


def loss(truncates: bool, **changes):
    weights = {"part_perceptual": 0.0} | changes
    return PublishedWarpingLoss(
        PublishedWarpingLossConfig(**weights),
        perceptual=None,
        truncate=lambda given: torch.full_like(given["ratio"], truncates, dtype=torch.bool),
    )


@pytest.mark.parametrize("truncates", [True, False])
def test_what_hangs_over_the_preserved_part_counts_unless_truncated(truncates):
    """The garment is laid over everything; it shows only above."""
    masks = torch.zeros(1, 3, 1, H, W)
    masks[:, 1] = 1
    masks.requires_grad_()
    terms = loss(truncates)(warping(masks, 0.5 * masks), batch())
    expected = 0.0 if truncates else 0.5
    # 3 parts x mean over the parts = the middle part alone; levels weigh 2 + 1
    assert terms["part_mask"].item() == pytest.approx(3 * expected)
    assert terms["garment_mask"].item() == pytest.approx(3 * expected)
    (terms["part"] + terms["part_mask"]).backward()
    assert (masks.grad[:, :, :, H // 2 :].abs().sum() == 0) == truncates


def test_the_total_is_the_weighted_sum():
    masks = torch.rand(1, 3, 1, H, W)
    config = PublishedWarpingLossConfig(part_perceptual=0.0)
    terms = loss(False)(warping(masks, 0.3 * masks.expand(-1, -1, 3, -1, -1)), batch())
    names = set(terms) - {"total", "truncated"}
    total = sum(getattr(config, name) * float(terms[name]) for name in names)
    assert float(terms["total"]) == pytest.approx(total, rel=1e-5)


def test_smoothness_variation_and_cross_entropy_are_their_formulas():
    flow = torch.randn(2, 3, 2, 5, 4, dtype=torch.float64)
    f = flow[:, :, :, 1:-1, 1:-1]
    d = [flow[..., 1:-1, :-2] + flow[..., 1:-1, 2:], flow[..., :-2, 1:-1] + flow[..., 2:, 1:-1]]
    d += [flow[..., :-2, :-2] + flow[..., 2:, 2:], flow[..., :-2, 2:] + flow[..., 2:, :-2]]
    means = torch.stack([((x - 2 * f) ** 2 + 1e-6) ** 0.45 for x in d]).mean(dim=(0, 3, 4, 5))
    present = torch.tensor([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0]], dtype=torch.float64)
    expected = (means * present * torch.tensor([1.0, 40.0, 1.0])).mean()
    assert float(charbonnier_smoothness(flow, present, 40.0)) == pytest.approx(float(expected))
    ramp = torch.arange(4.0).expand(1, 1, 2, 5, 4)
    assert float(total_variation(ramp)) == pytest.approx(1.0)
    logits, classes = torch.randn(1, 3, 2, 2), torch.tensor([[[0, 1], [2, 1]]])
    weights = (1.0, 4.0, 2.0)
    log = torch.log_softmax(logits, 1)[0]
    pairs = [(0, 0, 0), (1, 0, 1), (2, 1, 0), (1, 1, 1)]
    found = sum(-weights[k] * float(log[k, y, x]) for k, y, x in pairs) / 11
    assert float(parsing_cross_entropy(logits, classes, weights)) == pytest.approx(found, rel=1e-5)


def test_the_generator_is_judged_by_result_rendering_and_blend():
    target = torch.rand(2, 3, 4, 4)
    made = SimpleNamespace(image=target + 0.1, rendering=target - 0.2, blend=0.25 + 0 * target)
    judge = PublishedGeneratorLoss(
        PublishedGeneratorLossConfig(), lambda found, true: (found - true).abs().max()
    )
    terms = judge(made, {"target": target})
    assert float(terms["total"]) == pytest.approx(
        5 * 0.1 + 5 * 0.2 + 5 * 0.75 + 0.1 + 0.2, rel=1e-5
    )


def test_a_perceptual_distance_of_a_plain_network_is_relative():
    net = torch.nn.Module()
    net.forward = lambda x: [2 * x]  # type: ignore[method-assign]
    found, true = torch.full((1, 3, 4, 4), 0.5), torch.ones(1, 3, 4, 4)
    assert float(Perceptual(net, (1.0,))(found, true)) == pytest.approx(0.5)
