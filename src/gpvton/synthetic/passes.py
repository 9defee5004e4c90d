"""Render passes with moderngl: shadows, colour with albedo, and truth (labels, coordinates).

Colour is rendered larger and averaged; truth has one sample a pixel, so that labels have no
blended edges.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import cv2
import numpy as np

from gpvton.synthetic.items import Item, Material, casting_triangles, drawn_triangles, in_view
from gpvton.synthetic.light import Lighting
from gpvton.synthetic.mesh import refined, triangles, vertex_normals
from gpvton.synthetic.programs import Programs, open_context

SHADOW_SIZE = 512
ATLAS = (4, 3)
MAX_LIGHTS = ATLAS[0] * ATLAS[1]
TEXTURES = 16  # kept for the next frames
ATTRIBUTES = (("position", 3), ("normal", 3), ("a", 4), ("b", 4), ("c", 4))
DEFAULTS = {"style": (0.0,) * 4, "tile_scale": (1.0, 1.0, 0.0, 0.0), "item": 0.0}


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What the passes give for one view of h x w.

    picture, albedo: uint8 (h, w, 3); cover: float32 (h, w), share of the pixel that is not ground.
    label: float32 (h, w, 4): label, part, front, item; where: float32 (h, w, 4).
    """

    picture: np.ndarray
    albedo: np.ndarray
    cover: np.ndarray
    label: np.ndarray
    where: np.ndarray


