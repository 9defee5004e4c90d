"""Wardrobe: choosing plausible garments of every category."""

from dataclasses import replace

import numpy as np

from gpvton.domain.parts import Category
from gpvton.synthetic.details import sew
from gpvton.synthetic.fabrics import make_fabric, sample_fabric
from gpvton.synthetic.garments import Garment, Neckline
from gpvton.synthetic.patterns import colour


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
        neck_scale=rng.uniform(0.84, 1.14),
    )
    return _styled(rng, base)


def _styled(rng: np.random.Generator, base: Garment) -> Garment:
    """The neckline, sleeves and bands that go with the kind of top."""
    kind, fabric = base.kind, base.fabric
    band = fabric.base if rng.random() < 0.7 else np.clip(rng.uniform(0, 1, 3), 0.05, 0.95)
    if kind == "tee":
        neck = Neckline(_choose(rng, {"crew": 5, "v": 2, "scoop": 1.5, "boat": 0.7, "square": 0.4}))
        return replace(
            base,
            neckline=neck,
            sleeve=_choice(rng, ("short", "short", "cap", "elbow")),
            rib=0.018,
            rib_colour=band,
            cuff=base.cuff + 0.006,
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
        styled = replace(
            base,
            neckline=neck,
            rib=0.028 if knit else 0.018,
            rib_colour=band,
            sleeve=_choice(rng, ("long", "long", "three_quarter")),
            ease=base.ease + (0.012 if knit else 0),
            cuff_band=0.05 if knit else 0.0,
        )
        return _hooded(styled)
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


def _own_random(garment: Garment) -> np.random.Generator:
    """Chance of its own, so that what is decided with it moves no other garment's."""
    return np.random.default_rng(int(garment.folds * 1e9))


def _hooded(garment: Garment) -> Garment:
    """Some jumpers, and a few long-sleeved T-shirts, become hoodies; others stay."""
    rng = _own_random(garment)
    if rng.random() > (0.45 if garment.kind == "jumper" else 0.12):
        return garment
    pattern = "plain" if rng.random() < 0.85 else "stripes"
    return replace(
        garment,
        kind="hoodie",
        fabric=sew(rng, make_fabric(rng, pattern, colour(rng)), "hoodie"),
        neckline=Neckline.CREW,
        neck_scale=rng.uniform(1.0, 1.12),
        sleeve=0.99,
        ease=0.03,
        hood=rng.uniform(0.15, 0.20),
        rib=0.0,
        cuff_band=0.0,
        hem=max(garment.hem, 0.7),
    )


def _lengthened(garment: Garment) -> Garment:
    """Some blouses and shirts become tunics, which end below the crotch; others stay."""
    rng = _own_random(garment)
    if garment.kind not in ("blouse", "shirt") or rng.random() > 0.2:
        return garment
    return replace(
        garment,
        kind="tunic",
        skirt=rng.uniform(0.27, 0.38),
        flare=float(rng.choice([0.03, 0.12, 0.22])),
        cling=float(np.clip(garment.cling, 0.3, 0.8)),
        tucked=False,
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
    width = rng.beta(1.6, 2.2) ** 1.35
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
        return sample_jacket(rng) if rng.random() < 0.12 else _lengthened(sample_top(rng))
    return sample_dress(rng) if category == Category.DRESS else sample_lower(rng)
