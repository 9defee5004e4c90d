"""Garment mask -> garment parsing and landmarks, from the silhouette alone.

Ours: armpits and crotch are the concavities of the outline, the axis that of best symmetry.
Works on garments seen from the front, upright within about 30 degrees.
"""

from dataclasses import replace

import cv2
import numpy as np

from gpvton.domain.annotations import GarmentAnnotation
from gpvton.domain.errors import GarmentError
from gpvton.domain.labels import GarmentLabel
from gpvton.domain.notices import Notice, NoticeKind, kinds
from gpvton.domain.parts import Category
from gpvton.geometry.silhouette_frame import Frame, spread_labels, upright_frame
from gpvton.geometry.silhouette_lower import read_lower
from gpvton.geometry.silhouette_top import read_top

Landmarks = dict[str, tuple[float, float]]

_MIN_PIXELS = 64
_SURE = 0.9  # score from which on another category than the likely one is a misfit


def parts_from_mask(
    mask: np.ndarray,
    category: Category,
    *,
    legs: bool | None = None,
    hint: np.ndarray | None = None,
) -> tuple[np.ndarray, Landmarks]:
    """Garment parsing uint8 (h, w) of `GarmentLabel` and landmarks name -> (x, y) in pixels.

    mask: (h, w), bool or [0, 1]; above 0.5 is garment.  legs: for a lower garment, whether it
    has legs (trousers, shorts) or not (skirt); None reads it from the outline.  hint: a label map
    (h, w) by somebody who has seen the picture; where it has a sleeve that the outline has not,
    or the other way round, the hint is right.  Every garment pixel gets a label.
    Raises GarmentError for a mask that is empty or of a few pixels.
    """
    garment = np.asarray(mask) > 0.5
    if garment.ndim != 2 or int(garment.sum()) < _MIN_PIXELS:
        raise GarmentError(
            f"garment mask of shape {garment.shape} with {int(garment.sum())} pixels: expected "
            f"(h, w) with at least {_MIN_PIXELS}; is there a garment in the picture?"
        )
    category = Category(category)
    frame = upright_frame(_largest_piece(garment))
    if category is Category.LOWER:
        parts, landmarks = read_lower(frame, legs)
    else:
        torso = GarmentLabel.UPPER if category is Category.UPPER else GarmentLabel.DRESS
        parts, landmarks = read_top(frame, int(torso), long=category is Category.DRESS, hint=hint)
    parsing = spread_labels(frame, parts, garment)
    return parsing, _in_picture(frame, landmarks)


def as_category(annotation: GarmentAnnotation, category: Category) -> GarmentAnnotation:
    """The same garment read as another category: its parts follow from the mask.

    Where the analyst was sure of yet another category, a warning says so.

    Raises GarmentError as `parts_from_mask`.
    """
    parsing, landmarks = parts_from_mask(annotation.mask, category)
    read = replace(annotation, category=category, parsing=parsing, landmarks=landmarks)
    kept = tuple(text for text in annotation.warnings if NoticeKind.UNSURE not in kinds((text,)))
    return replace(read, warnings=kept + _misfit(annotation, category))


def _misfit(annotation: GarmentAnnotation, category: Category) -> tuple[Notice, ...]:
    scores = annotation.category_scores
    likely = max(scores, key=scores.__getitem__, default=category)
    if likely == category or scores[likely] < _SURE:
        return ()
    text = f"it is read as {category}, as asked for, but looks like {likely}"
    return (Notice(NoticeKind.UNSURE, text),)


def _in_picture(frame: Frame, landmarks: Landmarks) -> Landmarks:
    return {name: frame.to_picture(point) for name, point in landmarks.items()}


def _largest_piece(mask: np.ndarray) -> np.ndarray:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count <= 2:
        return mask
    return labels == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
