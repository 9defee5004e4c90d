"""A garment that somebody wears, cut out of the photo and laid flat.

Ours: the geometric flow lays a plain flat garment on the wearer; its meshes, turned round, lay the
worn one on that flat.  What hair, hands, arms or bags hide comes mirrored from the other side
where that shows it, else it is filled in smoothly.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from gpvton.analysis.bare_skin import on_skin
from gpvton.analysis.decode import largest_part
from gpvton.analysis.garment_view import garment_notices
from gpvton.conditions.pushpull import push_pull
from gpvton.domain.annotations import Facing, GarmentAnnotation, PersonAnnotation
from gpvton.domain.errors import GarmentError, PersonError
from gpvton.domain.images import Photo
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.notices import Notice, NoticeKind
from gpvton.domain.parts import PART_NAMES, PART_TABLE, Category
from gpvton.geometry.body import Body, body_from
from gpvton.geometry.canonical import canonical_garment
from gpvton.geometry.dilation import disc, grown
from gpvton.geometry.mesh import Mesh, rasterise
from gpvton.geometry.part_flow import part_meshes
from gpvton.geometry.silhouette import parts_from_mask

_SLEEVES = {
    "left": (P.UPPER_LEFT_SLEEVE, P.COAT_LEFT_SLEEVE, P.DRESS_LEFT_SLEEVE),
    "right": (P.UPPER_RIGHT_SLEEVE, P.COAT_RIGHT_SLEEVE, P.DRESS_RIGHT_SLEEVE),
}
_TORSO = (P.UPPER_TORSO, P.COAT_TORSO, P.DRESS_TORSO)
_BEFORE = (P.HAIR, P.FACE, P.GLOVE, P.BAG, P.SCARF)
_ARMS = (P.LEFT_ARM, P.RIGHT_ARM, *_SLEEVES["left"], *_SLEEVES["right"])
_SIDES = {Facing.FRONT: Facing.FRONT, Facing.BACK: Facing.BACK}
_LEAST = 0.005  # share of the photo that a garment covers at least
_MUCH = 0.05  # share that was hidden from which on the user is told
_FINE = 1.15  # pixels of the flat per pixel of the photo
_LARGEST = 240.0  # pixels a span
_AROUND = {"torso": 0.25, "skirt": 0.15, "sleeve": 0.15, "leg": 0.12}
"""Spans around a part of the plain flat within which the worn one is believed."""
_SEAM = 0.3  # spans
_THIN = {"torso": 0.02, "skirt": 0.03, "sleeve": 0.04, "leg": 0.05}
"""Half of the width in spans below which a piece of a part is taken for a slip of the parsing."""


WORN = 0.5
"""Probability of being worn from which on a garment is laid flat."""


def laid_flat(
    photo: Photo,
    seen: GarmentAnnotation,
    category: Category | None,
    analyse: Callable[[np.ndarray], PersonAnnotation],
) -> tuple[Photo, GarmentAnnotation]:
    """The garment of a photo of somebody as a picture of its own, with its annotation.

    seen: what the garment analyst says of the photo.  category: which garment; None: as seen.
    Both come back as they were, with a warning, where the wearer cannot be read.
    """
    wanted = category or seen.category
    opaque = photo.on_white()
    try:
        person = analyse(opaque.pixels)
        flat = lay_flat(opaque.pixels, person, wanted)
    except (PersonError, GarmentError) as error:
        text = f"the worn garment could not be laid flat ({error})"
        return photo, replace(seen, warnings=(*seen.warnings, Notice(NoticeKind.WORN, text)))
    text = "somebody wears this garment: it was cut out and laid flat"
    if flat.hidden > _MUCH:
        text += f"; {flat.hidden:.0%} of it was hidden and is filled in"
    side = _SIDES.get(person.view.facing, seen.side)
    annotation = replace(
        flat.annotation,
        category_scores=seen.category_scores,
        type_scores=seen.type_scores,
        worn=seen.worn,
        side=side,
        warnings=(
            Notice(NoticeKind.WORN, text),
            *garment_notices(replace(seen, worn=0, side=side)),
        ),
    )
    return Photo(pixels=flat.pixels, alpha=flat.alpha, name=photo.name), annotation


@dataclass(frozen=True, kw_only=True)
class LaidFlat:
    """pixels: uint8 (h, w, 3), white around the garment.  alpha: uint8 (h, w), soft at the edge.
    annotation: of that picture.  hidden: share of the garment that the photo does not show.
    """

    pixels: np.ndarray
    alpha: np.ndarray
    annotation: GarmentAnnotation
    hidden: float


def lay_flat(pixels: np.ndarray, person: PersonAnnotation, category: Category) -> LaidFlat:
    """The garment of that category that the person wears.

    Kinds of tops are taken together, since the analyst mixes them; so are trousers and skirts.
    Raises PersonError where the body cannot be read, and GarmentError where no such garment shows
    or it cannot be laid without folding over.
    """
    legs = _has_legs(person.parsing)
    body = body_from(person)
    shown, hiding = _masks(person.parsing, category, body)
    if int(np.any(list(shown.values()), axis=0).sum()) < _LEAST * person.parsing.size:
        raise GarmentError(f"the person in the photo wears no {category} garment that shows")
    for name, mask in shown.items():
        shown[name] = mask & ~on_skin(pixels, person.parsing, mask, 0.3 * body.span)
    unit = float(np.clip(_FINE * body.span, 40.0, _LARGEST))
    paper = canonical_garment(category, unit, legs)
    meshes = part_meshes(paper, category, body, person.parsing)
    size = paper.parsing.shape
    colour = np.zeros((*size, 3), np.float32)
    pure, alpha, hidden = (np.zeros(size, np.float32) for _ in range(3))
    part = np.zeros(size, np.uint8)
    row = PART_TABLE[category]
    for index in (1, 0, 2):  # sleeves lie on the torso
        name, motion = PART_NAMES[index], row.motion[index]
        area = np.isin(paper.parsing, tuple(row.flat[index]))
        near = grown(area, _AROUND[motion] * unit)
        for mesh in meshes.meshes.get(name, ()):
            back = rasterise(Mesh(target=mesh.source, source=mesh.target), *size)
            back[:, ~near] = np.nan
            drawn = _drawn(pixels, back, shown[name], hiding[name])
            seen = _solid(drawn.seen, _THIN[motion] * unit)
            over = np.minimum(drawn.pure, seen)
            colour = np.where((over > 0.5)[..., None], drawn.colour, colour)
            pure = np.maximum(pure, over)
            part[seen > 0.5] = index + 1
            hidden = np.maximum(hidden, drawn.hidden * area)
            alpha = np.maximum(alpha, seen)
    hidden *= alpha < 0.5
    colour, whole = _completed(colour, pure, alpha, hidden)
    return _cropped(colour, whole, alpha, part, category, legs)


def _solid(seen: np.ndarray, half: float) -> np.ndarray:
    """What is seen, float32 (h, w), without pieces thinner than twice `half` pixels."""
    hard = (seen > 0.5).astype(np.uint8)
    core = cv2.morphologyEx(hard, cv2.MORPH_OPEN, disc(half))
    return seen * cv2.dilate(core, disc(2))


def _has_legs(parsing: np.ndarray) -> bool:
    trousers = np.isin(parsing, (P.LEFT_PANTS, P.RIGHT_PANTS))
    return int(trousers.sum()) >= int((parsing == P.SKIRT).sum())


def _masks(
    parsing: np.ndarray, category: Category, body: Body
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Per part: where the photo shows it, and where something else may hide it, bool (h, w)."""
    sides = ("right", "left") if body.back else ("left", "right")
    if category is Category.LOWER:
        trousers = {"left": (P.LEFT_PANTS,), "right": (P.RIGHT_PANTS,)}
        cover = np.isin(parsing, (*_BEFORE, *_ARMS))
        skirt = np.isin(parsing, (P.SKIRT, P.LEFT_PANTS, P.RIGHT_PANTS))
        shown = {"middle": skirt}
        for name, side in zip(("left", "right"), sides, strict=True):
            # a skirt's label on trousers is a slip; it goes to both legs
            shown[name] = np.isin(parsing, (*trousers[side], P.SKIRT))
        return shown, dict.fromkeys(PART_NAMES, cover)
    torso = _TORSO
    if category is Category.DRESS:
        torso = (*torso, P.SKIRT, P.LEFT_PANTS, P.RIGHT_PANTS, P.BELT)
    before = np.isin(parsing, _BEFORE)
    sleeves = {
        name: np.isin(parsing, _SLEEVES[side])
        for name, side in zip(("left", "right"), sides, strict=True)
    }
    middle = np.isin(parsing, torso)
    seam = _around_shoulders(body, parsing.shape)  # where labels and meshes part differently
    shown: dict[str, np.ndarray] = {name: mask | (middle & seam) for name, mask in sleeves.items()}
    shown["middle"] = middle | ((sleeves["left"] | sleeves["right"]) & seam)
    arms = before | np.isin(parsing, _ARMS)
    return shown, {"left": before, "right": before, "middle": arms}


