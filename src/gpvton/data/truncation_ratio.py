"""The ratio that dynamic gradient truncation looks at (paper section 3.3), defined by us.

The authors' file of ratios was never released.  Ours, for any pair:

    r = (h_worn / w_worn) / (h_flat / w_flat)

h and w are height and width of the garment's trunk: the middle part of a top or dress (sleeves
left out, because they follow the arms), all parts of a lower garment.  Both are extents between
the 2nd and the 98th percentile of the mask's pixels, so that a strap or a stray pixel does not
count.  A top tucked into trousers looks shorter than it lies flat: r < 1.

      flat               worn, tucked
    .--------.  -        .--------.  -
    |        |  |        |        |  | h_worn
    |        |  | h_flat |________|  -
    |        |  |        | trouser|
    '--------'  -        '--------'
    |<w_flat>|           |<w_worn>|
"""

import numpy as np

from gpvton.domain.parts import PART_TABLE, Category


def height_width_ratio(
    worn_parts: np.ndarray, garment_parsing: np.ndarray, category: Category
) -> float:
    """r of a pair; NaN where worn or flat trunk does not show.

    worn_parts: bool (3, h, w), where each part shows on the person (left, middle, right).
    garment_parsing: uint8 (h', w') of `GarmentLabel`.
    """
    row = PART_TABLE[category]
    flat = np.stack([np.isin(garment_parsing, tuple(labels)) for labels in row.flat])
    trunk = slice(1, 2) if "torso" in row.motion else slice(0, 3)
    return _shape(worn_parts[trunk]) / _shape(flat[trunk])


def _shape(parts: np.ndarray) -> float:
    """Height over width of all parts, bool (n, h, w); NaN when they are (almost) empty."""
    _, rows, columns = np.nonzero(parts)
    if rows.size < 16:
        return float("nan")
    low, high = (np.percentile(axis, (2, 98)) for axis in (rows, columns))
    return float((low[1] - low[0] + 1) / (high[1] - high[0] + 1))
