"""The geometric flow: one mesh per part, from key points and garment landmarks alone.

Ours.  It is the baseline that learned local flows must beat, and their starting flow.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from gpvton.domain.annotations import GarmentAnnotation
from gpvton.domain.errors import GarmentError
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import PART_NAMES, PART_TABLE, Category
from gpvton.geometry.bent import Edges, split_sleeve
from gpvton.geometry.body import Body
from gpvton.geometry.curves import left_normal, unit
from gpvton.geometry.flow import flow_from_pixels
from gpvton.geometry.lower import FlatLower, measure_lower, skirt_mesh, trouser_mesh
from gpvton.geometry.mesh import Mesh, rasterise, unfolded
from gpvton.geometry.nearest import from_nearest
from gpvton.geometry.plausible import plausible_top
from gpvton.geometry.sleeve import (
    ROWS,
    limb_share,
    limb_widths,
    plain_tube,
    straight_tube,
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

    meshes: part name (left, middle, right) to its mesh, or two where a bent arm overlaps itself,
        from back to front; absent parts are left out.
    reach: part name to the share of the limb it covers (0 root, 1 middle joint, 2 end), for
        sleeves and legs.
    """

    meshes: Mapping[str, tuple[Mesh, ...]]
    reach: Mapping[str, float]


def limb_mask(parsing: np.ndarray, kind: str, side: str, back: bool = False) -> np.ndarray:
    """What is visible of a limb with its sleeve or trouser leg: bool (h, w).

    kind: "arm" or "leg".  side: as in `Body`, so exchanged when the person is seen from behind.
    """
    if back:
        side = "right" if side == "left" else "left"
    return np.isin(parsing, _LIMB_LABELS[kind, side])


