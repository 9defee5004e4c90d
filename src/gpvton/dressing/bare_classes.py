"""The class map that the generator renders: what shows beside the new garment, drawn from joints.

Ours.  The same rules as `uncover`: hips and legs of the lower garment, chest, bare legs and arms.
A learned global parsing fills what they leave open where the old garment was.
"""

from collections.abc import Mapping

import cv2
import numpy as np

from gpvton.conditions.worn_classes import worn_classes
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.labels import WornClass
from gpvton.dressing.layers import arm_behind
from gpvton.dressing.limbs import bare_alpha, wearers
from gpvton.dressing.scene import Scene
from gpvton.dressing.uncover import LOWER_LABELS, hips_and_legs, old_garment, torso, upper_chest
from gpvton.geometry.dilation import disc, grown
from gpvton.geometry.nearest import from_nearest


def geometric_classes(scene: Scene, parts: np.ndarray, reach: Mapping[str, float]) -> np.ndarray:
    """uint8 (h, w) of `WornClass`.

    parts: float32 (3, h, w), alpha of each part as it shows.  reach: part to the share of the limb
    that its sleeve or leg covers.
    """
    classes = worn_classes(scene.parsing, np.zeros_like(parts), scene.category)
    old = old_garment(scene)
    if not set(LOWER_LABELS) & set(scene.row.replaced):
        shown = scene.shows(*LOWER_LABELS)
        if shown.sum() >= 100:
            classes[old & hips_and_legs(scene, shown)] = WornClass.OTHER_GARMENT
    if P.NECK in scene.row.hidden:
        classes[old & upper_chest(scene)] = WornClass.NECK
    for kind, label in (("leg", P.LEFT_LEG), ("arm", P.LEFT_ARM)):
        if label in scene.row.hidden:
            _draw_limbs(classes, scene, kind, reach)
    for index in (1, 2, 0):
        classes[parts[index] > 0.5] = WornClass.LEFT_PART + index
    return without_gaps(classes, (scene.parsing != P.BACKGROUND), 0.03 * scene.body.span)


def with_parsing(scene: Scene, classes: np.ndarray, shown: np.ndarray) -> np.ndarray:
    """`classes` with what they leave open inside the old garment as the parsing sees it.

    classes: uint8 (h, w) of `WornClass` at the crop's size.  shown: the same of the learned
    parsing, at any size.  Outlines of bare arms and legs stay those of the joints, which are finer;
    the parsing's count only in front of the torso.  Cloth is seen only next to cloth.
    """
    height, width = classes.shape
    seen = cv2.resize(shown, (width, height), interpolation=cv2.INTER_NEAREST)
    limbs = (WornClass.LEFT_ARM, WornClass.RIGHT_ARM, WornClass.LEFT_LEG, WornClass.RIGHT_LEG)
    open_ = (classes == WornClass.REST) & old_garment(scene)
    open_ &= torso(scene) | ~np.isin(seen, limbs)
    parts = (WornClass.LEFT_PART, WornClass.MIDDLE_PART, WornClass.RIGHT_PART)
    beside = grown(np.isin(classes, parts), 0.06 * scene.body.span)
    open_ &= beside | ~np.isin(seen, parts)
    return np.where(open_, seen, classes)


def without_gaps(classes: np.ndarray, person: np.ndarray, radius: float) -> np.ndarray:
    """The classes with gaps between the garment's parts given to the nearest part: uint8 (h, w).

    Only within the person, bool (h, w), and up to twice `radius` pixels wide: parts that were laid
    one by one leave gaps at their seams.
    """
    part = (classes >= WornClass.LEFT_PART) & (classes <= WornClass.RIGHT_PART)
    if not part.any():
        return classes
    closed = cv2.morphologyEx(part.astype(np.uint8), cv2.MORPH_CLOSE, disc(radius)) > 0
    gap = closed & ~part & person
    return np.where(gap, from_nearest(classes, part), classes)


def _draw_limbs(classes: np.ndarray, scene: Scene, kind: str, reach: Mapping[str, float]) -> None:
    for side in ("right", "left"):
        if kind == "arm" and arm_behind(scene, side):
            continue
        painted = bare_alpha(scene, kind, side)
        if painted is None:
            continue
        bare = painted > 0.5
        if kind == "arm":
            bare &= scene.limb(kind, side).share > reach.get(side, 0.0) - 0.05
        classes[bare] = WornClass[f"{wearers(scene, side)}_{kind}".upper()]
