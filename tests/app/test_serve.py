"""Starting the page: what is missing, and what it may fetch."""

import importlib.util
import subprocess
import sys

import pytest

from gpvton.app import serve as module
from gpvton.cli.main import run
from gpvton.domain.errors import MissingExtraError


def test_without_gradio_the_extra_is_named(monkeypatch, capsys):
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == "gradio" else real(name, *a)
    )
    with pytest.raises(MissingExtraError, match=r"pip install 'gpvton\[app\]'"):
        module.require_gradio()
    with pytest.raises(SystemExit) as stop:
        run(["app"])
    assert stop.value.code == 2 and "gpvton[app]" in capsys.readouterr().err


def test_the_policy_allows_no_other_place():
    assert "http" not in module.POLICY and "*" not in module.POLICY
    assert module.POLICY.startswith("default-src 'self'")


def test_gradio_is_loaded_by_the_page_alone():
    code = "import sys, gpvton.app.serve, gpvton.app.room, gpvton.app.handles; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert not {"gradio", "torch"} & set(done.stdout.split())
