"""Shoes: cut from the suit's feet, with a sole."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from gpvton.domain.labels import PersonLabel as P
from gpvton.synthetic.bodies import Body, body_model, skin
from gpvton.synthetic.items import Item, Material, vertices
from gpvton.synthetic.mesh import compact, triangles, vertex_normals
from gpvton.synthetic.suit import suit

SOLE = 0.022


@dataclass(frozen=True, kw_only=True)
class Shoes:
    """Upper and sole colour (sRGB), height of the shaft above the floor (m), laces or none."""

    colour: np.ndarray
    sole: np.ndarray
    shaft: float
    laced: bool
    gloss: float


def sample_shoes(rng: np.random.Generator) -> Shoes:
    """Trainers, leather shoes or boots."""
    kind = rng.choice(["trainer", "leather", "boot"], p=[0.6, 0.2, 0.2])
    if kind == "trainer":
        colour = [
            (0.93, 0.93, 0.92),
            (0.08, 0.08, 0.09),
            (0.22, 0.26, 0.38),
            (0.62, 0.60, 0.57),
            (0.70, 0.16, 0.15),
        ][rng.integers(5)]
        return Shoes(
            colour=np.array(colour),
            sole=np.array([0.94, 0.94, 0.93]),
            shaft=rng.choice([0.085, 0.12]),
            laced=True,
            gloss=0.15,
        )
    colour = [(0.07, 0.06, 0.06), (0.28, 0.16, 0.09), (0.45, 0.29, 0.16)][rng.integers(3)]
    return Shoes(
        colour=np.array(colour),
        sole=np.array([0.06, 0.05, 0.05]),
        shaft=0.085 if kind == "leather" else rng.uniform(0.14, 0.22),
        laced=bool(rng.random() < 0.6),
        gloss=0.55,
    )


@cache
def _feet() -> dict[str, np.ndarray]:
    whole = suit()
    low = whole.template[:, 1] < 0.27
    used, quads = compact(whole.quads[low[whole.quads].all(axis=1)])
    return {"used": used, "quads": quads, "triangles": triangles(quads)}


def shoe_item(shoes: Shoes, body: Body, transforms: np.ndarray) -> Item:
    """Both shoes in a pose."""
    whole, feet = suit(), _feet()
    used, quads = feet["used"], feet["quads"]
    rest = whole.rest(body)[used]
    template = whole.template[used]
    normal = vertex_normals(rest, quads)
    height = template[:, 1]
    thick = np.where(height < SOLE, 0.010, 0.006)
    rest = rest + normal * thick[:, None]
    rest[:, 1] = np.where(height < 0.012, -0.012, rest[:, 1])
    bones, weights = whole.bones[used], whole.weights[used]
    posed = skin(rest, bones, weights, transforms)
    model = body_model()
    ankle = model.template[0] * 0 + model.mean[len(model.template) + model.bone("foot.L")]
    ahead = template[:, 2] - ankle[2]
    centre = np.abs(ankle[0]) + 0.10 * np.clip(ahead, 0, None)
    side = np.abs(np.abs(template[:, 0]) - centre)
    away = np.maximum(0.035 - ahead, ahead - 0.125).clip(0)
    lacing = side + away + np.where(normal[:, 1] > 0.1, 0, 0.05)
    shaft = shoes.shaft + 0.25 * np.clip(ahead - 0.02, 0, 0.05) * (shoes.shaft < 0.13)
    return Item(
        material=Material.SHOE,
        vertices=vertices(
            posed,
            vertex_normals(posed, quads),
            np.c_[template, height - SOLE],
            np.c_[shaft - height, lacing],
        ),
        triangles=feet["triangles"],
        quads=quads,
        uniforms={
            "colour": tuple(shoes.colour),
            "colour2": tuple(shoes.sole),
            "style": (float(shoes.laced), shoes.gloss, 0.0, 0.0),
            "labels": (float(P.LEFT_SHOE), float(P.RIGHT_SHOE), 0.0, 0.0),
        },
    )
