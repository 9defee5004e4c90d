"""What a garment is: a table row of numbers."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from gpvton.domain.parts import Category
from gpvton.synthetic.fabrics import Fabric

if TYPE_CHECKING:
    from gpvton.synthetic.cutouts import Cutout


class Neckline(StrEnum):
    """Shapes of the opening at the neck."""

    CREW = "crew"
    V = "v"
    SCOOP = "scoop"
    BOAT = "boat"
    SQUARE = "square"
    STRAPS = "straps"
    TURTLENECK = "turtleneck"
    COLLAR = "collar"


# width (m to each side), depth in front, depth behind, exponent of the curve
NECKLINES: dict[Neckline, tuple[float, float, float, float]] = {
    Neckline.CREW: (0.082, 0.075, 0.018, 2.0),
    Neckline.V: (0.085, 0.185, 0.020, 1.0),
    Neckline.SCOOP: (0.105, 0.150, 0.035, 2.2),
    Neckline.BOAT: (0.135, 0.050, 0.025, 2.4),
    Neckline.SQUARE: (0.110, 0.125, 0.035, 7.0),
    Neckline.STRAPS: (0.088, 0.165, 0.170, 3.0),
    Neckline.TURTLENECK: (0.070, 0.010, 0.000, 2.0),
    Neckline.COLLAR: (0.074, 0.062, 0.005, 2.0),
}


@dataclass(frozen=True, kw_only=True)
class Garment:
    """A garment, independent of who wears it.  Lengths are shares of the limb or metres.

    sleeve: share of the arm (0 none, 1 wrist); leg: share of the leg; hem: share of the way from
    waist (0) to crotch (1); skirt: share of the way from waist (0) to ankle (1), 0 none.
    ease: metres of room at the chest or seat; cling: 0 hangs straight, 1 follows the body;
    cuff: metres of extra room at the end of sleeve or leg; flare: slope of the skirt.
    """

    category: Category
    kind: str
    fabric: Fabric
    neckline: Neckline = Neckline.CREW
    neck_scale: float = 1.0
    sleeve: float = 0.0
    leg: float = 0.0
    hem: float = 1.0
    skirt: float = 0.0
    ease: float = 0.012
    cling: float = 0.5
    cuff: float = 0.02
    flare: float = 0.1
    waist: float = 0.0  # metres above the waist joint where a lower garment begins
    folds: float = 0.5
    tucked: bool = False
    open_front: float = 0.0  # metres to each side that an open jacket leaves free
    collar: float = 0.0  # metres that a folded collar falls
    collar_gap: float = 0.1  # radians to each side of the middle where it is open in front
    hood: float = 0.0  # metres that a hood, worn down, falls on the back, 0 none
    strap: float = 0.0  # metres of the shoulder straps, 0 none
    rib: float = 0.0  # metres of the neck band
    rib_colour: np.ndarray = field(default_factory=lambda: np.zeros(3))
    cuff_band: float = 0.0  # metres of the band at hem and cuffs
    photograph: "Cutout | None" = field(default=None, repr=False)  # a real one, see `cutouts`

    @property
    def has_torso(self) -> bool:
        """Whether it covers the chest."""
        return self.category != Category.LOWER
