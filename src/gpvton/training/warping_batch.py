"""The warping network on a batch of examples, for training, judging and looking."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from gpvton.conditions.warping import PRESERVE_CHANNEL
from gpvton.networks.values import GarmentInput, PersonInput, Warping
from gpvton.networks.warping_inputs import warping_inputs


def batch_inputs(batch: Mapping[str, Tensor]) -> tuple[GarmentInput, PersonInput]:
    """What the network takes, of a batch of `data.warping_dataset.example`."""
    return warping_inputs(
        batch["garment"], batch["parts"], batch["condition"], batch["start"], PRESERVE_CHANNEL
    )


def run_network(network: nn.Module, batch: Mapping[str, Tensor], *, half: bool = False) -> Warping:
    """The network on a batch; half: in bfloat16."""
    with torch.autocast(batch["garment"].device.type, torch.bfloat16, enabled=half):
        return network(*batch_inputs(batch))


def on_device_of(network: nn.Module, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The batch where the network is."""
    device = next(network.parameters()).device
    return {name: value.to(device) for name, value in batch.items()}
