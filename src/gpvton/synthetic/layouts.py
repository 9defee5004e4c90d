"""Layouts: how pairs are written to disk, ours and the field's.

Flow pictures are 16-bit PNG: red and green hold x and y of the place in the flat picture as
(pixel + 128) * 32, blue holds the part (0 none, 1 left, 2 middle, 3 right).
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from gpvton.domain.errors import OutputError
from gpvton.domain.keypoints import KEYPOINT_NAMES
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import Category
from gpvton.geometry.flow import flow_from_pixels, pixels_from_flow
from gpvton.synthetic.pairs import Pair, Worn

FLOW_SHIFT, FLOW_SCALE = 128.0, 32.0
LAYOUTS = ("rendered", "vitonhd", "dresscode", "gpvton")

_ALL = {
    P.HAT: 1,
    P.HAIR: 2,
    P.GLOVE: 3,
    P.GLASSES: 4,
    P.UPPER_TORSO: 5,
    P.DRESS_TORSO: 6,
    P.COAT_TORSO: 7,
    P.SOCKS: 8,
    P.LEFT_PANTS: 9,
    P.RIGHT_PANTS: 9,
    P.NECK: 10,
    P.SCARF: 11,
    P.SKIRT: 12,
    P.FACE: 13,
    P.LEFT_ARM: 14,
    P.RIGHT_ARM: 15,
    P.LEFT_LEG: 16,
    P.RIGHT_LEG: 17,
    P.LEFT_SHOE: 18,
    P.RIGHT_SHOE: 19,
    P.UPPER_LEFT_SLEEVE: 5,
    P.UPPER_RIGHT_SLEEVE: 5,
    P.DRESS_LEFT_SLEEVE: 6,
    P.DRESS_RIGHT_SLEEVE: 6,
    P.COAT_LEFT_SLEEVE: 7,
    P.COAT_RIGHT_SLEEVE: 7,
}
VITONHD_LABELS = _ALL  # the 20 labels of LIP
DRESSCODE_LABELS = {
    P.HAT: 1,
    P.HAIR: 2,
    P.GLASSES: 3,
    P.UPPER_TORSO: 4,
    P.SKIRT: 5,
    P.LEFT_PANTS: 6,
    P.RIGHT_PANTS: 6,
    P.DRESS_TORSO: 7,
    P.BELT: 8,
    P.LEFT_SHOE: 9,
    P.RIGHT_SHOE: 10,
    P.FACE: 11,
    P.NECK: 11,
    P.LEFT_LEG: 12,
    P.RIGHT_LEG: 13,
    P.LEFT_ARM: 14,
    P.RIGHT_ARM: 15,
    P.BAG: 16,
    P.SCARF: 17,
    P.COAT_TORSO: 4,
    P.UPPER_LEFT_SLEEVE: 4,
    P.UPPER_RIGHT_SLEEVE: 4,
    P.COAT_LEFT_SLEEVE: 4,
    P.COAT_RIGHT_SLEEVE: 4,
    P.DRESS_LEFT_SLEEVE: 7,
    P.DRESS_RIGHT_SLEEVE: 7,
}
DRESSCODE_FOLDER = {
    Category.UPPER: "upper_body",
    Category.LOWER: "lower_body",
    Category.DRESS: "dresses",
}
GPVTON_FOLDER = {Category.UPPER: "upper", Category.LOWER: "lower", Category.DRESS: "dresses"}


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.write_bytes(data)
        os.replace(part, path)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error}") from error


def write_picture(path: Path, pixels: np.ndarray) -> None:
    """RGB or single-channel picture as JPEG (quality 95) or PNG, by the name's ending."""
    if pixels.ndim == 3:
        pixels = pixels[:, :, ::-1]
    options = [cv2.IMWRITE_JPEG_QUALITY, 95] if path.suffix == ".jpg" else _png_options(pixels)
    done, data = cv2.imencode(path.suffix, np.ascontiguousarray(pixels), options)
    if not done:
        raise OutputError(f"cannot encode {path.name}")
    _write(path, data.tobytes())