def _around_shoulders(body: Body, size: tuple[int, ...]) -> np.ndarray:
    """Bool (h, w): within about the shoulder's width of a shoulder joint."""
    found = np.zeros(size, np.uint8)
    for side in ("left", "right"):
        x, y = body.points[f"{side}_shoulder"]
        cv2.circle(found, (round(x), round(y)), max(round(_SEAM * body.span), 1), 1, -1)
    return found > 0


@dataclass(frozen=True, kw_only=True)
class _Drawn:
    """A part on the flat: colour float32 (h, w, 3) where `pure`; float32 (h, w) in [0, 1]: how far
    it shows, and how far something hides it.
    """

    colour: np.ndarray
    pure: np.ndarray
    seen: np.ndarray
    hidden: np.ndarray


def _drawn(pixels: np.ndarray, back: np.ndarray, shown: np.ndarray, hiding: np.ndarray) -> _Drawn:
    """back: float32 (2, h, w), places of the photo, NaN where there is none."""
    x, y = (np.nan_to_num(axis, nan=-9.0) for axis in back)

    def fetched(values: np.ndarray) -> np.ndarray:
        return cv2.remap(values, x, y, cv2.INTER_LINEAR, borderValue=(0.0, 0.0, 0.0))

    # the outermost pixels are mixed with what lies behind them
    pure = cv2.erode(shown.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(np.float32)
    colour, weight = fetched(pixels * pure[..., None]), fetched(pure)
    return _Drawn(
        colour=colour / np.maximum(weight, 1e-3)[..., None],
        pure=weight,
        seen=fetched(shown.astype(np.float32)),
        hidden=fetched(hiding.astype(np.float32)),
    )


def _completed(
    colour: np.ndarray, pure: np.ndarray, alpha: np.ndarray, hidden: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Colour and alpha with what was hidden: mirrored, where the other side shows it, or smooth."""
    borrowed = (hidden > 0.5) & (alpha < 0.5) & (alpha[:, ::-1] > 0.5)
    known = np.where(borrowed, alpha[:, ::-1], alpha)
    mixed = np.where(borrowed[..., None], colour[:, ::-1], colour)
    solid = largest_part(known > 0.5, 5).astype(np.uint8)
    closed = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, disc(0.008 * max(alpha.shape)))
    whole = _without_holes(closed > 0)
    soft = cv2.GaussianBlur(whole.astype(np.float32), (0, 0), 1.0)
    certain = np.where(borrowed, pure[:, ::-1], pure) * whole
    return push_pull(mixed, (certain > 0.5).astype(np.float32)), soft


def _without_holes(mask: np.ndarray) -> np.ndarray:
    around = np.pad(~mask, 1, constant_values=True).astype(np.uint8)
    cv2.floodFill(around, None, (0, 0), 2)
    return around[1:-1, 1:-1] != 2


def _cropped(
    colour: np.ndarray,
    whole: np.ndarray,
    seen: np.ndarray,
    part: np.ndarray,
    category: Category,
    legs: bool,
) -> LaidFlat:
    rows, columns = np.nonzero(whole > 0.5)
    if len(rows) < 64:
        raise GarmentError("too little of the garment shows to lay it flat")
    edge = max(round(0.06 * max(np.ptp(rows), np.ptp(columns))), 4)
    box = [np.array([v.min() - edge, v.max() + 1 + edge]) for v in (rows, columns)]
    (top, bottom), (left, right) = (
        b.clip(0, side).tolist() for b, side in zip(box, whole.shape, strict=True)
    )
    inside = (slice(top, bottom), slice(left, right))
    mask, hint = whole[inside], np.zeros(whole[inside].shape, np.uint8)
    row = PART_TABLE[category]
    for index, labels in enumerate(row.flat, start=1):
        hint[part[inside] == index] = min(labels)
    lower = category is Category.LOWER
    parsing, landmarks = parts_from_mask(
        mask, category, legs=legs if lower else None, hint=None if lower else hint
    )
    pixels = colour[inside] * mask[..., None] + 255 * (1 - mask[..., None])
    annotation = GarmentAnnotation(
        mask=mask, parsing=parsing, category=category, landmarks=landmarks
    )
    solid = mask > 0.5
    return LaidFlat(
        pixels=np.clip(pixels, 0, 255).round().astype(np.uint8),
        alpha=(mask * 255).round().astype(np.uint8),
        annotation=annotation,
        hidden=float((seen[inside][solid] < 0.5).mean()),
    )
