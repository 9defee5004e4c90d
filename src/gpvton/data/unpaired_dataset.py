"""Rendered try-ons mixed with photos of worn garments, for training by both (ours)."""

import numpy as np
import torch
from torch import Tensor

from gpvton.data.warping_dataset import WarpingDataset
from gpvton.domain.errors import InputError


class MixedDataset:
    """Items of `rendered`, or, with probability `share`, of `unpaired`; by (seed, epoch, index).

    Every item says which it is: `unpaired` (), 1 or 0.  A photo's item has no true flow (`seen` is
    0), and is never told what is worn, which is the garment itself.
    """

    def __init__(self, rendered: WarpingDataset, unpaired: WarpingDataset, share: float) -> None:
        if not 0.0 < share <= 1.0:
            raise InputError(f"share {share} of photos, expected more than 0 and at most 1")
        self.rendered, self.unpaired, self.share = rendered, unpaired, share

    def __len__(self) -> int:
        return len(self.rendered)

    def item(self, seed: int, epoch: int, index: int) -> dict[str, Tensor]:
        """See `warping_dataset.example`."""
        rng = np.random.default_rng([seed, epoch, index, 1])
        if rng.random() >= self.share:
            return {**self.rendered.item(seed, epoch, index), "unpaired": torch.zeros(())}
        item = self.unpaired.item(seed, epoch, int(rng.integers(len(self.unpaired))))
        unknown = {name: torch.zeros_like(item[name]) for name in ("seen", "taught")}
        return {**item, **unknown, "unpaired": torch.ones(())}
