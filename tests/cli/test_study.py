import pytest

from gpvton.evaluation.study.store import StudyStore


@pytest.fixture
def arguments(picture, tmp_path):
    picture("set/garments/shirt.png")
    rows = ["person,garment,category"]
    for name in ("anna", "ben"):
        picture(f"set/people/{name}.png")
        picture(f"one/{name}.png")
        picture(f"two/{name}.png")
        rows.append(f"{name},shirt,upper")
    (tmp_path / "set/pairs.csv").write_text("\n".join(rows) + "\n")
    return ["study", "new", "s", "--data", "set", "--method", "one=one", "--method", "two=two"]


def test_new_and_report(shell, arguments, tmp_path):
    done = shell(*arguments)
    assert done.code == 0 and "3 questions" in done.out
    store = StudyStore(tmp_path / "s/study.sqlite")
    store.enter("anna")
    store.answer("anna", 0, "left")
    report = shell("study", "report", "s", "--json", "-o", "study.html").json()
    assert report["raters"][0]["answered"] == 1
    assert "rater anna" in (tmp_path / "study.html").read_text()


def test_wrong_use_is_told(shell, arguments):
    assert shell(*arguments[:-2]).code == 2  # one method
    assert "NAME=FOLDER" in shell(*arguments, "--method", "one=two").err
    assert "paired or unpaired" in shell(*arguments, "--pairing", "x").err
    assert "gpvton study new" in shell("study", "report", "nowhere").err
    assert "gpvton study new" in shell("study", "serve", "nowhere").err
