"""The nearest known pixel of every pixel."""

import cv2
import numpy as np


def nearest_known(known: np.ndarray) -> np.ndarray:
    """Row and column of the nearest pixel where `known`, bool (h, w), is True: int (h, w, 2).

    `known` must be True somewhere.
    """
    _, found = cv2.distanceTransformWithLabels(
        (~known).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    labels = np.asarray(found, np.int64)
    places = np.zeros((int(labels.max()) + 1, 2), int)
    places[labels[known]] = np.argwhere(known)
    return places[labels]
