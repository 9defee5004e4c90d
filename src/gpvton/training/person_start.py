"""Weights of a person analyst to begin with: what a run wrote, or a weights folder."""

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from gpvton.analysis.person import EMBEDDED
from gpvton.domain.errors import InputError, WeightsError
from gpvton.networks.person_analyst import PersonAnalystNetwork, from_before_facing
from gpvton.weights.folder import open_folder

SHIPPED = EMBEDDED
"""The folder of the weights that the package ships."""


def check_start(source: Path) -> None:
    """Raises InputError when there is neither a file nor a folder."""
    if not source.exists():
        raise InputError(
            f"{source} is missing; give the file that an earlier run wrote, or a weights folder"
        )


def load_person_start(network: PersonAnalystNetwork, source: Path) -> dict[str, Any]:
    """Fill the network from `person_analyst.pt`, or from a weights folder (float16), and return
    the config of the run that they come from.

    Weights of before the facing head leave it as it is.  Raises InputError when there are none,
    WeightsError for another network's.
    """
    check_start(source)
    if source.is_dir():
        opened = open_folder(source, "person_analyst")
        weights = {name: value.float() for name, value in load_file(opened.weights).items()}
        recipe = opened.config.notes.get("recipe", {})
    else:
        saved = torch.load(source, map_location="cpu", weights_only=True)
        weights, recipe = saved["weights"], saved["config"]
    try:
        network.load_state_dict(from_before_facing(network, weights), strict=True)
    except RuntimeError as error:
        raise WeightsError(f"the weights in {source} are not a person analyst's") from error
    return dict(recipe)
