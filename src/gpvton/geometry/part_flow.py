"""The geometric flow: one mesh per part, from key points and garment landmarks alone.

Ours.  It is the baseline that learned local flows must beat, and their starting flow.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from gpvton.domain.annotations import GarmentAnnotation
from gpvton.domain.errors import GarmentError
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import PART_NAMES, PART_TABLE, Category
from gpvton.geometry.body import Body
from gpvton.geometry.flow import flow_from_pixels
from gpvton.geometry.lower import FlatLower, measure_lower, skirt_mesh, trouser_mesh
from gpvton.geometry.mesh import Mesh, rasterise, unfolded
from gpvton.geometry.sleeve import (
    limb_share,
    limb_widths,
    tube_half_widths,
    tube_mesh,
    tube_source,
    tube_target,
)
from gpvton.geometry.top import DRAPE, FlatTop, anchor_points, measure_top, torso_mesh

_TRUNK = (P.UPPER_TORSO, P.DRESS_TORSO, P.COAT_TORSO, P.BELT, P.SKIRT, P.LEFT_PANTS, P.RIGHT_PANTS)
_LIMB_LABELS = {
    ("arm", "left"): (
        P.LEFT_ARM,
        P.UPPER_LEFT_SLEEVE,
        P.DRESS_LEFT_SLEEVE,
        P.COAT_LEFT_SLEEVE,
    ),
    ("arm", "right"): (
        P.RIGHT_ARM,
        P.UPPER_RIGHT_SLEEVE,
        P.DRESS_RIGHT_SLEEVE,
        P.COAT_RIGHT_SLEEVE,
    ),
    ("leg", "left"): (P.LEFT_LEG, P.LEFT_PANTS, P.SOCKS),
    ("leg", "right"): (P.RIGHT_LEG, P.RIGHT_PANTS, P.SOCKS),
}
_NEEDED = {
    "torso": ("neck", "shoulder", "armpit", "hem"),
    "skirt": ("waist", "hip", "hem"),
    "leg": ("waist", "hip", "cuff_outer", "cuff_inner"),
}


@dataclass(frozen=True, kw_only=True)
class PartMeshes:
    """The garment's parts as meshes, and how far they reach.

    meshes: part name (left, middle, right) to mesh; absent parts are left out.
    reach: part name to the share of the limb it covers (0 root, 1 middle joint, 2 end), for
        sleeves and legs.
    """

    meshes: Mapping[str, Mesh]
    reach: Mapping[str, float]


def limb_mask(parsing: np.ndarray, kind: str, side: str, back: bool = False) -> np.ndarray:
    """What is visible of a limb with its sleeve or trouser leg: bool (h, w).

    kind: "arm" or "leg".  side: as in `Body`, so exchanged when the person is seen from behind.
    """
    if back:
        side = "right" if side == "left" else "left"
    return np.isin(parsing, _LIMB_LABELS[kind, side])


def part_meshes(
    garment: GarmentAnnotation, category: Category, body: Body, parsing: np.ndarray
) -> PartMeshes:
    """Meshes of all parts that the garment has.

    parsing: uint8 (h, w), person parsing at the size at which `body` is given.

    Raises:
        GarmentError: a landmark that a part needs is missing, or a part cannot be laid without
            folding over.
    """
    row = PART_TABLE[category]
    flat: dict[str, np.ndarray] = {
        name: np.isin(garment.parsing, tuple(labels))
        for name, labels in zip(PART_NAMES, row.flat, strict=True)
    }
    least = 0.004 * max(sum(int(mask.sum()) for mask in flat.values()), 1)
    present: set[str] = {name for name in PART_NAMES if flat[name].sum() > least}
    points = {k: np.asarray(v, np.float64) for k, v in garment.landmarks.items()}
    motions: dict[str, str] = dict(zip(PART_NAMES, row.motion, strict=True))
    for name in sorted(present):
        missing = _missing(motions[name], points)
        if missing:
            raise GarmentError(
                f"the garment's landmarks {', '.join(missing)} were not found; use a picture that "
                "shows the whole garment from the front, or another --category"
            )
    if "torso" in row.motion:
        meshes, reach = _top_meshes(points, flat, present, body, parsing)
    else:
        meshes, reach = _lower_meshes(points, flat, present, body, parsing)
    return PartMeshes(meshes={k: _laid(k, m) for k, m in meshes.items()}, reach=reach)


def _missing(motion: str, points: Mapping[str, np.ndarray]) -> list[str]:
    needed = [f"{mark}_{side}" for mark in _NEEDED.get(motion, ()) for side in ("left", "right")]
    if motion == "leg":
        needed.append("crotch")
    return [mark for mark in needed if mark not in points]


def _laid(name: str, mesh: Mesh) -> Mesh:
    try:
        return unfolded(mesh)
    except ValueError as error:
        raise GarmentError(
            f"the {name} part of the garment cannot be laid on this pose without folding over; "
            "try a photo with the limbs less bent"
        ) from error


def _top_meshes(
    points: dict[str, np.ndarray],
    flat: dict[str, np.ndarray],
    present: set[str],
    body: Body,
    parsing: np.ndarray,
) -> tuple[dict[str, Mesh], dict[str, float]]:
    sides = sorted(present & {"left", "right"})
    top = measure_top(flat["middle"], points, sleeved=bool(sides))
    anchors = anchor_points(top, body)
    meshes = {"middle": torso_mesh(top, body, np.isin(parsing, _TRUNK), anchors)}
    reach = {}
    for side in sides:
        limb = limb_mask(parsing, "arm", side, body.back)
        meshes[side], reach[side] = _sleeve(top, body, side, flat[side], limb, anchors)
    return meshes, reach


def _sleeve(
    top: FlatTop,
    body: Body,
    side: str,
    flat: np.ndarray,
    limb: np.ndarray,
    anchors: Mapping[str, np.ndarray],
) -> tuple[Mesh, float]:
    root = (top.points[f"shoulder_{side}"], top.points[f"armpit_{side}"])
    end = (top.points[f"cuff_outer_{side}"], top.points[f"cuff_inner_{side}"])
    source = tube_source(flat, root, end)
    length = float(np.linalg.norm(end[0] - root[0])) * top.scale
    share = limb_share("arm", length)
    own = tube_half_widths(source) / DRAPE * top.scale * body.span
    widths = limb_widths(body, "arm", side, limb, share, own)
    target = tube_target(
        body.limb("arm", side),
        (anchors[f"shoulder_{side}"], anchors[f"armpit_{side}"]),
        1.0 if side == "left" else -1.0,
        share,
        widths,
    )
    return tube_mesh(source, target), share


def _lower_meshes(
    points: dict[str, np.ndarray],
    flat: dict[str, np.ndarray],
    present: set[str],
    body: Body,
    parsing: np.ndarray,
) -> tuple[dict[str, Mesh], dict[str, float]]:
    lower: FlatLower = measure_lower(points)
    old = np.isin(parsing, _TRUNK)
    meshes, reach = {}, {}
    if "middle" in present:
        meshes["middle"] = skirt_mesh(lower, body, flat["middle"], old)
    for side in sorted(present & {"left", "right"}):
        limb = limb_mask(parsing, "leg", side, body.back)
        meshes[side], reach[side] = trouser_mesh(lower, body, side, flat[side], old, limb)
    return meshes, reach


def part_coordinates(meshes: PartMeshes, height: int, width: int) -> np.ndarray:
    """Sampling places of every part: float32 (3, 2, height, width), in garment pixels.

    Part axis in the order left, middle, right; NaN where a part's mesh does not reach.
    """
    out = np.full((len(PART_NAMES), 2, height, width), np.nan, np.float32)
    for index, name in enumerate(PART_NAMES):
        if name in meshes.meshes:
            out[index] = rasterise(meshes.meshes[name], height, width)
    return out


def extended(coordinates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates with NaNs replaced by their nearest neighbour's, and where they were known.

    coordinates: float32 (2, h, w).  Returns float32 (2, h, w) and bool (h, w).
    """
    known = np.isfinite(coordinates[0])
    if not known.any():
        return np.full_like(coordinates, -1e4), known
    _, labels = cv2.distanceTransformWithLabels(
        (~known).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    values = np.zeros((labels.max() + 1, 2), np.float32)
    values[labels[known]] = coordinates[:, known].T
    return np.moveaxis(values[labels], -1, 0).copy(), known


def part_flow(coordinates: np.ndarray, garment_size: tuple[int, int]) -> np.ndarray:
    """Flow of all parts, float32 (3, 2, h, w); outside a part's mesh it continues the nearest."""
    filled = np.stack([extended(part)[0] for part in coordinates])
    return flow_from_pixels(filled, garment_size)
