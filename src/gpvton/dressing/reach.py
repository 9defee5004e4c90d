"""How far a sleeve or leg covers its limb in the picture, so that the bare rest can be drawn.

Ours.  The geometry knows how long a sleeve is; where a parsing decides what shows, that counts.
"""

from collections.abc import Mapping

import numpy as np

from gpvton.domain.parts import PART_NAMES
from gpvton.dressing.scene import Scene
from gpvton.dressing.warp import WarpedPart

_STEP = 0.1  # of a bone
_NEAR = 0.1  # spans from the bone


def shown_reach(
    scene: Scene, parts: list[WarpedPart], reach: Mapping[str, float]
) -> dict[str, float]:
    """`reach` (part name to the share of the limb it covers), not beyond where the part shows.

    Along each arm or leg the part ends where it covers less than half of the limb's middle.
    """
    limb = "arm" if "sleeve" in scene.row.motion else "leg"
    found = dict(reach)
    for part, side in zip(parts, PART_NAMES, strict=True):
        if side in found and side != "middle":
            found[side] = min(found[side], _end(scene, limb, side, part.alpha > 0.5))
    return found


def _end(scene: Scene, limb: str, side: str, shown: np.ndarray) -> float:
    field = scene.limb(limb, side)
    near = field.distance < _NEAR * scene.body.span
    along, shown = field.share[near], shown[near]
    end = 0.0
    for start in np.arange(0.0, 2.0, _STEP):
        here = (along >= start) & (along < start + _STEP)
        if here.any() and shown[here].mean() >= 0.5:
            end = float(start) + _STEP
        elif end > 0 or start > 0.5:
            break
    return end if end < 2.0 else np.inf
