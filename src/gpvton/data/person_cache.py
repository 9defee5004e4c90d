"""Person samples made small and kept in memory, and in a file for the next run."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from gpvton.data.facing_labels import UNKNOWN_FACING, facing_labels, rendered_facing
from gpvton.data.person_labels import IGNORE
from gpvton.data.person_samples import PersonSample, person_names, person_sample, pose_files
from gpvton.data.pose_points import UNKNOWN
from gpvton.data.rendered_people import rendered_people
from gpvton.domain.keypoints import KEYPOINT_INDEX

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
