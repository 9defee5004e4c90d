"""Training examples of the person analyst: cached photos, cut, changed and pasted at random."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from gpvton.data.augment import (
    change_colours,
    crop_matrix,
    degrade,
    paste,
    random_background,
    warp,
)
from gpvton.data.facing_labels import UNKNOWN_FACING
from gpvton.data.person_cache import CachedPerson
from gpvton.data.pose_points import UNKNOWN
from gpvton.data.rendered_people import GROUP as RENDERED
from gpvton.domain.keypoints import KEYPOINT_MIRROR
from gpvton.domain.labels import PERSON_MIRROR

PAD = 127
"""Grey level around a photo, in training and in the analyst."""

_MIRROR_TABLE = np.arange(256, dtype=np.uint8)
_MIRROR_TABLE[: len(PERSON_MIRROR)] = PERSON_MIRROR


class PersonDataset:
    """Items for the training loop; see `PersonLoss` for the batch's names.

    size: (h, w) of the image.  empty: share of pictures without a person.
    """

    def __init__(
        self,
        people: Sequence[CachedPerson],
        backgrounds: Sequence[np.ndarray],
        size: tuple[int, int],
        empty: float = 0.03,
    ):
        self.size, self.backgrounds, self.empty = size, backgrounds, empty
        street = [p for p in people if p.name.startswith("street/")]
        studio = [p for p in people if p.name.startswith("studio/")]
        rest = [p for p in people if p.name.startswith("street_unlabelled/")]
        rendered = [p for p in people if p.name.startswith(f"{RENDERED}/")]
        # pixel labels are worth most: each labelled street photo comes twice
        self.people = [*street, *street, *studio, *rendered, *rest[::2]]
        self.alternate = rest[1::2]

    def __len__(self) -> int:
        return len(self.people)

    def item(self, seed: int, epoch: int, index: int) -> dict[str, Tensor]:
        """One example, the same for the same numbers."""
        rng = np.random.default_rng((seed, epoch, index))
        if self.backgrounds and rng.random() < self.empty:
            return self._empty(rng)
        person = self.people[index]
        if person.name.startswith("street_unlabelled/") and epoch % 2 and self.alternate:
            person = self.alternate[index % len(self.alternate)]
        return self.cut(person, rng)

    def _background(self, rng: np.random.Generator) -> np.ndarray:
        picture = self.backgrounds[int(rng.integers(len(self.backgrounds)))]
        return random_background(picture, self.size, rng)

    def _empty(self, rng: np.random.Generator) -> dict[str, Tensor]:
        height, width = self.size
        parsing = np.zeros((height // 2, width // 2), np.uint8)
        return _tensors(self._background(rng), parsing, np.zeros((25, 3), np.float32))

    def cut(self, person: CachedPerson, rng: np.random.Generator) -> dict[str, Tensor]:
        """A random cut-out of one person, with its labels."""
        height, width = self.size
        mirror = bool(rng.random() < 0.5)
        box = random_box(person.box, width / height, rng)
        angle = float(np.clip(rng.normal(0, 7), -20, 20)) if rng.random() < 0.6 else 0.0
        matrix = crop_matrix(box, self.size, angle, mirror)
        image = warp(person.image, matrix, self.size, PAD)
        half = crop_matrix(box, (height // 2, width // 2), angle, mirror)
        parsing = warp(person.parsing, half, (height // 2, width // 2), 0, nearest=True)
        high = max(person.box[3] - person.box[1], 1.0)
        # a wide view of a street photo is mostly padding: there a pasted ground is worth more
        share = 0.12 if box[3] < 1.4 * high else 0.5
        share = 0.6 if person.name.startswith(("studio/", RENDERED)) else share
        if person.alpha is not None and self.backgrounds and rng.random() < share:
            alpha = warp(person.alpha, matrix, self.size, 0).astype(np.float32) / 255
            image = paste(image, alpha, self._background(rng))
        image = degrade(change_colours(image, rng), rng)
        if mirror:
            parsing = _MIRROR_TABLE[parsing]
        points = move_points(person.keypoints, matrix, self.size, mirror)
        return _tensors(image, parsing, points, person.facing)


def random_box(
    box: tuple[float, float, float, float], aspect: float, rng: np.random.Generator
) -> tuple[float, float, float, float]:
    """Centre x, y, width, height of a random crop: framed, a part of the body, or wide."""
    x0, y0, x1, y1 = box
    wide, high = max(x1 - x0, 1.0), max(y1 - y0, 1.0)
    kind = rng.random()
    centre_x, centre_y = (x0 + x1) / 2, (y0 + y1) / 2
    if kind < 0.3 and high > 1.2 * wide:
        height = high * rng.uniform(0.35, 0.8)
        centre_y = rng.uniform(y0 + 0.38 * height, y1 - 0.38 * height)
        centre_x += rng.normal(0, 0.1) * wide
    elif kind < 0.8:
        height = max(high, wide / aspect) * rng.uniform(0.95, 1.3)
        centre_x += rng.normal(0, 0.05) * height * aspect
        centre_y += rng.normal(0, 0.04) * height
    else:
        height = max(high, wide / aspect) * rng.uniform(1.3, 2.3)
        centre_x += rng.uniform(-0.22, 0.22) * height * aspect
        centre_y += rng.uniform(-0.2, 0.2) * height
    return centre_x, centre_y, height * aspect, height


def move_points(
    points: np.ndarray, matrix: np.ndarray, size: tuple[int, int], mirror: bool
) -> np.ndarray:
    """Key points through an affine map; those that leave the crop become missing."""
    moved = points.copy()
    moved[:, :2] = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    x, y = moved[:, 0], moved[:, 1]
    outside = (x < 0) | (y < 0) | (x > size[1] - 1) | (y > size[0] - 1)
    known = points[:, 2] != UNKNOWN
    moved[(outside & known) | (points[:, 2] == 0)] = 0
    return moved[list(KEYPOINT_MIRROR)] if mirror else moved


def _tensors(
    image: np.ndarray, parsing: np.ndarray, points: np.ndarray, facing: int = UNKNOWN_FACING
) -> dict[str, Tensor]:
    cells = points.copy()
    cells[:, :2] = (points[:, :2] + 0.5) / 4 - 0.5
    return {
        "image": torch.from_numpy(image).permute(2, 0, 1).float() / 127.5 - 1.0,
        "parsing": torch.from_numpy(parsing),
        "keypoints": torch.from_numpy(cells.astype(np.float32)),
        "facing": torch.tensor(facing),
    }
