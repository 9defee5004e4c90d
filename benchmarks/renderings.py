"""Do renderings and photographs agree?  Parsers both ways.

    python benchmarks/renderings.py analyst --pairs DIR [--count 60]
    python benchmarks/renderings.py train --pairs DIR... --out DIR [--steps 350]
    python benchmarks/renderings.py test --out DIR --data DIR

`analyst`: the embedded person analyst, trained on photographs, on rendered people, against their
true labels.  `train`: the same network (ImageNet weights) at 128 x 96 on rendered people only, no
photograph among them; `test`: that parser on the held-out street photographs' labels, each person
framed by the labels' box.  All print the IoU of the twelve merged classes of the model card.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import torch
from person_metrics import SEVEN, TWELVE, MergedIou

from gpvton.analysis.person import PersonAnalyst
from gpvton.data.augment import crop_matrix, warp
from gpvton.data.person_cache import CachedPerson, person_box, shrink
from gpvton.data.person_dataset import PAD, PersonDataset
from gpvton.data.person_samples import PersonSample, person_samples
from gpvton.domain.errors import PersonError
from gpvton.losses.person_analyst import PersonLoss, PersonLossConfig
from gpvton.networks.efficientnet import EfficientNetLite0, imagenet_efficientnet_lite0
from gpvton.networks.person_analyst import PersonAnalystNetwork
from gpvton.training.loop import LoopConfig, train

SIZE = (128, 96)
LEFT_RIGHT = {  # sides apart, sleeves with their garments
    "left arm": (15,),
    "right arm": (16,),
    "left leg": (17,),
    "right leg": (18,),
}


def rendered(folder: Path, name: str, side: str) -> PersonSample:
    """One side of a rendered pair as a sample of the person data."""
    pair = folder / "pairs" / name
    image = cv2.imread(str(pair / f"person_{side}.jpg"))
    parsing = cv2.imread(str(pair / f"parsing_{side}.png"), cv2.IMREAD_UNCHANGED)
    if image is None or parsing is None:
        raise SystemExit(f"{pair} is no whole pair")
    points = json.loads((pair / "keypoints.json").read_text())["people"][0]["pose_keypoints_2d"]
    keypoints = np.array(points, np.float32).reshape(25, 3)
    keypoints[:, 2] = keypoints[:, 2] > 0
    return PersonSample(
        name=f"rendered/{name}{side}",
        image=np.ascontiguousarray(image[:, :, ::-1]),
        parsing=parsing,
        keypoints=keypoints,
    )


def _names(folder: Path) -> list[str]:
    return sorted(path.stem for path in (folder / "meta").glob("[0-9]*.json"))


def show(scores: list[MergedIou], photos: int) -> None:
    """Tables of IoU."""
    print(f"{photos} pictures")
    for score in scores:
        for name, value in score.result().items():
            print(f"| {name} | {value:.3f} |")
        print()


def run_analyst(arguments: argparse.Namespace) -> None:
    """The photographs' parser on renderings."""
    analyst, refused, seen = PersonAnalyst.from_folder(), 0, 0
    scores = [MergedIou(TWELVE), MergedIou(SEVEN), MergedIou(LEFT_RIGHT)]
    for folder in arguments.pairs:
        names = _names(folder)
        for name in names[:: max(1, len(names) // arguments.count)][: arguments.count]:
            sample = rendered(folder, name, "a")
            try:
                found = analyst(sample.image)
            except PersonError:
                refused += 1
                continue
            seen += 1
            for score in scores:
                score.add(found.parsing, sample.parsing)
    show(scores, seen)
    print(f"refused: {refused}")


def run_train(arguments: argparse.Namespace) -> None:
    """A parser from renderings only."""
    people: list[CachedPerson] = []
    for folder in arguments.pairs:
        for number, name in enumerate(_names(folder)[: arguments.count]):
            people.append(shrink(rendered(folder, name, "ab"[number % 2]), 256))
    print(f"{len(people)} people", flush=True)
    dataset = PersonDataset([], [], SIZE)
    dataset.people = people
    network = PersonAnalystNetwork(imagenet_efficientnet_lite0())
    network.backbone.freeze(1)
    loop = LoopConfig(
        steps=arguments.steps,
        batch_size=8,
        learning_rate=2e-3,
        backbone_factor=0.5,
        warmup_steps=20,
        ema_decay=0.98,
        checkpoint_every=25,
        log_every=10,
        threads=1,
    )
    train(network, dataset, PersonLoss(PersonLossConfig()), loop, arguments.out, print)


def run_test(arguments: argparse.Namespace) -> None:
    """The renderings' parser on photographs."""
    state = torch.load(arguments.out / "checkpoint.pt", map_location="cpu", weights_only=True)
    network = PersonAnalystNetwork(EfficientNetLite0()).eval()
    network.load_state_dict(state["average"], strict=True)
    scores, seen = [MergedIou(TWELVE), MergedIou(SEVEN)], 0
    for sample in person_samples(arguments.data, "validation"):
        if not sample.name.startswith("street/"):
            continue
        parsing = _parsed(network, sample)
        seen += 1
        for score in scores:
            score.add(parsing, sample.parsing)
    print(f"after {state['step']} batches")
    show(scores, seen)


def _parsed(network: PersonAnalystNetwork, sample: PersonSample) -> np.ndarray:
    """Labels (h, w) of a photograph, framed by its labels' box."""
    x0, y0, x1, y1 = person_box(sample)
    height = 1.1 * max(y1 - y0, (x1 - x0) * SIZE[0] / SIZE[1])
    box = ((x0 + x1) / 2, (y0 + y1) / 2, height * SIZE[1] / SIZE[0], height)
    matrix = crop_matrix(box, SIZE, 0.0, False)
    image = torch.from_numpy(warp(sample.image, matrix, SIZE, PAD)).permute(2, 0, 1)[None]
    with torch.inference_mode():
        logits = network(image.float() / 127.5 - 1).parsing
        logits = torch.nn.functional.interpolate(logits, SIZE, mode="bilinear")
    labels = logits[0].argmax(0).numpy().astype(np.uint8)
    back = cv2.invertAffineTransform(matrix.astype(np.float64))
    size = sample.image.shape[1::-1]
    return cv2.warpAffine(labels, back, size, flags=cv2.INTER_NEAREST, borderValue=0)


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=("analyst", "train", "test"))
    parser.add_argument("--pairs", type=Path, nargs="+", default=[])
    parser.add_argument("--count", type=int, default=60, help="pairs of each folder")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--steps", type=int, default=350)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    {"analyst": run_analyst, "train": run_train, "test": run_test}[arguments.what](arguments)


if __name__ == "__main__":
    main()
