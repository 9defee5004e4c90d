"""Picture sheets of a generator run: what it was given, what it made, what was right."""

from collections.abc import Sequence

import cv2
import numpy as np
from torch import Tensor

from gpvton.domain.images import to_uint8
from gpvton.losses.generator import pasted
from gpvton.networks.generator import GeneratorConfig, Rendered


def sheet(
    config: GeneratorConfig, rows: Sequence[tuple[dict[str, Tensor], Rendered]]
) -> np.ndarray:
    """Uint8 (h, w, 3), a row a sample: photo where known, garment, base, rendering, blend, result,
    answer.
    """
    return np.vstack([np.hstack(_row(config, *row)) for row in rows])


def _row(config: GeneratorConfig, batch: dict[str, Tensor], made: Rendered) -> list[np.ndarray]:
    inputs, target, unknown = batch["inputs"][:1], batch["target"][:1], batch["unknown"][:1]
    first = config.garment
    garment = inputs[:, first : first + 3] + inputs[:, first + 3 : first + 4] - 1
    cells = [inputs[:, :3], garment]
    if config.base is not None:
        cells.append(inputs[:, config.base : config.base + 3])
    blend = made.blend[:1].expand(-1, 3, -1, -1) * 2 - 1
    cells += [made.rendering[:1], blend]
    if made.shading is not None:
        cells.append((made.shading[:1] - 1).expand(-1, 3, -1, -1))
    cells += [pasted(made.image[:1], target, unknown), target]
    return [_picture(cell) for cell in cells]


def _picture(cell: Tensor) -> np.ndarray:
    pixels = to_uint8(cell[0].detach().float().cpu().numpy().transpose(1, 2, 0))
    return cv2.copyMakeBorder(pixels, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(255, 255, 255))
