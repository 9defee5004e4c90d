"""Faces that a look sees clearly: two of like size are two people, even where they touch.

Ours.  People who stand arm in arm have one silhouette and share their key points; their faces
stay apart.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from gpvton.domain.labels import PersonLabel

_CLEAR = 0.75
"""Mean probability of a face (pairs of people: 0.83 and more; a face broken in two: 0.64)."""
_APART = 1.5
"""Least distance to a larger face, in its sides (pairs: 1.8 and more)."""
_SMALLEST = 0.35
"""Least side, relative to the largest face's."""


@dataclass(frozen=True, kw_only=True)
class Face:
    """x, y: its centre; side: square root of its area; all in cells of the look's maps."""

    x: float
    y: float
    side: float


def clear_faces(parsing: np.ndarray, person: np.ndarray) -> list[Face]:
    """Faces on a silhouette, the largest first.

    parsing: float32 (29, h, w), probabilities of the labels.  person: bool (h, w).
    """
    probability = (parsing[PersonLabel.FACE] + parsing[PersonLabel.GLASSES]) * person
    seen = (probability > 0.5).astype(np.uint8)
    count, labels, stats, centres = cv2.connectedComponentsWithStats(seen)
    faces: list[Face] = []
    for index in sorted(range(1, count), key=lambda k: -stats[k, cv2.CC_STAT_AREA]):
        x, y = centres[index].tolist()
        face = Face(x=x, y=y, side=float(np.sqrt(stats[index, cv2.CC_STAT_AREA])))
        if faces and face.side < _SMALLEST * faces[0].side:
            break
        if float(probability[labels == index].mean()) < _CLEAR:
            continue
        if all(np.hypot(x - f.x, y - f.y) >= _APART * f.side for f in faces):
            faces.append(face)
    return faces
