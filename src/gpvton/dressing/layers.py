"""What lies over what: torso, arms, sleeves, hands, hair, and the garments that stay.

Ours.  Layers are blended from back to front: photo without the old garment, garment behind,
torso or skirt, arms in front of it, sleeves, then everything of the photo that was in front of the
old garment.
"""

from dataclasses import dataclass, replace

import numpy as np

from gpvton.conditions.palms import palm_mask
from gpvton.domain.fit import Fit
from gpvton.domain.labels import PersonLabel as P
from gpvton.dressing.limbs import bare_alpha, bare_colour
from gpvton.dressing.scene import Scene, extent, soft, without_specks
from gpvton.dressing.warp import WarpedPart
from gpvton.geometry.part_flow import limb_mask

_TRUNK = (P.UPPER_TORSO, P.DRESS_TORSO, P.COAT_TORSO)
_COVERED = {"hair": {P.HAIR}, "hands": {P.GLOVE}, "bag": {P.BAG}}


@dataclass(frozen=True, kw_only=True)
class Layer:
    """colour: float32 (h, w, 3) in [0, 255], not premultiplied.  alpha: float32 (h, w)."""

    colour: np.ndarray
    alpha: np.ndarray


@dataclass(frozen=True, kw_only=True)
class ArmCover:
    """A bare arm in front of the new torso, float32 (h, w) in [0, 1] each.

    shown: how far it is as the photo shows it.  painted: how far it is painted beside that; None
    where nothing is.  alpha: how far both lie over the garment.
    """

    shown: np.ndarray
    painted: np.ndarray | None
    alpha: np.ndarray


def over(canvas: np.ndarray, layer: Layer) -> np.ndarray:
    """`layer` laid over `canvas`, float32 (h, w, 3)."""
    there, out = extent(layer.alpha), canvas.copy()
    alpha = layer.alpha[there][..., None]
    out[there] = canvas[there] * (1.0 - alpha) + layer.colour[there] * alpha
    return out


def arm_behind(scene: Scene, side: str) -> bool:
    """Whether the forearm is hidden by the trunk, as with hands behind the back."""
    return scene.once(("behind", side), lambda: _arm_behind(scene, side))


def _arm_behind(scene: Scene, side: str) -> bool:
    parsing, body = scene.work_parsing(), scene.work_body()
    line = body.limb("arm", side)
    shares = np.linspace(0.1, 0.9, 12)[:, None]
    places = np.vstack(
        [line[0] + shares * (line[1] - line[0]), line[1] + shares * (line[2] - line[1])]
    )
    columns = np.rint(places[:, 0]).astype(int)
    rows = np.rint(places[:, 1]).astype(int)
    inside = (rows >= 0) & (rows < parsing.shape[0]) & (columns >= 0) & (columns < parsing.shape[1])
    if not inside.any():
        return False
    rows, columns = rows[inside], columns[inside]
    trunk = np.isin(parsing[rows, columns], _TRUNK)
    arm = limb_mask(parsing, "arm", side, body.back)[rows, columns]
    return bool(trunk.sum() > max(arm.sum(), 4))


def arm_cover(
    scene: Scene, side: str, reach: float, fit: Fit | None = None
) -> tuple[ArmCover, str | None]:
    """The bare arm that lies in front of the new torso.

    reach: share of the arm that the new sleeve covers, 0 without sleeve.  The second value is a
    warning when the arm's skin colour is unknown; the old sleeve is then kept.
    """
    cover, warning = _whole_arm(scene, side, reach)
    if fit is None:
        return cover, warning
    return replace(cover, alpha=cover.alpha * (1.0 - _given_way(scene, fit))), warning


def arm_layer(scene: Scene, side: str, cover: ArmCover) -> Layer:
    """The colours of `cover`, of the same scene and side."""
    colour = scene.pixels.astype(np.float32)
    if cover.painted is not None:
        there = extent(cover.alpha)
        tone = bare_colour(scene, "arm", side)[there]
        shown, painted = cover.shown[there][..., None], cover.painted[there][..., None]
        mixed = colour[there] * shown + tone * painted
        colour[there] = mixed / np.maximum(shown + painted, 1e-4)
    return Layer(colour=colour, alpha=cover.alpha)


def _given_way(scene: Scene, fit: Fit) -> np.ndarray:
    """Where arms and hands lie under the garment by the user's wish: float32 (h, w)."""
    under = np.zeros(scene.size, bool)
    if "hands" in fit.in_front_of:
        under |= _palms(scene)
    if fit.free is not None:
        under |= scene.crop(fit.free)
    return soft(under, 0.7) if under.any() else under.astype(np.float32)


def _whole_arm(scene: Scene, side: str, reach: float) -> tuple[ArmCover, str | None]:
    field = scene.limb("arm", side)
    arm = limb_mask(scene.parsing, "arm", side, scene.body.back)
    skin = arm & ~np.isin(scene.parsing, tuple(scene.row.replaced))
    skin = without_specks(skin, 0.004 * scene.body.span**2)
    sleeve = arm & ~skin
    start = max(reach - 0.10, 0.30)
    front = np.clip((field.share - start) / 0.12 + 0.5, 0.0, 1.0)
    alpha = soft(skin, 0.6) * skin * front
    if arm_behind(scene, side):
        return ArmCover(shown=alpha, painted=None, alpha=alpha * skin), None
    cover = bare_alpha(scene, "arm", side)
    if cover is None:
        if not sleeve.any() or reach > 1.9:
            return ArmCover(shown=alpha, painted=None, alpha=alpha), None
        kept = sleeve & (field.share > reach)
        alpha = np.maximum(alpha, soft(kept, 0.6) * kept)
        return (
            ArmCover(shown=alpha, painted=None, alpha=alpha),
            "no skin shows, so the old sleeve is kept where the new one is shorter",
        )
    cover = cover * front * (1.0 - alpha)
    return ArmCover(shown=alpha, painted=cover, alpha=alpha + cover), None


def front_mask(scene: Scene, fit: Fit | None = None, tucked: bool | None = None) -> np.ndarray:
    """What of the photo lies over the new garment: float32 (h, w).

    Hair, face, what is carried, the hands, and, with a lower garment, the top unless it is
    `tucked` in; except for what `fit` puts under the garment, and with what it keeps.
    """
    fit = fit or Fit()
    covered = {label for name in fit.in_front_of for label in _COVERED[name]}
    if tucked and scene.row.takes_in:
        covered |= {P.UPPER_TORSO}
    front = np.isin(scene.parsing, tuple(scene.row.front - covered))
    if "hands" in fit.in_front_of:
        front &= ~_palms(scene)
    else:
        front = front | _palms(scene)
    if fit.free is not None:
        front &= ~scene.crop(fit.free)
    front = without_specks(front, 0.006 * scene.body.span**2)
    if fit.keep is not None:
        front |= scene.crop(fit.keep)
    return soft(front, 0.7)


def _palms(scene: Scene) -> np.ndarray:
    return scene.once("palms", lambda: palm_mask(scene.parsing, scene.body))


def unpremultiplied(part: WarpedPart) -> np.ndarray:
    """The part's own colour, float32 (h, w, 3)."""
    return part.colour / np.maximum(part.alpha, 1e-3)[..., None]
