"""The rounds' labels: confident GrabCut masks first, then what the network is sure of.

Ours.  A mask is kept when the network agrees with it.  A new one is taken when the network says
the same of the photo, its mirror image and a recoloured one, and a GrabCut begun from that answer
hardly changes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn

from gpvton.analysis.framing import cut, paste_map, whole
from gpvton.data.garment_grabcut import clean_mask, propose_mask
from gpvton.data.garment_labels import collar_outlines, label_map, neck_zone, paint_collars
from gpvton.data.garment_samples import UNKNOWN_PART, GarmentFolder, read_rgb
from gpvton.domain.garment_classes import NO_GARMENT, PARSING_CLASSES
from gpvton.domain.labels import GARMENT_MIRROR

_CONSISTENT = 0.94
_REFINED = 0.93
_SURE = 0.75
_MIRROR_CHANNELS = [
    [int(label) for label in PARSING_CLASSES].index(GARMENT_MIRROR[label])
    for label in PARSING_CLASSES
]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The network's answer for one photo, at the photo's size.

    probability: float32 (h, w), garment.  parsing: float32 (9, h, w).  consistency: smallest
    intersection over union among the answers for the photo and its variants (1 without any).
    """

    probability: np.ndarray
    parsing: np.ndarray
    consistency: float


def first_labels(root: Path, out: Path) -> dict[str, int]:
    """Write label maps of the photos whose GrabCut masks are confident; returns counts."""
    out.mkdir(parents=True, exist_ok=True)
    counts = {"photos": 0, "labelled": 0}
    for stem, kind, image in _photos(root):
        counts["photos"] += 1
        path = out / f"{stem}.png"
        if not path.is_file():
            proposal = propose_mask(image)
            if not proposal.confident:
                continue
            _write(path, label_map(proposal.mask, kind, collar_outlines().get(stem)))
        counts["labelled"] += 1
    return counts


def next_labels(
    network: nn.Module, root: Path, previous: Path, out: Path, size: tuple[int, int]
) -> dict[str, int]:
    """Write the label maps that `network` is sure of; returns counts by what happened."""
    out.mkdir(parents=True, exist_ok=True)
    counts = {"photos": 0, "kept": 0, "new": 0, "replaced": 0, "dropped": 0, "unsure": 0}
    network.eval()
    for stem, kind, image in _photos(root):
        counts["photos"] += 1
        path = previous / f"{stem}.png"
        old = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) if path.is_file() else None
        answer = ask(network, image, size, variants=old is None)
        mask, verdict = _decide(image, answer, None if old is None else old > 0)
        counts[verdict] += 1
        if mask is not None:
            _write(out / f"{stem}.png", _labels(mask, kind, answer, stem))
    network.train()
    return counts


def ask(
    network: nn.Module, image: np.ndarray, size: tuple[int, int], variants: bool = True
) -> Answer:
    """The network's answer for a photo uint8 (h, w, 3), averaged over its variants if wanted."""
    photo = (image.shape[0], image.shape[1])
    frame = whole(photo, size[1] / size[0])
    framed = cut(image, frame, size)
    bright = np.clip(framed.astype(np.float32) * (1.15, 0.95, 0.85), 0, 255).astype(np.uint8)
    shown = np.stack([framed, framed[:, ::-1], bright] if variants else [framed])
    batch = torch.from_numpy(np.ascontiguousarray(shown.transpose(0, 3, 1, 2))).float()
    with torch.inference_mode():
        maps = network(batch / 127.5 - 1.0)
        mask = maps.mask.sigmoid()[:, 0].numpy()
        parsing = maps.parsing.softmax(1).numpy()
    if variants:
        mask[1] = mask[1][:, ::-1]
        parsing[1] = parsing[1][_MIRROR_CHANNELS][:, :, ::-1]
    consistency = min((_overlap(mask[0] > 0.5, other > 0.5) for other in mask[1:]), default=1.0)
    maps_here = [paste_map(m, frame, photo) for m in (mask.mean(axis=0), *parsing.mean(axis=0))]
    return Answer(
        probability=maps_here[0], parsing=np.stack(maps_here[1:]), consistency=consistency
    )


def _decide(
    image: np.ndarray, answer: Answer, old: np.ndarray | None
) -> tuple[np.ndarray | None, str]:
    """The mask to learn from, or None, and what happened."""
    said = clean_mask(answer.probability > 0.5)
    if said.sum() < 0.03 * said.size or answer.consistency < _CONSISTENT:
        return None, "unsure"
    if old is not None and _overlap(old, said) > 0.95:
        return old, "kept"
    refined = _refine(image, answer.probability)
    if _overlap(refined, said) < _REFINED:
        return None, "dropped" if old is not None else "unsure"
    return refined, "replaced" if old is not None else "new"


def _refine(image: np.ndarray, probability: np.ndarray, side: int = 320) -> np.ndarray:
    """GrabCut begun from the network's answer, bool (h, w)."""
    height, width = probability.shape
    scale = min(1.0, side / max(height, width))
    small = (round(width * scale), round(height * scale))
    picture = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
    soft = cv2.resize(probability, small, interpolation=cv2.INTER_AREA)
    seed = np.full(soft.shape, cv2.GC_PR_BGD, np.uint8)
    seed[soft > 0.5] = cv2.GC_PR_FGD
    inside = cv2.erode((soft > 0.5).astype(np.uint8), np.ones((9, 9), np.uint8))
    outside = cv2.dilate((soft > 0.5).astype(np.uint8), np.ones((9, 9), np.uint8)) == 0
    seed[(inside > 0) & (soft > 0.8)] = cv2.GC_FGD
    seed[outside & (soft < 0.2)] = cv2.GC_BGD
    if not (seed == cv2.GC_FGD).any() or not (seed == cv2.GC_BGD).any():
        return probability > 0.5
    cv2.setRNGSeed(0)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(picture, seed, (0, 0, 1, 1), *models, 3, cv2.GC_INIT_WITH_MASK)
    cut = clean_mask((seed == cv2.GC_FGD) | (seed == cv2.GC_PR_FGD))
    return cv2.resize(cut.astype(np.float32), (width, height)) > 0.5


def _labels(mask: np.ndarray, kind: str, answer: Answer, stem: str) -> np.ndarray:
    """Parts from the silhouette; where it tells none, what the network is sure of.

    The neck stays unknown without an outline: a network that has seen few collars would teach
    itself that there are none.
    """
    collars = collar_outlines().get(stem)
    labels = label_map(mask, kind, collars)
    if (labels[mask] != UNKNOWN_PART).any():
        return labels
    part = answer.parsing[1:].argmax(axis=0) + 1
    sure = mask & (answer.parsing.max(axis=0) > _SURE)
    labels = np.where(sure, part, labels).astype(np.uint8)
    if collars is not None:
        return paint_collars(labels, mask, collars)
    labels[neck_zone(mask, kind) & mask] = UNKNOWN_PART
    return labels


def _photos(root: Path) -> Iterator[tuple[str, str, np.ndarray]]:
    folder = GarmentFolder(root)
    for stem, kind in folder.types.items():
        if kind not in NO_GARMENT:
            yield stem, kind, read_rgb(root / "garments" / "photos" / f"{stem}.jpg")


def _overlap(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / max(1, (one | other).sum()))


def _write(path: Path, labels: np.ndarray) -> None:
    temporary = path.with_suffix(".part.png")
    cv2.imwrite(str(temporary), labels)
    temporary.replace(path)
