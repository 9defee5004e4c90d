"""Wearing: a cut posed on its body, hanging and folded, and the items that draw it."""

from functools import cache

import numpy as np

from gpvton.domain.labels import GarmentLabel as G
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import Category
from gpvton.synthetic.bodies import Body, body_model, posed_joints, skin
from gpvton.synthetic.cuts import Cut, cut_garment, smoothstep
from gpvton.synthetic.fabrics import FRAME
from gpvton.synthetic.flat_values import Flat
from gpvton.synthetic.folds import fold_map, sample_map
from gpvton.synthetic.garments import Garment
from gpvton.synthetic.items import Item, Material, vertices
from gpvton.synthetic.mesh import triangles, vertex_normals
from gpvton.synthetic.profile import ANGLES, bilinear, hull, measure

WORN_LABELS = {
    Category.UPPER: (P.UPPER_LEFT_SLEEVE, P.UPPER_TORSO, P.UPPER_RIGHT_SLEEVE),
    Category.LOWER: (P.LEFT_PANTS, P.SKIRT, P.RIGHT_PANTS),
    Category.DRESS: (P.DRESS_LEFT_SLEEVE, P.DRESS_TORSO, P.DRESS_RIGHT_SLEEVE),
}
COAT_LABELS = (P.COAT_LEFT_SLEEVE, P.COAT_TORSO, P.COAT_RIGHT_SLEEVE)
FLAT_LABELS = {
    Category.UPPER: (G.LEFT_SLEEVE, G.UPPER, G.RIGHT_SLEEVE, G.INNER_COLLAR),
    Category.LOWER: (G.LEFT_LEG, G.SKIRT, G.RIGHT_LEG, 0),
    Category.DRESS: (G.LEFT_SLEEVE, G.DRESS, G.RIGHT_SLEEVE, G.INNER_COLLAR),
}


def drape(
    cut: Cut,
    garment: Garment,
    body: Body,
    transforms: np.ndarray,
    seed: int,
    hidden: np.ndarray | None = None,
) -> np.ndarray:
    """Posed places (n, 3) of the cut's vertices.

    hidden: metres (n,) by which it lies under other cloth, which presses a skirt inwards.
    """
    posed = skin(cut.points, cut.bones, cut.weights, transforms)
    if cut.skirt.any():
        posed = _hang_skirt(cut, garment, body, transforms, posed)
    posed = posed + _folds(cut, garment, posed, seed)
    if hidden is not None and cut.skirt.any():
        inward = 0.02 * smoothstep(hidden, -0.10, -0.02)[:, None]
        posed = posed - vertex_normals(posed, cut.quads) * inward
    return posed


def _hang_skirt(cut, garment, body, transforms, posed) -> np.ndarray:
    """A skirt hangs from the hips and lies over the legs."""
    model = body_model()
    root = transforms[0]
    hanging = cut.points @ root[:, :3].T + root[:, 3]
    share = cut.skirt[:, None]
    posed = posed * (1 - share) + hanging * share
    legs = skin(body.vertices, model.skin_bones, model.skin_weights, transforms)
    legs = legs[model.weight_of("upperleg", "lowerleg") > 0.3]
    low, high = posed[:, 1].min() - 0.02, posed[:, 1].max()
    profile = measure(legs[legs[:, 1] < high], float(low), float(high))
    reach = hull(profile.radius)
    for row in range(len(reach) - 2, -1, -1):
        reach[row] = np.maximum(reach[row], reach[row + 1] - 0.012 * 0.35)
    reach = reach + 0.012
    x, z = posed[:, 0], posed[:, 2] - profile.axis(posed[:, 1])
    radius, angle = np.hypot(x, z), np.arctan2(x, z)
    needed = bilinear(reach, profile.rows(posed[:, 1]), angle)
    new = np.maximum(radius, needed * cut.skirt)
    scale = new / np.maximum(radius, 1e-6)
    out = posed.copy()
    out[:, 0], out[:, 2] = x * scale, z * scale + profile.axis(posed[:, 1])
    # pleats that open towards the hem
    depth = cut.skirt * smoothstep(-cut.hem, -0.8, 0.0) * (0.010 + 0.045 * max(garment.flare, 0))
    count = 9 + int(6 * garment.folds)
    wave = (1 + np.sin(angle * count + 1.3 * np.sin(3 * angle))) * depth * garment.folds
    out[:, 0] += wave * np.sin(angle)
    out[:, 2] += wave * np.cos(angle)
    return out


