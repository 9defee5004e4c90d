"""The house keeps its rules: what imports what, how long things are, how they are named."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import gpvton

SOURCE = Path(gpvton.__file__).parent
MODULES = sorted(SOURCE.rglob("*.py"))
FILE_LINES, FUNCTION_LINES = 300, 60
LAB = {"torch", "accelerate", "torchmetrics", "onnx", "onnxscript", "scipy", "skimage"}
HEAVY = {"numpy", "cv2", "onnxruntime", "PIL", "huggingface_hub", "gpvton.pipeline"} | LAB


def imported_by(code):
    """Names of all modules in a fresh interpreter that ran `code`."""
    script = f"{code}\nimport sys; print('\\n'.join(sys.modules), file=sys.__stderr__)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True
    )
    return set(done.stderr.split())


@pytest.mark.parametrize("module", ["gpvton", "gpvton.pipeline", "gpvton.cli.main"])
def test_the_core_imports_no_lab(module):
    assert not imported_by(f"import {module}") & LAB


def test_help_is_quick():
    """Measured by what it loads, since times depend on the machine."""
    code = "import sys; sys.argv = ['gpvton', '--help']\nfrom gpvton.cli.main import run\n"
    loaded = imported_by(code + "try: run()\nexcept SystemExit as stop: assert not stop.code")
    assert "typer" in loaded
    assert not loaded & HEAVY


def test_importing_the_package_does_nothing_much():
    assert not imported_by("import gpvton") & (HEAVY | {"typer", "rich"})


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_files_and_functions_are_short(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= FILE_LINES
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1}"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    ]
    assert not long


def test_no_module_is_a_drawer():
    """A name such as `utils` says nothing about what is inside."""
    drawers = {"utils", "util", "helpers", "misc", "common", "tools"}
    assert not [path for path in MODULES if drawers & {path.stem, *path.parts[:-1]}]


def test_every_module_says_what_it_is():
    silent = [path for path in MODULES if not ast.get_docstring(ast.parse(path.read_text()))]
    assert not silent


def test_rooms_import_only_what_is_below():
    root = Path(__file__).parents[1]
    if not (root / "pyproject.toml").is_file():
        pytest.skip("no repository here")
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