def part_meshes(
    garment: GarmentAnnotation,
    category: Category,
    body: Body,
    parsing: np.ndarray,
    *,
    hem_length: float = 1.0,
    sleeve_length: float = 1.0,
) -> PartMeshes:
    """Meshes of all parts that the garment has.

    parsing: uint8 (h, w), person parsing at the size at which `body` is given.  hem_length,
    sleeve_length: factors, see `Fit`.

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
        sides = sorted(present & {"left", "right"})
        points = plausible_top(points, flat["middle"], {side: flat[side] for side in sides})
        top = measure_top(flat["middle"], points, sleeved=bool(sides), longest=row.longest)
        top = replace(top, length=hem_length * top.length)
        meshes, reach = _top_meshes(top, flat, sides, body, parsing, sleeve_length)
    else:
        lower = replace(measure_lower(points, row.longest), stretch=hem_length)
        meshes, reach = _lower_meshes(lower, flat, present, body, parsing)
    return PartMeshes(meshes=meshes, reach=reach)


def _missing(motion: str, points: Mapping[str, np.ndarray]) -> list[str]:
    needed = [f"{mark}_{side}" for mark in _NEEDED.get(motion, ()) for side in ("left", "right")]
    if motion == "leg":
        needed.append("crotch")
    return [mark for mark in needed if mark not in points]


def _laid(name: str, mesh: Mesh) -> tuple[Mesh]:
    try:
        return (unfolded(mesh),)
    except ValueError as error:
        raise _folding(name) from error


def _folding(name: str) -> GarmentError:
    return GarmentError(
        f"the {name} part of the garment cannot be laid on this pose without folding over; "
        "try a photo with the limbs less bent"
    )


def _top_meshes(
    top: FlatTop,
    flat: dict[str, np.ndarray],
    sides: list[str],
    body: Body,
    parsing: np.ndarray,
    sleeve_length: float,
) -> tuple[dict[str, tuple[Mesh, ...]], dict[str, float]]:
    trunk = np.isin(parsing, _TRUNK)
    limbs = {side: limb_mask(parsing, "arm", side, body.back) for side in ("left", "right")}
    arms = limbs["left"] | limbs["right"]
    anchors = anchor_points(top, body, trunk | arms)
    torso = torso_mesh(top, body, trunk, arms, anchors)
    meshes: dict[str, tuple[Mesh, ...]] = {"middle": _laid("middle", torso)}
    reach = {}
    for side in sides:
        masks = (flat[side], limbs[side])
        meshes[side], reach[side] = _sleeve(top, body, side, masks, anchors, sleeve_length)
    return meshes, reach


def _sleeve(
    top: FlatTop,
    body: Body,
    side: str,
    masks: tuple[np.ndarray, np.ndarray],
    anchors: Mapping[str, np.ndarray],
    factor: float,
) -> tuple[tuple[Mesh, ...], float]:
    """masks: the flat sleeve, and what is visible of the arm, bool (h, w) each."""
    flat, limb = masks
    root = (top.points[f"shoulder_{side}"], top.points[f"armpit_{side}"])
    end = (top.points[f"cuff_outer_{side}"], top.points[f"cuff_inner_{side}"])
    source = tube_source(flat, root, end)
    length = float(np.linalg.norm(end[0] - root[0])) * top.scale
    share = limb_share("arm", length, factor=factor)
    own = tube_half_widths(source) / DRAPE * top.scale * body.span
    widths = limb_widths(body, "arm", side, limb, share, own)
    root_on_body = (anchors[f"shoulder_{side}"], anchors[f"armpit_{side}"])
    sign = 1.0 if side == "left" else -1.0
    line = body.limb("arm", side)
    straight = straight_tube(root, end)
    for edges, narrower in ((source, 1.0), (source, 0.7), (straight, 0.8)):
        slim = (narrower * widths[0], narrower * widths[1])
        mesh = _tube_or_none(edges, line, root_on_body, sign, share, slim)
        if mesh is not None:
            return mesh, share
    band = plain_tube(flat, (root[0] + root[1]) / 2, root[0] - root[1])
    half = np.full(ROWS, 0.17 * body.span)
    aside = sign * half[0] * left_normal(unit(line[1] - line[0]))
    mesh = _tube_or_none(band, line, (line[0] + aside, line[0] - aside), sign, share, (half, half))
    if mesh is not None:
        return mesh, share
    raise _folding(side)


def _tube_or_none(
    source: Edges, line: np.ndarray, root: Edges, sign: float, share: float, widths: Edges
) -> tuple[Mesh, ...] | None:
    """The sleeve as one tube, else as two that meet at the elbow, else None."""
    try:
        target = tube_target(line, root, sign, share, widths)
        return (unfolded(tube_mesh(source, target)),)
    except ValueError:
        if share <= 1.0:
            return None
    try:
        return split_sleeve(source, line, root, sign, share, widths)
    except ValueError:
        return None


def _lower_meshes(
    lower: FlatLower,
    flat: dict[str, np.ndarray],
    present: set[str],
    body: Body,
    parsing: np.ndarray,
) -> tuple[dict[str, tuple[Mesh, ...]], dict[str, float]]:
    old = np.isin(parsing, _TRUNK)
    meshes: dict[str, tuple[Mesh, ...]] = {}
    reach = {}
    if "middle" in present:
        meshes["middle"] = _laid("middle", skirt_mesh(lower, body, flat["middle"], old))
    for side in sorted(present & {"left", "right"}):
        limb = limb_mask(parsing, "leg", side, body.back)
        mesh, reach[side] = trouser_mesh(lower, body, side, flat[side], old, limb)
        meshes[side] = _laid(side, mesh)
    return meshes, reach


def part_coordinates(meshes: PartMeshes, height: int, width: int) -> np.ndarray:
    """Sampling places of every part: float32 (3, 2, height, width), in garment pixels.

    Part axis in the order left, middle, right; NaN where a part's mesh does not reach.
    """
    out = np.full((len(PART_NAMES), 2, height, width), np.nan, np.float32)
    for index, name in enumerate(PART_NAMES):
        for mesh in meshes.meshes.get(name, ()):
            places = rasterise(mesh, height, width)
            out[index] = np.where(np.isfinite(places), places, out[index])
    return out


def extended(coordinates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates with NaNs replaced by their nearest neighbour's, and where they were known.

    coordinates: float32 (2, h, w).  Returns float32 (2, h, w) and bool (h, w).
    """
    known = np.isfinite(coordinates[0])
    if not known.any():
        return np.full_like(coordinates, -1e4), known
    return from_nearest(coordinates, known), known


def extrapolated(coordinates: np.ndarray) -> np.ndarray | None:
    """Coordinates that go on beyond the mesh with its mean slope; None where there is no mesh.

    coordinates: float32 (2, h, w), NaN where unknown.  Outside: the best affine map there, plus
    how far the nearest known place departs from it.
    """
    known = np.isfinite(coordinates[0])
    if known.sum() < 8:
        return None
    rows, columns = np.nonzero(known)
    basis = np.stack([columns, rows, np.ones_like(rows)], axis=1).astype(np.float64)
    affine, *_ = np.linalg.lstsq(basis, coordinates[:, rows, columns].T, rcond=None)
    height, width = known.shape
    x, y = np.arange(width)[None, :], np.arange(height)[:, None]
    plane = np.stack([a[0] * x + a[1] * y + a[2] for a in affine.T])
    return (plane + from_nearest(coordinates - plane, known)).astype(np.float32)


def part_flow(coordinates: np.ndarray, garment_size: tuple[int, int]) -> np.ndarray:
    """Flow of all parts, float32 (3, 2, h, w); outside a part's mesh it continues the nearest."""
    filled = np.stack([extended(part)[0] for part in coordinates])
    return flow_from_pixels(filled, garment_size)
