"""Warped garments on disk, and the published generator's training items made of them.

The generator learns on what the warping network lays, so that is computed once for every pair.
"""

from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from gpvton.conditions.published import (
    ParsingClasses,
    generator_condition,
    published_preserve_mask,
)
from gpvton.data.published_pairs import PublishedPairs
from gpvton.data.sources.source import Pair
from gpvton.domain.errors import InputError
from gpvton.domain.writing import write_bytes


def warp_path(folder: Path, pair: Pair) -> Path:
    """Where a pair's warped garment is kept."""
    return folder / f"{pair.name}.png"


def write_warp(path: Path, garment: np.ndarray, parsing: np.ndarray) -> None:
    """Assembled garment, float32 (3, h, w) in [-1, 1], and parsing, uint8 (h, w), as one PNG."""
    colour = np.rint((garment.transpose(1, 2, 0) + 1) * 127.5).clip(0, 255).astype(np.uint8)
    stored = np.dstack([colour[:, :, ::-1], parsing.astype(np.uint8)])
    write_bytes(path, cv2.imencode(".png", stored)[1].tobytes())


def read_warp(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """What `write_warp` wrote.  Raises InputError."""
    stored = cv2.imread(str(path), cv2.IMREAD_UNCHANGED) if path.is_file() else None
    if stored is None or stored.ndim != 3 or stored.shape[2] != 4:
        raise InputError(f"{path} is no warped garment; delete it and repeat the command")
    colour = stored[:, :, 2::-1].transpose(2, 0, 1).astype(np.float32) / 127.5 - 1
    return colour, np.asarray(stored[:, :, 3])


class PublishedGeneratorDataset:
    """`IndexedDataset`: inputs (36, h, w), target (3, h, w), the photo, both in [-1, 1].

    folder: of warped garments, one for every pair.
    Deviation: the blend's mask is the predicted one, as in use; the authors train the VITON-HD
    generator with the true mask.
    """

    def __init__(self, pairs: PublishedPairs, classes: ParsingClasses, folder: Path) -> None:
        self.pairs, self.classes, self.folder = pairs, classes, folder

    def __len__(self) -> int:
        return len(self.pairs)

    def item(self, seed: int, epoch: int, index: int) -> dict[str, Tensor]:
        """Nothing is drawn at random."""
        loaded = self.pairs[index]
        garment, parsing = read_warp(warp_path(self.folder, loaded.pair))
        if parsing.shape != loaded.picture.shape[:2]:
            raise InputError(
                f"{self.folder} was made at {parsing.shape}, not {loaded.picture.shape[:2]}: use "
                "the same --size, or another output folder"
            )
        category, person = loaded.pair.category, loaded.person
        kept = published_preserve_mask(person, category, for_generator=True)
        worn = np.isin(parsing, self.classes.parts[category]) & ~kept
        inputs = generator_condition(
            loaded.picture, person, kept, garment * ~kept, worn, parsing, self.classes
        )
        target = loaded.picture.transpose(2, 0, 1).astype(np.float32) / 127.5 - 1
        return {"inputs": torch.from_numpy(inputs), "target": torch.from_numpy(target)}
