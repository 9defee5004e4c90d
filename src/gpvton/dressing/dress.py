"""Dressing: a person's photo and a garment's picture in, the dressed person out.

Ours: geometry alone, or with the warping network and the generator in their places.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from gpvton.conditions.preserve import preserve_mask
from gpvton.domain.annotations import Facing, GarmentAnnotation, PersonAnnotation
from gpvton.domain.fit import Fit
from gpvton.domain.notices import view_notices
from gpvton.domain.parts import PART_TABLE, Category
from gpvton.dressing.compose import Arranged, Composed, arrange, draw
from gpvton.dressing.cover import closed
from gpvton.dressing.cutout import APART, OVERLAPPING, cut_out
from gpvton.dressing.generate import generated
from gpvton.dressing.generation import LearnedGenerator
from gpvton.dressing.lay import Laid, lay_by_geometry, lay_by_network
from gpvton.dressing.learned import LearnedWarping
from gpvton.dressing.outline import evened, slender
from gpvton.dressing.reach import shown_reach
from gpvton.dressing.scene import Scene, frame
from gpvton.dressing.tuck import default_tuck, hangs, is_tucked, with_top_tucked
from gpvton.dressing.warp import WarpedPart, shrinking, warp_parts
from gpvton.geometry.body import body_from
from gpvton.geometry.part_flow import part_flow


@dataclass(frozen=True, kw_only=True)
class Dressed:
    """The result and its steps, all at the photo's size (h, w).

    image: uint8 (h, w, 3).  warped: float32 (h, w, 4), premultiplied RGBA in [0, 1].
    parsing: uint8 (h, w), the person parsing of the result.  flow: float32 (3, 2, h', w') in
    [-1, 1] into the garment's picture, over the crop `box` (left, top, right, bottom) at work
    size.  edit_mask: bool (h, w); outside it the image is the photo, bit for bit.
    preserve_mask: bool (h, w).  timings: step to seconds.
    """

    image: np.ndarray
    warped: np.ndarray
    parsing: np.ndarray
    flow: np.ndarray
    box: tuple[int, int, int, int]
    edit_mask: np.ndarray
    preserve_mask: np.ndarray
    warnings: tuple[str, ...]
    timings: Mapping[str, float]


def dress(  # noqa: PLR0913 - two annotated pictures, and how to dress
    photo: np.ndarray,
    person: PersonAnnotation,
    garment_pixels: np.ndarray,
    garment: GarmentAnnotation,
    *,
    category: Category | None = None,
    tucked: bool | None = None,
    warping: LearnedWarping | None = None,
    generator: LearnedGenerator | None = None,
    fit: Fit | None = None,
    scene: Scene | None = None,
    after_step: Callable[[str], None] | None = None,
) -> Dressed:
    """Dresses the person of `photo`, uint8 (h, w, 3), in the garment of `garment_pixels`.

    category: overrides the garment's own.  tucked: whether the top's hem goes into the lower
    garment, whichever of them is new; None keeps what the photo shows, but lets jackets hang.
    warping: the network that refines the geometric flow and says which part shows where; without it
    the geometry decides.  generator: the network that renders what the old garment hid, seams and
    light; without it they are drawn.  fit: see `Fit`.  scene: `frame` of the same photo, person
    (`with_top_tucked` where that applies) and category, kept from an earlier dressing.
    after_step: called with the name of every step that is done; what it raises ends the work.

    Raises PersonError where the joints that the garment needs do not show, GarmentError where it
    does not fit the category or cannot be laid on this pose.
    """
    clock = _Clock(after_step)
    fit = fit or Fit()
    wish, tucked = tucked, default_tuck(garment) if tucked is None else tucked
    if tucked and PART_TABLE[category or garment.category].takes_in:
        tucked = hangs(person)
        person = with_top_tucked(person) if tucked else person
    scene = scene or frame(photo, person, category or garment.category)
    laid = _laid(scene, (person, garment), garment_pixels, warping, tucked, fit)
    clock.lap("flow")
    make = partial(_warped, scene, laid, garment_pixels, garment)
    parts, reach = scene.once_of("parts", laid, make)
    clock.lap("warp")
    arranged = arrange(scene, parts, reach, tucked, fit)
    clock.lap("arrange")
    composed = generator and generated(generator, scene, person, arranged, reach, laid.shown)
    clock.lap("generate")
    if composed is None:
        composed = draw(scene, parts, arranged, reach, fit)
        clock.lap("draw")
    image, edit_mask = _pasted(photo, scene, composed, fit)
    clock.lap("paste")
    warnings = _view_warnings(scene, person, garment) + _tuck_warnings(scene, wish, tucked)
    return Dressed(
        image=image,
        warped=_in_photo(composed.garment, scene, photo),
        edit_mask=edit_mask,
        parsing=_new_parsing(person.parsing, scene, arranged),
        flow=_flow(scene, laid, garment),
        box=scene.box,
        preserve_mask=_preserved(person, scene, fit),
        warnings=warnings + arranged.warnings,
        timings=clock.laps,
    )


def _laid(
    scene: Scene,
    annotated: tuple[PersonAnnotation, GarmentAnnotation],
    garment_pixels: np.ndarray,
    warping: LearnedWarping | None,
    tucked: bool | None,
    fit: Fit,
) -> Laid:
    if warping is None:
        return lay_by_geometry(scene, annotated[1], fit)
    return lay_by_network(scene, annotated, garment_pixels, warping, tucked=tucked, fit=fit)


def _warped(
    scene: Scene, laid: Laid, garment_pixels: np.ndarray, garment: GarmentAnnotation
) -> tuple[list[WarpedPart], Mapping[str, float]]:
    """The garment's parts on the person, as far as each may show, and how far they reach."""
    rate = shrinking(laid.coordinates) * scene.work_scale
    fine = min(1.0, 1.3 / max(rate, 1e-3))
    overlap = APART if laid.visible is None else OVERLAPPING
    cutout = cut_out(garment_pixels, garment, scene.category, fine, overlap)
    coordinates = laid.coordinates
    if laid.shown is not None:
        coordinates = closed(coordinates, cutout, laid.shown, scene.row.motion)
    parts = warp_parts(cutout, coordinates, scene.size)
    if laid.visible is not None:
        parts = [part.covered(share) for part, share in zip(parts, laid.visible, strict=True)]
        parts = evened(parts, scene.body.span, slender(cutout, coordinates, scene.size))
    return parts, laid.reach if laid.shown is None else shown_reach(scene, parts, laid.reach)


