"""The true flow of a part carried on beyond where the part shows.

Ours.  Taught only where a garment shows, a network learns the mean over the garments that reach a
place: far down a thigh those are the long ones, so that no flow ever comes to the hem and garments
come out too long.  Around what shows the flow is therefore taught as well, also beyond the hem.
"""

import cv2
import numpy as np

from gpvton.geometry.part_flow import extrapolated

LEAST = 60
"""Pixels that must show for the flow to be carried on."""
FAR = 0.7
"""How far it is carried on, in square roots of the area that shows."""


def carried_on(flow: np.ndarray, shown: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The flow of a part wherever it is taught, float32 (2, h, w), and where, float32 (h, w) 0, 1.

    flow: float32 (2, h, w).  shown: bool (h, w), where it is known.  Beyond: the best affine map
    of what is known, plus the departure from it at the nearest known place.
    """
    area = int(np.count_nonzero(shown))
    known = np.where(shown, flow, np.nan).astype(np.float32)
    carried = extrapolated(known) if area >= LEAST else None
    if carried is None:
        return np.where(shown, flow, 0).astype(np.float32), shown.astype(np.float32)
    away = cv2.distanceTransform((~shown).astype(np.uint8), cv2.DIST_L2, 5)
    near = away <= FAR * np.sqrt(area)
    return np.where(shown, flow, carried).astype(np.float32), near.astype(np.float32)
