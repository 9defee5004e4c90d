"""What a verb says: progress and warnings on standard error, results on standard output."""

import json
import sys
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


def report(values: dict[str, Any], lines: list[str], as_json: bool) -> None:
    """The verb's result: one JSON object, or lines for people."""
    if as_json:
        typer.echo(json.dumps(values))
        return
    for line in lines:
        typer.echo(line)