def _folds(cut: Cut, garment: Garment, posed: np.ndarray, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    normal = vertex_normals(posed, cut.quads)
    start = rng.uniform(0, 1, 8)
    maps = {kind: fold_map(kind, int(rng.integers(6))) for kind in ("drape", "rings", "crumple")}
    x, y = cut.points[:, 0], cut.points[:, 1]
    arms, legs = cut.arm.sum(axis=1), cut.leg.sum(axis=1)
    angle = np.arctan2(x, cut.points[:, 2]) * 0.14
    loose = 0.35 + 0.65 * (1 - garment.cling)
    height = (
        0.0035
        * loose
        * (1 - arms)
        * sample_map(maps["drape"], angle / 0.5 + start[0], y / 0.6 + start[1])
    )
    height += 0.0022 * sample_map(maps["crumple"], angle / 0.4 + start[2], y / 0.4 + start[3])
    bend = np.maximum(4 * arms * (1 - arms), 0) + _near_elbow(cut)
    height += (
        0.0045
        * np.clip(bend, 0, 1)
        * sample_map(maps["rings"], angle / 0.5 + start[4], -cut.arm_along / 0.33 + start[5])
    )
    bend = np.maximum(4 * legs * (1 - legs), 0) + _near_knee(cut)
    height += (
        0.0036
        * np.clip(bend, 0, 1.2)
        * (garment.leg > 0)
        * sample_map(maps["rings"], angle / 0.5 + start[6], -cut.leg_along / 0.38 + start[7])
    )
    border = smoothstep(cut.neck, 0.0, 0.04)
    return normal * (height * garment.folds * 1.6 * border)[:, None]


def _near_elbow(cut: Cut) -> np.ndarray:
    length = np.maximum(cut.arm_along.max(), 0.1) * 0.5
    return cut.arm.sum(axis=1) * np.exp(-(((cut.arm_along - length) / 0.11) ** 2))


def _near_knee(cut: Cut) -> np.ndarray:
    length = np.maximum(cut.leg_along.max(), 0.1)
    knee = np.exp(-(((cut.leg_along - 0.5 * length) / 0.12) ** 2))
    ankle = 1.1 * np.exp(-(((cut.leg_along - 0.95 * length) / 0.13) ** 2))
    return cut.leg.sum(axis=1) * (knee + ankle)


def garment_item(
    garment: Garment,
    cuts: list[Cut],
    flats: list[Flat],
    points: list[np.ndarray],
    *,
    flat: bool,
    number: float,
    hidden: list[np.ndarray] | None = None,
    picture: np.ndarray | None = None,
) -> Item:
    """The item that draws a garment, worn or flat; `points` are the places of each cut.

    hidden: per cut (n,), above 0 where another garment lies over it.
    picture: uint8 (h, w, 4) of the whole garment lying flat, in place of the fabric.
    """
    blocks, faces, offset = [], [], 0
    for k, (cut, laid, place) in enumerate(zip(cuts, flats, points, strict=True)):
        normal = vertex_normals(place, cut.quads)
        edge = cut.cut if hidden is None else np.minimum(cut.cut, -hidden[k])
        blocks.append(
            vertices(
                place,
                normal,
                np.c_[laid.torso, laid.limb],
                np.c_[edge, cut.neck, cut.hem, cut.front],
                np.c_[cut.sleeves, laid.pixels],
            )
        )
        inside = (edge[cut.quads] > -0.02).any(axis=1)
        faces.append(cut.quads[inside] + offset)
        offset += len(place)
    fabric = garment.fabric
    labels = FLAT_LABELS[garment.category] if flat else (*worn_labels(garment), 0)
    top = garment.has_torso
    tile, photograph = fabric.tile, {}
    if picture is not None:
        tile = picture
        photograph = {"photograph": (1 / picture.shape[1], 1 / picture.shape[0])}
    return Item(
        material=Material.GARMENT,
        vertices=np.concatenate(blocks),
        triangles=triangles(np.concatenate(faces)),
        quads=np.concatenate(faces),
        uniforms={
            "colour": tuple(float(v) for v in garment.rib_colour),
            "colour2": tuple(float(v) for v in garment.rib_colour),
            "style": (garment.rib, fabric.thread, 1.0 if top else 0.0, garment.cuff_band),
            "tile_scale": (fabric.repeat, fabric.repeat, fabric.bump, float(fabric.lace)),
            "decal_frame": (FRAME[0], FRAME[1], 1 / FRAME[2], 1 / FRAME[3]),
            "labels": tuple(float(v) for v in labels),
            "item": number,
            **photograph,
        },
        textures={"tile": tile, "decal_front": fabric.front, "decal_back": fabric.back},
    )


def worn_labels(garment: Garment) -> tuple[int, int, int]:
    """Person labels of the left, middle and right part."""
    return COAT_LABELS if garment.kind == "jacket" else WORN_LABELS[garment.category]


@cache
def _nearest_suit() -> np.ndarray:
    """For every body vertex the nearest vertex of the suit, on the template."""
    from scipy.spatial import KDTree

    from gpvton.synthetic.suit import suit

    tree = KDTree(suit().template, leafsize=16)
    return np.asarray(tree.query(body_model().template)[1])


def hidden_under(cut: Cut, over: list[Cut], margin: float = 0.05) -> np.ndarray:
    """Metres (n,) by which a cut lies under other garments' cloth; 0 and below: to be seen."""
    from scipy.spatial import KDTree

    deep = np.full(len(cut.points), -1.0)
    for other in over:
        if len(other.points) == len(cut.points) and not (other.skirt.any() or cut.skirt.any()):
            deep = np.maximum(deep, other.cut - margin)
        else:
            near = KDTree(other.points, leafsize=16).query(cut.points, distance_upper_bound=0.12)[1]
            found = near < len(other.points)
            value = np.where(found, other.cut[np.minimum(near, len(other.points) - 1)], -1.0)
            deep = np.maximum(deep, value - margin)
    return deep


def covered(cuts: list[Cut], body: Body, margin: float = 0.03) -> np.ndarray:
    """Metres (v,) by which body vertices lie under cloth; 0 and below: to be drawn."""
    from gpvton.synthetic.suit import suit

    nearest = _nearest_suit()
    deep = np.full(len(nearest), -1.0)
    model, vertices_y = body_model(), body.vertices[:, 1]
    reachable = model.weight_of("head", "wrist", "finger", "metacarpal", "eye") < 0.5
    for cut in cuts:
        if len(cut.points) == len(suit().template):
            deep = np.where(reachable, np.maximum(deep, cut.cut[nearest] - margin), deep)
        elif cut.skirt.any():
            legs = model.weight_of("upperleg", "lowerleg", "pelvis", "root", "spine05") > 0.5
            kept = cut.points[cut.cut >= 0, 1]
            y = vertices_y
            inside = np.minimum(y - kept.min() - 0.12, kept.max() - 0.02 - y)
            deep = np.where(legs, np.maximum(deep, inside), deep)
    return deep


__all__ = [
    "ANGLES",
    "covered",
    "cut_garment",
    "drape",
    "garment_item",
    "posed_joints",
    "worn_labels",
]
