"""`gpvton data`: looking after data sets."""

from pathlib import Path
from typing import Annotated

import typer

from gpvton.cli import options
from gpvton.cli.console import Progress, report
from gpvton.domain.errors import InputError

app: typer.Typer = typer.Typer(
    help="Look after data sets.", no_args_is_help=True, rich_markup_mode=None
)

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


@app.command("pack")
def pack(
    root: Annotated[Path, typer.Argument(help="What gpvton synthesize wrote.", metavar="ROOT")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the shards.")],
    purpose: Annotated[
        str, typer.Option("--for", help="What is to be trained: warping or generator.")
    ] = "warping",
    seed: Annotated[int, typer.Option("--seed", help="Of the jitter on true labels.")] = 0,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Pack rendered pairs for gpvton train warping (shards below 20 MiB) or generator."""
    if purpose not in ("warping", "generator"):
        raise InputError(f"--for {purpose!r}, expected warping or generator")
    if purpose == "generator":
        from gpvton.data.generator_rendered import pack_rendered_splits

        with Progress(quiet or as_json) as progress:
            counts = pack_rendered_splits(root, out, progress.step)
        lines = [f"{count} entries in {out / name}" for name, count in counts.items()]
        report({"entries": counts}, lines, as_json=as_json)
        return
    from gpvton.data.sources.reader import open_source
    from gpvton.data.warping_pack import pack as write
    from gpvton.pipeline import TryOn

    source, try_on = open_source(root, "rendered"), TryOn.from_pretrained()
    with Progress(quiet or as_json) as progress:
        packed = write(
            source,
            out,
            analyse_person=try_on.analyse_person,
            analyse_garment=try_on.analyse_garment,
            seed=seed,
            progress=lambda done, total: progress.step(f"packed {done} of {total} try-ons"),
        )
    found = {"records": packed.records, "shards": packed.shards, "left_out": len(packed.left_out)}
    lines = [f"{packed.records} try-ons in {packed.shards} shards in {out}"]
    lines += [f"left out: {reason}" for reason in packed.left_out[:20]]
    report(found, lines, as_json=as_json)