class Renderer:
    """Draws items; keeps its OpenGL context, programs and targets for the process."""

    def __init__(self) -> None:
        self.context = open_context()
        self.programs = Programs(self.context)
        self.targets: dict[tuple, Any] = {}
        self.textures: dict[int, tuple[np.ndarray, Any]] = {}
        self.context.enable_only(self.context.DEPTH_TEST)

    def render(
        self,
        items: list[Item],
        *,
        camera: np.ndarray,
        eye: np.ndarray,
        lighting: Lighting,
        size: tuple[int, int],
        oversample: float = 2,
        fine: bool = True,
    ) -> Frame:
        """All passes for a view; camera (4, 4) world to clip, size (h, w).

        fine: light at every pixel; otherwise at every vertex, which is several times faster.
        """
        loaded = [self._load(_refine(item) if fine else item, camera) for item in items]
        try:
            self._shadow_pass(loaded, lighting)
            picture, albedo, cover = self._colour_pass(
                loaded, camera, eye, lighting, size, oversample, fine
            )
            label, where = self._truth_pass(loaded, camera, size)
        finally:
            self._release(loaded)
        return Frame(picture=picture, albedo=albedo, cover=cover, label=label, where=where)

    def truth(
        self, items: list[Item], *, camera: np.ndarray, size: tuple[int, int]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Only labels and places: float32 (h, w, 4) each, as in `Frame`."""
        loaded = [self._load(item, camera) for item in items]
        try:
            return self._truth_pass(loaded, camera, size)
        finally:
            self._release(loaded)

    def _load(self, item: Item, camera: np.ndarray) -> dict[str, Any]:
        context = self.context
        seen = drawn_triangles(item)
        buffer = context.buffer(np.ascontiguousarray(item.vertices, np.float32))
        shown = in_view(item, seen, camera)
        index = context.buffer(np.ascontiguousarray(shown, np.int32)) if len(shown) else None
        return {
            "item": item,
            "buffers": (buffer, index),
            "triangles": seen,
            "textures": {name: self._texture(pixels) for name, pixels in item.textures.items()},
            "features": _features(item),
        }

    def _texture(self, pixels: np.ndarray) -> Any:
        """The texture of a picture uint8 (h, w, 4); the latest ones are kept."""
        known = self.textures.pop(id(pixels), None)
        if known is None:
            height, width = pixels.shape[:2]
            texture = self.context.texture((width, height), 4, np.ascontiguousarray(pixels))
            texture.build_mipmaps()
            known = pixels, texture  # holds the picture, so that no other takes its id
        self.textures[id(pixels)] = known
        return known[1]

    def _release(self, loaded: list[dict[str, Any]]) -> None:
        for entry in loaded:
            for resource in filter(None, entry["buffers"]):
                resource.release()
        while len(self.textures) > TEXTURES:
            self.textures.pop(next(iter(self.textures)))[1].release()

    def _draw(self, kind: str, entry: dict[str, Any], scene: Mapping[str, Any]) -> None:
        """Draw one item; `scene` holds what is the same for all items of the pass."""
        item = entry["item"]
        buffer, index = entry["buffers"]
        if index is None:
            return
        program = self.programs.get(kind, int(item.material), entry["features"])
        for name, value in {**DEFAULTS, **item.uniforms, **scene}.items():
            if name not in program:
                continue
            if isinstance(value, bytes):
                program[name].write(value)
            else:
                program[name].value = value
        for unit, name in enumerate(("tile", "decal_front", "decal_back"), start=1):
            if name in program and name in entry["textures"]:
                entry["textures"][name].use(unit)
                program[name].value = unit
        present = [name for name, _ in ATTRIBUTES if name in program]
        layout = " ".join(
            f"{width}f" if name in present else f"{4 * width}x" for name, width in ATTRIBUTES
        )
        array = self.context.vertex_array(program, [(buffer, layout, *present)], index)
        array.render()
        array.release()

    def _target(self, kind: str, size: tuple[int, int]) -> Any:
        """Framebuffer of a pass, kept for the next frame of the same size (h, w)."""
        key = (kind, *size)
        if key not in self.targets:
            shape, context = (size[1], size[0]), self.context
            depth = context.depth_texture(shape)
            if kind == "depth":
                depth.compare_func = "<="
                self.targets[key] = context.framebuffer(depth_attachment=depth), depth
            else:
                form = "f1" if kind == "colour" else "f4"
                colours = [context.texture(shape, 4, dtype=form) for _ in range(2)]
                self.targets[key] = context.framebuffer(colours, depth), colours
        return self.targets[key]

    def _shadow_pass(self, loaded: list[dict[str, Any]], lighting: Lighting) -> None:
        """One shadow map a light, side by side in one picture; all casters are one mesh."""
        columns, rows = ATLAS
        target, _ = self._target("depth", (rows * SHADOW_SIZE, columns * SHADOW_SIZE))
        target.use()
        used = -(-len(lighting.matrices) // columns) * SHADOW_SIZE
        target.clear(viewport=(0, 0, columns * SHADOW_SIZE, used))
        places, faces, offset = [], [], 0
        for entry in loaded:
            item = entry["item"]
            if item.shadow:
                places.append(item.vertices[:, :3])
                faces.append(casting_triangles(item, entry["triangles"]) + offset)
                offset += len(item.vertices)
        if not places:
            return
        program = self.programs.get("depth", 0)
        buffer = self.context.buffer(np.ascontiguousarray(np.concatenate(places), np.float32))
        index = self.context.buffer(np.ascontiguousarray(np.concatenate(faces), np.int32))
        array = self.context.vertex_array(program, [(buffer, "3f", "position")], index)
        for i, matrix in enumerate(lighting.matrices):
            place = (i % columns * SHADOW_SIZE, i // columns * SHADOW_SIZE)
            target.viewport = (*place, SHADOW_SIZE, SHADOW_SIZE)
            program["camera"].write(_column_major(matrix))
            array.render()
        for resource in (array, buffer, index):
            resource.release()

    def _colour_pass(self, loaded, camera, eye, lighting, size, oversample, fine):
        large = (round(size[0] * oversample), round(size[1] * oversample))
        target, _ = self._target("colour", large)
        columns, rows = ATLAS
        _, shadows = self._target("depth", (rows * SHADOW_SIZE, columns * SHADOW_SIZE))
        target.use()
        target.viewport = (0, 0, large[1], large[0])
        target.clear(0.0, 0.0, 0.0, 0.0)
        shadows.use(0)
        scene = {
            "shadows": 0,
            "camera": _column_major(camera),
            "eye": tuple(float(v) for v in eye),
            "viewport": (float(large[1]), float(large[0])),
            **_light_uniforms(lighting),
        }
        far = (Material.GROUND, Material.BACKDROP)  # last: most of it is hidden by then
        for entry in sorted(loaded, key=lambda e: e["item"].material in far):
            self._draw("colour" if fine else "fast", entry, scene)
        picture, albedo = (
            cv2.resize(_read(target, large, k, np.uint8), size[::-1], interpolation=cv2.INTER_AREA)
            for k in range(2)
        )
        return picture[:, :, :3].copy(), albedo[:, :, :3].copy(), albedo[:, :, 3] / np.float32(255)

    def _truth_pass(self, loaded, camera, size):
        target, _ = self._target("truth", size)
        target.use()
        target.viewport = (0, 0, size[1], size[0])
        target.clear(0.0, 0.0, 0.0, 0.0)
        for entry in loaded:
            if entry["item"].material not in (Material.GROUND, Material.BACKDROP):
                self._draw("truth", entry, {"camera": _column_major(camera)})
        return _read(target, size, 0, np.float32), _read(target, size, 1, np.float32)


def _light_uniforms(lighting: Lighting) -> dict[str, Any]:
    matrices = np.zeros((MAX_LIGHTS, 4, 4), np.float32)
    matrices[: len(lighting.matrices)] = lighting.matrices
    directions, colours = np.zeros((2, MAX_LIGHTS, 3), np.float32)
    directions[: len(lighting.directions)] = lighting.directions
    colours[: len(lighting.colours)] = lighting.colours
    return {
        "ambient": tuple(float(v) for v in lighting.ambient),
        "light_count": len(lighting.directions),
        "light_matrix": np.ascontiguousarray(matrices.transpose(0, 2, 1)).tobytes(),
        "light_direction": directions.tobytes(),
        "light_colour": colours.tobytes(),
    }


def _refine(item: Item) -> Item:
    """The item with one more subdivision, where its faces are known."""
    if item.quads is None:
        return item
    finer = refined(item.quads, len(item.vertices))
    block = finer.matrix @ item.vertices
    block[:, 3:6] = vertex_normals(block[:, :3], finer.quads)
    return replace(
        item,
        vertices=np.ascontiguousarray(block, np.float32),
        triangles=triangles(finer.quads),
        quads=None,
    )


def _features(item: Item) -> tuple[str, ...]:
    """What of its shader's work an item needs (see `programs`)."""
    if "photograph" in item.uniforms:
        return ("PHOTOGRAPH",)
    decals = (item.textures.get(name) for name in ("decal_front", "decal_back"))
    scale = item.uniforms.get("tile_scale", DEFAULTS["tile_scale"])
    needed = {
        "DECAL": any(picture is not None and picture.shape[0] > 4 for picture in decals),
        "BUMP": scale[2] > 0,
        "LACE": scale[3] > 0,
    }
    return tuple(name for name, use in needed.items() if use and item.material == Material.GARMENT)


def _column_major(matrix: np.ndarray) -> bytes:
    return np.ascontiguousarray(np.asarray(matrix, np.float32).T).tobytes()


def _read(target: Any, size: tuple[int, int], attachment: int, kind: type) -> np.ndarray:
    """An attachment's pixels (h, w, 4), first row at the top."""
    form = "f1" if kind is np.uint8 else "f4"
    data = target.read(components=4, attachment=attachment, dtype=form)
    return np.frombuffer(data, kind).reshape(*size, 4)[::-1].copy()


@cache
def renderer() -> Renderer:
    """This process's renderer."""
    return Renderer()
