import numpy as np
import pytest

from gpvton.domain.images import read_photo


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def person(picture):
    return picture("in/anna.png")


@pytest.fixture
def shirt(picture):
    return picture("in/shirt.png")


def test_one_garment_gives_one_picture_of_the_photo_s_size(shell, person, shirt, tmp_path):
    done = shell("try", person, shirt, "-o", "out.png")
    assert done.code == 0 and done.out == "out.png\n"
    before, after = read_photo(person), read_photo(tmp_path / "out.png")
    assert before.size == after.size
    changed = (before.pixels != after.pixels).any(axis=2)
    assert changed[10:40, 10:40].mean() > 0.9 and changed.sum() <= 900
    assert files(tmp_path) == ["in/anna.png", "in/shirt.png", "out.png"]


def test_the_default_name_says_who_wears_what(shell, person, shirt, tmp_path):
    assert shell("try", person, shirt).out == "anna_shirt.png\n"
    (tmp_path / "there").mkdir()
    assert shell("try", person, shirt, "-o", "there").out == "there/anna_shirt.png\n"


def test_several_garments_give_single_pictures_and_a_sheet(shell, person, shirt, picture, tmp_path):
    coat, other = picture("in/coat.png"), picture("other/shirt.png")
    done = shell("try", person, shirt, coat, other)
    expected = ["anna_shirt.png", "anna_coat.png", "anna_shirt-2.png", "anna_sheet.png"]
    assert done.code == 0 and done.out.split() == expected
    assert read_photo(tmp_path / "anna_coat.png").size == (120, 90)
    sheet = read_photo(tmp_path / "anna_sheet.png")
    assert sheet.size[1] > 7 * 360 - 200
    named = shell("try", person, shirt, coat, "--out", "look.jpg")
    assert named.out.split() == ["look_shirt.jpg", "look_coat.jpg", "look.jpg"]


def test_written_pictures_say_that_they_are_edited_unless_told_not_to(
    shell, person, shirt, tmp_path
):
    shell("try", person, shirt, "-o", "a.png")
    shell("try", person, shirt, "-o", "b.png", "--no-metadata")
    assert b"compositeWithTrainedAlgorithmicMedia" in (tmp_path / "a.png").read_bytes()
    assert b"net sha256:12ab" in (tmp_path / "a.png").read_bytes()
    assert b"gpvton" not in (tmp_path / "b.png").read_bytes()


def test_json_is_one_object_and_nothing_else(shell, person, shirt):
    done = shell("try", person, shirt, "-o", "a.png", "--json")
    (entry,) = done.json()["results"]
    assert entry["output"] == "a.png" and entry["category"] == "upper"
    assert entry["size"] == [120, 90] and entry["seconds"]["flow"] == 0.1
    assert done.json()["sheet"] is None


def test_warnings_go_to_standard_error_unless_quiet(shell, person, shirt):
    assert "warning: the feet do not show" in shell("try", person, shirt).err
    assert shell("try", person, shirt, "--quiet").err == ""


def test_options_reach_the_pipeline(shell, person, shirt):
    done = shell("try", person, shirt, "--tuck", "--category", "dress", "--weights", "w",
                 "--threads", 2, "--max-megapixels", 3, "--json")  # fmt: skip
    (entry,) = done.json()["results"]
    assert entry["category"] == "dress" and "tucked=True" in entry["warnings"]
    assert done.loaded == [("w", 2, 3.0)]
    assert "tucked=False" in shell("try", person, shirt, "--untuck").err
    assert "tucked=None" in shell("try", person, shirt).err


def test_steps(shell, person, shirt, picture, tmp_path):
    assert shell("try", person, shirt, "--save-steps", "steps").code == 0
    assert len(files(tmp_path / "steps")) == 9
    coat = picture("in/coat.png")
    assert shell("try", person, shirt, coat, "--save-steps", "all").code == 0
    assert {name.split("/")[0] for name in files(tmp_path / "all")} == {"anna_shirt", "anna_coat"}


def test_a_folder_for_steps_that_cannot_be_is_refused_before_any_work(
    shell, person, shirt, tmp_path
):
    before = files(tmp_path)
    done = shell("try", person, shirt, "--save-steps", shirt / "steps")
    assert done.code == 2 and "cannot be a folder" in done.err
    assert done.loaded == [] and files(tmp_path) == before


def test_one_bad_garment_among_many_leaves_nothing(shell, person, shirt, tmp_path):
    before = files(tmp_path)
    done = shell("try", person, shirt, tmp_path / "absent.png", "--save-steps", "steps")
    assert done.code == 2 and "absent.png" in done.err
    assert files(tmp_path) == before


@pytest.mark.parametrize("place", ["absent/a.png", "a.gif", "in/anna.png/a.png"])
def test_an_output_that_cannot_be_is_refused_before_any_work(shell, person, shirt, place, tmp_path):
    before = files(tmp_path)
    done = shell("try", person, shirt, "-o", place)
    assert done.code == 2 and done.err.startswith("error: ") and place in done.err
    assert done.loaded == [] and files(tmp_path) == before


def test_inputs_are_never_overwritten(shell, person, shirt):
    content = person.read_bytes()
    done = shell("try", person, shirt, "-o", person)
    assert done.code == 2 and "also an input" in done.err
    assert person.read_bytes() == content


def test_a_size_limit_can_be_set(shell, person, shirt):
    done = shell("try", person, shirt, "--max-megapixels", 0.01)
    assert done.code == 2 and "at most 0.01 megapixels" in done.err


def test_a_result_is_the_same_every_time(shell, person, shirt, tmp_path):
    shell("try", person, shirt, "-o", "a.png")
    shell("try", person, shirt, "-o", "b.png")
    np.testing.assert_array_equal(
        read_photo(tmp_path / "a.png").pixels, read_photo(tmp_path / "b.png").pixels
    )
