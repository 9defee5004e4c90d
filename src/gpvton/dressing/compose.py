"""Puts all layers together, from back to front."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gpvton.domain.fit import Fit
from gpvton.domain.parts import PART_NAMES
from gpvton.dressing.layers import (
    ArmCover,
    Layer,
    arm_behind,
    arm_cover,
    arm_layer,
    front_mask,
    over,
    unpremultiplied,
)
from gpvton.dressing.scene import Scene, extent, largest, soft
from gpvton.dressing.shading import contact_shadow, matched_grain, shade_map
from gpvton.dressing.tuck import is_tucked, lower_in_front
from gpvton.dressing.uncover import coats, old_garment, photo_stays, uncover
from gpvton.dressing.warp import WarpedPart
from gpvton.geometry.part_flow import limb_mask

_SIDES = ("right", "left")  # as they are laid


@dataclass(frozen=True, kw_only=True)
class Arranged:
    """What shows where, before anything is drawn; all at the crop's size.

    laid: alpha of each part as it is laid, float32 (3, h, w).  parts: the same as it shows, under
    arms.  whole: alpha of all of them as laid, float32 (h, w).  cloth: the parts as they were
    warped.  arms: side to the arm in front.  front: float32 (h, w), what of the photo lies over the
    garment.  kept: bool (h, w), where the photo stays although the old garment shows.
    """

    laid: np.ndarray
    parts: np.ndarray
    whole: np.ndarray
    cloth: Sequence[WarpedPart]
    arms: Mapping[str, ArmCover]
    front: np.ndarray
    kept: np.ndarray
    warnings: tuple[str, ...]

    @cached_property
    def plain(self) -> np.ndarray:
        """The garment's premultiplied RGBA in [0, 1] without light and shade: float32 (h, w, 4)."""
        return _layer_rgba([unpremultiplied(part) for part in self.cloth], self.parts)


@dataclass(frozen=True, kw_only=True)
class Composed:
    """colour: float32 (h, w, 3) in [0, 255], the crop's result.

    changed: bool (h, w), where it may differ from the photo.  garment: float32 (h, w, 4),
    premultiplied RGBA in [0, 1], in the photo's light.
    """

    colour: np.ndarray
    changed: np.ndarray
    garment: np.ndarray


_MIDDLE = PART_NAMES.index("middle")


def arrange(
    scene: Scene,
    parts: list[WarpedPart],
    reach: Mapping[str, float],
    tucked: bool | None,
    fit: Fit | None = None,
) -> Arranged:
    """Decides what of the warped parts, the photo and bare arms lies over what.

    parts: left, middle, right.  reach: part to the share of the limb its sleeve or leg covers.
    tucked, fit: see `dress`.
    """
    front = front_mask(scene, fit, tucked)
    laid = _visible(scene, parts, front, tucked)
    whole = 1.0 - np.prod(1.0 - laid, axis=0)
    warnings = [*_hidden(parts, whole), *coats(scene)[1]]
    shown, arms = laid.copy(), {}
    for side in _SIDES if "sleeve" in scene.row.motion else ():
        arms[side], warning = arm_cover(scene, side, reach.get(side, 0.0), fit)
        warnings += [warning] if warning else []
        shown[_MIDDLE] *= 1.0 - arms[side].alpha * (1.0 - laid[PART_NAMES.index(side)])
    kept = old_garment(scene) & photo_stays(scene, reach) & (whole < 0.5)
    if fit is not None and fit.keep is not None:
        kept |= scene.crop(fit.keep)
    return Arranged(
        laid=laid,
        parts=shown,
        whole=whole,
        cloth=parts,
        arms=arms,
        front=front,
        kept=kept,
        warnings=tuple(dict.fromkeys(warnings)),
    )


