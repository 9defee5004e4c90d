import numpy as np
import pytest
from scipy.optimize import minimize

from gpvton.evaluation.study.ranking import (
    bradley_terry,
    krippendorff_alpha,
    win_matrix,
    win_rates,
)
from gpvton.evaluation.study.store import Answer


def answer(first, second, better):
    return Answer(
        rater="r",
        pair="p",
        category="upper",
        first_method=first,
        second_method=second,
        attention=False,
        better=better,
        seconds=None,
    )


def test_wins_are_counted_and_ties_halved():
    answers = [answer("a", "b", "a"), answer("a", "b", "b"), answer("b", "c", None)]
    wins = win_matrix(answers, ["a", "b", "c"])
    assert wins.tolist() == [[0, 1, 0], [1, 0, 0.5], [0, 0.5, 0]]
    assert win_rates(wins) == pytest.approx([0.5, 0.5, 0.5])


def test_two_methods_in_closed_form():
    """The odds are the ratio of the wins."""
    scores = bradley_terry(np.array([[0, 30], [10, 0]]), prior=0)
    assert scores[0] - scores[1] == pytest.approx(np.log(3))
    assert scores.sum() == pytest.approx(0)


def test_scores_are_the_maximum_of_the_likelihood():
    rng = np.random.default_rng(12)
    wins = rng.integers(1, 20, (5, 5)).astype(float)
    np.fill_diagonal(wins, 0)

    def loss(scores):
        return (wins * np.logaddexp(0, scores[None] - scores[:, None])).sum()

    expected = minimize(loss, np.zeros(5), method="BFGS", options={"gtol": 1e-9}).x
    ours = bradley_terry(wins, prior=0)
    assert ours == pytest.approx(expected - expected.mean(), abs=1e-4)


def test_one_who_always_wins_has_a_finite_score():
    scores = bradley_terry(np.array([[0, 20, 0], [0, 0, 0], [0, 0, 0]]))
    assert scores[0] - scores[1] == pytest.approx(np.log(20.1 / 0.1))
    assert np.isnan(scores[2])  # never compared


def test_alpha_of_krippendorff_s_example():
    """Krippendorff, 2011: three coders, fifteen units, nominal alpha 0.691."""
    coders = ["*****34121133*3", "1*213343*******", "**21344*21133*4"]
    units = [[value for value in unit if value != "*"] for unit in zip(*coders, strict=True)]
    assert krippendorff_alpha(units) == pytest.approx(0.691, abs=5e-4)


def test_alpha_is_one_for_agreement_and_absent_without_a_second_answer():
    assert krippendorff_alpha([["a", "a"], ["b", "b", "b"]]) == 1.0
    assert krippendorff_alpha([["a"], ["b"]]) is None
    assert krippendorff_alpha([["a", "a"]]) is None
    assert krippendorff_alpha([["a", "b"], ["a", "b"], ["b", "a"]]) < 0
