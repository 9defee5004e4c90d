"""What the published networks do with a few pairs: numbers, and a picture sheet to look at."""

from collections.abc import Mapping

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from gpvton.conditions.published import ParsingClasses
from gpvton.data.published_dataset import PublishedWarpingDataset
from gpvton.domain.parts import Category
from gpvton.networks.assembly import Assembled, assemble
from gpvton.networks.generator import Rendered
from gpvton.networks.values import Warping
from gpvton.training.board import Observation
from gpvton.training.loop import collate
from gpvton.training.published_batch import run_published
from gpvton.training.warping_batch import on_device_of

_CODES = {1 / 3: Category.UPPER, 2 / 3: Category.LOWER, 1.0: Category.DRESS}


def category_of(code: float) -> Category:
    """The category of the network's number for it."""
    return _CODES[min(_CODES, key=lambda known: abs(known - code))]


def assembled(warping: Warping, batch: Mapping[str, Tensor], classes: ParsingClasses) -> Assembled:
    """The garment of a batch of one as the network lays it (`networks.assembly`)."""
    assert warping.logits is not None
    category = category_of(float(batch["category"][0]))
    return assemble(
        batch["garment"][:, None] * batch["part_masks"],
        batch["part_masks"],
        warping.flow,
        warping.logits,
        batch["preserve"],
        part_classes=classes.parts[category],
        body_classes=classes.body,
    )


@torch.no_grad()
def judge_warping(
    network: nn.Module, dataset: PublishedWarpingDataset, classes: ParsingClasses, count: int
) -> Observation:
    """Mean IoU of the parsing's labels that occur, over `count` pairs; a row a pair: garment,
    photo, assembled garment, true and found parsing.
    """
    both, either = torch.zeros(classes.count), torch.zeros(classes.count)
    rows = []
    for index in range(min(count, len(dataset))):
        batch = on_device_of(network, collate([dataset.item(0, 0, index)]))
        warping = run_published(network, batch)
        assert warping.logits is not None
        found, true = warping.logits.argmax(1), batch["classes"]
        for label in range(classes.count):
            both[label] += ((found == label) & (true == label)).sum().cpu()
            either[label] += ((found == label) | (true == label)).sum().cpu()
        made = assembled(warping, batch, classes)
        pictures = [picture(batch["garment"]), picture(batch["picture"]), picture(made.garment)]
        rows.append(np.hstack([*pictures, _painted(true, classes), _painted(found, classes)]))
    iou = float((both[either > 0] / either[either > 0]).mean())
    return Observation(scalars={"parsing_iou": round(iou, 5)}, sheet=np.vstack(rows))


def generator_row(batch: Mapping[str, Tensor], made: Rendered) -> np.ndarray:
    """What the generator was given of person and garment, rendering, blend, result, answer."""
    blend = made.blend.expand(-1, 3, -1, -1) * 2 - 1
    given = batch["inputs"]
    cells = (given[:, :3], given[:, 3:6], made.rendering, blend, made.image, batch["target"])
    return np.hstack([picture(cell) for cell in cells])


def picture(cell: Tensor) -> np.ndarray:
    """The first of a batch in [-1, 1], uint8 (h, w, 3)."""
    pixels = (cell[0].detach().float().clamp(-1, 1) + 1) * 127.5
    return pixels.round().byte().permute(1, 2, 0).cpu().numpy()


def _painted(labels: Tensor, classes: ParsingClasses) -> np.ndarray:
    grey = (labels[0].cpu().numpy() * (255 // max(classes.count - 1, 1))).astype(np.uint8)
    return cv2.applyColorMap(grey, cv2.COLORMAP_TURBO)[:, :, ::-1]
