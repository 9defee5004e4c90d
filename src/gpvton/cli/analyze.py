"""`gpvton analyze`: annotations of photos and of whole folders, as drawings, JSON or a data set."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gpvton.cli import options
from gpvton.cli.console import counting, report
from gpvton.cli.photos import DRAWING, Job, Kind, list_jobs
from gpvton.domain.errors import InputError

if TYPE_CHECKING:
    from gpvton.cli.annotate import Outcome, Settings

_NAMED = 5  # photos that a warning names
_FEW = 8  # photos for which one process is quicker than starting several


Photos = Annotated[
    list[Path],
    typer.Argument(help="Photos of people or garments, or folders of them.", metavar="PHOTO"),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "--out", "-o", help="File or folder; default: PHOTO_analysis.png here."
    ),
]
Draw = Annotated[
    bool | None,
    typer.Option(
        "--draw/--no-draw", help="Pictures of what was understood; default: without --layout."
    ),
]
Layout = Annotated[
    str | None,
    typer.Option(
        "--layout",
        help="Write a data set into the folder --out: vitonhd (GP-VTON's VITON-HD) or gpvton "
        "(ours, all categories); a run that was stopped goes on.",
    ),
]
SeenAs = Annotated[Kind, typer.Option("--as", help="A person, a garment, or whatever is found.")]
Workers = Annotated[
    int | None,
    typer.Option("--workers", min=1, help="Processes; default: one per core for many photos."),
]


def run(
    photos: Photos,
    output: Output = None,
    draw: Draw = None,
    layout: Layout = None,
    kind: SeenAs = Kind.AUTO,
    category: options.CategoryOption = None,
    parser: options.Parser = None,
    pose: options.Pose = None,
    workers: Workers = None,
    as_json: options.Json = False,
    weights: options.Weights = None,
    threads: options.Threads = None,
    max_megapixels: options.MaxMegapixels = 50.0,
    quiet: options.Quiet = False,
) -> None:
    """Say what is understood of each PHOTO: labels, key points, garment parts.

    One photo that cannot be used does not stop the others: it is named at the end (exit code 2).
    """
    from gpvton.cli.annotate import Settings

    jobs = list_jobs(photos, kind)
    _check_layout(layout, output)
    drawings = _drawings(jobs, output, layout, draw)
    count = workers or (1 if len(jobs) <= _FEW else os.cpu_count() or 1)
    settings = Settings(
        category=category,
        layout=layout,
        out=output,
        weights=weights,
        threads=threads or (1 if count > 1 else None),
        max_megapixels=max_megapixels,
        parser=parser,
        pose=pose,
    )
    outcomes = _all(list(zip(jobs, drawings, strict=True)), settings, count, quiet or as_json)
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    if len(jobs) == 1 and failed and failed[0].error is not None:
        raise failed[0].error
    _tell(outcomes, settings, as_json, quiet)
    if failed:
        raise typer.Exit(2)


def _all(
    jobs: "list[tuple[Job, Path | None]]", settings: "Settings", workers: int, quiet: bool
) -> "list[Outcome]":
    """The outcomes, in the order of the jobs."""
    from gpvton.cli.annotate import annotate_all

    done: dict[Job, Outcome] = {}
    with counting("photos", len(jobs), quiet) as advance:
        for outcome in annotate_all(jobs, settings, workers):
            done[outcome.job] = outcome
            advance()
    return [done[job] for job, _ in jobs]


def _check_layout(layout: str | None, output: Path | None) -> None:
    if layout is None:
        return
    from gpvton.data.sources.writer import WrittenLayout
    from gpvton.domain.writing import check_folder, make_folder

    if layout not in tuple(WrittenLayout):
        raise InputError(f"--layout {layout!r}, expected one of {', '.join(WrittenLayout)}")
    if output is None:
        raise InputError("--layout writes a data set; name its folder with --out")
    check_folder(output)
    make_folder(output)


def _drawings(
    jobs: list[Job], output: Path | None, layout: str | None, draw: bool | None
) -> list[Path | None]:
    """Where each photo's drawing goes, None where none is wanted."""
    from gpvton.domain.writing import check_output, make_folder

    if not (layout is None if draw is None else draw):
        return [None] * len(jobs)
    if layout is not None and output is not None:
        folder = make_folder(output / "drawings")
        names = [f"{job.name}_{job.kind}" if job.kind is not Kind.AUTO else job.name
                 for job in jobs]  # fmt: skip
        places = [folder / f"{name}.png" for name in options.unique(names)]
    elif output is not None and not output.is_dir():
        if len(jobs) > 1:
            raise InputError(
                f"{output} is one file for {len(jobs)} photos; give a folder that exists"
            )
        places = [output]
    else:
        stems = options.unique([job.photo.stem for job in jobs])
        places = [(output or Path()) / f"{stem}{DRAWING}" for stem in stems]
    options.refuse_same([job.photo for job in jobs], places)
    for path in places:
        check_output(path)
    return list(places)


def _tell(outcomes: "list[Outcome]", settings: "Settings", as_json: bool, quiet: bool) -> None:
    """Results on standard output; warnings and failures on standard error."""
    entries = [outcome.entry for outcome in outcomes if outcome.entry is not None]
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    lists = _finish(entries, settings)
    if not quiet:
        for line in _warnings(entries, name_photos=len(outcomes) > 1):
            typer.echo(f"warning: {line}", err=True)
    values = {
        "results": entries,
        "failed": [
            {"photo": str(o.job.photo), "kind": type(o.error).__name__, "message": str(o.error)}
            for o in failed
        ],
        "pair_lists": lists,
    }
    lines = [entry["output"] for entry in entries if "output" in entry]
    if settings.layout is not None:
        reused = sum(outcome.reused for outcome in outcomes)
        there = f", {reused} of them from an earlier run" if reused else ""
        edited = sum(outcome.edited for outcome in outcomes)
        there += f", {edited} of these corrected by hand" if edited else ""
        lines = [f"{settings.out}: {len(entries)} annotations{there}", *lists]
    report(values, lines, as_json=as_json)
    if failed:
        typer.echo(f"error: {len(failed)} of {len(outcomes)} photos could not be used:", err=True)
        for outcome in failed:
            typer.echo(f"  {outcome.job.photo}: {outcome.error}", err=True)


def _warnings(entries: list[dict[str, Any]], name_photos: bool) -> list[str]:
    """Each warning once, and with several photos which of them it is about."""
    about: dict[str, list[str]] = {}
    for entry in entries:
        for text in entry["warnings"]:
            about.setdefault(text, []).append(Path(entry["photo"]).name)
    if not name_photos:
        return list(about)
    lines = []
    for text, names in about.items():
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        lines.append(f"{text} ({', '.join(names[:_NAMED])}{more})")
    return lines


def _finish(entries: list[dict[str, Any]], settings: "Settings") -> list[str]:
    """Write the pair lists of a data set; gives their names."""
    if settings.layout is None or settings.out is None:
        return []
    from gpvton.data.sources.writer import Entry, LayoutWriter, WrittenLayout
    from gpvton.domain.parts import Category

    def rows(kind: str) -> list[Entry]:
        return [
            Entry(
                name=entry["name"],
                suffix=entry["suffix"],
                split=entry["split"],
                category=Category(entry["category"]) if kind == "garment" else None,
            )
            for entry in entries
            if entry["kind"] == kind
        ]

    writer = LayoutWriter(root=settings.out, layout=WrittenLayout(settings.layout))
    return [str(path) for path in writer.finish(rows("person"), rows("garment"))]
