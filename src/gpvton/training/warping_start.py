"""Weights to begin fine-tuning with."""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

from gpvton.domain.errors import WeightsError
from gpvton.weights.folder import open_folder


def load_start(network: nn.Module, source: Path) -> None:
    """Fill the network from a file that training wrote (`warping.pt`), or from a weights folder.

    Raises WeightsError when there is none or it is of another network.
    """
    if source.is_dir():
        stored = load_file(open_folder(source, "warping").weights)
        weights = {k.removeprefix("warping."): v.float() for k, v in stored.items()}
    elif source.is_file():
        weights = torch.load(source, map_location="cpu", weights_only=True)["weights"]
    else:
        raise WeightsError(f"no weights at {source}; give a weights folder or OUT/warping.pt")
    try:
        network.load_state_dict(weights, strict=True)
    except RuntimeError as error:
        raise WeightsError(
            f"the weights in {source} are of another network than the recipe's: choose the recipe "
            "that they were trained with"
        ) from error
