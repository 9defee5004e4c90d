"""Annotations of a photo's part, and annotations that are known already."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from gpvton.analysis.backends import ComposedAnalyst
from gpvton.analysis.people import Box
from gpvton.analysis.view import pasted
from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.errors import InputError
from gpvton.domain.images import MINIMUM_SIDE, Photo

Annotation = TypeVar("Annotation", PersonAnnotation, GarmentAnnotation)


def known(
    annotation: Annotation | str | Path, read: Callable[..., Annotation], photo: Photo
) -> Annotation:
    """An annotation, read where a file is named; it must be of the photo's size.

    Raises InputError.
    """
    if isinstance(annotation, str | Path):
        return read(annotation, photo.size)
    if annotation.parsing.shape != photo.size:
        raise InputError(
            f"the annotation is of a picture of (h, w) = {annotation.parsing.shape}, the photo has "
            f"{photo.size}; give the photo that was annotated, unscaled"
        )
    return annotation


def analysed_within(
    analyse: Callable[[np.ndarray], PersonAnnotation], pixels: np.ndarray, box: Box
) -> PersonAnnotation:
    """The annotation of what is inside the box, in the whole photo's pixels.

    Raises InputError for an empty box, or for key points that are known for whole photos only.
    """
    if isinstance(analyse, ComposedAnalyst) and analyse.pose is not None and analyse.pose.whole:
        raise InputError("key points from files are of the whole photo; name no box with them")
    height, width = pixels.shape[:2]
    left, top = max(int(box[0]), 0), max(int(box[1]), 0)
    right, bottom = min(int(box[2]), width), min(int(box[3]), height)
    if right - left < MINIMUM_SIDE or bottom - top < MINIMUM_SIDE:
        raise InputError(
            f"the box {box} covers {max(right - left, 0)} x {max(bottom - top, 0)} pixels of the "
            f"photo, expected at least {MINIMUM_SIDE} on each side"
        )
    found = analyse(np.ascontiguousarray(pixels[top:bottom, left:right]))
    parsing = np.zeros((height, width), found.parsing.dtype)
    silhouette = np.zeros((height, width), np.float32)
    parsing[top:bottom, left:right] = found.parsing
    silhouette[top:bottom, left:right] = found.silhouette
    points = found.keypoints.copy()
    points[points[:, 2] > 0, :2] += (left, top)
    view = pasted(found.view, (height, width), (left, top, right, bottom))
    return replace(found, parsing=parsing, silhouette=silhouette, keypoints=points, view=view)
