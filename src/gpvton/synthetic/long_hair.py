"""Long hair: sheets of strands that hang from the head and lie on shoulders and back."""

from dataclasses import dataclass

import cv2
import numpy as np

from gpvton.synthetic.bodies import body_model
from gpvton.synthetic.hair import Hair, hair_uniforms
from gpvton.synthetic.items import Item, Material, vertices
from gpvton.synthetic.mesh import triangles, vertex_normals
from gpvton.synthetic.profile import ROW, Profile, measure

ROWS, COLUMNS, LAYERS = 40, 72, 4
ASIDE = 0.07  # metres by which a shoulder may push hair outwards


@dataclass(frozen=True, kw_only=True)
class _Head:
    """The head's own axes (origin at eye height in its middle), its reach, and the trunk below."""

    origin: np.ndarray
    turn: np.ndarray
    top: float
    angles: np.ndarray
    heights: np.ndarray
    radius: np.ndarray
    trunk: Profile


def _measure_head(hair: Hair, posed: np.ndarray, turn: np.ndarray, cap: np.ndarray) -> _Head:
    model = body_model()
    eyes = posed[np.unique(model.quads["eye_left"])].mean(0) * 0.5
    eyes = eyes + posed[np.unique(model.quads["eye_right"])].mean(0) * 0.5
    crown = cap[np.argmax(cap[:, 1])]
    origin = eyes - turn @ np.array([0.0, 0.0, 0.085])
    local = (cap - origin) @ turn
    angles = np.radians(np.linspace(hair.opening, 360 - hair.opening, COLUMNS))
    heights = np.linspace(local[:, 1].max(), -0.02, 14)
    away = ("head", "neck", "eye", "upperarm", "lowerarm", "wrist", "finger", "metacarpal")
    trunk = model.weight_of(*away) < 0.15
    trunk &= (np.abs(posed[:, 0]) < 0.22) & (posed[:, 1] < crown[1] - 0.2)
    torso = posed[trunk & (posed[:, 1] > crown[1] - 0.9)]
    return _Head(
        origin=origin,
        turn=turn,
        top=float(local[:, 1].max()),
        angles=angles,
        heights=heights,
        radius=_head_radius(local, angles, heights),
        trunk=measure(torso, float(torso[:, 1].min()), float(torso[:, 1].max())),
    )


def sheets(hair: Hair, posed: np.ndarray, transforms: np.ndarray, cap: np.ndarray) -> Item:
    """Strands over the head and straight down, clear of the shoulders; cap: scalp (n, 3)."""
    turn = transforms[body_model().bone("head")][:, :3]
    head = _measure_head(hair, posed, turn, cap)
    rng = np.random.default_rng(int(hair.length * 1000) + int(hair.opening * 100))
    clumps = cv2.GaussianBlur(rng.normal(size=(LAYERS, COLUMNS)).astype(np.float32), (0, 0), 2)
    quads = _grid_quads(ROWS, COLUMNS)
    blocks = [_sheet(hair, head, layer, clumps[layer], quads) for layer in range(LAYERS)]
    faces = [triangles(quads) + layer * ROWS * COLUMNS for layer in range(LAYERS)]
    return Item(
        material=Material.HAIR,
        vertices=np.concatenate(blocks),
        triangles=np.concatenate(faces),
        uniforms=hair_uniforms(hair, (1.0, 0.8), (22.0, 5.0)),
        textures={"tile": hair.strands},
        casters=faces[-1],  # of the outermost layer
    )


