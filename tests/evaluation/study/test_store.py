import pytest

from gpvton.domain.errors import InputError
from gpvton.evaluation.study.store import Question, StudyStore


def store(path, ties=False, count=40):
    questions = [
        Question(
            pair=f"p{n}",
            category="upper",
            person="person",
            garment="garment",
            first_method="one",
            first=f"one{n}",
            second_method="two",
            second=f"two{n}",
            attention=n == 0,
        )
        for n in range(count)
    ]
    return StudyStore.create(path / "s.sqlite", questions, seed=3, ties=ties)


def walk(study, rater, chosen="one", stop=None):
    """Answer for a method; gives the pictures in the order seen."""
    study.enter(rater)
    seen = []
    while (trial := study.next_trial(rater)) and len(seen) != stop:
        seen.append((trial.left, trial.right))
        study.answer(rater, trial.position, "left" if trial.left.startswith(chosen) else "right")
    return seen


def test_every_question_is_asked_once_in_an_own_order_and_sides(tmp_path):
    study = store(tmp_path)
    anna, ben = walk(study, "anna"), walk(study, "ben")
    assert {frozenset(pair) for pair in anna} == {frozenset(pair) for pair in ben}
    assert len(anna) == len({frozenset(pair) for pair in anna}) == 40
    assert anna != ben
    left = sum(left.startswith("one") for left, _ in anna)
    assert 8 <= left <= 32  # sides are mixed


def test_answers_name_the_method_whatever_side_it_stood_on(tmp_path):
    study = store(tmp_path)
    walk(study, "anna", "two")
    answers = study.answers()
    assert len(answers) == 40 and {a.better for a in answers} == {"two"}
    assert sum(a.attention for a in answers) == 1


def test_a_rater_goes_on_where_they_stopped_even_in_a_new_process(tmp_path):
    study = store(tmp_path)
    first = walk(study, "anna", stop=15)
    again = StudyStore(tmp_path / "s.sqlite")
    rest = walk(again, "anna")
    assert len(first) == 15 and len(rest) == 25 and not set(first) & set(rest)


def test_an_answer_given_twice_stays_the_first(tmp_path):
    study = store(tmp_path)
    study.enter("anna")
    assert study.answer("anna", 0, "left", 2.5) is True
    assert study.answer("anna", 0, "right") is False
    (answer,) = study.answers()
    assert answer.seconds == 2.5


def test_a_tie_is_an_answer_only_where_allowed(tmp_path):
    study = store(tmp_path, ties=True)
    study.enter("anna")
    study.answer("anna", 0, "tie")
    assert study.answers()[0].better is None
    (tmp_path / "strict").mkdir()
    strict = store(tmp_path / "strict")
    strict.enter("anna")
    with pytest.raises(InputError, match="left or right"):
        strict.answer("anna", 0, "tie")


def test_wrong_use_is_refused(tmp_path):
    study = store(tmp_path)
    with pytest.raises(InputError, match="no rater"):
        study.next_trial("nobody")
    study.enter("anna")
    for position in (-1, 40):
        with pytest.raises(InputError, match="no question"):
            study.answer("anna", position, "left")
    for name in ("", "x" * 61):
        with pytest.raises(InputError, match="1 to 60"):
            study.enter(name)
    with pytest.raises(InputError, match="gpvton study new"):
        StudyStore(tmp_path / "nowhere" / "s.sqlite")
    (tmp_path / "s.txt").write_text("this is no data base, but it is long enough to look like one")
    with pytest.raises(InputError, match="cannot be used"):
        StudyStore(tmp_path / "s.txt")
