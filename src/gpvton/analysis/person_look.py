"""One look of the network at a window of the photo, and a second one in the mirror.

Ours.  An arm that is hard to make out is seen a little differently in the mirror image; the mean of
both heat maps places wrists better than either.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import cv2
import numpy as np

from gpvton.analysis.decode import decode_points, sigmoid, softmax
from gpvton.analysis.framing import Frame, cut, inside_photo, network_image
from gpvton.domain.keypoints import KEYPOINT_INDEX, KEYPOINT_MIRROR
from gpvton.weights.folder import NetworkConfig

_MIRRORED = 5 / 6
"""Size of the look in the mirror, relative to the first one's."""
_ELBOWS = [KEYPOINT_INDEX[f"{side}_elbow"] for side in ("left", "right")]
_PAIRS = tuple(
    (KEYPOINT_INDEX[f"left_{joint}"], KEYPOINT_INDEX[f"right_{joint}"])
    for joint in ("shoulder", "hip")
)
_BODY = tuple(
    KEYPOINT_INDEX[name]
    for name in (
        "nose",
        *(f"{side}_{joint}" for side in ("left", "right") for joint in
          ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")),
    )
)  # fmt: skip


class PersonGraph(Protocol):
    """What the analyst needs of a graph."""

    config: NetworkConfig

    def __call__(self, **arrays: np.ndarray) -> dict[str, np.ndarray]:
        """`image` (1, 3, h, w) -> parsing, silhouette, heat, missing, and facing where known."""
        ...


@dataclass(frozen=True, kw_only=True)
class Look:
    """What one pass over a window says.

    logits: float32 (29, h, w) of the labels.  silhouette: float32 (h, w) in [0, 1].
    heat: float32 (25, h', w') and missing: float32 (25,), logits of the key points.  points:
    float32 (25, 3) in photo pixels.  frame: the window.  facing: float32 (3,) probabilities of
    `FACINGS`, None from weights without that answer.
    """

    logits: np.ndarray
    silhouette: np.ndarray
    heat: np.ndarray
    missing: np.ndarray
    points: np.ndarray
    frame: Frame
    facing: np.ndarray | None = None

    @cached_property
    def parsing(self) -> np.ndarray:
        """Probabilities of the labels, float32 (29, h, w)."""
        return softmax(self.logits, 0)

    @property
    def evidence(self) -> float:
        """Sum of the main joints' confidences: about how many of them are there, 0 to 13."""
        return float(self.points[list(_BODY), 2].sum())


def look_at(graph: PersonGraph, pixels: np.ndarray, frame: Frame, size: tuple[int, int]) -> Look:
    """A look at the window `frame` of a photo uint8 (h, w, 3), at `size` (height, width)."""
    out = graph(image=_seen(graph.config, pixels, frame, size))
    heat, missing = out["heat"][0], out["missing"][0]
    return Look(
        logits=out["parsing"][0],
        silhouette=sigmoid(out["silhouette"][0, 0]),
        heat=heat,
        missing=missing,
        points=_points(heat, missing, frame, pixels.shape[:2]),
        frame=frame,
        facing=softmax(out["facing"][0], 0) if "facing" in out else None,
    )


def mirrored(graph: PersonGraph, pixels: np.ndarray, look: Look) -> Look:
    """The look with key points from it and from the mirrored window, seen a little smaller; elbows
    stay its own, since they gain nothing.

    The look itself where the weights are for one size (no `settings["size_multiple"]`).
    """
    multiple = int(graph.config.settings.get("size_multiple", 0))
    if not multiple:
        return look
    height, width = (
        max(round(side * _MIRRORED / multiple), 1) * multiple for side in graph.config.input_size
    )
    image = _seen(graph.config, pixels, look.frame, (height, width))
    out = graph(image=np.ascontiguousarray(image[..., ::-1]))
    order = list(KEYPOINT_MIRROR)
    size = (look.heat.shape[2], look.heat.shape[1])
    back = np.ascontiguousarray(out["heat"][0][order][..., ::-1])
    other = np.stack([cv2.resize(one, size, interpolation=cv2.INTER_CUBIC) for one in back])
    heat = (look.heat + other) / 2
    missing = (look.missing + out["missing"][0][order]) / 2
    points = _points(heat, missing, look.frame, pixels.shape[:2])
    points[_ELBOWS] = look.points[_ELBOWS]
    return replace(look, points=points)


def beside(look: Look, hidden: np.ndarray) -> Look:
    """The look without what lies where somebody was painted out: the shape that is left there looks
    like a person, too.  hidden: uint8 (h, w) of the photo, 0 or 1.
    """
    area = cut(np.repeat(255 * hidden[..., None], 3, 2), look.frame, look.silhouette.shape[:2])
    columns, rows = look.points[:, 0].round().astype(int), look.points[:, 1].round().astype(int)
    covered = hidden[rows.clip(0, len(hidden) - 1), columns.clip(0, hidden.shape[1] - 1)] > 0
    return replace(
        look,
        silhouette=np.where(area[..., 0] > 127, 0, look.silhouette),
        points=np.where(covered[:, None], 0, look.points),
    )


def _seen(
    config: NetworkConfig, pixels: np.ndarray, frame: Frame, size: tuple[int, int]
) -> np.ndarray:
    """The window as the network takes it, float32 (1, 3, h, w)."""
    return network_image(cut(pixels, frame, size), config)


def _points(
    heat: np.ndarray, missing: np.ndarray, frame: Frame, size: tuple[int, int]
) -> np.ndarray:
    """Key points in a photo of (h, w) = size, float32 (25, 3)."""
    points = decode_points(heat, missing, pairs=_PAIRS)
    points[:, :2] = frame.to_photo(points[:, :2], (heat.shape[1], heat.shape[2]))
    return inside_photo(points, size)
