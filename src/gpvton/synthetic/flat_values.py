"""What a flat garment is made with, and what comes out."""

from dataclasses import dataclass

import numpy as np

from gpvton.synthetic.profile import Profile


@dataclass(frozen=True, kw_only=True)
class FlatStyle:
    """How a flat is laid: sleeve angle below the horizontal and leg spread (degrees), how flat
    (0 as on a ghost mannequin, 1 pressed), turn of the whole (degrees), share of the picture."""

    sleeve_angle: float = 55.0
    leg_spread: float = 3.0
    pressed: float = 0.8
    turn: float = 0.0
    fill: float = 0.86
    seed: int = 0
    ground: tuple[float, float, float] = (0.97, 0.97, 0.97)


@dataclass(frozen=True, kw_only=True)
class Flat:
    """A cut laid flat.  points (n, 3): x, y in the plane, z towards the viewer, metres;
    torso, limb (n, 2): places on the fabric; pixels (n, 2): places in the flat picture."""

    points: np.ndarray
    torso: np.ndarray
    limb: np.ndarray
    pixels: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Width:
    """Half widths (m) by row of the trunk's profile: `half` as worn, `quarter` laid flat.
    crotch: height at which the legs of trousers part."""

    profile: Profile
    half: np.ndarray
    quarter: np.ndarray
    crotch: float

    def at(self, y: np.ndarray, table: np.ndarray) -> np.ndarray:
        """A table's values at heights."""
        return np.interp(self.profile.rows(y), np.arange(len(table)), table)


def sample_style(rng: np.random.Generator, sleeve: float = 0.4) -> FlatStyle:
    """A plausible way to lay a garment; the longer its sleeves (share of the arm), the steeper."""
    ground = rng.choice(["white", "grey", "colour"], p=[0.6, 0.25, 0.15])
    tone = {
        "white": rng.uniform(0.95, 1.0),
        "grey": rng.uniform(0.78, 0.93),
        "colour": rng.uniform(0.6, 0.9),
    }[ground]
    tint = 1 + (rng.normal(0, 0.07, 3) if ground == "colour" else rng.normal(0, 0.004, 3))
    red, green, blue = (float(v) for v in np.clip(tone * tint, 0, 1))
    return FlatStyle(
        sleeve_angle=float(np.clip(rng.normal(20 + 46 * sleeve, 16 - 4 * sleeve), 10, 80)),
        leg_spread=rng.uniform(1.5, 11),
        pressed=rng.uniform(0.35, 1.0),
        turn=float(rng.normal(0, 1.5)),
        fill=rng.uniform(0.74, 0.94),
        seed=int(rng.integers(1 << 30)),
        ground=(red, green, blue),
    )
