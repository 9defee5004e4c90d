import sqlite3

import numpy as np
import pytest

from gpvton.domain.errors import InputError
from gpvton.evaluation.study.design import make_study, ruined
from gpvton.evaluation.study.store import StudyStore

from . import studies


def test_every_pair_is_asked_and_one_check_more(tmp_path):
    folder = studies.make(tmp_path)
    assert StudyStore(folder / "study.sqlite").question_count() == 10
    rows = sqlite3.connect(folder / "study.sqlite").execute(
        "select first_method, second_method, first, second, attention from questions"
    )
    for one, two, first, second, attention in rows:
        if attention:
            assert two == "(ruined)"
        else:
            assert (one, two) == ("good", "poor")
            assert studies.is_good(folder / "pictures" / first)
            assert not studies.is_good(folder / "pictures" / second)


def test_picture_names_tell_nothing(tmp_path):
    folder = studies.make(tmp_path)
    names = [path.name for path in (folder / "pictures").iterdir()]
    assert not any(word in name for name in names for word in ("good", "poor", "shirt", "p0"))


def test_questions_can_be_limited(tmp_path):
    assert make_study(tmp_path / "s", studies.plan(tmp_path, questions=4, attention=2)) == 6
    assert make_study(tmp_path / "t", studies.plan(tmp_path, questions=4, attention=0)) == 4


def test_a_ruined_picture_has_no_tile_in_its_place():
    pixels = np.random.default_rng(0).integers(0, 256, (66, 60, 3)).astype(np.uint8)
    for seed in range(5):
        out = ruined(pixels, np.random.default_rng(seed))
        same = (out == pixels).all(axis=2)[:66, :60].reshape(6, 11, 6, 10).all(axis=(1, 3))
        assert not same.any()
        assert np.array_equal(np.sort(out, axis=None), np.sort(pixels, axis=None))


def test_what_cannot_be_made_is_refused(tmp_path):
    folder = studies.make(tmp_path)
    with pytest.raises(InputError, match="holds a study"):
        make_study(folder, studies.plan(tmp_path / "set"))
    plan = studies.plan(tmp_path / "other")
    (tmp_path / "other" / "poor" / "p3_shirt.png").unlink()
    with pytest.raises(InputError, match="no result for upper_p3_shirt"):
        make_study(tmp_path / "new", plan)
    one = type(plan)(**{**vars(plan), "methods": {"good": tmp_path}})
    with pytest.raises(InputError, match="two methods"):
        make_study(tmp_path / "new", one)
