"""Tuck state: whether a top's hem goes into the lower garment."""

import numpy as np

from gpvton.domain.labels import PersonLabel as P
from gpvton.dressing.scene import Scene

LOWER = (P.LEFT_PANTS, P.RIGHT_PANTS, P.SKIRT, P.BELT)


def is_tucked(scene: Scene) -> bool:
    """Whether the photo shows the lower garment's waist over the top's hem.

    True where the lower garment begins above the hip joints' line by a tenth of the torso or more.
    """
    top = _waist_height(scene)
    return top is not None and top > 0.16 * scene.body.span


def _waist_height(scene: Scene) -> float | None:
    """Height of the visible lower garment's upper edge over the hip joints, in pixels."""
    body = scene.body
    rows, columns = np.nonzero(scene.shows(*LOWER))
    if rows.size < 100:
        return None
    hip, up, across = body.points["mid_hip"], body.up, body.across
    aside = (columns - hip[0]) * across[0] + (rows - hip[1]) * across[1]
    height = (columns - hip[0]) * up[0] + (rows - hip[1]) * up[1]
    near = np.abs(aside) < 0.3 * body.span
    return float(np.percentile(height[near], 98)) if near.sum() > 30 else None


def lower_in_front(scene: Scene) -> np.ndarray:
    """Where a tucked-in top is hidden: bool (h, w), from the lower garment's waist downwards."""
    rows, columns = np.mgrid[: scene.size[0], : scene.size[1]]
    body = scene.body
    hip, up = body.points["mid_hip"], body.up
    height = (columns - hip[0]) * up[0] + (rows - hip[1]) * up[1]
    waist = _waist_height(scene)
    line = max(waist if waist is not None else 0.0, 0.30 * body.span)
    return scene.shows(*LOWER) | (height < line)
