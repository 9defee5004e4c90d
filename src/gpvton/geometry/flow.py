"""THE coordinate convention, and the only place that converts between its forms.

A flow holds absolute sampling coordinates in [-1, 1], x first: float32 (part, 2, h, w) here and
(b, part, 2, h, w) in the networks.  -1 and 1 are the outer edges of the picture, so pixel i of n
has its centre at (2 i + 1) / n - 1, and a zero offset is exactly the identity (in torch terms
align_corners=False everywhere).  An offset is a displacement in pixels of the flow's own size.
"""

import numpy as np


def to_normalised(pixels: np.ndarray, size: int) -> np.ndarray:
    """Pixel coordinates (0 = centre of the first pixel) along an axis of `size` to [-1, 1]."""
    return (2.0 * pixels + 1.0) / size - 1.0


def to_pixels(normalised: np.ndarray, size: int) -> np.ndarray:
    """Inverse of `to_normalised`."""
    return ((normalised + 1.0) * size - 1.0) / 2.0


def identity_flow(height: int, width: int) -> np.ndarray:
    """The flow that changes nothing: float32 (2, h, w), x first."""
    x = to_normalised(np.arange(width, dtype=np.float32), width)
    y = to_normalised(np.arange(height, dtype=np.float32), height)
    return np.stack(np.broadcast_arrays(x[None, :], y[:, None])).astype(np.float32)


def flow_from_pixels(coordinates: np.ndarray, source_size: tuple[int, int]) -> np.ndarray:
    """Sampling coordinates in source pixels, (..., 2, h, w) x first, to a flow.

    `source_size` is the (height, width) of the picture that is sampled.
    """
    height, width = source_size
    return np.stack(
        [
            to_normalised(coordinates[..., 0, :, :], width),
            to_normalised(coordinates[..., 1, :, :], height),
        ],
        axis=-3,
    ).astype(np.float32)


def pixels_from_flow(flow: np.ndarray, source_size: tuple[int, int]) -> np.ndarray:
    """Inverse of `flow_from_pixels`: float32 (..., 2, h, w), x first, in source pixels."""
    height, width = source_size
    return np.stack(
        [to_pixels(flow[..., 0, :, :], width), to_pixels(flow[..., 1, :, :], height)], axis=-3
    ).astype(np.float32)
