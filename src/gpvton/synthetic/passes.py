"""Render passes with moderngl: shadows, colour with albedo, and truth (labels, coordinates).

Colour is rendered at twice the size and averaged; truth has one sample a pixel, so that"""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from gpvton.domain.errors import MissingExtraError
from gpvton.synthetic.items import Item, Material
from gpvton.synthetic.light import Lighting
from gpvton.synthetic.mesh import refined, triangles, vertex_normals

SHADERS = Path(__file__).parent / "shaders"
SHADOW_SIZE = 512
ATLAS = (4, 3)
MAX_LIGHTS = ATLAS[0] * ATLAS[1]


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


def _source(name: str, fast: bool = False) -> str:
    text = (SHADERS / name).read_text()
    for part in ("surface.glsl", "light.glsl"):
        text = text.replace(f"#include {part}", (SHADERS / part).read_text())
    return text.replace("#version 330", "#version 330\n#define FAST") if fast else text


def _open_context() -> Any:
    try:
        import moderngl
    except ImportError as error:
        raise MissingExtraError(
            "rendering needs moderngl; install it with: pip install 'gpvton[train]'"
        ) from error
    try:
        # the stub takes `backend` for the extra settings' dictionary; it is a name
        return moderngl.create_context(standalone=True, backend="egl")  # pyright: ignore[reportArgumentType]
    except Exception as error:  # moderngl and the loader below it raise bare exceptions
        raise MissingExtraError(
            f"no OpenGL could be opened through EGL ({error}); on Debian or Ubuntu install the "
            "software renderer: apt-get install libegl1 libgl1-mesa-dri"
        ) from error


class Renderer:
    """Draws items; keeps its OpenGL context and textures for the process."""

    def __init__(self) -> None:
        self.context = _open_context()
        program = self.context.program
        self.programs = {
            name: program(
                vertex_shader=_source("scene.vert", name == "fast"),
                fragment_shader=_source(f"{file}.frag", name == "fast"),
            )
            for name, file in (
                ("colour", "colour"),
                ("fast", "colour"),
                ("truth", "truth"),
                ("depth", "depth"),
            )
        }
        self.targets: dict[tuple, Any] = {}
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
        loaded = [self._load(_refine(item) if fine else item) for item in items]
        try:
            self._shadow_pass(loaded, lighting)
            picture, albedo, cover = self._colour_pass(
                loaded, camera, eye, lighting, size, oversample, fine
            )
            label, where = self._truth_pass(loaded, camera, size)
        finally:
            _release(loaded)
        return Frame(picture=picture, albedo=albedo, cover=cover, label=label, where=where)

    def truth(
        self, items: list[Item], *, camera: np.ndarray, size: tuple[int, int]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Only labels and places: float32 (h, w, 4) each, as in `Frame`."""
        loaded = [self._load(item) for item in items]
        try:
            return self._truth_pass(loaded, camera, size)
        finally:
            _release(loaded)

    def _load(self, item: Item) -> dict[str, Any]:
        context = self.context
        buffer = context.buffer(item.vertices.tobytes())
        index = context.buffer(np.ascontiguousarray(item.triangles, np.int32).tobytes())
        names = ("position", "normal", "a", "b", "c")
        arrays, resources = {}, [buffer, index]
        for name, program in self.programs.items():
            present = [n if n in program else None for n in names]
            layout = " ".join(
                size if n else f"{int(size[0]) * 4}x"
                for n, size in zip(present, ("3f", "3f", "4f", "4f", "4f"), strict=True)
            )
            arrays[name] = context.vertex_array(
                program, [(buffer, layout, *[n for n in present if n])], index
            )
            resources.append(arrays[name])
        textures = {}
        for name, pixels in item.textures.items():
            height, width = pixels.shape[:2]
            texture = context.texture((width, height), 4, np.ascontiguousarray(pixels).tobytes())
            texture.build_mipmaps()
            textures[name] = texture
            resources.append(texture)
        return {"item": item, "arrays": arrays, "textures": textures, "resources": resources}

    def _draw(self, program_name: str, entry: dict[str, Any]) -> None:
        item, program = entry["item"], self.programs[program_name]
        defaults = {"style": (0.0,) * 4, "tile_scale": (1.0, 1.0, 0.0, 0.0), "item": 0.0}
        for name, value in {**defaults, **item.uniforms, "material": int(item.material)}.items():
            if name in program:
                program[name].value = value
        for unit, name in enumerate(("tile", "decal_front", "decal_back"), start=1):
            if name in program and name in entry["textures"]:
                entry["textures"][name].use(unit)
                program[name].value = unit
        count = 3 * item.shadow_triangles if program_name == "depth" else -1
        entry["arrays"][program_name].render(vertices=max(count, -1))

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
        columns, rows = ATLAS
        target, _ = self._target("depth", (rows * SHADOW_SIZE, columns * SHADOW_SIZE))
        target.use()
        target.viewport = (0, 0, columns * SHADOW_SIZE, rows * SHADOW_SIZE)
        target.clear()
        for i, matrix in enumerate(lighting.matrices):
            place = (i % columns * SHADOW_SIZE, i // columns * SHADOW_SIZE)
            target.viewport = (*place, SHADOW_SIZE, SHADOW_SIZE)
            self.programs["depth"]["camera"].write(_column_major(matrix))
            for entry in loaded:
                if entry["item"].shadow:
                    self._draw("depth", entry)

    def _colour_pass(self, loaded, camera, eye, lighting, size, oversample, fine):
        import cv2

        large = (round(size[0] * oversample), round(size[1] * oversample))
        target, _ = self._target("colour", large)
        columns, rows = ATLAS
        _, shadows = self._target("depth", (rows * SHADOW_SIZE, columns * SHADOW_SIZE))
        name = "colour" if fine else "fast"
        program = self.programs[name]
        target.use()
        target.viewport = (0, 0, large[1], large[0])
        target.clear(0.0, 0.0, 0.0, 0.0)
        shadows.use(0)
        program["shadows"].value = 0
        program["camera"].write(_column_major(camera))
        program["eye"].value = tuple(float(v) for v in eye)
        program["viewport"].value = (float(large[1]), float(large[0]))
        program["ambient"].value = tuple(float(v) for v in lighting.ambient)
        program["light_count"].value = len(lighting.directions)
        matrices = np.zeros((MAX_LIGHTS, 4, 4), np.float32)
        matrices[: len(lighting.matrices)] = lighting.matrices
        program["light_matrix"].write(np.ascontiguousarray(matrices.transpose(0, 2, 1)).tobytes())
        for key, rows_ in (("directions", lighting.directions), ("colours", lighting.colours)):
            block = np.zeros((MAX_LIGHTS, 3), np.float32)
            block[: len(rows_)] = rows_
            program[f"light_{key[:-1]}"].write(block.tobytes())
        for entry in loaded:
            self._draw(name, entry)
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
        self.programs["truth"]["camera"].write(_column_major(camera))
        for entry in loaded:
            if entry["item"].material not in (Material.GROUND, Material.BACKDROP):
                self._draw("truth", entry)
        return _read(target, size, 0, np.float32), _read(target, size, 1, np.float32)


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


def _release(loaded: list[dict[str, Any]]) -> None:
    for entry in loaded:
        for resource in entry["resources"]:
            resource.release()


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
