"""Tiny fake trees of every layout, drawn: two or three pairs each."""

import json

import numpy as np
from PIL import Image

from gpvton.domain.keypoints import KEYPOINT_COUNT

SIZE = (80, 64)
RNG = np.random.default_rng(7)


def picture(path, size=SIZE):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(RNG.integers(0, 256, (*size, 3)).astype(np.uint8)).save(path)


def labels(path, values, size=SIZE, palette=False):
    """Vertical stripes of label values."""
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = np.array(values, np.uint8)[np.arange(size[1]) * len(values) // size[1]]
    image = Image.fromarray(np.tile(columns, (size[0], 1)))
    if palette:
        image.putpalette([value for label in range(256) for value in (label, 255 - label, 0)])
    image.save(path)


def text(path, lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def openpose(path, x=30.0):
    points = np.zeros((KEYPOINT_COUNT, 3))
    points[0] = x, 12.0, 0.9
    text(path, [json.dumps({"people": [{"pose_keypoints_2d": points.ravel().tolist()}]})])


def garment_outline(path, size=SIZE):
    """A T-shirt's parsing: torso and both sleeves."""
    parsing = np.zeros(size, np.uint8)
    parsing[15:70, 20:44] = 5
    parsing[15:35, 44:56] = 21
    parsing[15:35, 8:20] = 22
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(parsing).save(path)


def viton_hd(root):
    for split, names in (("train", ["00001_00"]), ("test", ["00006_00", "00008_00"])):
        for name in names:
            picture(root / split / "image" / f"{name}.jpg")
            picture(root / split / "cloth" / f"{name}.jpg")
            labels(root / split / "cloth-mask" / f"{name}.jpg", [0, 255])
            labels(root / split / "image-parse-v3" / f"{name}.png", [0, 5, 9], palette=True)
            openpose(root / split / "openpose_json" / f"{name}_keypoints.json")
            picture(root / split / "image-densepose" / f"{name}.jpg")
    text(root / "train_pairs.txt", ["00001_00.jpg 00001_00.jpg"])
    text(root / "test_pairs.txt", ["00006_00.jpg 00008_00.jpg", "00008_00.jpg 00006_00.jpg"])


def dresscode(root):
    for number, folder in enumerate(["upper_body", "lower_body", "dresses"]):
        place = root / folder
        names = [f"0{number}0001", f"0{number}0002"]
        for name in names:
            picture(place / "images" / f"{name}_0.jpg")
            picture(place / "images" / f"{name}_1.jpg")
            labels(place / "label_maps" / f"{name}_4.png", [0, 4, 14], palette=True)
            rows = [[-1, -1, 0, -1]] * 18
            rows[0] = [192.0, 128.0, 1.0, 0]
            rows[8], rows[11] = [150.0, 256.0, 1.0, 8], [234.0, 256.0, 1.0, 11]
            text(place / "keypoints" / f"{name}_2.json", [json.dumps({"keypoints": rows})])
            picture(place / "dense" / f"{name}_5.png")
        one, two = names
        text(place / "train_pairs.txt", [f"{one}_0.jpg {one}_1.jpg"])
        text(place / "test_pairs_paired.txt", [f"{two}_0.jpg {two}_1.jpg"])
        text(place / "test_pairs_unpaired.txt", [f"{one}_0.jpg {two}_1.jpg"])
    text(root / "train_pairs.txt", ["000001_0.jpg 000001_1.jpg 0"])  # the official root has it too


def _gpvton(place, name, outer):
    picture(place / "image" / f"{name}.jpg")
    picture(place / "cloth" / f"{name}.jpg")
    labels(place / "cloth_mask-bytedance" / f"{name}.png", [0, 255])
    labels(place / "parse-bytedance" / f"{name}.png", [0, *outer, 14], palette=True)
    garment_outline(place / "cloth_parse-bytedance" / f"{name}.png")
    openpose(place / "openpose_json" / f"{name}_keypoints.json")
    picture(place / "densepose" / f"{name}.png")


def gpvton_viton_hd(root):
    for split, names in (("train", ["00001_00"]), ("test", ["00006_00", "00008_00"])):
        for name in names:
            _gpvton(root / split, name, [5, 21, 22])
    text(root / "train_pairs_1018.txt", ["00001_00.jpg 00001_00.jpg"])
    text(root / "test_pairs_paired_1018.txt", ["00006_00.jpg 00006_00.jpg"])
    text(root / "test_pairs_unpaired_1018.txt", ["00006_00.jpg 00008_00.jpg"])
    text(root / "height_ratios.json", ['{"00001_00": 0.93}'])


def gpvton_dresscode(root):
    lines = []
    for number, folder in enumerate(["upper", "lower", "dresses"]):
        name = f"0{number}0001"
        _gpvton(root / folder, name, [5, 9, 6])
        lines.append(f"{name}_0.png {name}_1.png {folder}".replace("_0.", ".").replace("_1.", "."))
    for kind in ("train_pairs", "test_pairs_paired", "test_pairs_unpaired"):
        text(root / f"{kind}_1008.txt", lines)


def own(root):
    for name in ("anna", "ben"):
        picture(root / "people" / f"{name}.jpg")
        labels(root / "person_parsing" / f"{name}.png", [0, 5, 28])
        openpose(root / "keypoints" / f"{name}.json")
    picture(root / "garments" / "shirt.png")
    garment_outline(root / "garment_parsing" / "shirt.png")
    picture(root / "truth" / "anna_in_shirt.png")
    labels(root / "truth_parsing" / "anna_in_shirt.png", [0, 5, 21])
    (root / "truth_flow").mkdir()
    np.save(root / "truth_flow" / "anna_in_shirt.npy", np.zeros((2, *SIZE), np.float32))
    rows = ["person,garment,category,split,pairing,truth,pose"]
    rows += ["anna,shirt,upper,test,unpaired,anna_in_shirt,raised", "ben,shirt,upper,test,paired,,"]
    text(root / "pairs.csv", rows)


TREES = {
    "viton-hd": viton_hd,
    "dresscode": dresscode,
    "gpvton-viton-hd": gpvton_viton_hd,
    "gpvton-dresscode": gpvton_dresscode,
    "own": own,
}
