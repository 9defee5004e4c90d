"""Shader programs, one for each pass and material, and the OpenGL context that runs them.

Ours: the material is a constant of the program.  A software renderer runs both sides of every
branch, so that a program for all materials would cost as much as all of them together.
"""

from pathlib import Path
from typing import Any

from gpvton.domain.errors import MissingExtraError

SHADERS = Path(__file__).parent / "shaders"
FRAGMENT = {"colour": "colour", "fast": "colour", "truth": "truth"}
OF_TRUTH = {"PHOTOGRAPH", "LACE"}  # features that decide where a surface is, not only its colour


def open_context() -> Any:
    """An OpenGL context through EGL.

    Raises:
        MissingExtraError: moderngl or OpenGL is missing; the message names the packages.
    """
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


def _source(name: str, material: int, defines: list[str]) -> str:
    text = (SHADERS / name).read_text()
    for part in ("surface.glsl", "light.glsl"):
        text = text.replace(f"#include {part}", (SHADERS / part).read_text())
    head = f"#version 330\nconst int material = {material};\n"
    head += "".join(f"#define {name}\n" for name in defines)
    return text.replace("#version 330\n", head)


class Programs:
    """The programs of a context, compiled when they are first asked for."""

    def __init__(self, context: Any) -> None:
        self.context = context
        self._known: dict[tuple[str, int, tuple[str, ...]], Any] = {}

    def get(self, kind: str, material: int, features: tuple[str, ...] = ()) -> Any:
        """The program of a pass (colour, fast, truth, depth) for a material.

        features of cloth: PHOTOGRAPH, a picture of the whole garment; DECAL, something printed or
        sewn on; BUMP, relief of the weave; LACE, holes.
        """
        if kind == "truth":
            features = tuple(name for name in features if name in OF_TRUTH)
        key = (kind, 0 if kind == "depth" else material, features)
        if key not in self._known:
            self._known[key] = self._compile(*key)
        return self._known[key]

    def _compile(self, kind: str, material: int, features: tuple[str, ...]) -> Any:
        if kind == "depth":
            return self.context.program(
                vertex_shader=(SHADERS / "depth.vert").read_text(),
                fragment_shader=(SHADERS / "depth.frag").read_text(),
            )
        defines = ["FAST"] * (kind == "fast") + list(features)
        return self.context.program(
            vertex_shader=_source("scene.vert", material, defines),
            fragment_shader=_source(f"{FRAGMENT[kind]}.frag", material, defines),
        )
