"""The warping network's graph computes what the torch module computes."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from gpvton.export.published import export_warping
from gpvton.networks.config import WarpingConfig
from gpvton.networks.values import GarmentInput, PersonInput
from gpvton.networks.warping import build_warping
from gpvton.runtime.onnx import load_graph
from gpvton.weights.published_names import PublishedForm


@pytest.mark.slow
def test_warping_graph(tmp_path):
    torch.manual_seed(0)
    config = replace(
        WarpingConfig.dresscode(), widths=(4, 4), pyramid_channels=4, head_widths=(4, 4, 4)
    )
    network = build_warping(config).eval()
    form = PublishedForm.WARPING_DRESSCODE
    report = export_warping(network, form, tmp_path, (16, 12), half=False)
    assert report.difference < 1e-3
    graph = load_graph(report.folder, network="published_warping")
    rng = np.random.default_rng(0)
    inputs = {
        "garment": rng.uniform(-1, 1, (1, 3, 16, 12)),
        "garment_parsing": rng.uniform(size=(1, 1, 16, 12)),
        "part_masks": rng.uniform(size=(1, 3, 16, 12)) > 0.5,
        "person_condition": rng.uniform(-1, 1, (1, 51, 16, 12)),
        "preserve_mask": rng.uniform(size=(1, 1, 16, 12)) > 0.5,
        "category": np.full((1, 1), 2 / 3),
    }
    arrays = {name: value.astype(np.float32) for name, value in inputs.items()}
    found = graph(**arrays)
    tensors = {name: torch.from_numpy(value) for name, value in arrays.items()}
    with torch.inference_mode():
        expected = network(
            GarmentInput(
                image=tensors["garment"],
                parsing=tensors["garment_parsing"],
                mask=tensors["garment_parsing"],
                part_masks=tensors["part_masks"][:, :, None],
            ),
            PersonInput(
                condition=tensors["person_condition"], preserve_mask=tensors["preserve_mask"]
            ),
            tensors["category"][:, 0],
        )
    assert np.allclose(found["flow"], expected.flow, atol=1e-4)
    assert np.allclose(found["logits"], expected.logits, atol=1e-3)
