"""Label maps to annotations."""

import numpy as np

from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.labels import GarmentLabel
from gpvton.domain.parts import Category
from gpvton.geometry.silhouette import parts_from_mask


def person_from_parsing(parsing: np.ndarray, keypoints: np.ndarray) -> PersonAnnotation:
    """parsing: uint8 (h, w), our labels; keypoints: float32 (25, 3)."""
    silhouette = (parsing > 0).astype(np.float32)
    return PersonAnnotation(parsing=parsing, keypoints=keypoints, silhouette=silhouette)


def garment_from_parsing(parsing: np.ndarray, category: Category) -> GarmentAnnotation:
    """parsing: uint8 (h, w), our labels; landmarks come from the outline.

    The inner collar, which nobody sees when the garment is worn, is not part of the mask.
    """
    shown = (parsing > 0) & (parsing != GarmentLabel.INNER_COLLAR)
    mask = shown.astype(np.float32)
    _, landmarks = parts_from_mask(mask, category)
    return GarmentAnnotation(mask=mask, parsing=parsing, category=category, landmarks=landmarks)
