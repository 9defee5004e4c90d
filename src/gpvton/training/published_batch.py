"""The published warping network on a batch, for training, judging and looking."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from gpvton.networks.config import Conditioning
from gpvton.networks.values import GarmentInput, PersonInput, Warping
from gpvton.networks.warping import WarpingNetwork


def run_published(
    network: nn.Module,
    batch: Mapping[str, Tensor],
    *,
    half: bool = False,
    for_losses: bool = False,
) -> Warping:
    """The network on a batch of `data.published_dataset.warping_example`; half: in bfloat16."""
    garment = GarmentInput(
        image=batch["garment"],
        parsing=batch["garment_parsing"],
        mask=batch["part_masks"].amax(dim=1),
        part_masks=batch["part_masks"],
    )
    person = PersonInput(condition=batch["condition"], preserve_mask=batch["preserve"])
    assert isinstance(network, WarpingNetwork)
    conditioned = network.config.conditioning is Conditioning.CATEGORY
    category = batch["category"] if conditioned else None
    with torch.autocast(batch["garment"].device.type, torch.bfloat16, enabled=half):
        return network(garment, person, category, for_losses=for_losses)
