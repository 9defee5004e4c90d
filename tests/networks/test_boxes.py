"""The boxes against naive statements of what they compute, and properties, at small sizes."""

from dataclasses import replace

import pytest
import torch
from torch.nn import functional

from gpvton.domain.errors import InputError
from gpvton.networks.assembly import assemble
from gpvton.networks.blocks import CategoryNorm, instance_norm, leaky
from gpvton.networks.config import Conditioning, WarpingConfig
from gpvton.networks.cost_volume import cost_volume
from gpvton.networks.discriminator import DiscriminatorConfig, PatchDiscriminator
from gpvton.networks.doubling import double_then_convolve
from gpvton.networks.flow import identity_flow
from gpvton.networks.generator import GeneratorConfig, build_generator, inner_part
from gpvton.networks.heads import Head
from gpvton.networks.pyramid import FeaturePyramid
from gpvton.networks.values import GarmentInput, PersonInput
from gpvton.networks.warping import build_warping

SMALL = {"widths": (6, 8, 8), "pyramid_channels": 8, "head_widths": (8, 6, 4)}


def draw(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def inputs(batch: int, parts: int = 3) -> tuple[GarmentInput, PersonInput]:
    masks = (draw(batch, parts, 1, 32, 24, seed=1) > 0).double()
    garment = GarmentInput(
        image=draw(batch, 3, 32, 24, seed=2).tanh(),
        parsing=draw(batch, 1, 32, 24, seed=3).abs(),
        mask=masks.amax(dim=1),
        part_masks=masks,
    )
    preserved = (draw(batch, 1, 32, 24, seed=4) > 0.5).double()
    return garment, PersonInput(condition=draw(batch, 51, 32, 24, seed=5), preserve_mask=preserved)


def small(config: WarpingConfig) -> torch.nn.Module:
    torch.manual_seed(0)
    return build_warping(replace(config, **SMALL)).double()


@pytest.mark.parametrize("width", [3, 33, 70])
def test_cost_volume_is_the_naive_loop(width):
    garment, person = draw(2, 3, 5, 4, width), draw(2, 5, 4, width, seed=1)
    volume = cost_volume(garment, person, 2)
    for b, part, y, x in ((0, 0, 0, 0), (1, 2, 3, width - 1), (1, 1, 2, width // 2)):
        for index in range(25):
            row, column = y + index // 5 - 2, x + index % 5 - 2
            inside = 0 <= row < 4 and 0 <= column < width
            expected = torch.zeros((), dtype=torch.float64)
            if inside:
                expected = (garment[b, part, :, y, x] * person[b, :, row, column]).mean()
            assert torch.allclose(volume[b, part, index, y, x], expected)


@pytest.mark.parametrize("mode", ["nearest", "bilinear"])
@pytest.mark.parametrize("size", [(1, 2), (4, 3), (5, 7)])
def test_convolution_before_doubling_is_convolution_after(mode, size):
    x, weight = draw(2, 4, *size), draw(5, 4, 3, 3, seed=1)
    expected = functional.conv2d(
        functional.interpolate(x, scale_factor=2, mode=mode), weight, padding=1
    )
    assert torch.allclose(double_then_convolve(x, weight, mode), expected)


def test_pyramid_is_smooth_of_lateral_plus_doubled():
    module = FeaturePyramid((3, 4, 9), 8).double()
    features = [draw(2, 3, 16, 12), draw(2, 4, 8, 6), draw(2, 9, 4, 3)]
    expected: list[torch.Tensor] = []
    for level in (2, 1, 0):
        x = module.lateral[level](features[level])
        if expected:
            x = x + functional.interpolate(expected[0], scale_factor=2)
        expected.insert(0, module.smooth[level](x))
    for ours, theirs in zip(module(features), expected, strict=True):
        assert torch.allclose(ours, theirs)


@pytest.mark.parametrize("size", [(3, 2), (5, 4), (9, 12)])
def test_category_norm_is_spade_of_a_constant_map(size):
    norm = CategoryNorm(4, parts=3, hidden=6).double()
    for parameter in norm.parameters():
        torch.nn.init.normal_(parameter)
    x, category = draw(2, 3, 4, *size), torch.tensor([1 / 3, 1.0], dtype=torch.float64)
    found = norm(x, category)
    constant = category[:, None, None, None].expand(-1, 1, *size)
    for part in range(3):

        def convolve(module, picture, part=part):
            return functional.conv2d(picture, module.weight[part], module.bias[part], padding=1)

        hidden = functional.relu(convolve(norm.shared, constant))
        plain = functional.instance_norm(x[:, part])
        expected = plain * (1 + convolve(norm.gamma, hidden)) + convolve(norm.beta, hidden)
        assert torch.allclose(found[:, part], expected)


def test_instance_norm_is_per_picture_and_channel():
    x = draw(3, 4, 6, 5) * 7 + 3
    assert torch.allclose(instance_norm(x), functional.instance_norm(x))


def test_head_splits_its_first_convolution_exactly():
    head = Head(3, 2, 2, parts=3, widths=(8, 6, 4)).double()
    own, shared = draw(2, 3, 3, 6, 5), draw(2, 2, 6, 5, seed=1)
    found = head(own, head.project(shared))
    for part in range(3):
        x = torch.cat([own[:, part], shared], dim=1)
        for index, conv in enumerate(head.convs):
            x = leaky(x) if index else x
            x = functional.conv2d(x, conv.weight[part], conv.bias[part], padding=1)
        assert torch.allclose(found[:, part], x)


PRESETS = {
    "vitonhd": WarpingConfig.vitonhd(),
    "dresscode": WarpingConfig.dresscode(),
    "single_flow": WarpingConfig.single_flow(),
    "global_style": WarpingConfig.global_style(),
}


@pytest.mark.parametrize("name", PRESETS)
def test_every_form_batches_caches_and_learns(name):
    config = PRESETS[name]
    network = small(config)
    garment, person = inputs(2, config.parts)
    by_category = config.conditioning is Conditioning.CATEGORY
    category = torch.tensor([1 / 3, 1.0], dtype=torch.float64) if by_category else None
    both = network(garment, person, category, for_losses=True)
    assert both.flow.shape == (2, config.parts, 2, 32, 24)
    assert (both.logits is not None) == bool(config.parsing_classes)
    assert both.levels[0].losses.garment.shape == (2, 3, 32, 24)
    alone = network(
        GarmentInput(**{k: v[1:] for k, v in vars(garment).items()}),
        PersonInput(**{k: v if v is None else v[1:] for k, v in vars(person).items()}),
        None if category is None else category[1:],
    )
    assert torch.allclose(alone.flow, both.flow[1:], atol=1e-9)
    kept = network.warping(
        garment,
        person,
        network.garment_features(garment, category),
        network.person_features(person),
        category,
    )
    assert torch.equal(kept.flow, network(garment, person, category).flow)
    total = both.flow.square().sum()
    for level in both.levels:
        total = total + level.losses.garment.sum() + level.coarse_offset.square().sum()
        total = total + (0 if level.logits is None else level.logits.square().sum())
    total.backward()
    unused = [name for name, p in network.named_parameters() if p.grad is None]
    assert unused == []


def test_style_reaches_the_flow():
    network = small(WarpingConfig.global_style())
    garment, person = inputs(1, 1)
    before = network(garment, person).flow
    with torch.no_grad():
        network.style.person.bias += 3
    assert (network(garment, person).flow - before).abs().max() > 1e-3


def test_no_gradient_through_the_warp_that_matching_sees():
    network = small(WarpingConfig.vitonhd())
    garment, person = inputs(1)
    first = network.cascade.levels[0].local_flow
    maps = network.garment_features(garment).maps[0].detach()
    persons = network.person_features(person)
    shape = maps.shape[-2:]
    flow = identity_flow(1, 3, *shape, like=maps).requires_grad_()
    step = first(maps, persons.maps[0].detach(), persons.fine[0].detach(), flow)
    (gradient,) = torch.autograd.grad(step.coarse_offset.sum(), flow, allow_unused=True)
    assert gradient is None
    (gradient,) = torch.autograd.grad(
        first(maps, persons.maps[0].detach(), persons.fine[0].detach(), flow).flow.sum(), flow
    )
    assert gradient.abs().sum() > 0


def test_inputs_that_do_not_fit_are_refused():
    garment, person = inputs(1)
    with pytest.raises(InputError, match="not conditioned"):
        small(WarpingConfig.vitonhd())(garment, person, torch.ones(1))
    with pytest.raises(InputError, match="is conditioned"):
        small(WarpingConfig.dresscode())(garment, person)
    cut = replace(garment, image=garment.image[..., :20])
    with pytest.raises(InputError, match="multiples of 8"):
        small(WarpingConfig.vitonhd())(cut, person)
    network = small(WarpingConfig.vitonhd())
    with pytest.raises(InputError, match="for_losses"):
        network.warping(
            garment,
            person,
            network.garment_features(garment),
            network.person_features(person),
            for_losses=True,
        )
    with pytest.raises(InputError, match="three parts"):
        WarpingConfig(parts=1)


def test_assembled_parts_add_up_to_the_garment():
    garment = draw(2, 3, 8, 6).tanh()
    masks = torch.zeros(2, 3, 1, 8, 6, dtype=torch.float64)
    masks[:, 0, :, :, :2] = masks[:, 1, :, :, 2:4] = masks[:, 2, :, :, 4:] = 1
    logits = torch.cat([torch.zeros(2, 1, 8, 6).double(), masks[:, :, 0] * 2], dim=1)
    flow = identity_flow(2, 3, 8, 6, like=garment)
    free = torch.zeros(2, 1, 8, 6, dtype=torch.float64)
    free[..., :3, :] = 1
    preserved = 1 - free
    whole = assemble(
        garment[:, None] * masks,
        masks,
        flow,
        logits,
        preserved,
        part_classes=(1, 2, 3),
        body_classes=(4, 5, 6),
    )
    assert torch.allclose(whole.garment, garment * free)
    labels = masks[:, 0] + 2 * masks[:, 1] + 3 * masks[:, 2]
    assert torch.allclose(whole.parsing, labels * free)


def test_generator_blends_only_where_the_garment_is():
    torch.manual_seed(0)
    network = build_generator(GeneratorConfig(in_channels=5, widths=(4, 6, 8))).double().eval()
    garment, mask = draw(2, 3, 16, 8).tanh(), (draw(2, 1, 16, 8) > 0).double()
    rendered = network(draw(2, 5, 16, 8), garment, mask)
    assert torch.equal(rendered.blend[mask == 0], torch.zeros_like(rendered.blend[mask == 0]))
    outside = (mask == 0).expand(-1, 3, -1, -1)
    assert torch.equal(rendered.image[outside], rendered.rendering[outside])
    assert rendered.image.abs().max() <= 1


def compact_case(
    batch: int = 1,
) -> tuple[GeneratorConfig, torch.Tensor, torch.Tensor, torch.Tensor]:
    config = GeneratorConfig.compact(widths=(6, 8, 8))
    given = draw(batch, config.in_channels, 32, 24)
    mask = torch.zeros(batch, 1, 32, 24, dtype=torch.float64)
    mask[:, :, 6:26, 4:20] = 1
    garment = draw(batch, 3, 32, 24, seed=1).tanh() * mask
    return config, given, garment, mask


def trained(config: GeneratorConfig, seed: int = 0):
    """A compact network whose last layer is no longer zero."""
    torch.manual_seed(seed)
    network = build_generator(config).double().eval()
    torch.nn.init.normal_(network.unet.up.weight, std=0.05)
    return network


def test_the_compact_generator_begins_at_its_base_and_keeps_the_garment():
    config, given, garment, mask = compact_case()
    network = build_generator(config).double().eval()
    made = network(given, garment, mask)
    assert config.base is not None
    assert torch.equal(made.rendering, given[:, config.base : config.base + 3])
    assert torch.equal(made.shading, torch.ones_like(mask))
    inside = inner_part(mask, config.rim).expand(-1, 3, -1, -1) > 0
    assert torch.allclose(made.image[inside], garment[inside])


def test_the_compact_generator_only_scales_the_garment_inside_its_rim():
    config, given, garment, mask = compact_case()
    made = trained(config)(given, garment, mask)
    inside = (inner_part(mask, config.rim) > 0).expand(-1, 3, -1, -1)
    light = (made.image + 1) / (garment + 1)
    assert torch.allclose(light[inside], made.shading.expand(-1, 3, -1, -1)[inside])
    assert (made.shading - 1).abs().max() > 1e-3
    steps = made.shading.log().diff(dim=-1).abs().max()
    assert steps < 1 / 8  # a full swing takes a cell of eight pixels


def test_the_compact_generator_does_not_know_its_batch():
    config, given, garment, mask = compact_case(batch=3)
    network = trained(config)
    whole = network(given, garment, mask).image
    single = torch.cat(
        [network(given[i : i + 1], garment[i : i + 1], mask[i : i + 1]).image for i in range(3)]
    )
    assert torch.allclose(whole, single)


def test_the_compact_generator_is_as_small_as_it_must_be():
    network = build_generator(GeneratorConfig.compact())
    assert sum(parameter.numel() for parameter in network.parameters()) < 6e6
    with pytest.raises(InputError, match="base"):
        GeneratorConfig(in_channels=5, base=3)


@pytest.mark.parametrize(
    ("config", "judged"),
    [(DiscriminatorConfig.of_parsing(), 7), (DiscriminatorConfig.of_rendering(), 3)],
)
def test_discriminators_score_patches(config, judged):
    torch.manual_seed(0)
    network = PatchDiscriminator(replace(config, widths=(4, 6, 8)))
    conditions = draw(1, config.in_channels - judged, 32, 24).float()
    scores = network(conditions, draw(1, judged, 32, 24).float())
    assert scores.shape[:2] == (1, 1) and scores.shape[-1] > 1
    normed = any("parametrizations" in name for name in network.state_dict())
    assert normed == config.spectral
