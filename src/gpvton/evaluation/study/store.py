"""A study's data base (SQLite): questions, raters' own orders, answers.

An answer is on disk before the next question is shown; giving it twice changes nothing.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gpvton.domain.errors import InputError

CHOICES = ("left", "right", "tie")
_SCHEMA = """
create table settings (key text primary key, value text not null);
create table questions (
  id integer primary key, pair text not null, category text not null, person text not null,
  garment text not null, first_method text not null, first text not null,
  second_method text not null, second text not null, attention integer not null);
create table raters (id integer primary key, name text not null unique);
create table trials (
  rater integer not null references raters, position integer not null,
  question integer not null references questions, swapped integer not null,
  choice text, seconds real, at text,
  primary key (rater, position), unique (rater, question));
"""


@dataclass(frozen=True, kw_only=True)
class Question:
    """Two results of one pair; pictures by file name.  Of an attention check `first` is right."""

    pair: str
    category: str
    person: str
    garment: str
    first_method: str
    first: str
    second_method: str
    second: str
    attention: bool = False


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A question as one rater sees it; position counts from 0, of `total`."""

    position: int
    total: int
    person: str
    garment: str
    left: str
    right: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a rater said: `better` is the method chosen, None for no difference."""

    rater: str
    pair: str
    category: str
    first_method: str
    second_method: str
    attention: bool
    better: str | None
    seconds: float | None


class StudyStore:
    """The data base of one study."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        if not self.path.is_file():
            raise InputError(f"there is no study in {self.path.parent}; make one: gpvton study new")
        with self._open() as base:
            self.settings = dict(base.execute("select key, value from settings"))

    @classmethod
    def create(
        cls, path: Path, questions: Sequence[Question], *, seed: int, ties: bool
    ) -> "StudyStore":
        """A new data base with these questions."""
        temporary = path.with_suffix(".tmp")
        temporary.unlink(missing_ok=True)
        base = sqlite3.connect(temporary)
        base.executescript(_SCHEMA)
        columns = list(Question.__dataclass_fields__)
        base.executemany(
            f"insert into questions ({', '.join(columns)}) "
            f"values ({', '.join('?' * len(columns))})",
            [[getattr(question, column) for column in columns] for question in questions],
        )
        settings = {"seed": str(seed), "ties": str(int(ties))}
        base.executemany("insert into settings values (?, ?)", settings.items())
        base.commit()
        base.close()
        temporary.replace(path)
        return cls(path)

    @property
    def ties(self) -> bool:
        """Whether "no difference" is an answer."""
        return self.settings["ties"] == "1"

    def enter(self, name: str) -> None:
        """Take a rater in, with an order and sides of their own; known ones keep theirs.

        Raises InputError for an empty or very long name.
        """
        if not 0 < len(name) <= 60:
            raise InputError(f"a rater's name has 1 to 60 characters, this one {len(name)}")
        with self._open() as base:
            base.execute("begin immediate")
            if base.execute("select 1 from raters where name = ?", [name]).fetchone():
                return
            rater = base.execute("insert into raters (name) values (?)", [name]).lastrowid
            ids = [row[0] for row in base.execute("select id from questions order by id")]
            rng = np.random.default_rng([int(self.settings["seed"]), rater or 0])
            order = rng.permutation(ids).tolist()
            swapped = rng.integers(0, 2, len(ids)).tolist()
            base.executemany(
                "insert into trials (rater, position, question, swapped) values (?, ?, ?, ?)",
                [(rater, i, q, s) for i, (q, s) in enumerate(zip(order, swapped, strict=True))],
            )

    def next_trial(self, name: str) -> Trial | None:
        """The first question that the rater has not answered; None when all are.

        Raises InputError for an unknown rater.
        """
        with self._open() as base:
            rater, total = self._rater(base, name)
            row = base.execute(
                "select position, person, garment, first, second, swapped from trials "
                "join questions on questions.id = question "
                "where rater = ? and choice is null order by position limit 1",
                [rater],
            ).fetchone()
        if row is None:
            return None
        position, person, garment, first, second, swapped = row
        left, right = (second, first) if swapped else (first, second)
        return Trial(
            position=position, total=total, person=person, garment=garment, left=left, right=right
        )

    def answer(self, name: str, position: int, choice: str, seconds: float | None = None) -> bool:
        """Keep an answer; False when this question has one already, which then stays.

        Raises InputError for an unknown rater, question or choice.
        """
        if choice not in CHOICES or (choice == "tie" and not self.ties):
            raise InputError(f"the choice is {choice!r}, expected left or right")
        with self._open() as base:
            rater, total = self._rater(base, name)
            if not 0 <= position < total:
                raise InputError(f"there is no question {position}, expected 0 to {total - 1}")
            done = base.execute(
                "update trials set choice = ?, seconds = ?, at = datetime('now') "
                "where rater = ? and position = ? and choice is null",
                [choice, seconds, rater, position],
            )
            return done.rowcount == 1

    def answers(self) -> list[Answer]:
        """All answers, rater by rater in the order given."""
        with self._open() as base:
            rows = base.execute(
                "select raters.name, pair, category, first_method, second_method, attention, "
                "choice, swapped, seconds from trials join raters on raters.id = rater "
                "join questions on questions.id = question where choice is not null "
                "order by rater, position"
            ).fetchall()
        return [_answer(row) for row in rows]

    def question_count(self) -> int:
        """How many questions every rater gets."""
        with self._open() as base:
            return base.execute("select count(*) from questions").fetchone()[0]

    def _rater(self, base: sqlite3.Connection, name: str) -> tuple[int, int]:
        row = base.execute("select id from raters where name = ?", [name]).fetchone()
        if row is None:
            raise InputError(f"there is no rater {name!r}; enter the study first")
        total = base.execute("select count(*) from trials where rater = ?", [row[0]]).fetchone()
        return row[0], total[0]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        base = sqlite3.connect(self.path, timeout=30)
        try:
            base.execute("pragma synchronous = full")
            with base:
                yield base
        except sqlite3.DatabaseError as error:
            raise InputError(f"{self.path} cannot be used as a study: {error}") from error
        finally:
            base.close()


def _answer(row: tuple) -> Answer:
    name, pair, category, first, second, attention, choice, swapped, seconds = row
    better = None
    if choice != "tie":
        better = first if (choice == "left") != bool(swapped) else second
    return Answer(
        rater=name,
        pair=pair,
        category=category,
        first_method=first,
        second_method=second,
        attention=bool(attention),
        better=better,
        seconds=seconds,
    )
