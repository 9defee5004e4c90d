"""A perceptual distance that needs no file: LPIPS's formula on EfficientNet-Lite0's maps."""

import numpy as np
import torch

from gpvton.domain.errors import InputError
from gpvton.evaluation.features import as_batch
from gpvton.evaluation.lpips import unit_vectors
from gpvton.losses.perceptual import EfficientNetFeatures


class EfficientNetDistance:
    """Mean over five stages of the squared distance of unit feature vectors, mean over places.

    Ours: no weights were fitted to people's judgements, so this is not LPIPS and not called so.
    """

    def __init__(self) -> None:
        self._features = EfficientNetFeatures()

    @torch.no_grad()
    def __call__(self, first: np.ndarray, second: np.ndarray) -> float:
        """Of two pictures of one size, uint8 (h, w, 3): 0 for equal ones."""
        if first.shape != second.shape:
            raise InputError(f"pictures of {first.shape} and {second.shape}: expected one size")
        maps = [self._features(as_batch(picture)) for picture in (first, second)]
        stages = [
            (unit_vectors(one) - unit_vectors(two)).square().sum(dim=1).mean()
            for one, two in zip(*maps, strict=True)
        ]
        return float(torch.stack(stages).mean())
