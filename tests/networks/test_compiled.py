"""The warping network compiles as one graph."""

import subprocess
import sys

import pytest

# In a process of its own: the type checks that tests put around the boxes cannot be compiled.
SCRIPT = """
from dataclasses import replace
import torch
from gpvton.networks.config import WarpingConfig
from gpvton.networks.values import GarmentInput, PersonInput
from gpvton.networks.warping import build_warping

torch.manual_seed(0)
small = {"widths": (4, 4), "pyramid_channels": 4, "head_widths": (4, 4, 4)}
network = build_warping(replace(WarpingConfig.dresscode(), **small)).double().eval()
masks = torch.ones(1, 3, 1, 16, 12).double()
image, parsing = torch.randn(1, 3, 16, 12).double(), torch.rand(1, 1, 16, 12).double()
garment = GarmentInput(image=image, parsing=parsing, mask=masks[:, 0], part_masks=masks)
condition = torch.randn(1, 51, 16, 12).double()
person = PersonInput(condition=condition, preserve_mask=1 - masks[:, 0])
category = torch.ones(1).double()
compiled = torch.compile(network, fullgraph=True, backend="eager")
with torch.inference_mode():
    plain, fast = network(garment, person, category), compiled(garment, person, category)
assert torch.allclose(plain.flow, fast.flow, atol=1e-6)
assert torch.allclose(plain.logits, fast.logits, atol=1e-6)
"""


@pytest.mark.slow
def test_no_graph_breaks():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
