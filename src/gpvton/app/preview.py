"""A small copy of a result, which follows the hand; the full one is made when it rests."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import cv2
import numpy as np

from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.images import Photo
from gpvton.refine.adjustments import Adjustments, Place
from gpvton.refine.kept import Kept
from gpvton.refine.refine import redressed
from gpvton.result import TryOnResult

PREVIEW = 400
"""Pixels of a preview's longer side."""


def preview_of(result: TryOnResult, longest: int = PREVIEW) -> TryOnResult:
    """The unrefined result at no more than `longest` pixels, garment and person alike."""
    origin = result.origin or result
    if origin.kept is None:
        return origin
    person, garment = origin.person, origin.garment
    person_scale = scale_to(person.photo, longest)
    garment_scale = scale_to(garment.photo, longest)
    if person_scale == 1.0 and garment_scale == 1.0:
        return origin
    small_person = replace(
        person,
        photo=shrunk(person.photo, person_scale),
        annotation=_shrunk_person(person.annotation, person_scale),
    )
    small_garment = replace(
        garment,
        photo=shrunk(garment.photo, garment_scale),
        annotation=_shrunk_garment(garment.annotation, garment_scale),
    )
    kept = Kept(warping=origin.kept.warping)
    dressed, _, _ = redressed(
        small_person.photo.pixels,
        small_person.annotation,
        small_garment.photo.pixels,
        small_garment.annotation,
        origin.adjustments,
        kept,
    )  # so that the first correction finds all of it kept already
    return TryOnResult(
        person=small_person,
        garment=small_garment,
        dressed=dressed,
        provenance=origin.provenance,
        adjustments=origin.adjustments,
        kept=kept,
    )


def brought_to(wanted: Adjustments, origin: TryOnResult, target: TryOnResult) -> Adjustments:
    """Adjustments of one size of a result for another size of it."""
    size = target.image.shape[:2]
    return replace(
        wanted,
        keypoints=_moved(wanted.keypoints, origin.person.photo, target.person.photo),
        landmarks=_moved(wanted.landmarks, origin.garment.photo, target.garment.photo),
        keep=_resized(wanted.keep, size),
        free=_resized(wanted.free, size),
        parsing=_resized(wanted.parsing, size),
    )


def _moved(places: Mapping[str, Any], before: Photo, after: Photo) -> dict[str, Any]:
    """Places, or None, from pixels of one photo to those of another size of it."""
    rates = [new / old for new, old in zip(after.size[::-1], before.size[::-1], strict=True)]

    def moved(place: Place) -> Place:
        x, y = ((value + 0.5) * rate - 0.5 for value, rate in zip(place, rates, strict=True))
        return x, y

    return {name: place and moved(place) for name, place in places.items()}


def _resized(mask: np.ndarray | None, size: tuple[int, ...]) -> np.ndarray | None:
    if mask is None or mask.shape == size[:2]:
        return mask
    values = cv2.resize(mask.astype(np.uint8), (size[1], size[0]), interpolation=cv2.INTER_NEAREST)
    return values.astype(mask.dtype)


def scale_to(photo: Photo, longest: int) -> float:
    """The factor, at most 1, that brings a photo's longer side to `longest` pixels or fewer."""
    return min(1.0, longest / max(photo.size))


def _size(shape: tuple[int, ...], scale: float) -> tuple[int, int]:
    """(width, height) as OpenCV takes it."""
    return max(round(shape[1] * scale), 1), max(round(shape[0] * scale), 1)


def shrunk(photo: Photo, scale: float) -> Photo:
    """The photo and its alpha at another size, by a factor of at most 1."""
    if scale == 1.0:
        return photo
    size = _size(photo.pixels.shape, scale)
    pixels = cv2.resize(photo.pixels, size, interpolation=cv2.INTER_AREA)
    alpha = photo.alpha
    if alpha is not None:
        alpha = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA)
    return replace(photo, pixels=pixels, alpha=alpha)


def _shrunk_person(person: PersonAnnotation, scale: float) -> PersonAnnotation:
    if scale == 1.0:
        return person
    size = _size(person.parsing.shape, scale)
    rates = np.array(size) / np.array(person.parsing.shape[::-1])
    points = person.keypoints.copy()
    seen = points[:, 2] > 0
    points[seen, :2] = (points[seen, :2] + 0.5) * rates - 0.5
    return replace(
        person,
        parsing=cv2.resize(person.parsing, size, interpolation=cv2.INTER_NEAREST),
        silhouette=cv2.resize(person.silhouette, size, interpolation=cv2.INTER_AREA),
        keypoints=points.astype(np.float32),
    )


def _shrunk_garment(garment: GarmentAnnotation, scale: float) -> GarmentAnnotation:
    if scale == 1.0:
        return garment
    size = _size(garment.parsing.shape, scale)
    rates = np.array(size) / np.array(garment.parsing.shape[::-1])
    return replace(
        garment,
        parsing=cv2.resize(garment.parsing, size, interpolation=cv2.INTER_NEAREST),
        mask=cv2.resize(garment.mask, size, interpolation=cv2.INTER_AREA),
        landmarks={
            name: ((x + 0.5) * float(rates[0]) - 0.5, (y + 0.5) * float(rates[1]) - 0.5)
            for name, (x, y) in garment.landmarks.items()
        },
    )
