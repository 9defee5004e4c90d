"""Hair: shells over the scalp for the roots, hanging sheets of strands for length."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from gpvton.domain.labels import PersonLabel as P
from gpvton.synthetic.bodies import Body, body_model
from gpvton.synthetic.items import Item, Material, vertices
from gpvton.synthetic.mesh import compact, subdivide, triangles, vertex_normals
from gpvton.synthetic.noise import wrapped_noise

COLOURS = (
    (0.05, 0.04, 0.035),
    (0.09, 0.06, 0.045),
    (0.16, 0.10, 0.065),
    (0.27, 0.17, 0.10),
    (0.40, 0.27, 0.15),
    (0.60, 0.45, 0.27),
    (0.76, 0.62, 0.42),
    (0.42, 0.17, 0.08),
    (0.58, 0.57, 0.56),
)
SHELLS = 7
# Height of the hairline above the eyes (metres) by angle from the front (degrees).
HAIRLINE = (
    (0, 0.066),
    (35, 0.062),
    (58, 0.045),
    (72, 0.012),
    (84, -0.005),
    (97, 0.030),
    (118, -0.005),
    (140, -0.055),
    (180, -0.072),
)


@dataclass(frozen=True, kw_only=True)
class Hair:
    """Colour (sRGB) and shape: thickness of the cap (m), length below the eyes (m; 0 none)."""

    colour: np.ndarray
    brow: np.ndarray
    thickness: float
    length: float
    parting: float  # metres to the wearer's left
    curl: float
    opening: float  # degrees left free around the face
    strands: np.ndarray  # uint8 (256, 256, 4)
    hairline: float = 0.0


def sample_hair(rng: np.random.Generator, body: Body, tone: float) -> Hair:
    """A style that suits the person."""
    if tone > 0.6:
        colour = np.array(COLOURS[rng.choice([0, 0, 1, 2])])
    else:
        colour = np.array(COLOURS[rng.integers(len(COLOURS) - 1)])
    if body.age > 0.85 and rng.random() < 0.5:
        colour = np.array(COLOURS[-1])
    colour = np.clip(colour * (1 + rng.normal(0, 0.05, 3)), 0, 1)
    brow = np.clip(np.minimum(colour * 0.85, 0.30), 0, 1)
    female = body.gender > 0.5
    long = rng.random() < (0.75 if female else 0.08)
    return Hair(
        colour=colour,
        brow=brow,
        thickness=rng.uniform(0.016, 0.024) if long else rng.choice([0.006, 0.014, 0.024, 0.032]),
        length=rng.choice([0.10, 0.16, 0.24, 0.32]) if long else 0.0,
        parting=rng.uniform(-0.03, 0.03),
        curl=rng.uniform(0, 1) ** 2,
        opening=rng.uniform(48, 66),
        strands=strand_texture(int(rng.integers(8))),
        hairline=rng.uniform(-0.004, 0.008),
    )


@cache
def strand_texture(seed: int) -> np.ndarray:
    """Strands along y: brightness in red, reach in green; repeats in both directions."""
    rng = np.random.default_rng(seed)
    size = 256

    def layer(across: float, lengthwise: float) -> np.ndarray:
        soft = wrapped_noise(rng, size, across, lengthwise)
        return (soft - soft.min()) / (soft.max() - soft.min())

    bright = 0.55 * layer(0.8, 22) + 0.45 * layer(4, 40)
    bright = np.clip((bright - 0.5) * 2.2 + 0.5, 0, 1)
    reach = np.clip((layer(1.3, 16) - 0.5) * 2.4 + 0.5, 0, 1)
    return (np.dstack([bright, reach, reach, np.ones_like(reach)]) * 255).astype(np.uint8)


@cache
def _scalp() -> dict[str, Any]:
    """The head's back and top, refined, with strand places and the hairline field."""
    model = body_model()
    head = model.weight_of("head") > 0.55
    eyes = model.template[np.unique(model.quads["eye_left"])].mean(axis=0)
    centre = np.array([0.0, eyes[1] + 0.03, eyes[2] - 0.075])
    ok = head & (model.template[:, 1] > eyes[1] - 0.11)
    ok &= ~(model.masks[:, 2] > 0.5)
    ok &= (model.template[:, 2] < eyes[2] - 0.0) | (model.template[:, 1] > eyes[1] + 0.03)
    quads = model.quads["body"]
    used, quads = compact(quads[ok[quads].all(axis=1)])
    step = subdivide(quads, len(used))
    matrix, quads = step.matrix, step.quads
    place = matrix @ model.template[used]
    relative = place - centre
    angle = np.degrees(np.abs(np.arctan2(relative[:, 0], relative[:, 2])))
    line = np.interp(angle, *np.array(HAIRLINE).T)
    return {
        "used": used,
        "matrix": matrix,
        "quads": quads,
        "triangles": triangles(quads),
        "field": place[:, 1] - eyes[1] - line,
        "relative": relative,
        "angle": angle,
    }


