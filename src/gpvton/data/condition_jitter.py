"""Makes true conditions as unsure as an analyst's: moved key points, lost ones, ragged labels.

Ours: against the gap between rendered people, whose labels are exact, and photos.
"""

import cv2
import numpy as np

from gpvton.domain.annotations import PersonAnnotation
from gpvton.domain.keypoints import KEYPOINT_INDEX

SHIFT, DROPPED, RAGGED = 0.02, 0.10, 0.012
"""Shares of the torso's length (shift of a key point, wander of a label's edge) and of points."""
_KEPT = ("neck", "mid_hip", "left_shoulder", "right_shoulder", "left_hip", "right_hip")


def jittered(person: PersonAnnotation, rng: np.random.Generator) -> PersonAnnotation:
    """The annotation with key points moved and dropped and the labels' edges displaced.

    Points of the trunk are moved but not dropped: without them there is no body to dress.
    """
    points = person.keypoints.copy()
    torso = _torso(points)
    points[:, :2] += rng.normal(0, SHIFT * torso, (len(points), 2)).astype(np.float32)
    lost = rng.random(len(points)) < DROPPED
    lost[[KEYPOINT_INDEX[name] for name in _KEPT]] = False
    points[lost] = 0
    x, y = _wander(person.parsing.shape, RAGGED * torso, rng)
    moved = [
        cv2.remap(layer, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
        for layer in (person.parsing, person.silhouette)
    ]
    return PersonAnnotation(parsing=moved[0], keypoints=points, silhouette=moved[1])


def _torso(points: np.ndarray) -> float:
    neck, hip = points[KEYPOINT_INDEX["neck"]], points[KEYPOINT_INDEX["mid_hip"]]
    return float(np.hypot(*(neck[:2] - hip[:2]))) if min(neck[2], hip[2]) > 0 else 60.0


def _wander(shape: tuple[int, ...], size: float, rng: np.random.Generator):
    """Sampling places that wander smoothly, with standard deviation `size` pixels."""
    height, width = shape[0], shape[1]
    step = max(round(10 * size), 8)
    coarse = rng.normal(0, 1.4 * size, (2, height // step + 2, width // step + 2))
    fields = [
        cv2.resize(field.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
        for field in coarse
    ]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return x + fields[0], y + fields[1]
