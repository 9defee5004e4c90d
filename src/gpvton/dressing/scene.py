"""The person cut out of the photo, with everything that dressing needs to know about them."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import cv2
import numpy as np

from gpvton.conditions.skin import skin_colours
from gpvton.domain.annotations import PersonAnnotation
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import PART_TABLE, Category, PartRow
from gpvton.geometry.body import Body, body_from, limb_field, moved

_SHOES = {
    ("left", False): P.LEFT_SHOE,
    ("right", False): P.RIGHT_SHOE,
    ("left", True): P.RIGHT_SHOE,
    ("right", True): P.LEFT_SHOE,
}
WORK_SIZE = 512  # longer side at which flows are computed
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class LimbField:
    """share: float32 (h, w), 0 at the root, 2 at the end.  distance: float32 (h, w) in pixels."""

    share: np.ndarray
    distance: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A crop of the photo around the person, at the photo's resolution.

    box: (left, top, right, bottom) in the photo.  pixels: uint8 (h, w, 3).  parsing: uint8 (h, w).
    body: in pixels of the crop.  work_scale: work pixels per crop pixel.  skin: see
    `skin_colours`.  kept, shared: what `once` and `once_seen` have made already, the latter also
    for scenes framed like this one; arrays in them are never changed.
    """

    box: tuple[int, int, int, int]
    pixels: np.ndarray
    parsing: np.ndarray
    body: Body
    work_scale: float
    skin: Mapping[str, np.ndarray]
    category: Category
    kept: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)
    shared: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def row(self) -> PartRow:
        """The category's row of the part table."""
        return PART_TABLE[self.category]

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of the crop."""
        return self.parsing.shape[0], self.parsing.shape[1]

    @property
    def work_size(self) -> tuple[int, int]:
        """(height, width) at which flows are computed."""
        height, width = self.size
        return max(round(height * self.work_scale), 8), max(round(width * self.work_scale), 8)

    def work_parsing(self) -> np.ndarray:
        """Parsing at work size."""
        height, width = self.work_size
        return cv2.resize(self.parsing, (width, height), interpolation=cv2.INTER_NEAREST)

    def work_body(self) -> Body:
        """Body in work pixels."""
        return moved(self.body, self.work_scale, (0.0, 0.0))

    def limb(self, kind: str, side: str) -> LimbField:
        """Where every pixel lies along a limb (computed at work size, once)."""
        line = self.work_body().limb(kind, side)
        return self.once_seen(("limb", kind, side), line, lambda: self._measured_limb(kind, side))

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, made the first time only.

        It may depend on nothing but the scene and the key, so that another garment, length or
        layering can use it again.
        """
        if key not in self.kept:
            self.kept[key] = make()
        return self.kept[key]

    def once_seen(self, key: Hashable, places: np.ndarray, make: Callable[[], T]) -> T:
        """As `once`, for what depends on the photo, the parsing and `places` of the body alone."""

        def made() -> T:
            known = self.shared.get(key)
            if known is None or known[0] != places.tobytes():
                known = self.shared[key] = (places.tobytes(), make())
            return known[1]

        return self.once(key, made)

    def once_of(self, key: Hashable, of: object, make: Callable[[], T]) -> T:
        """What `make` gives, made again only for another object `of`."""
        known = self.kept.get(key)
        if known is None or known[0] is not of:
            known = self.kept[key] = (of, make())
        return known[1]

    @property
    def hips(self) -> np.ndarray:
        """What the body says of its size, place and direction at the hips: float64 (5,)."""
        return np.array([self.body.span, *self.body.points["mid_hip"], *self.body.up])

    def _measured_limb(self, kind: str, side: str) -> LimbField:
        height, width = self.size
        line = self.work_body().limb(kind, side)
        if kind == "leg":
            line = _down_to_the_shoe(line, self.work_parsing(), _SHOES[side, self.body.back])
        share, distance = limb_field(line, *self.work_size)
        return LimbField(
            share=cv2.resize(share, (width, height), interpolation=cv2.INTER_LINEAR),
            distance=cv2.resize(distance, (width, height), interpolation=cv2.INTER_LINEAR)
            / self.work_scale,
        )

    def crop(self, picture: np.ndarray) -> np.ndarray:
        """The scene's part of a picture (h, w, ...) of the photo's size."""
        left, top, right, bottom = self.box
        return picture[top:bottom, left:right]

    def shows(self, *labels: int) -> np.ndarray:
        """Where the photo shows one of the labels: bool (h, w)."""
        return np.isin(self.parsing, labels)


