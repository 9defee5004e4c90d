"""`gpvton data`: looking after data sets."""

from pathlib import Path
from typing import Annotated

import typer

from gpvton.cli import options
from gpvton.cli.console import Progress, report

app = typer.Typer(help="Look after data sets.", no_args_is_help=True, rich_markup_mode=None)

Layout = Annotated[
    str | None,
    typer.Option(
        "--layout",
        help="viton-hd, dresscode, gpvton-viton-hd, gpvton-dresscode, own or rendered; "
        "default: recognised.",
    ),
]


@app.command("check")
def check(
    root: Annotated[Path, typer.Argument(help="Folder of the data set.", metavar="ROOT")],
    layout: Layout = None,
    fast: Annotated[
        bool, typer.Option("--fast", help="Only whether files are there, not whether they open.")
    ] = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Name what is missing or broken in a data set, with counts; exit code 2 when there is any."""
    from gpvton.data.sources.check import check_source
    from gpvton.data.sources.reader import open_source

    source = open_source(root, layout)
    with Progress(quiet or as_json) as progress:
        found = check_source(source, decode=not fast, progress=progress.step)
    report({**found.summary(), "complete": found.complete}, found.lines(), as_json=as_json)
    if not found.complete:
        raise typer.Exit(2)
