"""What a garment is: a table row of numbers, and how to choose plausible ones."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from gpvton.domain.parts import Category
from gpvton.synthetic.fabrics import Fabric, sample_fabric

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
    strap: float = 0.0  # metres of the shoulder straps, 0 none
    rib: float = 0.0  # metres of the neck band
    rib_colour: np.ndarray = field(default_factory=lambda: np.zeros(3))
    cuff_band: float = 0.0  # metres of the band at hem and cuffs
    photograph: "Cutout | None" = field(default=None, repr=False)  # a real one, see `cutouts`

    @property
    def has_torso(self) -> bool:
        """Whether it covers the chest."""
        return self.category != Category.LOWER


def _choose(rng: np.random.Generator, table: dict) -> str:
    names = list(table)
    chance = np.array([table[name] for name in names], float)
    return names[rng.choice(len(names), p=chance / chance.sum())]


SLEEVES = {
    "none": 0.0,
    "cap": 0.26,
    "short": 0.40,
    "elbow": 0.52,
    "three_quarter": 0.74,
    "long": 0.99,
}


def sample_top(rng: np.random.Generator, *, loose: float | None = None, kind: str = "") -> Garment:
    """T-shirt, blouse, shirt, jumper or vest."""
    kind = kind or _choose(
        rng,
        {
            "tee": 5,
            "long_tee": 2.5,
            "shirt": 2.5,
            "jumper": 2,
            "blouse": 2,
            "vest": 1.2,
            "polo": 1,
            "turtleneck": 0.8,
        },
    )
    loose = rng.uniform(0, 1) if loose is None else loose
    base = Garment(
        category=Category.UPPER,
        kind=kind,
        fabric=sample_fabric(rng, kind),
        ease=0.012 + 0.022 * loose,
        cling=float(np.clip(0.75 - 0.85 * loose + rng.normal(0, 0.08), 0, 1)),
        hem=rng.uniform(0.15, 0.6) if rng.random() < 0.12 else rng.uniform(0.66, 0.92),
        cuff=0.008 + 0.030 * loose,
        folds=rng.uniform(0.35, 0.7) + 0.4 * loose,
        neck_scale=rng.uniform(0.92, 1.12),
    )
    return _styled(rng, base)


def _styled(rng: np.random.Generator, base: Garment) -> Garment:
    """The neckline, sleeves and bands that go with the kind of top."""
    kind = base.kind
    fabric = base.fabric
    band = fabric.base if rng.random() < 0.7 else np.clip(rng.uniform(0, 1, 3), 0.05, 0.95)
    if kind == "tee":
        neck = Neckline(_choose(rng, {"crew": 5, "v": 2, "scoop": 1.5, "boat": 0.7, "square": 0.4}))
        return replace(
            base,
            neckline=neck,
            sleeve=_choice(rng, ("short", "short", "cap", "elbow")),
            rib=0.018,
            rib_colour=band,
            cuff=base.cuff + 0.012,
        )
    if kind == "polo":
        return replace(
            base,
            neckline=Neckline.COLLAR,
            sleeve=_choice(rng, ("short",)),
            collar=rng.uniform(0.050, 0.065),
            collar_gap=rng.uniform(0.10, 0.45),
        )
    if kind == "shirt":
        return replace(
            base,
            neckline=Neckline.COLLAR,
            ease=base.ease + 0.008,
            sleeve=_choice(rng, ("long", "long", "short", "three_quarter")),
            collar=0.0 if rng.random() < 0.15 else rng.uniform(0.052, 0.075),
            collar_gap=rng.uniform(0.05, 0.35),
        )
    if kind in ("long_tee", "jumper"):
        neck = Neckline(_choose(rng, {"crew": 5, "v": 2, "scoop": 1, "boat": 1}))
        knit = kind == "jumper"
        return replace(
            base,
            neckline=neck,
            rib=0.028 if knit else 0.018,
            rib_colour=band,
            sleeve=_choice(rng, ("long", "long", "three_quarter")),
            ease=base.ease + (0.012 if knit else 0),
            cuff_band=0.05 if knit else 0.0,
        )
    if kind == "turtleneck":
        return replace(base, neckline=Neckline.TURTLENECK, sleeve=0.99, cling=max(base.cling, 0.6))
    if kind == "vest":
        if rng.random() < 0.45:
            strap = rng.uniform(0.014, 0.045)
            return replace(base, neckline=Neckline.STRAPS, strap=strap, cling=max(base.cling, 0.4))
        neck = Neckline(_choose(rng, {"scoop": 3, "v": 1, "square": 1, "crew": 1}))
        return replace(base, neckline=neck, sleeve=0.0, rib=0.008, rib_colour=band)
    neck = Neckline(_choose(rng, {"v": 2, "scoop": 2, "boat": 2, "square": 1.5, "crew": 1}))
    return replace(
        base,
        neckline=neck,
        cling=min(base.cling, 0.45),
        cuff=base.cuff + 0.02,
        sleeve=_choice(rng, tuple(SLEEVES)),
    )


def _choice(rng: np.random.Generator, names: tuple[str, ...]) -> float:
    value = SLEEVES[names[rng.integers(len(names))]]
    return float(value * rng.uniform(0.94, 1.05)) if 0 < value < 0.9 else value


def sample_jacket(rng: np.random.Generator) -> Garment:
    """An open jacket or cardigan."""
    top = sample_top(rng, kind="shirt", loose=rng.uniform(0.3, 0.9))
    return replace(
        top,
        kind="jacket",
        sleeve=0.98,
        neckline=Neckline.V,
        neck_scale=0.9,
        ease=0.040,
        cling=min(top.cling, 0.4),
        open_front=rng.uniform(0.04, 0.09),
        collar=0.0,
        hem=rng.uniform(0.7, 0.92),
        fabric=sample_fabric(rng, "jacket"),
        tucked=False,
    )


def sample_trousers(rng: np.random.Generator, *, kind: str = "") -> Garment:
    """Jeans, chinos, leggings or shorts."""
    kind = kind or _choose(rng, {"jeans": 4, "trousers": 3, "shorts": 1.6, "leggings": 1})
    width = rng.beta(1.6, 2.2)
    leg = rng.uniform(0.34, 0.60) if kind == "shorts" else rng.choice([0.86, 0.95, 1.0])
    if kind == "leggings":
        width = 0.0
    return Garment(
        category=Category.LOWER,
        kind=kind,
        fabric=sample_fabric(rng, kind),
        leg=float(leg),
        ease=0.007 + 0.008 * width,
        cuff=0.006 + 0.075 * width,
        cling=1.0,
        waist=rng.uniform(-0.04, 0.045),
        folds=rng.uniform(0.4, 0.9),
    )


def sample_skirt(rng: np.random.Generator) -> Garment:
    """Mini to maxi, straight to flared."""
    return Garment(
        category=Category.LOWER,
        kind="skirt",
        fabric=sample_fabric(rng, "skirt"),
        skirt=rng.uniform(0.40, 0.95),
        flare=rng.choice([-0.03, 0.08, 0.2, 0.35]),
        ease=0.010,
        cling=0.9,
        waist=rng.uniform(0.0, 0.05),
        folds=rng.uniform(0.3, 0.9),
    )


def sample_lower(rng: np.random.Generator) -> Garment:
    """Trousers, shorts or a skirt."""
    return sample_skirt(rng) if rng.random() < 0.3 else sample_trousers(rng)


def sample_dress(rng: np.random.Generator) -> Garment:
    """A dress: a top with a skirt."""
    top = sample_top(rng, loose=rng.uniform(0, 0.6), kind=_choose(rng, {"blouse": 3, "vest": 2}))
    return replace(
        top,
        category=Category.DRESS,
        kind="dress",
        fabric=sample_fabric(rng, "dress"),
        skirt=rng.uniform(0.42, 0.95),
        flare=rng.choice([0.02, 0.12, 0.25, 0.4]),
        cling=rng.uniform(0.5, 1.0),
        ease=0.012,
        tucked=False,
    )


def sample_garment(rng: np.random.Generator, category: Category) -> Garment:
    """Any garment of a category."""
    if category == Category.UPPER:
        return sample_jacket(rng) if rng.random() < 0.12 else sample_top(rng)
    return sample_dress(rng) if category == Category.DRESS else sample_lower(rng)