def scalp_points(posed: np.ndarray) -> np.ndarray:
    """The refined scalp (n, 3) of a posed body."""
    scalp = _scalp()
    return scalp["matrix"] @ posed[scalp["used"]]


def hair_items(hair: Hair, posed: np.ndarray, transforms: np.ndarray) -> list[Item]:
    """Cap and, for long hair, sheets."""
    from gpvton.synthetic.long_hair import sheets

    items = [_cap(hair, posed, transforms)]
    if hair.length > 0:
        items.append(sheets(hair, posed, transforms, scalp_points(posed)))
    return items


def hair_uniforms(hair: Hair, edge: tuple[float, float], scale: tuple[float, float]) -> dict:
    """Numbers for the shaders: edge reach and roughness, strands per metre."""
    return {
        "colour": tuple(hair.colour),
        "colour2": tuple(np.clip(hair.colour * 1.7 + 0.035, 0, 1)),
        "style": (*edge, 0.0, 0.0),
        "tile_scale": (*scale, 0.0, 0.0),
        "labels": (float(P.HAIR), 0.0, 0.0, 0.0),
    }


def _cap(hair: Hair, posed: np.ndarray, transforms: np.ndarray) -> Item:
    scalp = _scalp()
    points = scalp["matrix"] @ posed[scalp["used"]]
    normal = vertex_normals(points, scalp["quads"])
    turn = transforms[body_model().bone("head")][:, :3]
    relative = scalp["relative"]
    side = np.where(relative[:, 0] > hair.parting, 1.0, -1.0)
    comb = np.stack([0.7 * side, -0.25 * np.ones_like(side), -0.7 * np.ones_like(side)], axis=1)
    if hair.length == 0:
        comb = np.stack([0.2 * side, 0.2 * np.ones_like(side), 0.4 * np.ones_like(side)], axis=1)
    comb = comb @ turn.T
    comb -= normal * (comb * normal).sum(axis=1, keepdims=True)
    field = scalp["field"] - hair.hairline
    ragged = 0.004 * np.sin(relative[:, 0] * 260 + 40 * hair.parting)
    waves = np.random.default_rng(int(abs(hair.parting) * 1e6))
    for rate in (5, 9, 17):
        ragged += waves.uniform(0.002, 0.007) * np.sin(
            rate * np.radians(scalp["angle"]) * side + waves.uniform(0, 6.3)
        )
    field = field + ragged + 0.003 * np.sin(relative[:, 0] * 610 + relative[:, 1] * 300)
    rise = np.clip(field / 0.05, 0, 1) ** 0.6
    sides = 0.45 if hair.length else 0.22
    top = sides + (1 - sides) * np.clip((relative[:, 1] + 0.02) / 0.09, 0, 1)
    around = np.arctan2(relative[:, 0] - hair.parting, relative[:, 2] + 0.03)
    away = np.linalg.norm(relative - [hair.parting, 0.10, 0.0], axis=1)
    blocks, faces = [], []
    for k in range(SHELLS - 1, -1, -1):  # outermost first: it alone casts shadow
        share = (k + 1) / SHELLS
        lift = hair.thickness * share * rise * top
        place = points + normal * lift[:, None] + comb * (0.5 * lift * share)[:, None]
        across = around * 0.09 + 0.01 * k
        edge = field * 16 + 0.35 - 0.75 * share
        a = np.c_[across, away, edge, np.full(len(points), share)]
        strand = comb / np.maximum(np.linalg.norm(comb, axis=1, keepdims=True), 1e-6)
        blocks.append(vertices(place, normal, a, strand))
        faces.append(scalp["triangles"] + len(faces) * len(points))
    return Item(
        material=Material.HAIR,
        vertices=np.concatenate(blocks),
        triangles=np.concatenate(faces),
        uniforms=hair_uniforms(hair, (1.0, 0.9), (22.0, 9.0)),
        textures={"tile": hair.strands},
        casters=scalp["triangles"],  # of the outermost shell
    )
