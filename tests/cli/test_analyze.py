import pytest

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
