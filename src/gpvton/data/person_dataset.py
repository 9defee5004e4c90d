"""Training examples of the person analyst: cached photos, cut, changed and pasted at random."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
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
from gpvton.data.facing_labels import UNKNOWN_FACING, facing_labels, rendered_facing
from gpvton.data.person_labels import IGNORE
from gpvton.data.person_samples import (
    PersonSample,
    person_names,
    person_sample,
    pose_files,
)
from gpvton.data.pose_points import UNKNOWN
from gpvton.data.rendered_people import GROUP as RENDERED
from gpvton.data.rendered_people import rendered_people
from gpvton.domain.keypoints import KEYPOINT_INDEX, KEYPOINT_MIRROR
from gpvton.domain.labels import PERSON_MIRROR

PAD = 127
"""Grey level around a photo, in training and in the analyst."""

_MIRROR_TABLE = np.arange(256, dtype=np.uint8)
_MIRROR_TABLE[: len(PERSON_MIRROR)] = PERSON_MIRROR

SAME_POINTS = (
    "nose",
    "left_eye",
    "right_eye",
    *(f"{side}_{joint}" for side in ("left", "right") for joint in ("elbow", "wrist")),
)
"""Key points that are the same place in rendered people and in the pose files.

The renderer's knees lie an eighth of the thigh higher, its shoulders 5 % of the torso lower, its
hips 4 % higher and farther out, its ankles 5 % lower.
"""
_OTHER_POINTS = [index for name, index in KEYPOINT_INDEX.items() if name not in SAME_POINTS]


@dataclass(frozen=True, kw_only=True)
class CachedPerson:
    """A sample made small.

    box: x0, y0, x1, y1 of the person; alpha uint8 (h, w) or None; facing: see `facing_label`.
    """

    name: str
    image: np.ndarray
    parsing: np.ndarray
    keypoints: np.ndarray
    box: tuple[float, float, float, float]
    alpha: np.ndarray | None
    facing: int = UNKNOWN_FACING


def person_box(sample: PersonSample) -> tuple[float, float, float, float]:
    """x0, y0, x1, y1 around what is labelled as person, or around the key points."""
    person = (sample.parsing != 0) & (sample.parsing != IGNORE)
    if sample.person is not None:
        person = sample.person
    if person.any():
        rows, columns = np.nonzero(person.any(1))[0], np.nonzero(person.any(0))[0]
        return float(columns[0]), float(rows[0]), float(columns[-1]), float(rows[-1])
    points = sample.keypoints[sample.keypoints[:, 2] > 0, :2]
    if len(points) < 2:
        return 0.0, 0.0, sample.image.shape[1] - 1.0, sample.image.shape[0] - 1.0
    (x0, y0), (x1, y1) = points.min(0), points.max(0)
    high = y1 - y0
    return x0 - 0.1 * high, y0 - 0.1 * high, x1 + 0.1 * high, y1 + 0.03 * high


def shrink(sample: PersonSample, height: int) -> CachedPerson:
    """The sample with its person about `height` pixels high (never enlarged)."""
    x0, y0, x1, y1 = person_box(sample)
    scale = min(1.0, height / max(y1 - y0, 1.0))
    size = (
        max(round(sample.image.shape[1] * scale), 1),
        max(round(sample.image.shape[0] * scale), 1),
    )
    factor = np.array([size[0] / sample.image.shape[1], size[1] / sample.image.shape[0], 1.0])
    keypoints = sample.keypoints * factor
    keypoints[:, :2] += (factor[:2] - 1) / 2  # pixel centres
    keypoints[sample.keypoints[:, 2] == 0] = 0
    alpha = None
    if sample.person is not None:
        alpha = cv2.erode(sample.person.astype(np.uint8), np.ones((3, 3), np.uint8)) * 255
    elif sample.name.startswith("street/"):
        alpha = ((sample.parsing != 0) * 255).astype(np.uint8)
    if alpha is not None:
        alpha = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA)
    x0, x1 = x0 * factor[0], x1 * factor[0]
    y0, y1 = y0 * factor[1], y1 * factor[1]
    return CachedPerson(
        name=sample.name,
        image=cv2.resize(sample.image, size, interpolation=cv2.INTER_AREA),
        parsing=cv2.resize(sample.parsing, size, interpolation=cv2.INTER_NEAREST),
        keypoints=keypoints.astype(np.float32),
        box=(float(x0), float(y0), float(x1), float(y1)),
        alpha=alpha,
    )


def load_people(
    root: Path, split: str, height: int, cache: Path, report: Callable[[str], None]
) -> list[CachedPerson]:
    """All samples of a split, made small, in memory; kept in the file `cache` (npz) as well."""
    if cache.is_file():
        people = _read_cache(cache)
    else:
        people = _read_people(root, split, height, report)
        _write_cache(cache, people)
    facing = facing_labels(root)
    return [replace(person, facing=facing[person.name]) for person in people]


def _read_people(
    root: Path, split: str, height: int, report: Callable[[str], None]
) -> list[CachedPerson]:
    """The samples of a split from their files, made small; as many at once as there are cores."""
    poses = pose_files(root)

    def read(name: str) -> CachedPerson:
        return shrink(person_sample(root, name, poses), height)

    people = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for person in pool.map(read, person_names(root, split)):
            people.append(person)
            if len(people) % 500 == 0:
                report(f"{len(people)} photos read")
    return people


def load_rendered(root: Path, height: int) -> list[CachedPerson]:
    """Rendered people, made small, in memory; of their key points those that can be seen and mean
    what the pose files mean (`SAME_POINTS`), the others unknown.
    """
    people = []
    for sample in rendered_people(root, hidden=UNKNOWN):
        facing = rendered_facing(np.abs(sample.keypoints))
        sample.keypoints[_OTHER_POINTS, 2] = UNKNOWN
        people.append(replace(shrink(sample, height), facing=facing))
    return people


def _write_cache(path: Path, people: Sequence[CachedPerson]) -> None:
    arrays: dict[str, np.ndarray] = {"names": np.array([person.name for person in people])}
    for index, person in enumerate(people):
        arrays |= {
            f"image{index}": person.image,
            f"parsing{index}": person.parsing,
            f"keypoints{index}": person.keypoints,
            f"box{index}": np.array(person.box),
        }
        if person.alpha is not None:
            arrays[f"alpha{index}"] = person.alpha
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".part")
    with temporary.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
    temporary.replace(path)


def _read_cache(path: Path) -> list[CachedPerson]:
    with np.load(path) as arrays:
        return [
            CachedPerson(
                name=str(name),
                image=arrays[f"image{index}"],
                parsing=arrays[f"parsing{index}"],
                keypoints=arrays[f"keypoints{index}"],
                box=tuple(arrays[f"box{index}"].tolist()),
                alpha=arrays.get(f"alpha{index}"),
            )
            for index, name in enumerate(arrays["names"])
        ]


def load_backgrounds(root: Path, count: int, seed: int = 0) -> list[np.ndarray]:
    """Pictures without people (`garments/*.jpg`) that serve as backgrounds."""
    files = sorted((root / "garments").rglob("*.jpg"))
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(files))[:count]
    pictures = []
    for index in chosen:
        pixels = cv2.imread(str(files[index]))
        if pixels is not None:
            pictures.append(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB))
    return pictures


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
