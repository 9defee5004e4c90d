"""What shows where the old garment is gone and the new one does not reach.

Ours, from back to front: background, the lower garment drawn upwards, skin of chest and shoulders,
legs, arms.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np

from gpvton.conditions.body_parts import torso_outline
from gpvton.conditions.pushpull import push_pull
from gpvton.domain.labels import PersonLabel as P
from gpvton.dressing.background import background_fill
from gpvton.dressing.limbs import bare_alpha, bare_colour, plausible_skin
from gpvton.dressing.scene import Scene, extent, largest, soft
from gpvton.geometry.dilation import grown

_FEET = (P.LEFT_SHOE, P.RIGHT_SHOE, P.LEFT_LEG, P.RIGHT_LEG, P.SOCKS)
_THIN = 0.02  # share of a coat that is not seen
LOWER_LABELS = (P.LEFT_PANTS, P.RIGHT_PANTS, P.SKIRT, P.BELT)


@dataclass(frozen=True, kw_only=True)
class Uncovered:
    """The photo without the old garment.

    colour: float32 (h, w, 3) in [0, 255].  changed: float32 (h, w), 1 where it is not the photo.
    """

    colour: np.ndarray
    changed: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Coat:
    """One thing that shows where the old garment was, over the background and earlier coats.

    alpha: (h, w) in [0, 1].  colour: makes float32 (h, w, 3) in [0, 255]; None keeps the photo
    where alpha is set.
    """

    alpha: np.ndarray
    colour: Callable[[], np.ndarray] | None


def uncover(scene: Scene, reach: Mapping[str, float]) -> Uncovered:
    """Takes the old garment off.

    reach: part to the share of the limb that its new sleeve or leg covers; no skin is drawn there.
    """
    filled = scene.once("filled", lambda: _painted(scene, _background(scene), coats(scene)[0]))
    filled = _painted(scene, filled, _arms(scene, reach))
    changed = _changed(scene)
    there, colour = extent(changed), scene.pixels.astype(np.float32)
    alpha = changed[there][..., None]
    colour[there] = colour[there] * (1 - alpha) + filled[there] * alpha
    return Uncovered(colour=colour, changed=changed)


def photo_stays(scene: Scene, reach: Mapping[str, float]) -> np.ndarray:
    """Where the photo stays in the old garment's place: bool (h, w).

    What the garment hides is unknown there, or the photo shows the background already.
    """
    stays = scene.once_seen("background shows", scene.hips, lambda: _background_shows(scene))
    for coat in (*coats(scene)[0], *_arms(scene, reach)):
        stays = (stays | (coat.alpha > 0)) if coat.colour is None else stays & (coat.alpha < _THIN)
    return stays


def _background_shows(scene: Scene) -> np.ndarray:
    away = _changed(scene)[..., None]
    return largest(away * np.abs(_background(scene) - scene.pixels)) < 0.5


def coats(scene: Scene) -> tuple[tuple[Coat, ...], tuple[str, ...]]:
    """Everything but background and arms, from back to front; and warnings, plain sentences."""
    return scene.once("coats", lambda: _coats(scene))


def _coats(scene: Scene) -> tuple[tuple[Coat, ...], tuple[str, ...]]:
    old = old_garment(scene)
    warnings: list[str] = []
    found = [coat for made in (_drawn_lower, _chest, _legs) for coat in made(scene, old, warnings)]
    return tuple(found), tuple(warnings)


def _painted(scene: Scene, filled: np.ndarray, coats: Iterable[Coat]) -> np.ndarray:
    for coat in coats:
        there = extent(coat.alpha)
        alpha, under = coat.alpha[there][..., None], filled[there]
        filled = filled.copy()
        if coat.colour is None:
            filled[there] = np.where(alpha, scene.pixels[there], under)
        elif alpha.size:
            filled[there] = under * (1 - alpha) + coat.colour()[there] * alpha
    return filled


def _changed(scene: Scene) -> np.ndarray:
    """How far the old garment and its edge are taken off: float32 (h, w) in [0, 1]."""
    return scene.once_seen("changed", scene.hips, lambda: _around_old(scene))


def _around_old(scene: Scene) -> np.ndarray:
    old = old_garment(scene)
    edge = grown(old, max(0.012 * scene.body.span, 1.5))
    kept = np.isin(scene.parsing, tuple(scene.row.front)) | ((scene.parsing != P.BACKGROUND) & ~old)
    region = (edge & ~kept) | old
    return soft(region, 0.7) * region


def old_garment(scene: Scene) -> np.ndarray:
    """What is taken off: bool (h, w)."""
    old = np.isin(scene.parsing, tuple(scene.row.replaced))
    if P.DRESS_TORSO in scene.row.replaced and P.SKIRT not in scene.row.replaced:
        # a new top over a dress: the dress stays below the hips
        below = below_hips(scene)
        old &= ~(scene.shows(P.DRESS_TORSO) & below)
    return old


def below_hips(scene: Scene) -> np.ndarray:
    """Half plane below the hip joints: bool (h, w)."""
    rows, columns = np.mgrid[: scene.size[0], : scene.size[1]]
    hip, up = scene.body.points["mid_hip"], scene.body.up
    return (columns - hip[0]) * up[0] + (rows - hip[1]) * up[1] < 0.15 * scene.body.span


def _background(scene: Scene) -> np.ndarray:
    return scene.once_seen("background", scene.hips, lambda: _filled_background(scene))


def _filled_background(scene: Scene) -> np.ndarray:
    person = grown(scene.parsing != P.BACKGROUND, max(0.03 * scene.body.span, 2))
    return background_fill(scene.pixels, ~person, max(0.08 * scene.body.span, 2.0))


def torso(scene: Scene) -> np.ndarray:
    """Trunk from shoulders to hips, between the joints: bool (h, w)."""
    canvas = np.zeros(scene.size, np.uint8)
    cv2.fillPoly(canvas, [np.rint(torso_outline(scene.body)).astype(np.int32)], 1)
    return canvas.astype(bool)


def _drawn_lower(scene: Scene, old: np.ndarray, warnings: list[str]) -> list[Coat]:
    """The lower garment's colours drawn up under where the old top's hem was."""
    if set(LOWER_LABELS) & set(scene.row.replaced):
        return []
    shown = scene.shows(*LOWER_LABELS)
    place = grown(old, 0.015 * scene.body.span) & hips_and_legs(scene, shown)
    if shown.sum() < 100:
        below = place & below_hips(scene)
        if below.any():
            warnings.append(
                "what is worn below the hips does not show, so the old garment is kept there"
            )
        return [Coat(alpha=below, colour=None)]

    def drawn() -> np.ndarray:
        core = cv2.erode(shown.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32)
        return push_pull(scene.pixels.astype(np.float32), core)

    return [Coat(alpha=soft(place, 1.0), colour=drawn)]


def hips_and_legs(scene: Scene, shown: np.ndarray) -> np.ndarray:
    """Where the lower garment must be under a long top: hips, and legs as far as it shows."""
    body = scene.body
    hip, across, up = body.points["mid_hip"], body.across, body.up
    y, x = np.mgrid[: scene.size[0], : scene.size[1]]
    aside = (x - hip[0]) * across[0] + (y - hip[1]) * across[1]
    place = torso(scene)
    height = (x - hip[0]) * up[0] + (y - hip[1]) * up[1]
    if shown.sum() >= 100 and np.percentile(height[shown], 95) > -0.4 * body.span:
        upper = shown & (height >= np.percentile(height[shown], 75))
        first, last = np.percentile(aside[upper], (1, 99))
        first, last = min(first, -0.40 * body.span), max(last, 0.40 * body.span)
        return place & (aside > first) & (aside < last)
    for side in ("left", "right"):
        field = scene.limb("leg", side)
        half = np.interp(field.share, (0.0, 1.0, 2.0), (0.31, 0.21, 0.15)) * body.span
        place |= field.distance < half
    return place


def _chest(scene: Scene, old: np.ndarray, warnings: list[str]) -> list[Coat]:
    """Skin of neck, chest and shoulders, drawn on from the neck and face."""
    if P.NECK not in scene.row.hidden:
        return []
    if "neck" not in scene.skin:
        warnings.append("no skin shows, so nothing is drawn where the new neckline is lower")
        return [Coat(alpha=upper_chest(scene), colour=None)]

    def drawn() -> np.ndarray:
        skin = scene.shows(P.NECK, P.LEFT_ARM, P.RIGHT_ARM) & plausible_skin(scene)
        known = cv2.erode(skin.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32)
        tone = np.broadcast_to(scene.skin["neck"], (*scene.size, 3)).astype(np.float32)
        if known.sum() <= 60:
            return tone
        pulled = push_pull(scene.pixels.astype(np.float32), known)
        pulled = cv2.GaussianBlur(pulled, (0, 0), max(0.04 * scene.body.span, 1.0))
        return 0.6 * pulled + 0.4 * tone

    return [Coat(alpha=soft(old & upper_chest(scene), 1.0), colour=drawn)]


def upper_chest(scene: Scene) -> np.ndarray:
    """Torso from the neck to below the armpits, and between neck and shoulders: bool (h, w)."""
    rows, columns = np.mgrid[: scene.size[0], : scene.size[1]]
    neck, up = scene.body.points["neck"], scene.body.up
    depth = -((columns - neck[0]) * up[0] + (rows - neck[1]) * up[1])
    return (torso(scene) & (depth < 0.62 * scene.body.span)) | _shoulder_slopes(scene)


def _shoulder_slopes(scene: Scene) -> np.ndarray:
    """Between what shows of the neck and the shoulders: bool (h, w)."""
    canvas = np.zeros(scene.size, np.uint8)
    neck = np.argwhere(scene.shows(P.NECK))[:, ::-1]
    if len(neck):
        joints = [scene.body.limb("arm", side)[0] for side in ("left", "right")]
        hull = cv2.convexHull(np.rint(np.concatenate([neck, joints])).astype(np.int32))
        cv2.fillConvexPoly(canvas, hull, 1)
    return canvas.astype(bool)


def _arms(scene: Scene, reach: Mapping[str, float]) -> list[Coat]:
    """Shoulders and arms under the old sleeves; what lies in front of the torso comes later."""
    if P.LEFT_ARM not in scene.row.hidden:
        return []
    found = []
    for side in ("right", "left"):
        alpha = bare_alpha(scene, "arm", side)
        if alpha is not None:
            below = scene.limb("arm", side).share > reach.get(side, 0.0) - 0.05
            found.append(Coat(alpha=alpha * below, colour=partial(bare_colour, scene, "arm", side)))
    return found


def _legs(scene: Scene, old: np.ndarray, warnings: list[str]) -> list[Coat]:
    """Bare legs where trousers or a skirt hid them."""
    if P.LEFT_LEG not in scene.row.hidden or not old.any():
        return []
    if "torso" in scene.row.motion and scene.shows(*_FEET).sum() < 0.05 * scene.body.span**2:
        warnings.append("the feet do not show, so what covers the legs is kept under the dress")
        return [Coat(alpha=old & below_hips(scene), colour=None)]
    found = []
    for side in ("right", "left"):
        alpha = bare_alpha(scene, "leg", side)
        if alpha is None:
            warnings.append("no skin shows, so the old garment is kept over the legs")
            return [Coat(alpha=old, colour=None)]
        found.append(Coat(alpha=alpha, colour=partial(bare_colour, scene, "leg", side)))
    return found
