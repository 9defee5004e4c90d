"""Moves and scales the person within their frame, and the garment within its own, at random.

Ours.  A body that fills its frame and one that stands far away need the same flow, moved along;
without this the network learns the sizes at which the rendered people happen to stand.
"""

import cv2
import numpy as np

from gpvton.conditions.warping import FRAME_SIZE, START_STEP

_H, _W = FRAME_SIZE
PERSON_SCALE, PERSON_SHIFT, TURN = (0.7, 1.35), 0.12, 10.0
GARMENT_SCALE, GARMENT_SHIFT = (0.8, 1.06), 0.05
_NEAREST = ("body_parts", "clothing", "preserve", "truth_classes", "truth_kept", "truth_seen")


def moved(record: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The record with person and garment moved: scales and shifts drawn from the ranges above.

    Where the person's frame now reaches beyond what was known there is background; flows, being
    absolute, keep their values on the person's side and follow the garment on its side.
    """
    return _move_garment(_move_person(record, rng), rng)


def _move_person(record: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    scale = float(np.exp(rng.uniform(*np.log(PERSON_SCALE))))
    shift = rng.uniform(-PERSON_SHIFT, PERSON_SHIFT, 2) * (_W, _H)
    turn = cv2.getRotationMatrix2D(((_W - 1) / 2, (_H - 1) / 2), rng.uniform(-TURN, TURN), scale)
    turn[:, 2] += shift
    out = record.copy()
    for name in _NEAREST:
        around = 1 if name == "preserve" else 0
        out[name] = cv2.warpAffine(
            record[name], turn, (_W, _H), flags=cv2.INTER_NEAREST, borderValue=around
        )
    out["truth_picture"] = cv2.warpAffine(
        record["truth_picture"], turn, (_W, _H), borderValue=(255, 255, 255)
    )
    flow = record["truth_flow"].astype(np.float32)
    flow = np.stack([cv2.warpAffine(a, turn, (_W, _H), flags=cv2.INTER_NEAREST) for a in flow])
    out["truth_flow"] = flow
    half = turn.copy()  # the same for maps of 1 / START_STEP of the size
    half[:, 2] = _halved(turn)
    size = (_W // START_STEP, _H // START_STEP)
    start = record["start"].astype(np.float32)
    out["start"] = np.stack(
        [
            [cv2.warpAffine(a, half, size, borderMode=cv2.BORDER_REPLICATE) for a in part]
            for part in start
        ]
    )
    points = record["keypoints"].copy()
    points[:, :2] = points[:, :2] @ turn[:, :2].T + turn[:, 2]
    out["keypoints"] = points
    return out


def _halved(turn: np.ndarray) -> np.ndarray:
    """The translation of an affine map of pixel centres, for pictures START_STEP times smaller.

    A small pixel's centre u lies at START_STEP u + c with c = (START_STEP - 1) / 2.
    """
    centre = np.full(2, (START_STEP - 1) / 2)
    return (turn[:, :2] @ centre + turn[:, 2] - centre) / START_STEP


def _move_garment(record: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    scale = rng.uniform(*GARMENT_SCALE)
    shift = rng.uniform(-GARMENT_SHIFT, GARMENT_SHIFT, 2)  # of half a frame: in flow coordinates
    out = record.copy()
    matrix = np.array(
        [
            [scale, 0, (1 - scale) * (_W - 1) / 2 + shift[0] * _W / 2],
            [0, scale, (1 - scale) * (_H - 1) / 2 + shift[1] * _H / 2],
        ]
    )
    out["garment"] = cv2.warpAffine(record["garment"], matrix, (_W, _H))
    parts = cv2.warpAffine(record["garment_parts"], matrix, (_W, _H), flags=cv2.INTER_NEAREST)
    out["garment_parts"] = parts
    out["garment"] *= np.asarray(parts > 0, np.uint8)[..., None]
    out["truth_flow"] = record["truth_flow"] * scale + shift[:, None, None]
    start = record["start"].astype(np.float32)
    absent = np.asarray((start >= 3.0).all(axis=(1, 2, 3)))
    out["start"] = np.where(
        absent[:, None, None, None], start, start * scale + shift[:, None, None]
    )
    return out
