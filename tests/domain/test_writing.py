import io
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from gpvton import __version__
from gpvton.domain.errors import OutputError
from gpvton.domain.provenance import DIGITAL_SOURCE_TYPE, Provenance
from gpvton.domain.writing import check_folder, check_output, make_folder, write_image

PIXELS = np.random.default_rng(0).integers(0, 256, (70, 80, 3), dtype=np.uint8)
MADE = Provenance(weights={"person_analyst": "ab12", 'q"<': "&"})


@pytest.mark.parametrize("name", ["a.png", "a.JPG", "a.jpeg", "a.webp"])
def test_written_pictures_say_that_they_are_edited(tmp_path, name):
    write_image(tmp_path / name, PIXELS, MADE)
    content = (tmp_path / name).read_bytes()
    assert DIGITAL_SOURCE_TYPE.encode() in content
    image = Image.open(io.BytesIO(content))
    assert image.size == (80, 70)
    packet = content[content.index(b"<x:xmpmeta") : content.index(b"</x:xmpmeta>") + 12]
    description = ElementTree.fromstring(packet)[0][0]
    entry = {key.split("}")[1]: value for key, value in description.attrib.items()}
    assert entry["DigitalSourceType"] == DIGITAL_SOURCE_TYPE
    assert entry["CreatorTool"] == entry["AISystemUsed"] == f"gpvton {__version__}"
    assert entry["AISystemVersionUsed"] == 'person_analyst sha256:ab12; q"< sha256:&'


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp"])
def test_without_metadata_there_is_none(tmp_path, name):
    write_image(tmp_path / name, PIXELS)
    content = (tmp_path / name).read_bytes()
    assert b"gpvton" not in content and b"xmp" not in content.lower()


def test_png_keeps_every_pixel(tmp_path):
    write_image(tmp_path / "a.png", PIXELS, MADE)
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "a.png")), PIXELS)


def test_nothing_is_left_beside_the_file(tmp_path):
    write_image(tmp_path / "a.png", PIXELS)
    write_image(tmp_path / "a.png", PIXELS)
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_a_failure_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    path.write_bytes(b"old")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(OutputError, match="No space left"):
        write_image(path, PIXELS)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.png"]


def test_places_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    cases = {
        tmp_path / "a.gif": "suffix '.gif'",
        tmp_path / "absent" / "a.png": "no folder",
        tmp_path / "file" / "a.png": "no folder",
    }
    (tmp_path / "b.png").mkdir()
    cases[tmp_path / "b.png"] = "is a folder"
    for path, message in cases.items():
        with pytest.raises(OutputError, match=message):
            check_output(path)


def test_folders(tmp_path):
    check_folder(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []
    assert make_folder(tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").write_bytes(b"")
    for use in (check_folder, make_folder):
        with pytest.raises(OutputError, match="folder"):
            use(tmp_path / "file" / "b")
