import copy

import numpy as np
import pytest

from gpvton.domain.errors import InputError
from gpvton.evaluation import tables
from gpvton.evaluation.compare import compare
from gpvton.evaluation.presets import preset
from gpvton.evaluation.result_file import build_result, read_result, write_result

RNG = np.random.default_rng(10)
SETTINGS = {
    "preset": preset("catvton").describe(),
    "data": {"pairs_sha256": "ab"},
    "labels_of_results": "analyst",
    "versions": {"gpvton": "0"},
}
BASE = RNG.normal(0.8, 0.05, 60)


def result(name, ssim, colour, fid=None):
    records = [
        {
            "name": f"pair{index}",
            "category": "upper",
            "strata": {},
            "metrics": {"ssim": float(one), "colour_error": float(two)},
        }
        for index, (one, two) in enumerate(zip(ssim, colour, strict=True))
    ]
    sets = {} if fid is None else {"fid": {"value": fid}}
    return build_result(name, SETTINGS, records, sets)


@pytest.fixture
def methods():
    noise = RNG.normal(0, 0.01, (2, 60))
    return [
        result("ours_&_old", BASE, np.full(60, 8.0) + noise[0], 12.5),
        result("new", BASE + 0.02 + noise[1], np.full(60, 8.0) - noise[0], 11.0),
    ]


def test_a_real_difference_is_significant_and_noise_is_not(methods):
    compared = compare(methods)
    ssim, colour = compared.metrics
    assert ssim.metric == "ssim" and ssim.count == 60 and ssim.best == 1
    assert ssim.against_first[0] is None
    assert ssim.against_first[1].difference == pytest.approx(0.02, abs=0.005)
    assert ssim.adjusted[1] < 0.01
    assert colour.adjusted[1] > 0.05
    assert compared.sets == {"fid": (12.5, 11.0)}


def test_holm_multiplies_the_smallest_most(methods):
    ssim, colour = compare(methods).metrics
    small, large = ssim.against_first[1].p_value, colour.against_first[1].p_value
    assert ssim.adjusted[1] == pytest.approx(2 * small)
    assert colour.adjusted[1] == pytest.approx(max(large, 2 * small))


def test_only_pairs_that_nobody_failed_count(methods):
    broken = copy.deepcopy(methods[1])
    del broken["items"][3]["metrics"]
    broken["items"][3]["error"] = "torn"
    compared = compare([methods[0], broken])
    assert compared.metrics[0].count == 59
    assert any("59 pairs in common" in text for text in compared.warnings)


def test_what_does_not_compare_is_refused_or_told(methods):
    with pytest.raises(InputError, match="at least two"):
        compare(methods[:1])
    other = copy.deepcopy(methods[1])
    other["settings"]["preset"] = preset("ladi").describe()
    with pytest.raises(InputError, match="catvton, ladi"):
        compare([methods[0], other])
    other = copy.deepcopy(methods[1])
    other["settings"]["data"]["pairs_sha256"] = "cd"
    assert "different pair lists" in compare([methods[0], other]).warnings[0]
    for item in other["items"]:
        item["name"] += "x"
    with pytest.raises(InputError, match="no pair in common"):
        compare([methods[0], other])


def test_markdown_has_bold_stars_and_differences(methods):
    text = tables.markdown(compare(methods))
    line = next(line for line in text.splitlines() if line.startswith("| SSIM"))
    cells = [cell.strip() for cell in line.split("|")[1:-1]]
    assert cells[0] == "SSIM ↑" and cells[2].startswith("**0.8") and cells[2].endswith("**\\*")
    assert "*" not in cells[1] and cells[3] == "60"
    assert "| FID ↓ | 12.50 | 11.00 |" in text
    assert "+0.02" in text and "Holm" in text
    widths = {line.count("|") for line in text.splitlines() if line.startswith("| SSIM |")}
    assert widths == {7}


def test_latex_is_one_row_per_method_with_names_escaped(methods):
    text = tables.latex(compare(methods))
    rows = [line for line in text.splitlines() if line.endswith(r"\\")]
    assert len(rows) == 3 and {row.count("&") - row.count(r"\&") for row in rows} == {3}
    assert rows[1].startswith(r"ours\_\&\_old &")
    assert r"\textbf{0.8" in rows[2] and "$^*$" in rows[2] and r"$\uparrow$" in rows[0]


def test_two_methods_of_one_name_are_numbered(methods):
    same = [methods[0], methods[0]]
    compared = compare(same)
    assert compared.names == ("ours_&_old (1)", "ours_&_old (2)")
    assert compared.metrics[0].adjusted[1] == 1.0


def test_result_files_are_read_back_and_checked(methods, tmp_path):
    path = tmp_path / "a.json"
    write_result(path, methods[0])
    assert read_result(path) == methods[0]
    path.write_text("{}")
    with pytest.raises(InputError, match="schema None"):
        read_result(path)
    path.write_text("[")
    with pytest.raises(InputError, match="cannot be read"):
        read_result(path)
