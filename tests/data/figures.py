"""A drawn standing figure for the label tests."""

import json
from pathlib import Path

import cv2
import numpy as np

SIZE = (300, 200)

_PLACES = {
    "nose": (100, 40), "eye": (6, 34), "ear": (12, 37), "mouth": (4, 46),
    "shoulder": (32, 75), "elbow": (48, 115), "wrist": (56, 155), "pinky": (58, 165),
    "index": (57, 166), "hip": (15, 155), "knee": (17, 210), "ankle": (18, 265),
    "heel": (17, 272), "foot_index": (24, 280),
}  # fmt: skip


def standing(visibility: float = 1.0) -> dict[str, np.ndarray]:
    """Pose points of somebody facing us: the left side is on the right of the picture."""
    pose = {"nose": np.array([*_PLACES["nose"], visibility], np.float32)}
    for joint, (offset, y) in _PLACES.items():
        if joint == "nose":
            continue
        for side, sign in (("left", 1), ("right", -1)):
            name = f"mouth_{side}" if joint == "mouth" else f"{side}_{joint}"
            pose[name] = np.array([100 + sign * offset, y, visibility], np.float32)
    return pose


_NAMES = ["null", "skin", "jeans", "shirt", "shoes", "hair"]


def write_data_folder(
    root: Path,
    studio: tuple[str, ...] = ("mh01-red_main", "mp03-blue_main"),
    depths: tuple[float, ...] = (0.0,),
) -> None:
    """A data folder of drawn photos: streets 1, 2, 10, one unlabelled, two studio designs.

    depths: of the left shoulder, photo by photo in turns; 100 makes it a side.
    """
    pose = standing()
    image = np.full((*SIZE, 3), 240, np.uint8)
    image[30:290, 60:140] = (60, 90, 160)
    classes = np.zeros(SIZE, np.uint8)
    classes[30:70, 60:140], classes[70:150, 60:140] = 1, 3
    classes[150:260, 60:140], classes[260:290, 60:140] = 2, 4
    groups = {
        "street": ["0001", "0002", "0010"],
        "street_unlabelled": ["1005"],
        "studio": list(studio),
    }
    for group, stems in groups.items():
        for folder in ("photos", "labels", "garment_masks", "person_masks"):
            (root / group / folder).mkdir(parents=True, exist_ok=True)
        for stem in stems:
            cv2.imwrite(str(root / group / "photos" / f"{stem}.jpg"), image)
            cv2.imwrite(str(root / group / "labels" / f"{stem}.png"), classes)
            mask = ((classes > 0) * 255).astype(np.uint8)
            cv2.imwrite(str(root / group / "person_masks" / f"{stem}.png"), mask)
            name = f"{stem.split('-')[0]}_main.png"
            mask = ((classes == 3) * 255).astype(np.uint8)
            cv2.imwrite(str(root / group / "garment_masks" / name), mask)
        points = {
            f"{stem}.jpg": _rows(pose, depths[number % len(depths)])
            for number, stem in enumerate(stems)
        }
        content = {"names": list(pose), "points": points}
        (root / group / "keypoints.json").write_text(json.dumps(content))
    (root / "street" / "label_names.json").write_text(json.dumps(_NAMES))
    (root / "garments").mkdir()
    cv2.imwrite(str(root / "garments" / "a.jpg"), image[:100])


def _rows(pose: dict[str, np.ndarray], depth: float) -> list[list[float]]:
    rows = [[float(p[0]), float(p[1]), 0.0, float(p[2])] for p in pose.values()]
    rows[list(pose).index("left_shoulder")][2] = depth
    if depth:  # turned: both shoulders at one place
        rows[list(pose).index("left_shoulder")][0] = rows[list(pose).index("right_shoulder")][0]
    return rows
