import json

import pytest


@pytest.fixture
def root(picture, tmp_path):
    for name in ("anna", "ben"):
        picture(f"set/people/{name}.png")
    picture("set/garments/shirt.png")
    rows = ["person,garment,category,pairing", "anna,shirt,upper,paired", "ben,shirt,upper,paired"]
    (tmp_path / "set/pairs.csv").write_text("\n".join(rows) + "\n")
    return tmp_path / "set"


def test_evaluate_then_compare(shell, root, tmp_path):
    """The pipeline, a folder of the truth itself, then both in one table."""
    ours = shell("evaluate", "--data", root, "--no-features", "--out", "ours", "--json")
    assert ours.code == 0, ours.err
    values = ours.json()
    assert values["counts"] == {"pairs": 2, "failed": 0}
    assert values["summary"]["changed_outside"]["mean"] == 0.0
    assert "no LPIPS" not in ours.out
    done = shell("evaluate", "--data", root, "--no-features", "--no-analyse", "--results")
    assert done.code == 2
    options = ["--no-features", "--no-analyse", "--out", "truth", "--name", "the truth"]
    done = shell("evaluate", "--data", root, "--results", root / "people", *options)
    assert done.code == 0 and "SSIM: 1.000" in done.out and "no LPIPS" in done.err
    assert json.loads((tmp_path / "truth/result.json").read_text())["name"] == "the truth"
    as_is = shell("evaluate", "--data", root, "--as-is", *options[:2], "--out", "as-is", "--json")
    assert as_is.json()["summary"]["ssim"]["mean"] == pytest.approx(1.0)
    table = shell("compare", "ours/result.json", "truth/result.json").out
    assert "| SSIM ↑ |" in table and "the truth" in table
    written = shell(
        "compare", "ours/result.json", "truth/result.json", "--format", "latex", "-o", "table.tex"
    )
    assert written.code == 0
    assert (tmp_path / "table.tex").read_text().count(r"\\") == 3


def test_wrong_use_is_told(shell, root):
    for arguments, said in [
        ([], "--data ROOT"),
        (["--data", root, "--results", root, "--command", "x"], "exclude each other"),
        (["--data", root, "--as-is", "--command", "x"], "exclude each other"),
        (["--data", root, "--preset", "best"], "one of native"),
        (["--data", root, "--pairing", "both"], "paired or unpaired"),
        (["--data", root, "--labels", "mine"], "files or analyst"),
        (["--benchmark", "imagenet"], "one of rendered"),
        (["--data", root, "--lpips-weights", "no.pth", "--no-features"], "no file"),
    ]:
        done = shell("evaluate", *arguments)
        assert done.code == 2 and said in done.err, (arguments, done.err)
    assert shell("compare", root / "pairs.csv", root / "pairs.csv").code == 2
    assert shell("compare", "a", "b", "--format", "word").code == 2
