"""From answers to a ranking: win rates, Bradley-Terry scores, rater agreement."""

from collections.abc import Sequence

import numpy as np

from gpvton.evaluation.study.store import Answer

PRIOR = 0.1
"""Virtual wins each way between every two methods compared: scores stay finite (ours)."""


def win_matrix(answers: Sequence[Answer], methods: Sequence[str]) -> np.ndarray:
    """Wins of row over column, float64 (m, m); no difference is half a win for each."""
    index = {name: number for number, name in enumerate(methods)}
    wins = np.zeros((len(methods), len(methods)))
    for answer in answers:
        one, two = index[answer.first_method], index[answer.second_method]
        share = 0.5 if answer.better is None else float(answer.better == answer.first_method)
        wins[one, two] += share
        wins[two, one] += 1 - share
    return wins


def win_rates(wins: np.ndarray) -> np.ndarray:
    """Share of its comparisons that each method won, (m,); NaN for none."""
    played = (wins + wins.T).sum(axis=1)
    with np.errstate(invalid="ignore"):
        return wins.sum(axis=1) / played


def bradley_terry(wins: np.ndarray, prior: float = PRIOR, rounds: int = 10_000) -> np.ndarray:
    """Scores (m,), log strengths with mean 0: P(i beats j) = 1 / (1 + exp(s_j - s_i)).

    NaN for a method that was never compared.

    Bradley and Terry, 1952, by the minorise-maximise iteration of Hunter, 2004.
    """
    wins = wins + prior * ((wins + wins.T) > 0)
    played = (wins + wins.T).sum(axis=1) > 0
    scores = np.full(len(wins), np.nan)
    scores[played] = _maximum_likelihood(wins[np.ix_(played, played)], rounds)
    return scores


def _maximum_likelihood(wins: np.ndarray, rounds: int) -> np.ndarray:
    games, won = wins + wins.T, wins.sum(axis=1)
    scores = np.zeros(len(wins))
    for _ in range(rounds):
        strength = np.exp(scores)
        updated = np.log(won / (games / (strength[:, None] + strength[None])).sum(axis=1))
        updated -= updated.mean()
        if np.abs(updated - scores).max() < 1e-12:
            break
        scores = updated
    return scores


def krippendorff_alpha(units: Sequence[Sequence[str]]) -> float | None:
    """Agreement of raters on nominal answers (Krippendorff, 2004), at most 1; 0 is chance.

    units: per question, the answers of those who gave one.  None when nobody answered a question
    that somebody else answered, or all answers are the same.
    """
    values = sorted({value for unit in units for value in unit})
    index = {value: number for number, value in enumerate(values)}
    coincidences = np.zeros((len(values), len(values)))
    for unit in units:
        if len(unit) < 2:
            continue
        counts = np.bincount([index[value] for value in unit], minlength=len(values)).astype(float)
        coincidences += (np.outer(counts, counts) - np.diag(counts)) / (len(unit) - 1)
    totals = coincidences.sum(axis=1)
    count = totals.sum()
    if count < 2:
        return None
    expected = (count**2 - (totals**2).sum()) / (count - 1)
    if expected == 0:
        return None
    return float(1 - (count - np.trace(coincidences)) / expected)
