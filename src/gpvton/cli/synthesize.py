"""`gpvton synthesize`: rendered try-on pairs with the true answer."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gpvton.domain.errors import InputError

if TYPE_CHECKING:
    from gpvton.synthetic.pairs import PairSettings


def run(
    out: Annotated[Path, typer.Option("--out", help="Folder to write to; resumed if it exists.")],
    count: Annotated[int, typer.Option("--count", help="How many pairs.")] = 100,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, other pairs.")] = 0,
    categories: Annotated[
        str, typer.Option("--categories", help="Of upper, lower, dress.")
    ] = "upper,lower,dress",
    difficulty: Annotated[
        str,
        typer.Option(
            "--difficulty",
            help="all, or of easy, arms_in_front, turned, loose, tucked, unusual_body.",
        ),
    ] = "all",
    size: Annotated[str, typer.Option("--size", help="WIDTHxHEIGHT of the pictures.")] = "384x512",
    layout: Annotated[
        str, typer.Option("--layout", help="rendered, vitonhd, dresscode or gpvton.")
    ] = "rendered",
    textures: Annotated[
        Path | None,
        typer.Option("--textures", help="Folder with real fabrics or garments."),
    ] = None,
    workers: Annotated[int, typer.Option("--workers", help="Processes.")] = 1,
    fine: Annotated[
        bool, typer.Option("--fine", help="Light at every pixel: better looking, slower.")
    ] = False,
    benchmark: Annotated[
        bool, typer.Option("--benchmark", help="The frozen benchmark: 600 pairs, fixed settings.")
    ] = False,
) -> None:
    """Render pairs: one person in one pose wearing A and wearing B, both flats, all labels."""
    from gpvton.synthetic.pairs import DIFFICULTIES, PairSettings
    from gpvton.synthetic.synthesize import (
        BENCHMARK_COUNT,
        benchmark_settings,
        parse_categories,
    )

    if benchmark:
        settings, count, layout = benchmark_settings(), BENCHMARK_COUNT, "rendered"
    else:
        real = _real(textures) if textures else ((), ())
        chosen = DIFFICULTIES if difficulty == "all" else tuple(difficulty.split(","))
        settings = PairSettings(
            seed=seed,
            categories=parse_categories(categories),
            difficulties=chosen,
            size=_height_and_width(size),
            textures=real[0],
            cutouts=real[1],
            fine=fine,
        )
    _make(settings, count, out, layout, workers, benchmark)


def _real(folder: Path) -> tuple[tuple, tuple]:
    """Fabric tiles and whole garments from the pictures of a folder."""
    from gpvton.analysis.garment import GarmentAnalyst
    from gpvton.synthetic.cutouts import read_cutouts
    from gpvton.synthetic.fabrics import read_textures

    cutouts = read_cutouts(folder, GarmentAnalyst.from_folder())
    whole = {cutout.name for cutout in cutouts}
    tiles = read_textures(folder, {cutout.name: cutout for cutout in cutouts})
    typer.echo(f"{folder}: {len(whole)} whole garments, {len(tiles)} pieces of fabric")
    return tuple(tiles), tuple(cutouts)


def _make(
    settings: "PairSettings", count: int, out: Path, layout: str, workers: int, benchmark: bool
) -> None:
    """Write the pairs behind a progress bar and say what was done."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    from gpvton.synthetic.checksums import compare_benchmark
    from gpvton.synthetic.synthesize import synthesize

    with Progress(
        "pairs", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), transient=True
    ) as bar:
        task = bar.add_task("pairs", total=count)
        made = synthesize(
            settings,
            count,
            out,
            layout=layout,
            workers=workers,
            progress=lambda done, _: bar.update(task, completed=done),
        )
    typer.echo(f"{out}: {count} pairs ({made} made now)")
    if benchmark:
        compared, different = compare_benchmark(out)
        typer.echo(f"{compared} of {count} pairs have a recorded checksum; {len(different)} differ")


def _height_and_width(text: str) -> tuple[int, int]:
    width, separator, height = text.lower().partition("x")
    if not (separator and width.isdigit() and height.isdigit()):
        raise InputError(f"size {text!r} is not WIDTHxHEIGHT, such as 384x512")
    return int(height), int(width)
