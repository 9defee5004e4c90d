from dataclasses import replace

import pytest
import torch

from gpvton.conditions.generation import BASE, CHANNELS, CLASSES, GARMENT
from gpvton.domain.labels import WornClass
from gpvton.losses.generator import (
    GeneratorLoss,
    GeneratorLossConfig,
    blend_loss,
    fooling_loss,
    judging_loss,
    masked_l1,
    pasted,
    render,
)
from gpvton.losses.perceptual import perceptual_distance
from gpvton.networks.generator import GeneratorConfig, build_generator


def batch(count: int = 2) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn((count, CHANNELS, 32, 24), generator=generator)
    mask = torch.zeros(count, 1, 32, 24)
    mask[:, :, 8:24, 6:18] = 1
    inputs[:, GARMENT + 3 : GARMENT + 4] = mask
    inputs[:, GARMENT : GARMENT + 3] = inputs[:, GARMENT : GARMENT + 3].tanh() * mask
    inputs[:, CLASSES:BASE] = 0
    inputs[:, CLASSES + WornClass.REST] = 1
    unknown = torch.zeros(count, 1, 32, 24)
    unknown[:, :, 4:28, 4:20] = 1
    target = torch.randn((count, 3, 32, 24), generator=generator).tanh()
    return {"inputs": inputs, "target": target, "unknown": unknown}


def network(**changes):
    torch.manual_seed(0)
    return build_generator(replace(GeneratorConfig.compact(widths=(6, 8)), **changes)).eval()


def test_masked_l1_is_the_mean_over_what_counts():
    found, expected = torch.randn(2, 3, 4, 5), torch.randn(2, 3, 4, 5)
    mask = (torch.rand(2, 1, 4, 5) > 0.5).float()
    values = [
        abs(float(found[b, c, y, x] - expected[b, c, y, x]))
        for b in range(2)
        for c in range(3)
        for y in range(4)
        for x in range(5)
        if mask[b, 0, y, x]
    ]
    assert float(masked_l1(found, expected, mask)) == pytest.approx(sum(values) / len(values))
    assert float(masked_l1(found, expected, torch.zeros_like(mask))) == 0


def test_giving_up_half_of_the_garment_costs_one_half():
    mask = (torch.rand(1, 1, 8, 8) > 0.3).float()
    assert float(blend_loss(mask, mask)) == 0
    assert float(blend_loss(0.5 * mask, mask)) == pytest.approx(0.5)


def test_least_squares():
    one = torch.ones(1, 1, 3, 3)
    assert float(fooling_loss(one)) == 0 and float(fooling_loss(-one)) == 4
    assert float(judging_loss(one, 0 * one)) == 0 and float(judging_loss(0 * one, one)) == 1


def test_the_perceptual_distance_is_zero_for_equals_and_free_of_scale():
    maps = [torch.randn(1, 4, 8, 8), torch.randn(1, 6, 4, 4)]
    moved = [m + 0.1 * torch.randn_like(m) for m in maps]
    assert float(perceptual_distance(maps, maps, (1, 1))) == 0
    once = perceptual_distance(moved, maps, (1, 1))
    twice = perceptual_distance([2 * m for m in moved], [2 * m for m in maps], (1, 1))
    assert float(once) == pytest.approx(float(twice))


def test_what_is_known_does_not_count():
    net, given = network(), batch()
    loss = GeneratorLoss(GeneratorLossConfig(), None)
    changed = dict(given)
    changed["target"] = torch.where(given["unknown"] > 0, given["target"], 0.3)
    with torch.no_grad():
        made = render(net, given["inputs"])
        assert loss.terms(net, made, given)["total"] == loss.terms(net, made, changed)["total"]
    assert torch.equal(pasted(made.image, given["target"], 0 * given["unknown"]), given["target"])


def test_body_pixels_count_more():
    net, given = network(), batch()
    given["inputs"][:, CLASSES:BASE, :, :12] = 0
    given["inputs"][:, CLASSES + WornClass.LEFT_ARM, :, :12] = 1
    given["target"][..., :12] = given["inputs"][:, BASE : BASE + 3, :, :12] + 1
    given["target"][..., 12:] = given["inputs"][:, BASE : BASE + 3, :, 12:]
    with torch.no_grad():
        made = render(net, given["inputs"])
        plain, more = (
            GeneratorLoss(GeneratorLossConfig(body=body), None).terms(net, made, given)
            for body in (1.0, 4.0)
        )
    assert float(plain["rendering_l1"]) == pytest.approx(0.5, abs=0.01)
    assert float(more["rendering_l1"]) == pytest.approx(0.8, abs=0.01)


def test_every_term_reaches_the_weights():
    net, given = network().train(), batch()
    loss = GeneratorLoss(
        GeneratorLossConfig(layers=(1.0, 1.0)), lambda x: [x, torch.nn.functional.avg_pool2d(x, 2)]
    )
    terms = loss.terms(net, render(net, given["inputs"]), given)
    for name in ("result_l1", "rendering_l1", "perceptual", "perceptual_rendering"):
        (gradient,) = torch.autograd.grad(terms[name], [net.unet.up.weight], retain_graph=True)
        assert gradient.abs().max() > 0, name
