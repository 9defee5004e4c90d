"""The published warping network as its description stands, step by step, on our weights.

What the optimised boxes are measured against: everything is computed (also what feeds only
losses), parts one after the other, inputs joined before every convolution, one product per
displacement in the cost volume, contiguous memory.  VITON-HD form (no category).
"""

import torch
from torch import Tensor
from torch.nn import functional

from gpvton.networks.cascade import CascadeLevel
from gpvton.networks.flow import flow_from_offset
from gpvton.networks.heads import Head
from gpvton.networks.pyramid import Encoder, FeaturePyramid
from gpvton.networks.values import GarmentInput, PersonInput
from gpvton.networks.warping import WarpingNetwork


def warp_straightforwardly(
    network: WarpingNetwork, garment: GarmentInput, person: PersonInput
) -> dict[str, list[Tensor]]:
    """Every level's outputs, coarsest first; flows (b, part, 2, h, w)."""
    seen = torch.cat([garment.image, garment.parsing], dim=1)
    garments = pyramid(network.garment_pyramid, encode(network.garment_encoder, seen))
    persons = pyramid(network.person_pyramid, encode(network.person_encoder, person.condition))
    outputs: dict[str, list[Tensor]] = {"flow": [], "logits": [], "losses": []}
    flows: list[Tensor] | None = None
    for level in reversed(range(len(garments))):
        module = network.cascade.levels[level]
        flows = step(module, garments[level], persons[level], flows, garment, person, outputs)
    return outputs


def encode(encoder: Encoder, x: Tensor) -> list[Tensor]:
    """Features, finest first."""
    levels = []
    for down, blocks in zip(encoder.downs, encoder.blocks, strict=True):
        x = down.conv(functional.relu(functional.instance_norm(x)))
        for block in blocks:
            x = residual(block, x)
        levels.append(x)
    return levels


def residual(block: torch.nn.Module, x: Tensor) -> Tensor:
    """Instance norm, ReLU, convolution, twice; plus the input."""
    y = block.convs[0](functional.relu(functional.instance_norm(x)))
    return x + block.convs[1](functional.relu(functional.instance_norm(y)))


def pyramid(module: FeaturePyramid, features: list[Tensor]) -> list[Tensor]:
    """Maps, finest first."""
    maps: list[Tensor] = []
    for level in reversed(range(len(features))):
        x = module.lateral[level](features[level])
        if maps:
            x = x + functional.interpolate(maps[0], scale_factor=2, mode="nearest")
        maps.insert(0, module.smooth[level](x))
    return maps


def apply_head(head: Head, part: int, *inputs: Tensor) -> Tensor:
    """One part's head on its inputs, joined."""
    x = torch.cat(inputs, dim=1)
    for index, conv in enumerate(head.convs):
        x = functional.leaky_relu(x, 0.1) if index else x
        x = functional.conv2d(x, conv.weight[part], conv.bias[part], padding=1)
    return x


def cost_volume(garment: Tensor, person: Tensor, radius: int) -> Tensor:
    """One displaced product after the other."""
    height, width = person.shape[-2:]
    padded = functional.pad(person, [radius] * 4)
    volume = [
        (garment * padded[:, :, dy : dy + height, dx : dx + width]).mean(dim=1)
        for dy in range(2 * radius + 1)
        for dx in range(2 * radius + 1)
    ]
    return torch.stack(volume, dim=1)


def sample(x: Tensor, flow: Tensor, padding: str) -> Tensor:
    """x sampled at the flow (b, 2, h, w)."""
    grid = flow.permute(0, 2, 3, 1)
    return functional.grid_sample(x, grid, padding_mode=padding, align_corners=False)


def resized(x: Tensor, like: Tensor) -> Tensor:
    """Bilinear, to the height and width of `like`."""
    return functional.interpolate(x, size=like.shape[-2:], mode="bilinear", align_corners=False)


def doubled(x: Tensor) -> Tensor:
    """Bilinear, twice the size."""
    return functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


def step(
    module: CascadeLevel,
    garment_map: Tensor,
    person_map: Tensor,
    flows: list[Tensor] | None,
    garment: GarmentInput,
    person: PersonInput,
    outputs: dict[str, list[Tensor]],
) -> list[Tensor]:
    """Steps 1 to 8 of a level; the flows of its parts, up-sampled."""
    local, parts = module.local_flow, range(3)
    current, coarse_warped = [], []
    for part in parts:
        before = None if flows is None else flows[part]
        seen = garment_map if before is None else sample(garment_map, before, "border")
        matching = functional.leaky_relu(cost_volume(seen, person_map, local.radius), 0.1)
        flow = displace(before, apply_head(local.coarse, part, matching), local.convention)
        warped = sample(garment_map, flow, "border")
        offset = apply_head(local.fine, part, warped, person_map)
        current.append(displace(flow, offset, local.convention))
        coarse_warped.append(warped)
    scores = apply_head(module.fusion.head, 0, *coarse_warped, person_map)
    attention = torch.softmax(torch.tanh(scores), dim=1)
    fused = sum(attention[:, part : part + 1] * current[part] for part in parts)
    flows = [doubled(flow) for flow in current]
    fused, attention = doubled(fused), doubled(attention)
    preserved = resized(person.preserve_mask, fused)
    worn = sample(resized(garment.image, fused), fused, "zeros")
    worn_mask = sample(resized(garment.mask, fused), fused, "zeros")
    outputs["losses"] += [attention, worn, worn_mask]
    large = doubled(garment_map)
    shown = []
    for part in parts:
        picture = resized(garment.image * garment.part_masks[:, part], fused)
        mask = sample(resized(garment.part_masks[:, part], fused), flows[part], "zeros")
        outputs["losses"].append(sample(picture, flows[part], "zeros"))
        shown.append(sample(large, flows[part], "border") * mask * (1 - preserved))
    merged = residual(module.parsing.block, module.parsing.fusion(torch.cat(shown, dim=1)))
    logits = apply_head(module.parsing.head, 0, merged, doubled(person_map))
    outputs["flow"].append(torch.stack(flows, dim=1))
    outputs["logits"].append(torch.tanh(logits))
    return flows


def displace(flow: Tensor | None, offset: Tensor, convention: object) -> Tensor:
    """The flow sampled at each pixel displaced by its offset."""
    coordinates = flow_from_offset(offset[:, None], convention)[:, 0]
    return coordinates if flow is None else sample(flow, coordinates, "border")
