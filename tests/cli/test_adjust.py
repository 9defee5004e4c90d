"""`gpvton try --adjust`: corrections from a file."""

import json

import numpy as np
import pytest
from PIL import Image

from gpvton.cli import options
from gpvton.cli.main import run
from gpvton.domain.images import read_photo
from gpvton.pipeline import TryOn
from tests.figures import person, top


@pytest.fixture
def adjusted(monkeypatch, tmp_path, capsys):
    """Run `gpvton try` on a drawn person and top with these adjustments; gives code, picture."""
    photo, annotation = person()
    pixels, garment = top()
    Image.fromarray(photo).save(tmp_path / "anna.png")
    Image.fromarray(pixels).save(tmp_path / "top.png")
    monkeypatch.chdir(tmp_path)
    pipeline = TryOn(lambda pixels: annotation, lambda pixels, alpha: garment)
    monkeypatch.setattr(options, "load", lambda *_, **__: pipeline)

    def call(values, *extra):
        (tmp_path / "look.json").write_text(json.dumps(values))
        with pytest.raises(SystemExit) as stop:
            run(["try", "anna.png", "top.png", "-o", "out.png", "--adjust", "look.json", *extra])
        out = tmp_path / "out.png"
        image = read_photo(out).pixels if out.exists() else None
        return stop.value.code or 0, image, capsys.readouterr().err

    call.result = pipeline(photo, pixels)
    call.folder = tmp_path
    return call


def test_the_file_is_followed(adjusted):
    keep = np.zeros((512, 384), np.uint8)
    keep[150:200, 180:200] = 255
    Image.fromarray(keep).save(adjusted.folder / "keep.png")
    code, image, _ = adjusted({"hem_length": 0.8, "tuck": "out", "keep": "keep.png"})
    wanted = adjusted.result.refine(hem_length=0.8, tuck="out", keep=keep > 0)
    assert code == 0
    np.testing.assert_array_equal(image, wanted.image)


def test_the_option_counts_where_the_file_says_nothing(adjusted):
    _, image, _ = adjusted({"hem_length": 0.9}, "--tuck")
    np.testing.assert_array_equal(image, adjusted.result.refine(hem_length=0.9, tuck="in").image)
    _, image, _ = adjusted({"tuck": "out"}, "--tuck")
    np.testing.assert_array_equal(image, adjusted.result.refine(tuck="out").image)


def test_a_bad_field_is_named_and_nothing_is_written(adjusted):
    code, image, err = adjusted({"hem_lenght": 0.8})
    assert code == 2 and image is None
    assert "look.json" in err and "'hem_lenght'" in err
