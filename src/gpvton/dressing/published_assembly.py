"""Assembly of the published networks' warped parts in numpy (twin of `networks/assembly.py`)."""

import numpy as np

from gpvton.geometry.flow import pixels_from_flow


def sample(picture: np.ndarray, flow: np.ndarray, *, nearest: bool = False) -> np.ndarray:
    """A picture (c, hs, ws) sampled at a flow (2, h, w), zeros outside: float32 (c, h, w)."""
    height, width = picture.shape[-2:]
    x, y = pixels_from_flow(flow, (height, width))
    if nearest:
        return _taken(picture, np.rint(x), np.rint(y))
    left, top = np.floor(x), np.floor(y)
    across, down = x - left, y - top
    return (
        _taken(picture, left, top) * (1 - across) * (1 - down)
        + _taken(picture, left + 1, top) * across * (1 - down)
        + _taken(picture, left, top + 1) * (1 - across) * down
        + _taken(picture, left + 1, top + 1) * across * down
    ).astype(np.float32)


def _taken(picture: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    height, width = picture.shape[-2:]
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    column = np.clip(x, 0, width - 1).astype(np.int64)
    row = np.clip(y, 0, height - 1).astype(np.int64)
    return picture[:, row, column] * inside


def assemble_parts(
    parts: np.ndarray,
    part_masks: np.ndarray,
    flow: np.ndarray,
    labels: np.ndarray,
    preserve_mask: np.ndarray,
    part_classes: tuple[int, int, int],
    body_classes: tuple[int, int, int],
) -> tuple[np.ndarray, np.ndarray]:
    """The warped garment, float32 (3, h, w), and the parsing that shows, float32 (h, w).

    parts: (part, 3, h, w); part_masks: (part, h, w); flow: (part, 2, h, w); labels: (h, w), the
    global parsing; preserve_mask: bool (h, w); classes: see `conditions.published`.
    """
    garment = np.zeros((3, *labels.shape), np.float32)
    parsing = np.zeros(labels.shape, np.float32)
    for part, label in enumerate(part_classes):
        shown = (labels == label) & ~preserve_mask
        garment += sample(parts[part], flow[part]) * shown
        mask = sample(part_masks[part][None].astype(np.float32), flow[part], nearest=True)[0]
        parsing += mask * shown * label
    for label in body_classes:
        parsing += (labels == label) * np.float32(label)
    return garment, parsing
