"""What a verb says: progress and warnings on standard error, results on standard output."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import typer


class Progress:
    """A status line that says what is done now; silent when asked, or not at a terminal."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._status: Any = None

    def __enter__(self) -> "Progress":
        if not self._quiet and sys.stderr.isatty():
            from rich.console import Console

            self._status = Console(stderr=True).status("starting")
            self._status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._status is not None:
            self._status.stop()

    def step(self, text: str) -> None:
        """Say what is done now."""
        if self._status is not None:
            self._status.update(text)

    def warn(self, text: str) -> None:
        """Tell the user something that does not stop the work."""
        if not self._quiet:
            typer.echo(f"warning: {text}", err=True)


@contextmanager
def counting(text: str, total: int, quiet: bool) -> Iterator[Callable[[], None]]:
    """A progress bar of `total` things; gives what to call after each.

    Silent when asked, with one thing only, or not at a terminal.
    """
    if quiet or total < 2 or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (text, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(text, total=total)
        yield lambda: bar.advance(task)


def report(values: dict[str, Any], lines: list[str], as_json: bool) -> None:
    """The verb's result: one JSON object, or lines for people."""
    if as_json:
        typer.echo(json.dumps(values))
        return
    for line in lines:
        typer.echo(line)