def draw(
    scene: Scene,
    parts: list[WarpedPart],
    arranged: Arranged,
    reach: Mapping[str, float],
    fit: Fit | None = None,
) -> Composed:
    """The arrangement drawn without a generator: skin, light, shadow and grain by rule.

    parts, reach, fit: as `arrange` got them.
    """
    base = uncover(scene, reach)
    laid, whole = arranged.laid, arranged.whole
    shade = _shaded(scene, parts, laid, whole)
    canvas = base.colour * _shadow(scene, whole)[..., None]
    changed = (base.changed > 0) | (whole > 0)
    canvas = over(canvas, Layer(colour=shade[_MIDDLE], alpha=laid[_MIDDLE]))
    for side in _SIDES:
        index = PART_NAMES.index(side)
        if side in arranged.arms:
            arm = arm_layer(scene, side, arranged.arms[side])
            canvas = over(canvas, arm)
            changed |= arm.alpha > 0
        canvas = over(canvas, Layer(colour=shade[index], alpha=laid[index]))
    canvas = over(canvas, Layer(colour=scene.pixels.astype(np.float32), alpha=arranged.front))
    changed = changed | (largest(np.abs(canvas - scene.pixels)) > 0.5)
    if fit is not None and fit.keep is not None:
        changed &= ~scene.crop(fit.keep)
    return Composed(colour=canvas, changed=changed, garment=_layer_rgba(shade, arranged.parts))


def _hidden(parts: list[WarpedPart], whole: np.ndarray) -> list[str]:
    there = sum(float(part.alpha.sum()) for part in parts)
    if float(whole.sum()) > 0.15 * there:
        return []
    return ["what the person wears over it hides the new garment almost entirely"]


def _visible(
    scene: Scene, parts: list[WarpedPart], front: np.ndarray, tucked: bool | None
) -> np.ndarray:
    alphas = np.stack([part.alpha for part in parts])
    alphas *= 1.0 - front
    if "sleeve" in scene.row.motion:
        for side in ("left", "right"):
            if arm_behind(scene, side):
                field = scene.limb("arm", side)
                trunk = ~limb_mask(scene.parsing, "arm", side, scene.body.back)
                hidden = trunk & (field.share > 0.7) & (parts[1].alpha > 0.5)
                alphas[PART_NAMES.index(side)] *= 1.0 - soft(hidden, 1.0)
    if scene.row.tuckable and (is_tucked(scene) if tucked is None else tucked):
        alphas[PART_NAMES.index("middle")] *= 1.0 - soft(lower_in_front(scene), 0.7)
    return alphas.astype(np.float32)


def _shaded(
    scene: Scene, parts: list[WarpedPart], alphas: np.ndarray, whole: np.ndarray
) -> list[np.ndarray]:
    """Colours of all parts with light, shade and grain, float32 (h, w, 3) each."""
    shade = shade_map(scene, whole)[..., None]
    span = scene.body.span
    done = []
    for index, part in enumerate(parts):
        colour = np.zeros_like(part.colour)
        there = extent(alphas[index], 1)  # one more, which the measure of grain looks at
        colour[there] = unpremultiplied(part.within(there)) * shade[there]
        over_it = [alphas[k] for k in (0, 2) if k != index] if index == 1 else []
        for alpha in over_it:
            colour[there] *= contact_shadow(alpha, span, 0.22)[there][..., None]
        done.append(matched_grain(scene, colour, alphas[index], there))
    return done


def _shadow(scene: Scene, whole: np.ndarray) -> np.ndarray:
    """Contact shadow of the garment on the body, none on the background."""
    person = soft(scene.parsing > 0, 1.0)
    return 1.0 - (1.0 - contact_shadow(whole, scene.body.span)) * person * (1.0 - whole)


def _layer_rgba(colours: list[np.ndarray], alphas: np.ndarray) -> np.ndarray:
    out = np.zeros((*alphas.shape[1:], 4), np.float32)
    for index in (1, 2, 0):
        there = extent(alphas[index])
        alpha = alphas[index][there][..., None]
        colour = np.concatenate([colours[index][there] / 255.0 * alpha, alpha], axis=2)
        out[there] = out[there] * (1.0 - alpha) + colour
    return np.clip(out, 0.0, 1.0, out=out)