def _flow(scene: Scene, laid: Laid, garment: GarmentAnnotation) -> np.ndarray:
    size = garment.mask.shape[0], garment.mask.shape[1]
    return scene.once_of("flow", laid, lambda: part_flow(laid.coordinates, size)).copy()


def _preserved(person: PersonAnnotation, scene: Scene, fit: Fit) -> np.ndarray:
    mask = scene.once(
        "preserve", lambda: preserve_mask(person.parsing, body_from(person), scene.category)
    )
    kept = mask if fit.free is None else mask & ~fit.free
    return kept.copy() if fit.keep is None else kept | fit.keep


def _in_photo(garment: np.ndarray, scene: Scene, photo: np.ndarray) -> np.ndarray:
    """The crop's RGBA, float32 (h, w, 4), at the photo's size."""
    whole = np.zeros((*photo.shape[:2], 4), np.float32)
    scene.crop(whole)[:] = garment
    return whole


def _view_warnings(
    scene: Scene, person: PersonAnnotation, garment: GarmentAnnotation
) -> tuple[str, ...]:
    facing = person.view.facing
    if scene.body.back and facing is Facing.UNKNOWN:
        facing = Facing.BACK
    return view_notices(facing, garment.side)


def _tuck_warnings(scene: Scene, wish: bool | None, tucked: bool | None) -> tuple[str, ...]:
    found = []
    if wish and not tucked:
        found.append("no top shows that could be tucked in; dresses and coats stay outside")
    if wish is False and scene.row.takes_in and is_tucked(scene):
        found.append(
            "the photo shows the top tucked in; its hem does not show, so it stays tucked in"
        )
    return tuple(found)


def _pasted(
    photo: np.ndarray, scene: Scene, composed: Composed, fit: Fit
) -> tuple[np.ndarray, np.ndarray]:
    """The crop's result put back into the photo, and where it changed it."""
    left, top, right, bottom = scene.box
    image = photo.copy()
    crop = image[top:bottom, left:right]
    result = np.clip(np.rint(composed.colour), 0, 255).astype(np.uint8)
    changed = composed.changed
    if fit.keep is not None:
        changed = changed & ~scene.crop(fit.keep)
    crop[changed] = result[changed]
    mask = np.zeros(photo.shape[:2], bool)
    mask[top:bottom, left:right] = changed
    return image, mask


def _new_parsing(parsing: np.ndarray, scene: Scene, arranged: Arranged) -> np.ndarray:
    """Person parsing of the result: the new parts' labels where they show."""
    left, top, right, bottom = scene.box
    out = parsing.copy()
    crop = out[top:bottom, left:right]
    for index in (1, 2, 0):
        label = min(scene.row.worn[index])
        crop[arranged.parts[index] > 0.5] = label
    return out


class _Clock:
    """Seconds since the last lap, by name."""

    def __init__(self, after: Callable[[str], None] | None) -> None:
        self.laps: dict[str, float] = {}
        self._after = after
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = now - self._last
        self._last = now
        if self._after is not None:
            self._after(name)
