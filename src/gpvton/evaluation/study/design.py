"""Making a study: which pictures are compared, attention checks, and every rater's own order.

As in the paper's human evaluation, a rater sees the person, the garment and two methods' results
and chooses the better one.  Ours: which result stands left and the order of the questions are
random per rater, and some questions are attention checks with one ruined picture.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from PIL import Image

from gpvton.data.sources.source import Kind, Pair, Source
from gpvton.domain.errors import InputError
from gpvton.domain.images import read_photo
from gpvton.domain.writing import write_image
from gpvton.evaluation.results_folder import find_result
from gpvton.evaluation.study.store import Question, StudyStore

DATABASE, PICTURES = "study.sqlite", "pictures"
RUINED = "(ruined)"
"""Stands for the method of an attention check's bad picture."""
_HEIGHT = 900


@dataclass(frozen=True, kw_only=True)
class StudyPlan:
    """What to make a study of.

    methods: name to folder of results, named as `gpvton evaluate` names them.
    questions: how many comparisons at most, None for all; attention: one check per so many.
    ties: whether "no difference" is an answer.
    """

    source: Source
    pairs: tuple[Pair, ...]
    methods: Mapping[str, Path]
    questions: int | None = None
    attention: int = 10
    ties: bool = False
    seed: int = 0


def make_study(folder: str | Path, plan: StudyPlan) -> int:
    """Write a study into a new folder: its data base and copies of its pictures.

    Pictures get random names, so that nothing in the page tells the method.  Gives the number of
    questions.  Raises InputError when the folder holds a study, or a method lacks results.
    """
    folder = Path(folder)
    if (folder / DATABASE).exists():
        raise InputError(f"{folder} holds a study; choose another folder, or remove it")
    if len(plan.methods) < 2:
        raise InputError("a study compares at least two methods; give --method twice")
    found = [(pair, _results(pair, plan.methods)) for pair in plan.pairs]
    rng = np.random.default_rng(plan.seed)
    chosen = [
        (pair, results, methods)
        for pair, results in found
        for methods in combinations(plan.methods, 2)
    ]
    order = rng.permutation(len(chosen))[: plan.questions]
    (folder / PICTURES).mkdir(parents=True, exist_ok=True)
    album = _Album(folder / PICTURES)
    questions = [_question(chosen[index], album, plan.source) for index in sorted(order.tolist())]
    questions += _checks(questions, found, plan, album, rng)
    StudyStore.create(folder / DATABASE, questions, seed=plan.seed, ties=plan.ties)
    return len(questions)


def _results(pair: Pair, methods: Mapping[str, Path]) -> dict[str, Path]:
    return {name: find_result(folder, pair) for name, folder in methods.items()}


def _question(
    chosen: tuple[Pair, dict[str, Path], tuple[str, str]], album: "_Album", source: Source
) -> Question:
    pair, results, (first, second) = chosen
    return Question(
        pair=pair.name,
        category=str(pair.category),
        person=album.add(_found(source, pair, Kind.PERSON)),
        garment=album.add(_found(source, pair, Kind.GARMENT)),
        first_method=first,
        first=album.add(results[first]),
        second_method=second,
        second=album.add(results[second]),
    )


def _checks(
    questions: list[Question],
    found: list[tuple[Pair, dict[str, Path]]],
    plan: StudyPlan,
    album: "_Album",
    rng: np.random.Generator,
) -> list[Question]:
    """One question in `plan.attention` more, whose second picture is ruined."""
    if plan.attention <= 0:
        return []
    names = list(plan.methods)
    out = []
    for _ in range(-(-len(questions) // plan.attention)):
        pair, results = found[rng.integers(len(found))]
        method = names[rng.integers(len(names))]
        out.append(
            Question(
                pair=pair.name,
                category=str(pair.category),
                person=album.add(_found(plan.source, pair, Kind.PERSON)),
                garment=album.add(_found(plan.source, pair, Kind.GARMENT)),
                first_method=method,
                first=album.add(results[method]),
                second_method=RUINED,
                second=album.add_pixels(ruined(_small(results[method]), rng)),
                attention=True,
            )
        )
    return out


def ruined(pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The picture, uint8 (h, w, 3), cut into 6 x 6 tiles in another order: plainly wrong."""
    height, width = (size // 6 for size in pixels.shape[:2])
    out = pixels.copy()
    places = [(row, column) for row in range(6) for column in range(6)]
    shift = int(rng.integers(7, 29))  # every tile moves
    for index, (row, column) in enumerate(places):
        other_row, other_column = places[(index + shift) % len(places)]
        out[row * height : (row + 1) * height, column * width : (column + 1) * width] = pixels[
            other_row * height : (other_row + 1) * height,
            other_column * width : (other_column + 1) * width,
        ]
    return out


def _found(source: Source, pair: Pair, kind: Kind) -> Path:
    path = source.path(pair, kind)
    if path is None or not path.is_file():
        raise InputError(f"{pair.name}: the picture {path} is missing")
    return path


def _small(path: Path) -> np.ndarray:
    picture = Image.fromarray(read_photo(path).on_white().pixels)
    picture.thumbnail((2 * _HEIGHT, _HEIGHT), Image.Resampling.BICUBIC)
    return np.asarray(picture)


class _Album:
    """Copies of pictures under random names, each file once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names: dict[Path, str] = {}

    def add(self, path: Path) -> str:
        if path not in self._names:
            self._names[path] = self.add_pixels(_small(path))
        return self._names[path]

    def add_pixels(self, pixels: np.ndarray) -> str:
        name = f"{secrets.token_hex(8)}.jpg"
        write_image(self._folder / name, pixels)
        return name
