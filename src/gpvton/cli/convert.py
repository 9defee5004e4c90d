"""`gpvton convert`: the authors' checkpoints to weights folders; needs the extra gpvton[train]."""

import importlib
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gpvton.domain.errors import MissingExtraError, OutputError


class Size(StrEnum):
    """Pictures that the generator renders, height x width."""

    STANDARD = "512x384"
    LARGE = "1024x768"


def run(
    checkpoints: Annotated[
        list[Path],
        typer.Argument(help="The authors' .pth files: warping, generator, or both.", metavar="PTH"),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder to write; give it to try --weights.")
    ],
    size: Annotated[
        Size, typer.Option("--size", help="Height x width that the generator renders.")
    ] = Size.STANDARD,
    half: Annotated[
        bool, typer.Option("--half", help="Store float16: half the size, no longer exact.")
    ] = False,
    tolerance: Annotated[
        float,
        typer.Option("--tolerance", help="How far torch and the graph may differ on noise."),
    ] = 1e-3,
) -> None:
    """Convert the authors' checkpoints. Which network a file holds is read from its names."""
    if output.exists() and not output.is_dir():
        raise OutputError(f"{output} is a file; choose the name of a folder with --output")
    height, width = (int(side) for side in size.value.split("x"))
    try:
        exporter = importlib.import_module("gpvton.export.published")
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("gpvton"):
            raise
        raise MissingExtraError(
            f"converting needs the package {error.name}, which is not installed; "
            "install it with: pip install 'gpvton[train]'"
        ) from error
    reports = exporter.convert(
        checkpoints, output, generator_size=(height, width), half=half, tolerance=tolerance
    )
    for report in reports:
        typer.echo(f"{report.folder} (torch and graph differ by {report.difference:.1e})")