def _sheet(hair: Hair, head: _Head, layer: int, clump: np.ndarray, quads: np.ndarray):
    """Vertices of one layer; deeper layers lie closer to the head."""
    depth = layer / (LAYERS - 1)
    total = head.top + hair.length
    level = head.top - total * np.linspace(0, 1, ROWS) ** 1.2
    reach = np.stack(
        [np.interp(-level, -head.heights, head.radius[:, c]) for c in range(COLUMNS)], 1
    )
    fullness = 0.012 * depth * np.clip((0.05 - level) / 0.2, 0, 1)
    wave = hair.curl * 0.008 * np.sin(level[:, None] * 60 + 3 * head.angles[None] + layer)
    wave = wave * np.clip(-level[:, None] / 0.1 + 0.5, 0, 1)
    inward = 0.0625 * np.clip(-level - 0.05, 0, 1)
    radius = reach + 0.006 + hair.thickness * 0.9 * depth + (fullness - inward)[:, None] + wave
    radius = radius + 0.006 * clump[None] * np.clip(-level[:, None] / 0.1 + 0.3, 0, 1)
    bent = _part_sides(head.angles, level)
    rise = np.broadcast_to(level[:, None], radius.shape)
    points = np.stack([radius * np.sin(bent), rise, radius * np.cos(bent)], axis=2)
    world = _clear(head.origin + points @ head.turn.T, head.trunk, 0.016 + 0.010 * depth)
    grid = world.reshape(-1, 3)
    normal = vertex_normals(grid, quads)
    outward = (grid - head.origin) * [1, 0, 1]
    normal = np.where(((normal * outward).sum(1) < 0)[:, None], -normal, normal)
    along = np.repeat(np.linspace(0, 1, ROWS), COLUMNS) * total
    border = np.minimum(np.arange(COLUMNS), np.arange(COLUMNS)[::-1]) / 5.0
    edge = np.minimum((total - along) / 0.12, 0.55 + np.tile(border, ROWS)) + 0.10 - 0.35 * depth
    across = np.tile(head.angles * 0.10, ROWS) + 0.013 * layer
    strand = np.gradient(world, axis=0).reshape(-1, 3)
    strand /= np.maximum(np.linalg.norm(strand, axis=1, keepdims=True), 1e-6)
    a = np.c_[across, along, edge, np.full(len(grid), 0.65 + 0.35 * depth)]
    return vertices(grid, normal, a, strand)


def _grid_quads(rows: int, columns: int) -> np.ndarray:
    number = np.arange(rows * columns).reshape(rows, columns)
    return np.stack(
        [number[:-1, :-1], number[1:, :-1], number[1:, 1:], number[:-1, 1:]], axis=2
    ).reshape(-1, 4)


def _head_radius(local: np.ndarray, angles: np.ndarray, heights: np.ndarray) -> np.ndarray:
    """Horizontal reach of the head (heights, angles), made convex around and smooth."""
    result = np.zeros((len(heights), len(angles)))
    step = abs(heights[1] - heights[0])
    for k, height in enumerate(heights):
        near = local[np.abs(local[:, 1] - height) < step]
        if len(near) == 0:
            continue
        reach = near[:, [0, 2]] @ np.array([np.sin(angles), np.cos(angles)])
        result[k] = np.maximum(0.0, reach.max(axis=0))
    result = np.maximum.accumulate(result, axis=0)
    result[0] *= 0.2
    return cv2.GaussianBlur(result.astype(np.float32), (0, 0), 1.2)


def _part_sides(angles: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Angles (rows, columns): on the shoulders, hair falls to the front or to the back."""
    degrees = np.degrees(angles)
    side = np.minimum(degrees, 360 - degrees)
    target = np.where(side < 82, 26 + 0.30 * side, 128 + 0.29 * (side - 82))
    share = np.clip((-level - 0.10) / 0.10, 0, 1)[:, None]
    share = share * share * (3 - 2 * share)
    bent = side * (1 - share) + target * share
    return np.radians(np.where(degrees > 180, 360 - bent, bent))


def _clear(world: np.ndarray, trunk: Profile, gap: float) -> np.ndarray:
    """Push hair that would sink into the trunk outwards."""
    flat = world.reshape(-1, 3).copy()
    x, z = flat[:, 0], flat[:, 2] - trunk.axis(flat[:, 1])
    radius, angle = np.hypot(x, z), np.arctan2(x, z)
    top = trunk.low + ROW * (len(trunk.radius) - 1)
    below = np.clip((top - flat[:, 1]) / 0.05, 0, 1)
    needed = np.minimum(trunk.at(flat[:, 1], angle) + gap, 0.21) * below
    needed = np.minimum(needed, radius + ASIDE)  # a raised arm passes through hair, not below it
    scale = np.maximum(radius, needed) / np.maximum(radius, 1e-6)
    flat[:, 0], flat[:, 2] = x * scale, z * scale + trunk.axis(flat[:, 1])
    grid = flat.reshape(world.shape)
    return cv2.GaussianBlur(grid.astype(np.float32), (0, 0), sigmaX=0.01, sigmaY=1.0)
