"""The published warping network in mixed precision (bfloat16 products, float32 weights)."""

from dataclasses import replace

import torch

from gpvton.networks.config import WarpingConfig
from gpvton.networks.values import GarmentInput, PersonInput
from gpvton.networks.warping import build_warping


def test_mixed_precision_stays_near_float32():
    torch.manual_seed(0)
    small = {"widths": (16, 16), "pyramid_channels": 16, "head_widths": (16, 16, 16)}
    network = build_warping(replace(WarpingConfig.vitonhd(), **small)).eval()
    masks = (torch.rand(1, 3, 1, 32, 24) > 0.5).float()
    garment = GarmentInput(
        image=torch.rand(1, 3, 32, 24) * 2 - 1,
        parsing=torch.rand(1, 1, 32, 24),
        mask=masks.amax(dim=1),
        part_masks=masks,
    )
    preserved = (torch.rand(1, 1, 32, 24) > 0.5).float()
    person = PersonInput(condition=torch.rand(1, 51, 32, 24) * 2 - 1, preserve_mask=preserved)
    with torch.inference_mode():
        exact = network(garment, person)
        with torch.autocast("cpu", torch.bfloat16):
            mixed = network(garment, person)
    assert not torch.equal(exact.flow, mixed.flow)  # it was another precision
    assert (exact.flow - mixed.flow).abs().max() < 0.02
    assert exact.logits is not None and mixed.logits is not None
    assert (exact.logits - mixed.logits).abs().mean() < 0.05
