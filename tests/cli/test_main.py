import builtins
import json
import sys

import pytest

from gpvton import __version__
from gpvton.cli import options
from gpvton.cli.main import run
from gpvton.domain.errors import WeightsError


def test_version(shell):
    assert shell("--version").out == f"gpvton {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [("try",), ("try", "a.png"), ("fly",), ("try", "a", "b", "--category", "hat"), ("analyze",)],
)
def test_wrong_use_ends_with_2(shell, arguments):
    done = shell(*arguments)
    assert done.code == 2 and done.err


def fail(error):
    def load(*_, **__):
        raise error

    return load


def test_our_errors_end_with_2_and_one_line(shell, picture, monkeypatch):
    a, b = picture("a.png"), picture("b.png")
    monkeypatch.setattr(options, "load", fail(WeightsError("no weights here; fetch them")))
    done = shell("try", a, b)
    assert done.code == 2 and done.err == "error: no weights here; fetch them\n" and not done.out
    as_json = shell("try", a, b, "--json")
    assert json.loads(as_json.out)["error"] == {
        "kind": "WeightsError",
        "message": "no weights here; fetch them",
    }


def test_bugs_end_with_1_and_show_where_only_when_asked(shell, picture, monkeypatch):
    a, b = picture("a.png"), picture("b.png")
    monkeypatch.setattr(options, "load", fail(KeyError("oops")))
    done = shell("try", a, b)
    assert done.code == 1 and "KeyError" in done.err and "Traceback" not in done.err
    with pytest.raises(KeyError):
        run(["try", str(a), str(b), "--debug"])


def test_training_without_the_extra_names_it(shell, tmp_path, monkeypatch):
    real = builtins.__import__

    def without_torch(name, *arguments, **options):
        if name.split(".")[0] == "torch":
            raise ModuleNotFoundError("No module named 'torch'", name="torch")
        return real(name, *arguments, **options)

    for name in [n for n in sys.modules if n.startswith("gpvton.training")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without_torch)
    for verb in ("person-analyst", "garment-analyst"):
        done = shell("train", verb, "--data", tmp_path, "--out", tmp_path / "out")
        assert done.code == 2 and "pip install 'gpvton[train]'" in done.err


def test_training_names_a_missing_folder(shell, tmp_path):
    done = shell("train", "person-analyst", "--data", tmp_path / "absent", "--out", tmp_path)
    assert done.code == 2 and "absent is no folder" in done.err
