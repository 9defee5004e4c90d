"""The person photos of a data folder with their labels: street, street_unlabelled and studio.

Layout of the folder: `street/{photos,labels,keypoints.json,label_names.json}`,
`street_unlabelled/{photos,keypoints.json}`,
`studio/{photos,garment_masks,person_masks,keypoints.json}`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from gpvton.data.person_labels import IGNORE, street_parsing
from gpvton.data.pose_points import body25, pose_array
from gpvton.data.studio_labels import studio_keypoints, studio_parsing
from gpvton.domain.errors import InputError

GROUPS = ("street", "street_unlabelled", "studio")
PoseFile = tuple[list[str], dict[str, list[list[float]]]]
"""Names of the points, and file name -> rows of x, y, z, visibility."""


@dataclass(frozen=True, kw_only=True)
class PersonSample:
    """A photo with what is known about the person in it.

    name: `street/0010`, `studio/mh03-blue_main`.  image: uint8 (h, w, 3) RGB.
    parsing: uint8 (h, w), `PersonLabel`, or IGNORE (255), or PERSON (254).
    keypoints: float32 (25, 3); confidence 1 present, 0 missing, -1 unknown.
    garment, person: bool (h, w), the studio garment mask and silhouette, or None.
    """

    name: str
    image: np.ndarray
    parsing: np.ndarray
    keypoints: np.ndarray
    garment: np.ndarray | None = None
    person: np.ndarray | None = None


def is_validation(name: str) -> bool:
    """Street numbers divisible by 10; studio designs whose number ends in 3 or 8."""
    group, _, stem = name.partition("/")
    if group == "studio":
        design = stem.split("-")[0]
        return design[-1] in "38"
    return int(stem) % 10 == 0


def _read(path: Path, flags: int = cv2.IMREAD_COLOR) -> np.ndarray:
    data = np.fromfile(path, np.uint8)
    pixels = cv2.imdecode(data, flags)
    if pixels is None:
        raise InputError(f"{path}: not a picture that OpenCV reads; fetch the data again")
    return pixels


def pose_files(root: Path) -> dict[str, PoseFile]:
    """Every group's pose file."""
    return {group: _pose_file(root / group) for group in GROUPS}


def _pose_file(folder: Path) -> PoseFile:
    path = folder / "keypoints.json"
    if not path.is_file():
        raise InputError(f"{path} is missing: name the folder that holds street/ and studio/")
    content = json.loads(path.read_text())
    return content["names"], content["points"]


def person_names(root: Path, split: str = "all") -> list[str]:
    """Names of the samples; split: all, train or validation."""
    names = []
    for group in GROUPS:
        _, points = _pose_file(root / group)
        for file in sorted(points):
            name = f"{group}/{Path(file).stem}"
            held_out = is_validation(name) and group != "street_unlabelled"
            if split == "all" or held_out == (split == "validation"):
                names.append(name)
    return names


def person_samples(root: Path | str, split: str = "all", limit: int = 0) -> Iterator[PersonSample]:
    """The samples, one after another; limit > 0 spreads that many over each group."""
    root = Path(root)
    names, poses = person_names(root, split), pose_files(root)
    for group in GROUPS:
        chosen = [name for name in names if name.startswith(group + "/")]
        if limit and len(chosen) > limit:
            chosen = chosen[:: len(chosen) // limit][:limit]
        for name in chosen:
            yield person_sample(root, name, poses)


def person_sample(root: Path, name: str, poses: Mapping[str, PoseFile]) -> PersonSample:
    """One sample by its name; poses: see `pose_files`."""
    group, _, stem = name.partition("/")
    folder, (names, points) = root / group, poses[group]
    image = cv2.cvtColor(_read(folder / "photos" / f"{stem}.jpg"), cv2.COLOR_BGR2RGB)
    pose = pose_array(names, points[f"{stem}.jpg"])
    size = image.shape[:2]
    if group == "studio":
        garment, person = _studio_masks(folder, stem)
        keypoints = studio_keypoints(pose, stem, garment, person, size)
        parsing = studio_parsing(image, pose, stem, garment, person)
        return PersonSample(
            name=name,
            image=image,
            parsing=parsing,
            keypoints=keypoints,
            garment=garment,
            person=person,
        )
    keypoints = body25(pose, size)
    parsing = np.full(size, IGNORE, np.uint8)
    if group == "street":
        classes = _read(folder / "labels" / f"{stem}.png", cv2.IMREAD_UNCHANGED)
        class_names = json.loads((folder / "label_names.json").read_text())
        parsing = street_parsing(classes, class_names, pose)
    return PersonSample(name=name, image=image, parsing=parsing, keypoints=keypoints)


def _studio_masks(folder: Path, stem: str) -> tuple[np.ndarray | None, np.ndarray | None]:
    design, view = stem.split("-")[0], stem.rsplit("_", 1)[1]
    paths = (
        folder / "garment_masks" / f"{design}_{view}.png",
        folder / "person_masks" / f"{stem}.png",
    )
    garment, person = (
        _read(path, cv2.IMREAD_GRAYSCALE) > 127 if path.is_file() else None for path in paths
    )
    return garment, person
