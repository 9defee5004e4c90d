import json
from pathlib import Path

import pytest

import gpvton
from gpvton.cli.main import run
from gpvton.data.sources.reader import open_source
from gpvton.data.sources.source import Pairing
from gpvton.domain.images import read_photo

NOBODY, NOTHING, WORN = 10, 20, 30


def test_people_and_garments_are_told_apart(shell, picture, tmp_path):
    person, garment = picture("anna.png"), picture("shirt.png", first=NOBODY)
    done = shell("analyze", person, garment, "--json")
    first, second = done.json()["results"]
    assert first["kind"] == "person" and first["keypoints"] == {"nose": [10.0, 20.0, 0.9]}
    assert second["kind"] == "garment" and second["landmarks"] == {"hem_left": [3.0, 4.0]}
    for entry in (first, second):
        assert min(read_photo(tmp_path / entry["output"]).size) > 500
    assert first["output"] == "anna_analysis.png"


def test_the_kind_can_be_given(shell, picture):
    photo = picture("anna.png")
    assert shell("analyze", photo, "--as", "garment", "--json").json()["results"][0]["kind"] == (
        "garment"
    )
    done = shell("analyze", picture("shirt.png", first=NOBODY), "--as", "person")
    assert done.code == 2 and "no person was found" in done.err


@pytest.mark.parametrize("first", [NOTHING, WORN])
def test_a_photo_with_neither_gives_the_person_s_error(shell, picture, tmp_path, first):
    done = shell("analyze", picture("cat.png", first=first))
    assert done.code == 2 and done.err == "error: no person was found\n"
    assert [path.name for path in tmp_path.iterdir()] == ["cat.png"]


def test_one_output_for_several_photos_is_refused(shell, picture):
    done = shell("analyze", picture("a.png"), picture("b.png"), "-o", "c.png")
    assert done.code == 2 and "give a folder" in done.err


def test_output_names(shell, picture, tmp_path):
    photo = picture("a.png")
    assert shell("analyze", photo, "-o", "c.jpg", "-q").out == "c.jpg\n"
    (tmp_path / "d").mkdir()
    assert shell("analyze", photo, "-o", "d", "-q").out == "d/a_analysis.png\n"


@pytest.fixture
def folder(picture):
    picture("in/anna.png")
    picture("in/deeper/shirt.png", first=NOBODY)
    picture("in/deeper/anna.png")
    return "in"


def test_one_bad_photo_does_not_stop_the_rest(shell, folder, picture, tmp_path):
    (tmp_path / "in/bad.jpg").write_text("no picture")
    picture("in/cat.png", first=NOTHING)
    (tmp_path / "out").mkdir()
    done = shell("analyze", folder, "--out", "out")
    assert done.code == 2
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "anna-2_analysis.png", "anna_analysis.png", "shirt_analysis.png"
    ]  # fmt: skip
    assert "2 of 5 photos could not be used" in done.err
    assert "in/bad.jpg: " in done.err and "in/cat.png: no person was found" in done.err


def test_a_warning_says_which_of_several_photos_it_is_about(shell, picture):
    photos = [picture(f"{letter}.png") for letter in "abcdefg"]
    assert shell("analyze", photos[0], "--no-draw").err == "warning: the feet do not show\n"
    assert shell("analyze", *photos[:2], "--no-draw").err == (
        "warning: the feet do not show (a.png, b.png)\n"
    )
    assert "(a.png, b.png, c.png, d.png, e.png and 2 more)" in (
        shell("analyze", *photos, "--no-draw", "--workers", "1").err
    )


def test_drawings_beside_the_photos_are_not_analysed(shell, picture, tmp_path, monkeypatch):
    picture("in/anna.png")
    monkeypatch.chdir(tmp_path / "in")
    for _ in range(2):
        assert shell("analyze", ".", "-q").out == "anna_analysis.png\n"


def test_failures_are_told_as_json(shell, folder, tmp_path):
    (tmp_path / "in/bad.jpg").write_text("no picture")
    done = shell("analyze", folder, "--json", "--no-draw")
    values = done.json()
    assert done.code == 2 and len(values["results"]) == 3 and "output" not in values["results"][0]
    (failed,) = values["failed"]
    assert failed["photo"] == "in/bad.jpg" and failed["kind"] == "ImageError"


def test_a_data_set_of_one_s_own(shell, folder, tmp_path):
    done = shell("analyze", folder, "--layout", "gpvton", "--out", "set", "-q")
    assert done.code == 0 and "3 annotations" in done.out
    source = open_source(tmp_path / "set")
    names = [(pair.person, pair.garment) for pair in source.pairs("test", Pairing.UNPAIRED)]
    assert names == [("anna", "shirt"), ("anna-2", "shirt")]
    for pair in source.pairs("test", Pairing.UNPAIRED):
        assert (source.person_annotation(pair).parsing == 5).all()
    assert not (tmp_path / "set/drawings").exists()
    assert shell("data", "check", "set").code == 0


