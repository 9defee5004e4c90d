"""`gpvton`: the verbs, and what the shell is told when something goes wrong.

Exit codes: 0 done; 2 something the user can cure (wrong use, unusable pictures, no place to
write); 1 a bug.
"""

import json
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from gpvton import __version__
from gpvton.cli import (
    analyze,
    compare,
    convert,
    data,
    demo,
    evaluate,
    study,
    synthesize,
    train,
    try_on,
)
from gpvton.cli import app as fitting_room
from gpvton.domain.errors import GpvtonError

app: typer.Typer = typer.Typer(
    help="Virtual try-on: a photo of a person and a photo of a garment in, "
    "that person wearing it out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("try")(try_on.run)
app.command("analyze")(analyze.run)
app.command("demo")(demo.run)
app.command("convert")(convert.run)
app.command("synthesize")(synthesize.run)
app.command("app")(fitting_room.run)
app.command("evaluate")(evaluate.run)
app.command("compare")(compare.run)
app.add_typer(study.app, name="study")
app.add_typer(train.app, name="train")
app.add_typer(data.app, name="data")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gpvton {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the version and leave.", callback=_show_version, is_eager=True
        ),
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of any error (with any verb).")
    ] = False,
) -> None:
    """Options before the verb."""


def run(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the `gpvton` command; always ends by SystemExit."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given
    try:
        app([argument for argument in given if argument != "--debug"], prog_name="gpvton")
    except GpvtonError as error:
        if debug:
            raise
        _report(error, str(error), as_json="--json" in given)
        raise SystemExit(2) from error
    except Exception as error:
        if debug:
            raise
        message = f"unexpected {type(error).__name__}: {error} (a bug; --debug shows where)"
        _report(error, message, as_json="--json" in given)
        raise SystemExit(1) from error


def _report(error: Exception, message: str, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"error": {"kind": type(error).__name__, "message": message}}))
    typer.echo(f"error: {message}", err=True)
