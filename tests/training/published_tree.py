"""Drawn data sets in GP-VTON's layouts: people in what lies flat beside them, with all labels."""

import json
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from gpvton.conditions.body_parts import body_part_map
from gpvton.domain.labels import PersonLabel as P
from gpvton.geometry.body import body_from
from tests.figures import person, top, trousers

SIZE = (128, 96)


def vitonhd(root: Path, count: int = 3) -> Path:
    """`count` training pairs and one test pair."""
    names = [f"{k:05d}_00" for k in range(count + 1)]
    for k, name in enumerate(names):
        _pair(root / ("train" if k < count else "test"), name, k, person(arm=10 + 6 * k), top())
    lines = [f"{name}.jpg {name}.jpg" for name in names]
    (root / "train_pairs_1018.txt").write_text("\n".join(lines[:count]) + "\n")
    (root / "test_pairs_paired_1018.txt").write_text(lines[-1] + "\n")
    return root


def dresscode(root: Path) -> Path:
    """One training pair of every category, a dress drawn as a long top."""
    lines = []
    for k, folder in enumerate(("upper", "lower", "dresses")):
        pixels, annotation = person(arm=12 + k)
        if folder == "dresses":
            parsing = annotation.parsing
            for old, new in (
                (P.UPPER_TORSO, P.DRESS_TORSO),
                (P.UPPER_LEFT_SLEEVE, P.DRESS_LEFT_SLEEVE),
                (P.UPPER_RIGHT_SLEEVE, P.DRESS_RIGHT_SLEEVE),
            ):
                parsing[parsing == old] = new
        garment = trousers() if folder == "lower" else top()
        _pair(root / folder, f"{k:05d}_00", k, (pixels, annotation), garment)
        lines.append(f"{k:05d}_00.jpg {k:05d}_00.jpg {folder}")
    for name in ("train_pairs_1008", "test_pairs_paired_1008"):
        (root / f"{name}.txt").write_text("\n".join(lines) + "\n")
    return root


def _pair(place: Path, name: str, number: int, wearer, garment) -> None:
    (pixels, annotation), (flat, lying) = wearer, garment
    points = annotation.keypoints.copy()
    points[:, :2] *= SIZE[0] / pixels.shape[0]
    people = [{"pose_keypoints_2d": points.ravel().tolist()}]
    body = body_part_map(body_from(annotation), *annotation.parsing.shape)
    pictures = {
        f"image/{name}.jpg": _resized(pixels),
        f"cloth/{name}.jpg": _resized(flat),
        f"parse-bytedance/{name}.png": _resized(annotation.parsing, labels=True),
        f"cloth_parse-bytedance/{name}.png": _resized(lying.parsing, labels=True),
        f"densepose/{name}.png": _resized(body, labels=True),
    }
    for path, content in pictures.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(content).save(place / path)
    (place / "openpose_json").mkdir(exist_ok=True)
    (place / "openpose_json" / f"{name}_keypoints.json").write_text(json.dumps({"people": people}))


def _resized(picture: np.ndarray, *, labels: bool = False) -> np.ndarray:
    way = cv2.INTER_NEAREST if labels else cv2.INTER_AREA
    return cv2.resize(picture, SIZE[::-1], interpolation=way)
