"""What is missing or broken in a data set, with counts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gpvton.data.sources.source import Kind, Pair, Pairing, Source
from gpvton.domain.errors import InputError

_NAMED = 5


@dataclass(kw_only=True)
class Count:
    """Files of one kind: how many are good, and the others by name (broken: with the reason)."""

    good: int = 0
    missing: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class ListReport:
    """One pair list.  usable: pairs whose required files are all good."""

    split: str
    pairing: Pairing
    pairs: int
    usable: int
    kinds: dict[Kind, Count]


@dataclass(kw_only=True)
class Report:
    """A data set's state."""

    layout: str
    root: Path
    lists: list[ListReport]

    @property
    def complete(self) -> bool:
        """Whether every pair can be used and no file is broken."""
        return bool(self.lists) and all(
            entry.usable == entry.pairs and not any(c.broken for c in entry.kinds.values())
            for entry in self.lists
        )

    def lines(self) -> list[str]:
        """For people: one line per list and kind, with the first few names."""
        out = [f"{self.root}: layout {self.layout}"]
        for entry in self.lists:
            out.append(f"{entry.split} {entry.pairing}: {entry.pairs} pairs, {entry.usable} usable")
            for kind, count in entry.kinds.items():
                out.append(f"  {kind}: {count.good} good{_named(count)}")
        return out

    def summary(self) -> dict[str, Any]:
        """The same as JSON values, all names included."""
        lists = [
            {
                "split": entry.split,
                "pairing": str(entry.pairing),
                "pairs": entry.pairs,
                "usable": entry.usable,
                "files": {
                    str(kind): {"good": c.good, "missing": c.missing, "broken": c.broken}
                    for kind, c in entry.kinds.items()
                },
            }
            for entry in self.lists
        ]
        return {"root": str(self.root), "layout": self.layout, "lists": lists}


def check_source(
    source: Source, *, decode: bool = True, progress: Callable[[str], None] = lambda text: None
) -> Report:
    """Look at every file that the pair lists name; `decode` False only looks whether it is there.

    Raises InputError when a pair list itself is broken.
    """
    known: dict[Path, str | None] = {}
    lists = []
    for split, pairing in source.splits():
        progress(f"checking {split} {pairing}")
        pairs = source.pairs(split, pairing)
        kinds: dict[Kind, Count] = {}
        usable = sum(_check_pair(source, pair, kinds, known, decode) for pair in pairs)
        lists.append(
            ListReport(split=split, pairing=pairing, pairs=len(pairs), usable=usable, kinds=kinds)
        )
    return Report(layout=source.layout, root=source.root, lists=lists)


def _check_pair(
    source: Source,
    pair: Pair,
    kinds: dict[Kind, Count],
    known: dict[Path, str | None],
    decode: bool,
) -> bool:
    """Count the pair's files; whether all that it needs are good."""
    usable = True
    for kind in Kind:
        path = source.path(pair, kind)
        if path is None:
            continue
        if path not in known:
            known[path] = _fault(path, kind, source, decode)
        count = kinds.setdefault(kind, Count())
        fault = known[path]
        name = str(path.relative_to(source.root))
        if fault is None:
            count.good += 1
        elif fault == "missing":
            count.missing.append(name)
        else:
            count.broken.append(f"{name}: {fault}")
        usable &= fault is None or not source.required(kind)
    return usable


def _fault(path: Path, kind: Kind, source: Source, decode: bool) -> str | None:
    if not path.is_file():
        return "missing"
    if not decode:
        return None
    try:
        source.verify(kind, path)
    except InputError as error:
        return str(error)
    return None


def _named(count: Count) -> str:
    text = ""
    for word, names in (("missing", count.missing), ("broken", count.broken)):
        if names:
            more = f", and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            text += f"; {len(names)} {word}: {', '.join(names[:_NAMED])}{more}"
    return text
