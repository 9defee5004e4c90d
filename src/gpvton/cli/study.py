"""`gpvton study`: people choose between methods' results."""

from pathlib import Path
from typing import Annotated

import typer

from gpvton.cli import options
from gpvton.cli.console import report
from gpvton.domain.errors import InputError

app: typer.Typer = typer.Typer(
    help="Let people choose between methods' results, in a web page on this computer.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Folder = Annotated[Path, typer.Argument(help="Folder of the study.", metavar="STUDY")]


@app.command("new")
def new(
    folder: Folder,
    data: Annotated[Path, typer.Option("--data", help="Root of the data set.")],
    method: Annotated[
        list[str],
        typer.Option("--method", help="NAME=FOLDER of its results; at least two."),
    ],
    layout: Annotated[str | None, typer.Option("--layout", help="See gpvton data check.")] = None,
    split: Annotated[str, typer.Option("--split", help="train, test, ...")] = "test",
    pairing: Annotated[str, typer.Option("--pairing", help="paired or unpaired.")] = "unpaired",
    questions: Annotated[
        int | None, typer.Option("--questions", min=1, help="At most; default: all.")
    ] = None,
    attention: Annotated[
        int, typer.Option("--attention", min=0, help="One check per so many; 0: none.")
    ] = 10,
    ties: Annotated[bool, typer.Option("--ties", help="Allow 'no difference'.")] = False,
    seed: Annotated[int, typer.Option("--seed", help="Of all randomness.")] = 0,
) -> None:
    """Make a study of the methods' results for a pair list."""
    from gpvton.data.sources.reader import open_source
    from gpvton.data.sources.source import Pairing
    from gpvton.evaluation.study.design import StudyPlan, make_study

    try:
        wanted = Pairing(pairing)
    except ValueError:
        raise InputError(f"--pairing {pairing!r}, expected paired or unpaired") from None
    methods: dict[str, Path] = {}
    for text in method:
        name, equals, place = text.partition("=")
        if not name or not equals or not place or name in methods:
            raise InputError(f"--method {text!r}, expected NAME=FOLDER with a new name")
        methods[name] = Path(place)
    source = open_source(data, layout)
    plan = StudyPlan(
        source=source,
        pairs=source.pairs(split, wanted),
        methods=methods,
        questions=questions,
        attention=attention,
        ties=ties,
        seed=seed,
    )
    count = make_study(folder, plan)
    typer.echo(f"{folder}: {count} questions; next: gpvton study serve {folder}")


@app.command("serve")
def serve(
    folder: Folder,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any.")] = 8765,
) -> None:
    """Show the study's page on this computer until Ctrl+C; answers are kept at once."""
    from gpvton.evaluation.study.server import make_server

    with make_server(folder, port) as server:
        typer.echo(f"http://localhost:{server.server_address[1]}/  (Ctrl+C ends)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            typer.echo("stopped; the same command goes on")


@app.command("report")
def show(
    folder: Folder,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Also write an HTML page.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Win rates, Bradley-Terry scores, intervals and rater agreement."""
    from gpvton.domain.writing import write_bytes
    from gpvton.evaluation.study.design import DATABASE
    from gpvton.evaluation.study.store import StudyStore
    from gpvton.evaluation.study.summary import study_lines, study_page, summarise_study

    summary = summarise_study(StudyStore(folder / DATABASE))
    if output is not None:
        write_bytes(output, study_page(summary).encode())
    report(summary, study_lines(summary), as_json=as_json)
