"""Light: large soft sources as a dozen directional lights, each with a shadow map."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, kw_only=True)
class Lighting:
    """Directional lights: directions (n, 3) towards the light, colours (n, 3) linear,
    matrices (n, 4, 4) world to the light's clip space, ambient (3,)."""

    directions: np.ndarray
    colours: np.ndarray
    matrices: np.ndarray
    ambient: np.ndarray


def direction(azimuth: float, elevation: float) -> np.ndarray:
    """Unit vector; azimuth 0 is the front, positive to the wearer's left; degrees."""
    a, e = np.radians([azimuth, elevation])
    return np.array([np.sin(a) * np.cos(e), np.sin(e), np.cos(a) * np.cos(e)])


def look_from(direction_: np.ndarray, centre: np.ndarray, radius: float) -> np.ndarray:
    """Orthographic world-to-clip matrix of a light that sees a ball."""
    forward = -direction_
    side = np.cross(forward, [0.0, 1.0, 0.0])
    side /= max(np.linalg.norm(side), 1e-6)
    axes = np.stack([side, np.cross(side, forward), forward])
    matrix = np.eye(4)
    matrix[:3, :3] = axes / radius
    matrix[:3, 3] = -matrix[:3, :3] @ centre
    return matrix


def sample_lighting(
    rng: np.random.Generator,
    centre: np.ndarray,
    radius: float,
    *,
    studio: bool = True,
    fine: bool = True,
) -> Lighting:
    """A key light of several close directions, a fill, a sky; softer in a studio.

    fine: 12 directions in place of 8.
    """
    counts = (5, 2, 5) if fine else (4, 1, 3)
    azimuth = rng.uniform(20, 55) * rng.choice([-1, 1])
    elevation = rng.uniform(30, 50) if studio else rng.uniform(35, 65)
    spread = rng.uniform(14, 22) if studio else rng.uniform(4, 14)
    warmth = rng.normal(0, 0.025, 3) * [1, 0.3, -1]
    key = rng.uniform(0.52, 0.70) if studio else rng.uniform(0.7, 1.0)
    fill = rng.uniform(0.24, 0.34) if studio else rng.uniform(0.15, 0.3)
    rows = []
    for k in range(counts[0]):
        turn = 2 * np.pi * k / counts[0]
        place = (azimuth + spread * np.cos(turn), elevation + 0.7 * spread * np.sin(turn))
        rows.append((place, key / counts[0] * (1 + warmth)))
    for offset in (-15, 20) if counts[1] == 2 else (3,):
        rows.append(((-azimuth * 1.1 + offset, elevation * 0.6), fill / counts[1] * (1 - warmth)))
    for k in range(counts[2]):
        sky = (360 / counts[2] * k + 36, 55 + 10 * (k % 2))
        rows.append((sky, np.full(3, 0.375 / counts[2])))
    directions = np.array([direction(*place) for place, _ in rows])
    return Lighting(
        directions=directions,
        colours=np.array([colour for _, colour in rows]),
        matrices=np.array([look_from(d, centre, radius) for d in directions]),
        ambient=np.full(3, rng.uniform(0.20, 0.26)),
    )


PACKSHOT = ((-60, 45), (-35, 55), (-10, 25), (40, 40), (0, 70), (70, 20))


def packshot_lighting(centre: np.ndarray, radius: float = 1.0) -> Lighting:
    """Even light from above, a little stronger from one side."""
    directions = np.array([direction(*place) for place in PACKSHOT])
    strength = np.array([0.22, 0.22, 0.13, 0.13, 0.13, 0.10])
    return Lighting(
        directions=directions,
        colours=np.repeat(strength[:, None], 3, axis=1),
        matrices=np.array([look_from(d, centre, radius) for d in directions]),
        ambient=np.full(3, 0.40),
    )
