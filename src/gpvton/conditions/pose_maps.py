"""Key-point maps (paper section 3.2: the pose condition)."""

import numpy as np

from gpvton.domain.keypoints import KEYPOINT_COUNT


def pose_maps(
    keypoints: np.ndarray, height: int, width: int, radius: float, minimum: float = 0.1
) -> np.ndarray:
    """One map per key point, a Gaussian bump of standard deviation `radius` pixels.

    keypoints: float32 (25, 3), x, y in pixels of the maps, confidence.  Returns float32
    (25, height, width) in [0, 1]; a key point below the `minimum` confidence has an empty map.

    Deviation: the authors draw filled squares; a bump tells the place more finely at low
    resolution.
    """
    maps = np.zeros((KEYPOINT_COUNT, height, width), np.float32)
    columns = np.arange(width, dtype=np.float32)
    rows = np.arange(height, dtype=np.float32)
    for index, (x, y, confidence) in enumerate(keypoints):
        if confidence < minimum:
            continue
        across = np.exp(-((columns - x) ** 2) / (2 * radius**2))
        down = np.exp(-((rows - y) ** 2) / (2 * radius**2))
        maps[index] = down[:, None] * across[None, :]
    return maps
