"""A worn garment laid flat: cut out of the photo, straightened by the inverse geometric flow.

Ours, for the paper's future work (section 5), training without pairs: photos of worn garments are
many, photos of the same garment lying flat are few.  A drawn flat garment, longer than any, says
where each place of a straightened garment shows on the body; what the photo shows there is the
garment.  Its ends are the worn garment's own, so sleeves and hem keep their lengths.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from gpvton.conditions.pushpull import push_pull
from gpvton.conditions.worn_classes import worn_parts
from gpvton.data.generator_degrade import shifted, smooth_shift
from gpvton.data.sources.annotations import garment_from_parsing
from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.errors import GarmentError
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import PART_NAMES, PART_TABLE, Category
from gpvton.geometry.body import body_from
from gpvton.geometry.mesh import Mesh, rasterise
from gpvton.geometry.part_flow import part_coordinates, part_meshes
from gpvton.geometry.silhouette import parts_from_mask

FLAT_SIZE = (512, 384)
"""Height and width of the straightened garment's picture."""
_MIDDLE, _SHOULDER = 192.0, 70.0
_LEAST = 600  # pixels of a straightened garment
_HOLE = 15  # pixels: narrower gaps between the straightened pieces are closed


@dataclass(frozen=True, kw_only=True)
class Straightened:
    """A worn garment as if it lay flat.

    pixels: uint8 (512, 384, 3), on white.  garment: its annotation, landmarks read off its outline.
    flow: float32 (2, h, w), places in its pixels of the photo's pixels; NaN where no part shows.
    parts: bool (3, h, w), where each part shows in the photo.
    """

    pixels: np.ndarray
    garment: GarmentAnnotation
    flow: np.ndarray
    parts: np.ndarray


def straighten(
    photo: np.ndarray, person: PersonAnnotation, category: Category, rng: np.random.Generator
) -> Straightened:
    """The garment that the person of uint8 (h, w, 3) wears.

    rng: shapes the drawn garment, and bends the flat one smoothly, so that laying it by geometry
    alone does not just undo this function.
    Raises PersonError without a torso, GarmentError when nothing that could be straightened shows.
    """
    parts = worn_parts(person.parsing, category)
    template = drawn_flat(category, rng, legs=bool(parts[0].any() or parts[2].any()))
    body = body_from(person)
    if body.back:
        raise GarmentError("the person is seen from behind; a front cannot be read off the back")
    meshes = part_meshes(template, category, body, person.parsing)
    places = part_coordinates(meshes, *person.parsing.shape)
    colour, parsing = np.full((*FLAT_SIZE, 3), 255, np.float32), np.zeros(FLAT_SIZE, np.uint8)
    labels = [min(row) for row in PART_TABLE[category].flat]
    for index in (1, 0, 2):
        own = np.isin(template.parsing, tuple(PART_TABLE[category].flat[index]))
        for mesh in meshes.meshes.get(PART_NAMES[index], ()):
            back = rasterise(Mesh(target=mesh.source, source=mesh.target), *FLAT_SIZE)
            shown = _sampled(parts[index].astype(np.uint8), back, labels=True) > 0
            shown &= own & np.isfinite(back[0])
            colour[shown] = _sampled(photo.astype(np.float32), back)[shown]
            parsing[shown] = labels[index]
    colour, parsing = _closed(colour, parsing)
    bend = smooth_shift(FLAT_SIZE, rng, rng.uniform(1.0, 6.0))
    colour, parsing = _bent(colour, bend), shifted(parsing, bend, labels=True)
    flow = _flow(places, parts, bend)
    return Straightened(
        pixels=np.clip(np.rint(colour), 0, 255).astype(np.uint8),
        garment=_annotated(parsing, category),
        flow=flow,
        parts=parts,
    )


def drawn_flat(category: Category, rng: np.random.Generator, *, legs: bool) -> GarmentAnnotation:
    """A plain garment drawn flat, with long sleeves or legs and the longest usual hem.

    legs: trousers rather than a skirt, for a lower garment.
    """
    if category is Category.LOWER:
        outlines = [_trousers(rng) if legs else _skirt(rng)]
    else:
        outlines = [_trunk(PART_TABLE[category].longest, rng), _sleeve(rng)]
    mask = np.zeros(FLAT_SIZE, np.uint8)
    for outline in outlines:
        for sign in (-1, 1):
            places = outline * (sign, 1) + (_MIDDLE, 0)
            cv2.fillPoly(mask, [np.rint(places).astype(np.int32)], 1)
    parsing, landmarks = parts_from_mask(mask, category, legs=legs)
    return GarmentAnnotation(
        mask=mask.astype(np.float32), parsing=parsing, category=category, landmarks=landmarks
    )


def worn_categories(parsing: np.ndarray, least: float = 0.03) -> tuple[Category, ...]:
    """What a person wears that could be straightened.

    least: share of the person's pixels that a garment must have; a dress needs four times that.
    """
    person = max(int((parsing > 0).sum()), 1)
    if (parsing == P.DRESS_TORSO).sum() > 4 * least * person:
        return (Category.DRESS,)
    return tuple(
        category
        for category in (Category.UPPER, Category.LOWER)
        if worn_parts(parsing, category).any(axis=0).sum() > least * person
    )