def _png_options(pixels: np.ndarray) -> list[int]:
    """The quickest: Huffman codes alone for colours, unfiltered runs for labels and flow."""
    colours = pixels.ndim == 3 and pixels.dtype == np.uint8
    strategy = cv2.IMWRITE_PNG_STRATEGY_HUFFMAN_ONLY if colours else cv2.IMWRITE_PNG_STRATEGY_RLE
    options = [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_STRATEGY, strategy]
    if not colours and hasattr(cv2, "IMWRITE_PNG_FILTER"):  # newer OpenCV
        options += [cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_NONE]
    return options


def write_json(path: Path, value: Any) -> None:
    """A JSON file."""
    _write(path, json.dumps(value).encode())


def flow_picture(flow: np.ndarray, part: np.ndarray) -> np.ndarray:
    """uint16 (h, w, 3) of a flow (2, h, w) and its part map; see the module's description."""
    pixels = pixels_from_flow(flow, flow.shape[1:])
    place = np.round((pixels + FLOW_SHIFT) * FLOW_SCALE).clip(0, 65535)
    place = np.where(part[None] > 0, place, 0)
    return np.dstack([place[0], place[1], part]).astype(np.uint16)


def read_flow(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Flow float32 (2, h, w) in [-1, 1] and part uint8 (h, w) of a flow picture."""
    data = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if data is None or data.dtype != np.uint16 or data.ndim != 3:
        raise OutputError(f"{path} is no flow picture (16-bit PNG with three channels)")
    data = data[:, :, ::-1].astype(np.float32)
    pixels = data[:, :, :2].transpose(2, 0, 1) / FLOW_SCALE - FLOW_SHIFT
    part = data[:, :, 2].astype(np.uint8)
    flow = flow_from_pixels(pixels, part.shape)
    return np.where(part[None] > 0, flow, 0), part


def openpose(keypoints: np.ndarray, hidden: bool = True) -> dict[str, Any]:
    """OpenPose's JSON of one person, BODY_25."""
    points = keypoints if hidden else keypoints * (keypoints[:, 2:] > 0.9)
    flat = [round(float(value), 3) for value in points.ravel()]
    return {"version": 1.3, "people": [{"pose_keypoints_2d": flat}]}


def relabel(parsing: np.ndarray, table: dict) -> np.ndarray:
    """A parsing in another label table; labels without an entry become background."""
    lookup = np.zeros(256, np.uint8)
    for label, value in table.items():
        lookup[int(label)] = value
    return lookup[parsing]


def _describe(pair: Pair) -> dict[str, Any]:
    return {
        "index": pair.index,
        "category": str(pair.category),
        "difficulty": pair.difficulty,
        "pose": pair.pose,
        "a": {"kind": pair.a.kind, "fabric": pair.a.fabric},
        "b": {"kind": pair.b.kind, "fabric": pair.b.fabric},
        "keypoints": {
            name: [round(float(v), 2) for v in row]
            for name, row in zip(KEYPOINT_NAMES, pair.keypoints, strict=True)
        },
    }


def _sides(pair: Pair) -> tuple[tuple[str, Worn], tuple[str, Worn]]:
    return (("a", pair.a), ("b", pair.b))


Lists = dict[str, list[str]]
"""Pair list, by its place in the data set, to the lines that a pair adds."""


def write_rendered(pair: Pair, out: Path) -> Lists:
    """Our own layout: one folder a pair, everything in it."""
    folder = out / "pairs" / f"{pair.index:06d}"
    for name, worn in _sides(pair):
        write_picture(folder / f"person_{name}.jpg", worn.picture)
        write_picture(folder / f"flat_{name}.jpg", worn.flat)
        write_picture(folder / f"albedo_{name}.png", worn.albedo)
        write_picture(folder / f"flat_albedo_{name}.png", worn.flat_albedo)
        write_picture(folder / f"parsing_{name}.png", worn.parsing)
        write_picture(folder / f"flat_parsing_{name}.png", worn.flat_parsing)
        write_picture(folder / f"flow_{name}.png", flow_picture(worn.flow, worn.part))
        write_picture(folder / f"shown_{name}.png", worn.shown.astype(np.uint8) * 255)
    write_picture(folder / "body_parts.png", pair.body_parts)
    write_json(folder / "keypoints.json", openpose(pair.keypoints))
    return {"pairs.txt": [f"{pair.index:06d} {pair.category} {pair.difficulty}"]}


def write_vitonhd(pair: Pair, out: Path) -> Lists:
    """VITON-HD's folders; the two sides are two people of the same name with _a and _b."""
    root, lines = out / "train", []
    for name, worn in _sides(pair):
        stem = f"{pair.index:06d}_{name}"
        write_picture(root / "image" / f"{stem}.jpg", worn.picture)
        write_picture(root / "cloth" / f"{stem}.jpg", worn.flat)
        write_picture(root / "cloth-mask" / f"{stem}.jpg", _mask(worn))
        parsing = relabel(worn.parsing, VITONHD_LABELS)
        write_picture(root / "image-parse-v3" / f"{stem}.png", parsing)
        write_picture(root / "image-densepose" / f"{stem}.png", pair.body_parts)
        write_json(root / "openpose_json" / f"{stem}_keypoints.json", openpose(pair.keypoints))
        lines.append(f"{stem}.jpg {stem}.jpg")
    return {"train_pairs.txt": lines}


def write_dresscode(pair: Pair, out: Path) -> Lists:
    """DressCode's folders: number_0 the person, _1 the garment, _2 points, _4 labels, _5 parts."""
    folder, lines = out / DRESSCODE_FOLDER[pair.category], []
    for k, (_, worn) in enumerate(_sides(pair)):
        stem = f"{2 * pair.index + k:06d}"
        write_picture(folder / "images" / f"{stem}_0.jpg", worn.picture)
        write_picture(folder / "images" / f"{stem}_1.jpg", worn.flat)
        write_json(
            folder / "keypoints" / f"{stem}_2.json",
            {"keypoints": [[float(v) for v in row] for row in pair.keypoints[:18]]},
        )
        labels = relabel(worn.parsing, DRESSCODE_LABELS)
        write_picture(folder / "label_maps" / f"{stem}_4.png", labels)
        write_picture(folder / "dense" / f"{stem}_5.png", pair.body_parts)
        lines.append(f"{stem}_0.jpg {stem}_1.jpg")
    return {f"{folder.name}/train_pairs.txt": lines}


def write_gpvton(pair: Pair, out: Path) -> Lists:
    """Folders by category and kind with our 29 person labels and garment parsing, as GP-VTON's
    DressCode has them.
    """
    word = GPVTON_FOLDER[pair.category]
    root, lines = out / word, []
    for name, worn in _sides(pair):
        stem = f"{pair.index:06d}_{name}"
        write_picture(root / "image" / f"{stem}.jpg", worn.picture)
        write_picture(root / "cloth" / f"{stem}.jpg", worn.flat)
        write_picture(root / "parse-bytedance" / f"{stem}.png", worn.parsing)
        write_picture(root / "cloth_parse-bytedance" / f"{stem}.png", worn.flat_parsing)
        write_picture(root / "cloth_mask-bytedance" / f"{stem}.png", _mask(worn))
        write_picture(root / "densepose" / f"{stem}.png", pair.body_parts)
        write_json(root / "openpose_json" / f"{stem}_keypoints.json", openpose(pair.keypoints))
        lines.append(f"{stem}.jpg {stem}.jpg {word}")
    return {"train_pairs_1008.txt": lines}


def _mask(worn: Worn) -> np.ndarray:
    return (worn.flat_parsing > 0).astype(np.uint8) * 255


WRITERS: dict[str, Callable[[Pair, Path], Lists]] = {
    "rendered": write_rendered,
    "vitonhd": write_vitonhd,
    "dresscode": write_dresscode,
    "gpvton": write_gpvton,
}


def write_pair(pair: Pair, out: Path, layout: str) -> None:
    """Write a pair; its description comes last and marks it as complete."""
    lists = WRITERS[layout](pair, out)
    write_json(out / "meta" / f"{pair.index:06d}.json", {**_describe(pair), "lists": lists})


def is_complete(out: Path, index: int) -> bool:
    """Whether pair `index` was written to the end."""
    return (out / "meta" / f"{index:06d}.json").exists()
