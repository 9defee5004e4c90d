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
    nowhere = np.empty(0)
    return scene.once_seen("skin", nowhere, lambda: skin_pixels(scene.pixels, scene.parsing))


def wearers(scene: Scene, side: str) -> str:
    """The wearer's side of what `Body` calls `side` (exchanged in a view from behind)."""
    return opposite(side) if scene.body.back else side


def bare_alpha(scene: Scene, kind: str, side: str) -> np.ndarray | None:
    """How far skin is painted where the old garment lies over a limb: float32 (h, w) in [0, 1].

    None when no skin shows anywhere on the person, so its colour is unknown.
    """
    if f"{wearers(scene, side)}_{kind}" not in scene.skin:
        return None
    return scene.once(("bare", kind, side), lambda: _bare_alpha(scene, kind, side))


def bare_colour(scene: Scene, kind: str, side: str) -> np.ndarray:
    """The skin that `bare_alpha` lays: float32 (h, w, 3) in [0, 255]."""
    return scene.once(("bare colour", kind, side), lambda: _bare_colour(scene, kind, side))


def _bare_alpha(scene: Scene, kind: str, side: str) -> np.ndarray:
    hidden = np.isin(scene.parsing, tuple(scene.row.replaced))
    if kind == "arm":
        hidden &= limb_mask(scene.parsing, kind, side, scene.body.back)
    else:
        hidden &= ~limb_mask(scene.parsing, kind, opposite(side), scene.body.back)
    if not hidden.any():
        return np.zeros(scene.size, np.float32)
    inside = (scene.limb(kind, side).distance < _half_width(scene, kind, side)) & grown(hidden, 2)
    return soft(inside, 0.8) * grown(inside, 1)


def _bare_colour(scene: Scene, kind: str, side: str) -> np.ndarray:
    half = _half_width(scene, kind, side)
    across = np.clip(scene.limb(kind, side).distance / half, 0.0, 1.0)
    return _tone(scene, kind, side) * _cylinder(across)[..., None]


def _half_width(scene: Scene, kind: str, side: str) -> np.ndarray:
    share = scene.limb(kind, side).share
    half = nominal_radii(kind, share.ravel()).reshape(share.shape)
    return np.maximum((half * scene.body.span).astype(np.float32), 1.0)


def _tone(scene: Scene, kind: str, side: str) -> np.ndarray:
    """The limb's colour, drawn on smoothly from where its skin shows: float32 (h, w, 3)."""
    size = np.array([scene.body.span, scene.body.back])
    return scene.once_seen(("tone", kind, side), size, lambda: _drawn_tone(scene, kind, side))


def _drawn_tone(scene: Scene, kind: str, side: str) -> np.ndarray:
    label = _SKIN[kind, wearers(scene, side)]
    shown = scene.shows(label) & plausible_skin(scene)
    shown = cv2.erode(shown.astype(np.uint8), np.ones((3, 3), np.uint8))
    colour = scene.skin[f"{wearers(scene, side)}_{kind}"]
    median = np.broadcast_to(colour, (*scene.size, 3)).astype(np.float32)
    if shown.sum() < 60:
        return median
    drawn = push_pull(scene.pixels.astype(np.float32), shown.astype(np.float32))
    drawn = cv2.GaussianBlur(drawn, (0, 0), max(0.06 * scene.body.span, 1.0))
    return 0.5 * drawn + 0.5 * median


def _cylinder(across: np.ndarray) -> np.ndarray:
    """Brightness of a cylinder under soft light; `across` is 0 on its axis and 1 at its edge."""
    return (1.04 - 0.30 * across**3).astype(np.float32)
