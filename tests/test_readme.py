"""What the README tells people to type works as it stands there."""

import re
import shlex
from pathlib import Path

import pytest

import gpvton
from gpvton.cli.main import run

SAMPLES = Path(gpvton.__file__).parent / "samples"
README = Path(__file__).parents[1] / "README.md"
TEXT = README.read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


COMMANDS = [
    line.split("#")[0].strip()
    for block in blocks("sh")
    for line in block.splitlines()
    if line.startswith("gpvton ")
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    person = sorted((SAMPLES / "people").glob("*.jpg"))[0]
    for name, source in {
        "person.jpg": person,
        "garment.jpg": SAMPLES / "garments" / "breton-top.jpg",
        "skirt.jpg": SAMPLES / "garments" / "green-skirt.jpg",
    }.items():
        (tmp_path / name).write_bytes(source.read_bytes())
    (tmp_path / "look.json").write_text('{"hem_length": 0.9, "tuck": "in"}')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_there_is_something_to_test():
    assert len(COMMANDS) >= 6 and len(blocks("python")) == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_commands(folder, command, capsys):
    before = set(folder.rglob("*"))
    with pytest.raises(SystemExit) as stop:
        run(shlex.split(command)[1:])
    assert not stop.value.code, capsys.readouterr().err
    assert set(folder.rglob("*")) > before


def test_python(folder):
    exec(blocks("python")[0], {})  # the README's own lines
    assert (folder / "dressed.png").stat().st_size > 10_000


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        assert (README.parent / target).exists(), target


def test_make_targets_exist():
    makefile = (README.parent / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)", TEXT, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
