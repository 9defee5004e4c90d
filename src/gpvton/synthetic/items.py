"""What the renderer draws: vertices with attributes, numbers and textures for the shaders.

Vertex attributes by material:

- skin: a template place and lips; b weights of left arm, right arm, left leg, right leg;
  c head weight, cover (hidden above 0), body part, -
- eye: a direction from the eye's centre
- hair: a across, along, edge, depth; b strand direction
- garment: a torso and limb place on the fabric (metres); b cut, neck and hem distance (metres),
  front; c left and right sleeve field, place in the flat picture (pixels)
- shoe: a template place, height above the sole; b cut, distance from the lacing
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np


class Material(IntEnum):
    """What the shaders treat alike."""

    SKIN = 0
    EYE = 1
    HAIR = 2
    GARMENT = 3
    SHOE = 4
    GROUND = 5
    LASHES = 6
    BACKDROP = 7


@dataclass(frozen=True, kw_only=True)
class Item:
    """Something to draw: vertices (n, 18) of position, normal, a, b, c; triangles (m, 3).

    casters: triangles that cast shadow in place of all (a coarser mesh of the same vertices).
    quads: the faces, where a finer mesh may be drawn instead.
    `uniforms` are numbers for the shaders, `textures` name to uint8 (h, w, 4).
    """

    material: Material
    vertices: np.ndarray
    triangles: np.ndarray
    uniforms: dict[str, Any] = field(default_factory=dict)
    textures: dict[str, np.ndarray] = field(default_factory=dict)
    shadow: bool = True
    casters: np.ndarray | None = None
    quads: np.ndarray | None = None


COVER = 15  # column of the vertex array with the cover of skin

# where a triangle is cut away if all its corners are: (column of the vertex array, sign)
_HOLES = {
    Material.SKIN: (COVER, -1.0),  # cover above 0
    Material.GARMENT: (10, 1.0),  # cut below 0
    Material.SHOE: (10, 1.0),
    Material.HAIR: (8, 1.0),  # edge below 0
}
_FAR = 1.01  # from the middle of the picture, of the way to its edge


def drawn_triangles(item: Item) -> np.ndarray:
    """The triangles (m, 3) of an item without those that its shader would leave out altogether."""
    return _kept(item, item.triangles)


def casting_triangles(item: Item, drawn: np.ndarray) -> np.ndarray:
    """The triangles (m, 3) that cast the item's shadow; drawn: see `drawn_triangles`."""
    return drawn if item.casters is None else _kept(item, item.casters)


def in_view(item: Item, faces: np.ndarray, camera: np.ndarray) -> np.ndarray:
    """Those of the triangles (m, 3) that may lie in the picture, in the same order.

    camera: (4, 4), world to clip.
    """
    if item.material is Material.BACKDROP or not len(faces):
        return faces
    if item.material is Material.GROUND:
        faces = _on_the_ground(item, faces)
    x, y, w = camera[[0, 1, 3], :3].astype(np.float32) @ item.vertices[:, :3].T + camera[
        [0, 1, 3], 3:
    ].astype(np.float32)
    edge = _FAR * w
    sides = [side.view(np.uint8) for side in (x > edge, x < -edge, y > edge, y < -edge)]
    outside = sides[0] | sides[1] << 1 | sides[2] << 2 | sides[3] << 3
    if not outside.any():
        return faces
    a, b, c = (outside.take(corner) for corner in faces.T)
    return faces[a & b & c == 0]


def _on_the_ground(item: Item, faces: np.ndarray) -> np.ndarray:
    """The triangles that reach into the disc outside of which the shader leaves the floor out."""
    away = np.hypot(item.vertices[:, 0], item.vertices[:, 2])[faces]
    return faces[away.min(axis=1) < item.uniforms["style"][1] + np.ptp(away, axis=1)]


def _kept(item: Item, faces: np.ndarray) -> np.ndarray:
    if item.material not in _HOLES:
        return faces
    column, sign = _HOLES[item.material]
    kept = sign * item.vertices[:, column] > 0
    a, b, c = faces.T
    return faces[kept[a] | kept[b] | kept[c]]


def vertices(position, normal, a=None, b=None, c=None) -> np.ndarray:
    """The vertex array (n, 18) of an item; missing attributes are 0, narrow ones are padded."""
    count = len(position)
    columns = [np.asarray(position, np.float32), np.asarray(normal, np.float32)]
    for value in (a, b, c):
        block = np.zeros((count, 4), np.float32)
        if value is not None:
            value = np.asarray(value, np.float32)
            block[:, : value.shape[1]] = value
        columns.append(block)
    return np.ascontiguousarray(np.hstack(columns), np.float32)
