"""Records to batches for the warping network: half the frame's size, mirrored at random."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from gpvton.conditions.frame import Frame
from gpvton.conditions.warping import (
    AGNOSTIC,
    CATEGORIES,
    FRAME_SIZE,
    PersonMaps,
    garment_channels,
    halved_maps,
    person_channels,
    without_clothing,
)
from gpvton.data.carried_flow import carried_on
from gpvton.data.warping_augment import moved
from gpvton.data.warping_records import RECORD, mirrored
from gpvton.domain.errors import InputError
from gpvton.domain.labels import WORN_CLASS_COUNT

NETWORK_SIZE = (FRAME_SIZE[0] // 2, FRAME_SIZE[1] // 2)
_WHOLE = Frame(left=0.0, top=0.0, rate=1.0, size=FRAME_SIZE)


class WarpingDataset:
    """Shards of records (`*.npy`), read as they are needed.

    An item depends on (seed, epoch, index) only.  keep: which records to use, by their row.
    agnostic: never tell what is worn now (else half of the time).
    """

    def __init__(
        self,
        folder: Path,
        keep: Callable[[np.ndarray], np.ndarray] | None = None,
        *,
        agnostic: bool = False,
    ) -> None:
        self._agnostic = agnostic
        paths = sorted(folder.glob("*.npy"))
        if not paths:
            raise InputError(f"{folder} holds no shards (*.npy); make them with gpvton data pack")
        self._shards = [_open(path) for path in paths]
        rows = []
        for shard, records in enumerate(self._shards):
            chosen = np.ones(len(records), bool) if keep is None else keep(records)
            rows += [(shard, int(row)) for row in np.flatnonzero(chosen)]
        self._rows = rows
        if not rows:
            raise InputError(f"{folder}: no record is left to use")

    def __len__(self) -> int:
        return len(self._rows)

    def record(self, index: int) -> np.ndarray:
        """The record itself, `RECORD` of shape ()."""
        shard, row = self._rows[index]
        return np.array(self._shards[shard][row])

    def item(self, seed: int, epoch: int, index: int) -> dict[str, Tensor]:
        """See `example`; mirrored half of the time, moved three times out of four, and half of the
        time without what is worn now.
        """
        rng = np.random.default_rng([seed, epoch, index])
        record = self.record(index)
        if rng.random() < 0.5:
            record = mirrored(record)
        if rng.random() < 0.75:
            record = moved(record, rng)
        coin, untold = float(rng.random()), bool(rng.random() < 0.5)
        return example(record, coin, agnostic=untold or self._agnostic)


def _open(path: Path) -> np.ndarray:
    try:
        records = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, OSError) as error:
        raise InputError(f"{path} is no shard of records ({error}); pack the data again") from error
    if records.dtype != RECORD:
        raise InputError(f"{path} was packed by another version; pack the data again")
    return records


def example(record: np.ndarray, coin: float, *, agnostic: bool = False) -> dict[str, Tensor]:
    """A record as the network and the losses take it; h, w = `NETWORK_SIZE`, all float32.

    garment (3, h, w) in [-1, 1], 0 outside the parts; parts (3, h, w); condition (c, h, w); start
    (3, 2, h, w); picture (3, h, w) in [-1, 1]; classes (10, h, w), shares; flow (2, h, w) and seen
    (h, w); the same for each part, carried on beyond what shows: carried (3, 2, h, w) and taught
    (3, h, w); kept and front (h, w); ratio and coin ().  coin: a number in [0, 1) for truncation.
    agnostic: without what is worn now, as always for the categories of `AGNOSTIC`.
    """
    maps = PersonMaps(
        frame=_WHOLE,
        category=CATEGORIES[int(record["category"])],
        body_parts=record["body_parts"],
        clothing=record["clothing"],
        preserve=record["preserve"].astype(bool),
        keypoints=record["keypoints"],
        tucked=bool(record["tucked"]),
    )
    if maps.category in AGNOSTIC or agnostic:
        maps = without_clothing(maps)
    garment, parts = garment_channels(record["garment"], record["garment_parts"])
    kept = record["truth_kept"]
    seen = record["truth_seen"].astype(np.float32)
    flow = record["truth_flow"].astype(np.float32)
    share = _pooled(seen)
    classes, known = _shares(record["truth_classes"]), share > 0.99
    flow = _pooled(flow * seen) / np.maximum(share, 0.25)
    present = parts.sum(axis=(1, 2), keepdims=True) > 0
    carried, taught = _taught(flow, (classes[1:4] > 0.99) & known & present)
    arrays = {
        "garment": garment,
        "parts": parts,
        "condition": person_channels(halved_maps(maps)),
        "start": record["start"].astype(np.float32),
        "picture": _pooled(record["truth_picture"].transpose(2, 0, 1).astype(np.float32)) / 127.5
        - 1.0,
        "classes": classes,
        "flow": flow,
        "seen": known.astype(np.float32),
        "carried": carried,
        "taught": taught,
        "kept": _pooled((kept & 1).astype(np.float32)),
        "front": _pooled((kept >> 1).astype(np.float32)),
        "ratio": np.float32(np.nan_to_num(record["ratio"], nan=10.0)),
        "coin": np.float32(coin),
    }
    return {name: torch.as_tensor(np.array(a, order="C")) for name, a in arrays.items()}


def _taught(flow: np.ndarray, shown: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`carried_on` of every part, whose pixels `shown` (3, h, w) tells."""
    parts = [carried_on(flow, own) for own in shown]
    return np.stack([part for part, _ in parts]), np.stack([where for _, where in parts])


def _shares(classes: np.ndarray) -> np.ndarray:
    return np.stack([_pooled((classes == k).astype(np.float32)) for k in range(WORN_CLASS_COUNT)])


def _pooled(array: np.ndarray) -> np.ndarray:
    """Mean of 2 x 2 pixels, (..., h, w) of the frame to the network's size."""
    if array.ndim == 2:
        return cv2.resize(array, NETWORK_SIZE[::-1], interpolation=cv2.INTER_AREA)
    return np.stack([_pooled(layer) for layer in array])