def _trunk(longest: float, rng: np.random.Generator) -> np.ndarray:
    """Right half of a top or dress from the neck to the hem, (n, 2), x from the middle."""
    chest, hem = _SHOULDER * rng.uniform(0.95, 1.1), _SHOULDER * rng.uniform(1.0, 1.3)
    end = 55 + min(longest * 2 * _SHOULDER, 430)
    return np.array([(0, 60), (24, 45), (_SHOULDER, 60), (chest, 140), (hem, end), (0, end)])


def _sleeve(rng: np.random.Generator) -> np.ndarray:
    """A sleeve that hangs outwards from the shoulder, (4, 2)."""
    angle, wide, end = rng.uniform(0.45, 0.75), rng.uniform(26, 34), rng.uniform(15, 21)
    along = np.array([np.sin(angle), np.cos(angle)])
    across = np.array([along[1], -along[0]])
    root = np.array([_SHOULDER - 8, 92.0])
    cuff = root + 2 * 1.55 * _SHOULDER * along
    cuff[0] = min(cuff[0], _MIDDLE - 24)
    return np.stack(
        [root + wide * across, cuff + end * across, cuff - end * across, root - wide * across]
    )


def _trousers(rng: np.random.Generator) -> np.ndarray:
    """Right half of trousers, (n, 2)."""
    hip, cuff, aside = rng.uniform(74, 84), rng.uniform(40, 56), rng.uniform(40, 60)
    return np.array(
        [(0, 30), (60, 30), (hip, 120), (aside + cuff, 490), (aside, 490), (3, 190), (0, 186)]
    )


def _skirt(rng: np.random.Generator) -> np.ndarray:
    """Right half of a skirt, (4, 2)."""
    hem = rng.uniform(85, 130)
    return np.array([(0, 30), (60, 30), (78, 110), (hem, 470), (0, 470)])


def _sampled(picture: np.ndarray, places: np.ndarray, *, labels: bool = False) -> np.ndarray:
    x, y = np.nan_to_num(places, nan=-1e4).astype(np.float32)
    way = cv2.INTER_NEAREST if labels else cv2.INTER_LINEAR
    return cv2.remap(picture, x, y, way, borderMode=cv2.BORDER_CONSTANT, borderValue=(0, 0, 0, 0))


def _closed(colour: np.ndarray, parsing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The largest piece with its gaps and holes filled: hair and arms lay over the garment."""
    known = parsing > 0
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_HOLE, _HOLE))
    whole = cv2.morphologyEx(known.astype(np.uint8), cv2.MORPH_CLOSE, kernel)
    whole = cv2.morphologyEx(whole, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))  # no slivers
    count, numbers, stats, _ = cv2.connectedComponentsWithStats(whole)
    if count < 2 or stats[1:, cv2.CC_STAT_AREA].max() < _LEAST:
        raise GarmentError("too little of the worn garment shows to lay it flat")
    whole = np.asarray(numbers == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax()))
    outline, _ = cv2.findContours(whole.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros(FLAT_SIZE, np.uint8)
    cv2.drawContours(filled, list(outline), -1, 1, cv2.FILLED)
    core = cv2.erode((known & whole).astype(np.uint8), np.ones((3, 3), np.uint8))
    drawn = push_pull(colour, core.astype(np.float32))
    colour = np.where((core > 0)[..., None], colour, drawn)
    colour[filled == 0] = 255
    return colour, np.where(filled > 0, np.maximum(parsing, 1), 0).astype(np.uint8)


def _bent(colour: np.ndarray, bend: np.ndarray) -> np.ndarray:
    """The picture sampled at pixel + bend, its edge drawn on."""
    rows, columns = np.mgrid[: FLAT_SIZE[0], : FLAT_SIZE[1]].astype(np.float32)
    return cv2.remap(
        colour, columns + bend[0], rows + bend[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


def _flow(places: np.ndarray, parts: np.ndarray, bend: np.ndarray) -> np.ndarray:
    """Where the photo's pixels lie in the bent garment: q with q + bend(q) = place."""
    flow = np.full(places.shape[1:], np.nan, np.float32)
    for part, shown in zip(places, parts, strict=True):
        flow = np.where(shown & np.isfinite(part[0]), part, flow)
    found = flow
    for _ in range(4):
        moved = np.stack([_sampled(axis, found) for axis in bend])
        found = np.where(np.isfinite(flow), flow - moved, np.nan).astype(np.float32)
    return found


def _annotated(parsing: np.ndarray, category: Category) -> GarmentAnnotation:
    """Parts by the garment's own outline, as for any flat garment.

    Where the straightened pieces tell the parts, they do.
    """
    outline, _ = parts_from_mask(parsing > 0, category, legs=bool((parsing == 9).any()))
    parsing = np.where(parsing == 1, outline, parsing)
    return garment_from_parsing(parsing.astype(np.uint8), category)
