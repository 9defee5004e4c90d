"""Where every part of the garment lies on the person: by geometry alone, or by the network.

Ours: lengths asked for by hand act on the meshes.  What the network laid at the garment's own
length is carried along from the one mesh to the other, so it need not run again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.fit import Fit
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import PART_NAMES
from gpvton.dressing.learned import LearnedWarping, Warped
from gpvton.dressing.lengths import unstretched
from gpvton.dressing.scene import Scene, soft
from gpvton.dressing.tuck import is_tucked
from gpvton.geometry.dilation import grown
from gpvton.geometry.part_flow import PartMeshes, part_coordinates, part_meshes


@dataclass(frozen=True, kw_only=True)
class Laid:
    """coordinates: float32 (3, 2, h, w), places in garment pixels at the scene's work size, NaN
    where a part does not reach.  reach: see `PartMeshes`.  visible: float32 (3, h, w) in [0, 1] at
    the crop's size, how far each part may show; None leaves that to its alpha.  shown: uint8
    (h, w) of `WornClass` at the work size, what a parsing sees there; None without one.
    """

    coordinates: np.ndarray
    reach: Mapping[str, float]
    visible: np.ndarray | None = None
    shown: np.ndarray | None = None


def lay_by_geometry(scene: Scene, garment: GarmentAnnotation, fit: Fit) -> Laid:
    """Raises GarmentError, see `part_meshes`."""
    meshes = scene.once_of("meshes", garment, lambda: _meshes(scene, garment, Fit()))
    own = Laid(coordinates=part_coordinates(meshes, *scene.work_size), reach=meshes.reach)
    if fit.hem_length == 1.0 and fit.sleeve_length == 1.0:
        return own
    return carried(own, meshes, _meshes(scene, garment, fit), scene, garment.mask)


def lay_by_network(
    scene: Scene,
    annotated: tuple[PersonAnnotation, GarmentAnnotation],
    garment_pixels: np.ndarray,
    warping: LearnedWarping,
    *,
    tucked: bool | None,
    fit: Fit,
) -> Laid:
    """As the network sees it; it runs once for a scene, garment and tuck, whatever the lengths.

    Raises PersonError and GarmentError, see `LearnedWarping`.
    """
    garment = annotated[1]
    tuck = scene.row.tuckable and (is_tucked(scene) if tucked is None else tucked)
    key = ("laid", id(warping), tuck, bool(tucked) and scene.row.takes_in)
    own = scene.once_of(
        key,
        garment,
        lambda: _own(
            scene, warping(scene, annotated[0], garment_pixels, garment, tucked=tuck), tucked
        ),
    )
    if fit.hem_length == 1.0 and fit.sleeve_length == 1.0:
        return own
    before = scene.once_of("meshes", garment, lambda: _meshes(scene, garment, Fit()))
    return carried(own, before, _meshes(scene, garment, fit), scene, garment.mask)


def _own(scene: Scene, warped: Warped, tucked: bool | None) -> Laid:
    """As the network laid it, at the garment's own length."""
    visible = warped.visible(scene)
    if tucked and scene.row.takes_in:  # over the top, which it was never taught, its own outline
        top = grown(scene.shows(P.UPPER_TORSO), 0.1 * scene.body.span)
        visible = np.maximum(visible, soft(top, 1.0))
    return Laid(
        coordinates=warped.coordinates(scene),
        reach=warped.reach,
        visible=visible,
        shown=warped.shown(scene),
    )


def carried(
    laid: Laid, before: PartMeshes, after: PartMeshes, scene: Scene, garment: np.ndarray
) -> Laid:
    """What lies on the meshes `before`, at its own size on the meshes `after`: see `unstretched`.

    A part whose mesh is built otherwise now (a sleeve that no longer reaches the elbow, say) is
    laid by geometry, stretched.  garment: float32 (h, w), the mask of its picture.
    """
    coordinates = laid.coordinates.copy()
    visible = None if laid.visible is None else laid.visible.copy()
    for index, name in enumerate(PART_NAMES):
        pairs = list(zip(before.meshes.get(name, ()), after.meshes.get(name, ()), strict=False))
        if not pairs or all(np.array_equal(a.target, b.target) for a, b in pairs):
            continue
        if len(before.meshes[name]) != 1 or len(after.meshes[name]) != 1:
            coordinates[index] = part_coordinates(after, *scene.work_size)[index]
            if visible is not None:
                visible[index] = 1.0
            continue
        (old, new) = pairs[0]
        share = None if laid.visible is None else laid.visible[index]
        shift = unstretched(old, new, _cloth(laid.coordinates[index], garment, share))
        coordinates[index] = _read(laid.coordinates[index], shift)
        if laid.visible is not None and visible is not None:
            visible[index] = _seen(laid.visible[index], shift, scene)
    return Laid(coordinates=coordinates, reach=after.reach, visible=visible)


def _meshes(scene: Scene, garment: GarmentAnnotation, fit: Fit) -> PartMeshes:
    return part_meshes(
        garment,
        scene.category,
        scene.work_body(),
        scene.work_parsing(),
        hem_length=fit.hem_length,
        sleeve_length=fit.sleeve_length,
    )


def _cloth(places: np.ndarray, garment: np.ndarray, share: np.ndarray | None) -> np.ndarray:
    """Where a part shows at the work size: bool (h, w); share: how far it may, at any size."""
    x, y = (np.nan_to_num(axis, nan=-9.0).astype(np.float32) for axis in places)
    mask = garment.astype(np.float32)
    found = cv2.remap(mask, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT) > 0.5
    if share is None:
        return found
    return found & (cv2.resize(share, found.shape[::-1], interpolation=cv2.INTER_LINEAR) > 0.5)


def _read(values: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """float32 (c, h, w) read at the places `shift` (2, h, w); NaN where either is unknown."""
    x, y = (np.nan_to_num(axis, nan=-9.0).astype(np.float32) for axis in shift)
    read = [
        cv2.remap(
            np.ascontiguousarray(channel),
            x,
            y,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(float("nan"),) * 4,
        )
        for channel in values
    ]
    return np.stack(read)


def _seen(visible: np.ndarray, shift: np.ndarray, scene: Scene) -> np.ndarray:
    """`visible`, float32 (h, w) at the crop's size, read at the places `shift` of the work size."""
    height, width = scene.size
    x, y = (np.nan_to_num(axis, nan=-9.0) for axis in shift)
    grid = [cv2.resize(axis, (width, height), interpolation=cv2.INTER_LINEAR) for axis in (x, y)]
    x, y = (((axis + 0.5) / scene.work_scale - 0.5).astype(np.float32) for axis in grid)
    return cv2.remap(visible, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
