"""Bare arms and legs where the old garment hid them.

Ours: a tapered capsule along the joints in the limb's own skin colour, shaded as a cylinder.
"""

import cv2
import numpy as np

from gpvton.conditions.pushpull import push_pull
from gpvton.conditions.skin import skin_pixels
from gpvton.domain.labels import PersonLabel as P
from gpvton.dressing.scene import Scene, opposite, soft
from gpvton.geometry.body import nominal_radii
from gpvton.geometry.dilation import grown
from gpvton.geometry.part_flow import limb_mask

_SKIN = {
    ("arm", "left"): P.LEFT_ARM,
    ("arm", "right"): P.RIGHT_ARM,
    ("leg", "left"): P.LEFT_LEG,
    ("leg", "right"): P.RIGHT_LEG,
}


def plausible_skin(scene: Scene) -> np.ndarray:
    """See `skin_pixels`."""
    return scene.once("skin", lambda: skin_pixels(scene.pixels, scene.parsing))


def wearers(scene: Scene, side: str) -> str:
    """The wearer's side of what `Body` calls `side` (exchanged in a view from behind)."""
    return opposite(side) if scene.body.back else side


def bare_limb(scene: Scene, kind: str, side: str) -> tuple[np.ndarray, np.ndarray] | None:
    """Skin painted where the old garment lies over a limb.

    Returns colour float32 (h, w, 3) in [0, 255] and alpha float32 (h, w), or None when no skin
    shows anywhere on the person, so its colour is unknown.
    """
    return scene.once(("bare", kind, side), lambda: _bare_limb(scene, kind, side))


def _bare_limb(scene: Scene, kind: str, side: str) -> tuple[np.ndarray, np.ndarray] | None:
    name = f"{wearers(scene, side)}_{kind}"
    if name not in scene.skin:
        return None
    field = scene.limb(kind, side)
    half = nominal_radii(kind, field.share.ravel()).reshape(field.share.shape)
    half = (half * scene.body.span).astype(np.float32)
    half = np.maximum(half, 1.0)
    hidden = np.isin(scene.parsing, tuple(scene.row.replaced))
    if kind == "arm":
        hidden &= limb_mask(scene.parsing, kind, side, scene.body.back)
    else:
        hidden &= ~limb_mask(scene.parsing, kind, opposite(side), scene.body.back)
    if not hidden.any():
        return np.zeros((*scene.size, 3), np.float32), np.zeros(scene.size, np.float32)
    across = np.clip(field.distance / half, 0.0, 1.0)
    inside = (field.distance < half) & grown(hidden, 2)
    colour = _tone(scene, kind, side, name) * _cylinder(across)[..., None]
    return colour, soft(inside, 0.8) * grown(inside, 1)


def _tone(scene: Scene, kind: str, side: str, name: str) -> np.ndarray:
    """The limb's colour, drawn on smoothly from where its skin shows: float32 (h, w, 3)."""
    label = _SKIN[kind, wearers(scene, side)]
    shown = scene.shows(label) & plausible_skin(scene)
    shown = cv2.erode(shown.astype(np.uint8), np.ones((3, 3), np.uint8))
    median = np.broadcast_to(scene.skin[name], (*scene.size, 3)).astype(np.float32)
    if shown.sum() < 60:
        return median
    drawn = push_pull(scene.pixels.astype(np.float32), shown.astype(np.float32))
    drawn = cv2.GaussianBlur(drawn, (0, 0), max(0.06 * scene.body.span, 1.0))
    return 0.5 * drawn + 0.5 * median


def _cylinder(across: np.ndarray) -> np.ndarray:
    """Brightness of a cylinder under soft light; `across` is 0 on its axis and 1 at its edge."""
    return (1.04 - 0.30 * across**3).astype(np.float32)