def _down_to_the_shoe(line: np.ndarray, parsing: np.ndarray, shoe: int) -> np.ndarray:
    """The leg's line with its ankle moved down to the shoe, where wide trousers misplaced it."""
    rows, columns = np.nonzero(parsing == shoe)
    if rows.size < 12:
        return line
    top = rows < np.percentile(rows, 25) + 1
    place = np.array([columns[top].mean(), rows[top].mean()])
    calf = float(np.linalg.norm(line[2] - line[1]))
    if place[1] <= line[2][1] + 0.08 * calf or np.linalg.norm(place - line[2]) > calf:
        return line
    return np.stack([line[0], line[1], place])


def frame(
    pixels: np.ndarray, person: PersonAnnotation, category: Category, like: Scene | None = None
) -> Scene:
    """Crops uint8 (h, w, 3) to the person with a margin of a third of a shoulder span.

    like: an earlier scene of the same photo, from which is taken what still holds.
    """
    body = body_from(person)
    rows = np.flatnonzero((person.parsing != P.BACKGROUND).any(axis=1))
    columns = np.flatnonzero((person.parsing != P.BACKGROUND).any(axis=0))
    height, width = person.parsing.shape
    pad = int(0.35 * body.span) + 2
    box = (
        max(int(columns[0]) - pad, 0) if columns.size else 0,
        max(int(rows[0]) - pad, 0) if rows.size else 0,
        min(int(columns[-1]) + pad + 1, width) if columns.size else width,
        min(int(rows[-1]) + pad + 1, height) if rows.size else height,
    )
    left, top, right, bottom = box
    crop = pixels[top:bottom, left:right]
    parsing = person.parsing[top:bottom, left:right]
    same = (
        like is not None
        and (like.box, like.category) == (box, category)
        and np.array_equal(like.parsing, parsing)
    )
    return Scene(
        box=box,
        pixels=crop,
        parsing=parsing,
        body=moved(body, 1.0, (-left, -top)),
        work_scale=min(WORK_SIZE / max(crop.shape[:2]), 1.0),
        skin=like.skin if like and same else skin_colours(crop, parsing),
        category=category,
        shared=like.shared if like and same else {},
    )


def opposite(side: str) -> str:
    """The other side."""
    return "right" if side == "left" else "left"


def soft(mask: np.ndarray, radius: float = 1.0) -> np.ndarray:
    """A mask with an edge about two `radius` pixels wide: float32 (h, w) in [0, 1]."""
    return cv2.GaussianBlur(mask.astype(np.float32), (0, 0), max(radius, 0.3))


def extent(mask: np.ndarray, margin: int = 0) -> tuple[slice, slice]:
    """Rows and columns outside which a mask (h, w) is 0, and `margin` more on every side."""
    left, top, width, height = cv2.boundingRect((mask != 0).view(np.uint8))
    return (
        slice(max(top - margin, 0), top + height + margin),
        slice(max(left - margin, 0), left + width + margin),
    )


def largest(values: np.ndarray) -> np.ndarray:
    """The largest of the channels of (h, w, 3); much faster than NumPy's own `max`."""
    return np.maximum(np.maximum(values[..., 0], values[..., 1]), values[..., 2])


def without_specks(mask: np.ndarray, smallest: float) -> np.ndarray:
    """The mask without pieces of fewer than `smallest` pixels: bool (h, w)."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    large = np.asarray(stats[:, cv2.CC_STAT_AREA] >= smallest)
    large[0] = False
    return large[np.asarray(labels, np.int64)]
