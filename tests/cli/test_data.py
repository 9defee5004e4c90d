import pytest
from PIL import Image


@pytest.fixture
def root(picture, tmp_path):
    picture("set/people/anna.png")
    picture("set/garments/shirt.png")
    (tmp_path / "set/pairs.csv").write_text("person,garment,category\nanna,shirt,upper\n")
    return tmp_path / "set"


def test_a_good_data_set_passes(shell, root):
    done = shell("data", "check", root)
    assert done.code == 0 and "1 pairs, 1 usable" in done.out
    assert shell("data", "check", root, "--json").json()["complete"] is True


def test_a_broken_one_is_told(shell, root):
    (root / "garments/shirt.png").write_bytes(b"?")
    done = shell("data", "check", root, "--json")
    assert done.code == 2
    (entry,) = done.json()["lists"]
    assert entry["usable"] == 0 and "shirt.png" in entry["files"]["garment"]["broken"][0]
    Image.new("RGB", (70, 70)).save(root / "garments/shirt.png")
    assert shell("data", "check", root).code == 0


def test_no_data_set_is_an_error(shell, tmp_path):
    done = shell("data", "check", tmp_path)
    assert done.code == 2 and "none of the pair lists" in done.err


def test_packing_for_something_unknown_is_refused(shell, tmp_path):
    done = shell("data", "pack", tmp_path, "--out", tmp_path / "out", "--for", "refiner")
    assert done.code == 2 and "expected warping or generator" in done.err
