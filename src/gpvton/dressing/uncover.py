"""What shows where the old garment is gone and the new one does not reach.

Ours, from back to front: background, the lower garment drawn upwards, skin of chest and shoulders,
legs, arms.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from gpvton.conditions.body_parts import torso_outline
from gpvton.conditions.pushpull import push_pull
from gpvton.domain.labels import PersonLabel as P
from gpvton.dressing.background import background_fill
from gpvton.dressing.limbs import bare_limb, plausible_skin
from gpvton.dressing.scene import Scene, soft
from gpvton.geometry.dilation import grown

_FEET = (P.LEFT_SHOE, P.RIGHT_SHOE, P.LEFT_LEG, P.RIGHT_LEG, P.SOCKS)
LOWER_LABELS = (P.LEFT_PANTS, P.RIGHT_PANTS, P.SKIRT, P.BELT)


@dataclass(frozen=True, kw_only=True)
class Uncovered:
    """The photo without the old garment.

    colour: float32 (h, w, 3) in [0, 255].  changed: float32 (h, w), 1 where it is not the photo.
    warnings: plain sentences.
    """

    colour: np.ndarray
    changed: np.ndarray
    warnings: tuple[str, ...]


def uncover(scene: Scene, reach: Mapping[str, float]) -> Uncovered:
    """Takes the old garment off.

    reach: part to the share of the limb that its new sleeve or leg covers; no skin is drawn there.
    """
    base = scene.once("uncovered", lambda: _without_arms(scene))
    filled = _arms(scene, base.colour, reach)
    alpha = base.changed[..., None]
    return Uncovered(
        colour=scene.pixels * (1 - alpha) + filled * alpha,
        changed=base.changed,
        warnings=base.warnings,
    )


def _without_arms(scene: Scene) -> Uncovered:
    """What fills the old garment's place, without arms; `colour` is not blended yet."""
    old = old_garment(scene)
    warnings: list[str] = []
    edge = grown(old, max(0.012 * scene.body.span, 1.5))
    kept = np.isin(scene.parsing, tuple(scene.row.front)) | ((scene.parsing != P.BACKGROUND) & ~old)
    region = (edge & ~kept) | old
    filled = _background(scene)
    for paint in (_drawn_lower, _chest, _legs):
        filled = paint(scene, old, filled, warnings)
    return Uncovered(colour=filled, changed=soft(region, 0.7) * region, warnings=tuple(warnings))


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
    person = grown(scene.parsing != P.BACKGROUND, max(0.03 * scene.body.span, 2))
    return background_fill(scene.pixels, ~person, max(0.08 * scene.body.span, 2.0))


def torso(scene: Scene) -> np.ndarray:
    """Trunk from shoulders to hips, between the joints: bool (h, w)."""
    canvas = np.zeros(scene.size, np.uint8)
    cv2.fillPoly(canvas, [np.rint(torso_outline(scene.body)).astype(np.int32)], 1)
    return canvas.astype(bool)


def _drawn_lower(
    scene: Scene, old: np.ndarray, filled: np.ndarray, warnings: list[str]
) -> np.ndarray:
    """The lower garment's colours drawn up under where the old top's hem was."""
    if set(LOWER_LABELS) & set(scene.row.replaced):
        return filled
    shown = scene.shows(*LOWER_LABELS)
    place = grown(old, 0.015 * scene.body.span) & hips_and_legs(scene, shown)
    if shown.sum() < 100:
        below = place & below_hips(scene)
        if below.any():
            warnings.append(
                "what is worn below the hips does not show, so the old garment is kept there"
            )
        return np.where(below[..., None], scene.pixels, filled).astype(np.float32)
    core = cv2.erode(shown.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32)
    drawn = push_pull(scene.pixels.astype(np.float32), core)
    alpha = soft(place, 1.0)[..., None]
    return filled * (1 - alpha) + drawn * alpha


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


def _chest(scene: Scene, old: np.ndarray, filled: np.ndarray, warnings: list[str]) -> np.ndarray:
    """Skin of neck, chest and shoulders, drawn on from the neck and face."""
    if P.NECK not in scene.row.hidden:
        return filled
    if "neck" not in scene.skin:
        warnings.append("no skin shows, so nothing is drawn where the new neckline is lower")
        return np.where(upper_chest(scene)[..., None], scene.pixels, filled).astype(np.float32)
    skin = scene.shows(P.NECK, P.LEFT_ARM, P.RIGHT_ARM)
    skin &= plausible_skin(scene)
    known = cv2.erode(skin.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32)
    drawn = np.broadcast_to(scene.skin["neck"], filled.shape).astype(np.float32)
    if known.sum() > 60:
        pulled = push_pull(scene.pixels.astype(np.float32), known)
        pulled = cv2.GaussianBlur(pulled, (0, 0), max(0.04 * scene.body.span, 1.0))
        drawn = 0.6 * pulled + 0.4 * drawn
    alpha = soft(old & upper_chest(scene), 1.0)[..., None]
    return filled * (1 - alpha) + drawn * alpha


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


def _arms(scene: Scene, filled: np.ndarray, reach: Mapping[str, float]) -> np.ndarray:
    """Shoulders and arms under the old sleeves; what lies in front of the torso comes later."""
    if P.LEFT_ARM not in scene.row.hidden:
        return filled
    for side in ("right", "left"):
        painted = bare_limb(scene, "arm", side)
        if painted is not None:
            below = scene.limb("arm", side).share > reach.get(side, 0.0) - 0.05
            filled = _laid_over(filled, painted[0], painted[1] * below)
    return filled


def _legs(scene: Scene, old: np.ndarray, filled: np.ndarray, warnings: list[str]) -> np.ndarray:
    """Bare legs where trousers or a skirt hid them."""
    if P.LEFT_LEG not in scene.row.hidden or not old.any():
        return filled
    if "torso" in scene.row.motion and scene.shows(*_FEET).sum() < 0.05 * scene.body.span**2:
        warnings.append("the feet do not show, so what covers the legs is kept under the dress")
        below = old & below_hips(scene)
        return np.where(below[..., None], scene.pixels, filled).astype(np.float32)
    for side in ("right", "left"):
        painted = bare_limb(scene, "leg", side)
        if painted is None:
            warnings.append("no skin shows, so the old garment is kept over the legs")
            return np.where(old[..., None], scene.pixels, filled).astype(np.float32)
        filled = _laid_over(filled, *painted)
    return filled


def _laid_over(filled: np.ndarray, colour: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    return filled * (1 - alpha[..., None]) + colour * alpha[..., None]
