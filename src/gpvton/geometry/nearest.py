"""The nearest known pixel of every pixel."""

import cv2
import numpy as np


def nearest_known(known: np.ndarray) -> np.ndarray:
    """Row and column of the nearest pixel where `known`, bool (h, w), is True: int (h, w, 2).

    `known` must be True somewhere.
    """
    return np.stack(np.divmod(_nearest(known), known.shape[1]), axis=-1)


def from_nearest(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """`values` (..., h, w), each pixel's from the nearest where `known`, bool (h, w), is True.

    `known` must be True somewhere.
    """
    return values.reshape(*values.shape[:-2], -1).take(_nearest(known), axis=-1)


def _nearest(known: np.ndarray) -> np.ndarray:
    """Number of the nearest known pixel, row by row: int (h, w)."""
    _, found = cv2.distanceTransformWithLabels(
        (~known).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    labels = np.asarray(found, np.int32)
    places = np.flatnonzero(known)
    number = np.empty(len(places) + 1, np.intp)  # by OpenCV's label, which counts from 1
    number[labels.ravel()[places]] = places
    return number.take(labels)