def test_viton_hd_s_folders_say_what_is_what(shell, picture, tmp_path):
    for name in ("01", "02"):
        picture(f"hd/test/image/{name}.jpg")
        picture(f"hd/test/cloth/{name}.jpg")
        picture(f"hd/test/image-densepose/{name}.jpg", first=NOTHING)
    done = shell("analyze", "hd", "--layout", "vitonhd", "--out", "hd", "--json")
    kinds = [(entry["photo"], entry["kind"]) for entry in done.json()["results"]]
    assert done.code == 0 and sorted(kinds) == [
        ("hd/test/cloth/01.jpg", "garment"), ("hd/test/cloth/02.jpg", "garment"),
        ("hd/test/image/01.jpg", "person"), ("hd/test/image/02.jpg", "person"),
    ]  # fmt: skip
    source = open_source(tmp_path / "hd")
    assert source.layout == "gpvton-viton-hd"
    pairs = source.pairs("test", Pairing.PAIRED)
    assert [(pair.person, pair.garment) for pair in pairs] == [("01", "01"), ("02", "02")]
    assert all((source.person_annotation(pair).parsing == 5).all() for pair in pairs)


def test_a_run_goes_on_where_it_stopped(shell, folder, picture, tmp_path):
    asked = ("analyze", folder, "--layout", "gpvton", "--out", "set", "-q")
    assert "earlier" not in shell(*asked).out
    times = {p: p.stat().st_mtime_ns for p in (tmp_path / "set/person_parsing").iterdir()}
    picture("in/otto.png")
    done = shell(*asked)
    assert "4 annotations, 3 of them from an earlier run" in done.out
    assert all(path.stat().st_mtime_ns == time for path, time in times.items())
    picture("in/anna.png", size=(100, 80))  # another photo under the old name
    assert "4 annotations, 3 of them" in shell(*asked).out
    assert read_photo(tmp_path / "set/people/anna.png").size == (100, 80)
    done = shell(*asked, "--draw")
    assert "earlier" not in done.out and len(list((tmp_path / "set/drawings").iterdir())) == 4


def test_corrections_by_hand_are_kept_and_carried_on(shell, folder, picture, tmp_path):
    asked = ("analyze", folder, "--layout", "gpvton", "--out", "set")
    shell(*asked, "-q")
    path = tmp_path / "set/annotations/person/anna.json"
    values = json.loads(path.read_text())
    values["keypoints"]["left_wrist"] = [30, 40]
    path.write_text(json.dumps(values))
    for _ in range(2):  # other choices make the others anew, not this one
        done = shell(*asked, "--category", "dress", "--draw", "--json", "--workers", "1").json()
        by_name = {entry["name"]: entry for entry in done["results"]}
        assert by_name["anna"]["keypoints"]["left_wrist"] == [30.0, 40.0, 1.0]
        assert Path(by_name["anna"]["output"]).is_file()
        assert by_name["shirt"]["category"] == "dress"
    assert "3 of them from an earlier run, 1 of these corrected by hand" in (
        shell(*asked, "--category", "dress", "-q").out
    )
    pose = json.loads((tmp_path / "set/keypoints/anna.json").read_text())
    assert pose["people"][0]["pose_keypoints_2d"][3 * 7 : 3 * 7 + 2] == [30.0, 40.0]
    picture("in/anna.png", size=(100, 80))
    done = shell(*asked)
    assert done.code == 2 and "anna.json was edited by hand" in done.err
    assert json.loads(path.read_text())["keypoints"]["left_wrist"][:2] == [30.0, 40.0]


def test_layouts_need_a_name_and_a_place(shell, folder):
    assert "expected one of vitonhd, gpvton" in shell("analyze", folder, "--layout", "coco").err
    assert "--out" in shell("analyze", folder, "--layout", "gpvton").err


def test_a_folder_without_photos_is_an_error(shell, tmp_path):
    (tmp_path / "none").mkdir()
    assert "holds no photos" in shell("analyze", "none").err


@pytest.mark.slow
def test_several_processes_give_what_one_gives(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    samples = Path(gpvton.__file__).parent / "samples"
    photos = [*sorted((samples / "people").glob("*.jpg"))[:1]]
    photos += sorted((samples / "garments").glob("*.jpg"))[:2]
    found = []
    for workers in ("1", "2"):
        with pytest.raises(SystemExit) as stop:
            run(["analyze", *map(str, photos), "--json", "--no-draw", "--workers", workers])
        assert not stop.value.code
        found.append(json.loads(capsys.readouterr().out)["results"])
    for one, other in zip(*found, strict=True):
        assert one["photo"] == other["photo"] and one["kind"] == other["kind"]
        name = "keypoints" if one["kind"] == "person" else "landmarks"
        assert list(one[name]) == list(other[name])
