"""The warping network compiles as one graph."""

from dataclasses import replace

import pytest
import torch

from gpvton.networks.config import WarpingConfig
from gpvton.networks.values import GarmentInput, PersonInput
from gpvton.networks.warping import build_warping


@pytest.mark.slow
def test_no_graph_breaks():
    torch.manual_seed(0)
    config = replace(
        WarpingConfig.dresscode(), widths=(4, 4), pyramid_channels=4, head_widths=(4, 4, 4)
    )
    network = build_warping(config).double().eval()
    masks = torch.ones(1, 3, 1, 16, 12, dtype=torch.float64)
    garment = GarmentInput(
        image=torch.randn(1, 3, 16, 12).double(),
        parsing=torch.rand(1, 1, 16, 12).double(),
        mask=masks[:, 0],
        part_masks=masks,
    )
    person = PersonInput(
        condition=torch.randn(1, 51, 16, 12).double(), preserve_mask=1 - masks[:, 0]
    )
    category = torch.ones(1, dtype=torch.float64)
    compiled = torch.compile(network, fullgraph=True, backend="eager")
    with torch.inference_mode():
        plain, fast = network(garment, person, category), compiled(garment, person, category)
    assert torch.allclose(plain.flow, fast.flow) and torch.allclose(plain.logits, fast.logits)
