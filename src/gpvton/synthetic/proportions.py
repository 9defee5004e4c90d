"""Whether a photographed flat garment has the proportions of the garment that is worn.

Ours.  A flat garment's length for its width says how far down it reaches on somebody: a training
pair whose photograph says otherwise would teach that lengths mean nothing.
"""

from dataclasses import replace

import numpy as np

from gpvton.domain.errors import GarmentError
from gpvton.domain.parts import Category
from gpvton.synthetic.garments import Garment

STRETCH = 1.3
"""Beyond that, cloth would look pulled."""
Point = tuple[float, float]


def mean_point(marks: dict[str, Point], *names: str) -> np.ndarray | None:
    """Of those landmarks that are there, (x, y); None where none is."""
    found = [marks[name] for name in names if name in marks]
    return np.mean(found, axis=0) if found else None


def proportion(marks: dict[str, Point], category: Category) -> float | None:
    """How long a flat garment is for its width: of the chest, or of the waist of lower ones."""
    upper, across = ("waist", "waist") if category == Category.LOWER else ("neck", "armpit")
    lower = ("hem", "cuff_outer", "cuff_inner") if category == Category.LOWER else ("hem",)
    top = mean_point(marks, *_both(upper))
    end = mean_point(marks, *_both(*lower))
    left, right = (np.array(marks.get(name, (np.nan, 0.0))) for name in _both(across))
    if top is None or end is None or not abs(left[0] - right[0]) > 1:
        return None
    return float((end[1] - top[1]) / abs(left[0] - right[0]))


def _both(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{side}" for name in names for side in ("left", "right"))


def stretch(own: dict[str, Point], marks: dict[str, Point], category: Category) -> float:
    """How much higher the photographed garment must be, for its width, to be what is worn.

    A flat garment's proportions say how long it is worn: where they differ, the picture is to be
    stretched, by at most `STRETCH` either way.  own, marks: landmarks of the rendered flat and of
    the photograph.  Raises GarmentError where a length cannot be told.
    """
    wanted, found = proportion(own, category), proportion(marks, category)
    if not wanted or not found or wanted < 0 or found < 0:
        raise GarmentError("the photographed garment's length cannot be told from its landmarks")
    return wanted / found


def bearable(high: float) -> bool:
    """Whether cloth does not look pulled by this `stretch`."""
    return 1 / STRETCH <= high <= STRETCH


def checked(high: float) -> float:
    """`stretch`, where it is `bearable`.  Raises GarmentError elsewhere."""
    if not bearable(high):
        raise GarmentError(f"the photographed garment is {1 / high:.2f} times as long")
    return high


def lengthened(garment: Garment, factor: float) -> Garment:
    """The garment with legs or skirt about `factor` times as long; others stay as they are."""
    if garment.leg > 0:
        return replace(garment, leg=float(np.clip(garment.leg * factor, 0.12, 1.0)))
    if garment.skirt > 0:
        return replace(garment, skirt=float(np.clip(garment.skirt * factor, 0.2, 1.0)))
    return garment
