"""The garment analyst's training set: item(seed, epoch, index) -> tensors.

Ours: an item depends on its three numbers only, so a resumed run sees what it would have seen.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gpvton.data.garment_augment import (
    drawn_ground,
    ground_patch,
    mirror_sample,
    paste_on,
    random_colours,
    random_matrix,
    warp_sample,
)
from gpvton.data.garment_labels import collar_outlines
from gpvton.data.garment_samples import GarmentFolder, GarmentSample

_PACKSHOT_REPEATS = 6


class GarmentDataset:
    """Examples for the loop; packshots and photos with outlined collars come several times.

    root, labels: as in `GarmentFolder`.  size: (h, w) of the network's input.  outlined: how
    often an epoch shows a photo with outlined collars.
    """

    def __init__(
        self,
        root: Path | str,
        labels: Path | str | None,
        size: tuple[int, int],
        names: Sequence[str] | None = None,
        outlined: int = 8,
    ):
        self.folder = GarmentFolder(root, labels)
        self.size = size
        chosen = self.folder.names("train") if names is None else names
        self.names = [n for n in chosen for _ in range(_repeats(n, outlined))]
        self.photos = [n for n in self.names if n.startswith("garments/")]

    def __len__(self) -> int:
        return len(self.names)

    def item(self, seed: int, epoch: int, index: int) -> dict[str, Tensor]:
        """image float (3, h, w) in [-1, 1]; labels uint8 (h/2, w/2); answers long (4,): category,
        type, worn, present, -1 unknown."""
        rng = np.random.default_rng((seed, epoch, index))
        sample = self.folder.sample(self.names[index])
        paste = sample.exact and rng.random() < (0.75 if "packshots" in sample.name else 0.3)
        if not paste and rng.random() < 0.02:
            sample = self._nothing(rng)
        if rng.random() < 0.5:
            sample = mirror_sample(sample)
        matrix = random_matrix(rng, sample, self.size)
        image, labels = warp_sample(sample, matrix, self.size, rng)
        if paste:
            image, labels = paste_on(image, labels, self._ground(rng), rng)
        return tensors(random_colours(rng, image), labels[::2, ::2], sample)

    def _ground(self, rng: np.random.Generator) -> np.ndarray:
        if rng.random() < 0.5:
            for _ in range(3):
                other = self.folder.sample(self.photos[rng.integers(len(self.photos))])
                patch = ground_patch(rng, other, self.size)
                if patch is not None:
                    return patch
        return drawn_ground(rng, self.size)

    def _nothing(self, rng: np.random.Generator) -> GarmentSample:
        """A ground with nothing on it."""
        image = self._ground(rng)
        return GarmentSample(
            name="ground", image=image, labels=np.zeros(self.size, np.uint8), present=0
        )


def _repeats(name: str, outlined: int) -> int:
    group, _, stem = name.partition("/")
    if group == "packshots":
        return _PACKSHOT_REPEATS
    return outlined if group == "garments" and stem in collar_outlines() else 1


def tensors(image: np.ndarray, labels: np.ndarray, sample: GarmentSample) -> dict[str, Tensor]:
    """An example as the loss takes it."""
    pixels = torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1))).float()
    answers = (sample.category, sample.type, sample.worn, sample.present)
    return {
        "image": pixels / 127.5 - 1.0,
        "labels": torch.from_numpy(np.ascontiguousarray(labels)),
        "answers": torch.tensor(answers),
    }
