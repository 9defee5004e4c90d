import numpy as np
import pytest
from PIL import Image

from gpvton.evaluation.study.store import StudyStore
from gpvton.evaluation.study.summary import study_lines, study_page, summarise_study

from . import studies


@pytest.fixture
def study(tmp_path):
    folder = studies.make(tmp_path, attention=3)
    return folder, StudyStore(folder / "study.sqlite")


def chosen(folder, trial):
    """The good method's side; of an attention check, where both are one method's, the intact one's.

    Tiles out of place give a picture more edges.
    """
    left, right = (folder / "pictures" / name for name in (trial.left, trial.right))
    if studies.is_good(left) != studies.is_good(right):
        return "left" if studies.is_good(left) else "right"
    return "left" if edges(left) < edges(right) else "right"


def edges(path):
    pixels = np.asarray(Image.open(path).convert("L")).astype(float)
    return np.abs(np.diff(pixels, axis=0)).max(axis=1).mean()


def rate(study, name, careful=True):
    folder, store = study
    store.enter(name)
    while trial := store.next_trial(name):
        right = chosen(folder, trial)
        wrong = "left" if right == "right" else "right"
        store.answer(name, trial.position, right if careful else wrong)


def test_careless_raters_are_left_out_and_named(study):
    _, store = study
    rate(study, "careless", careful=False)
    summary = summarise_study(store, resamples=50)
    assert summary["raters"][0]["counted"] is False and summary["answers"] == 0
    rate(study, "anna")
    summary = summarise_study(store, resamples=50)
    assert [rater["counted"] for rater in summary["raters"]] == [False, True]
    assert summary["answers"] == 9 and summary["methods"][0]["name"] == "good"
    assert "NOT COUNTED" in "\n".join(study_lines(summary))


def test_without_checks_everybody_counts(tmp_path):
    folder = studies.make(tmp_path, attention=0)
    store = StudyStore(folder / "study.sqlite")
    for name in ("anna", "ben"):
        rate((folder, store), name)
    store.enter("cy")
    trial = store.next_trial("cy")
    good_left = studies.is_good(folder / "pictures" / trial.left)
    store.answer("cy", trial.position, "right" if good_left else "left")
    summary = summarise_study(store, resamples=50)
    first, second = summary["methods"]
    assert first["name"] == "good" and first["win_rate"] == pytest.approx(18 / 19)
    assert first["win_rate_interval"][0] <= first["win_rate"] <= first["win_rate_interval"][1]
    assert first["score"] == pytest.approx(-second["score"]) and first["score"] > 1
    assert summary["against"] == [
        {"method": "good", "other": "poor", "wins": 18.0, "comparisons": 19.0}
    ]
    assert [rater["answered"] for rater in summary["raters"]] == [9, 9, 1]
    assert "18 of 19" in study_page(summary)


def test_a_study_without_answers_has_a_report(study):
    summary = summarise_study(study[1])
    assert summary["methods"] == [] and summary["agreement"] is None
    assert study_lines(summary)[0].startswith("0 answers")
