"""`gpvton train`: the recipes of the lab, which needs the extra `gpvton[train]`."""

import importlib
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer

from gpvton.domain.errors import InputError, MissingExtraError

app = typer.Typer(
    help="Train a network from a folder of pictures; needs pip install 'gpvton[train]'.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Data = Annotated[Path, typer.Option("--data", help="Folder with the pictures; see docs/models/.")]
Out = Annotated[
    Path, typer.Option("--out", help="Folder for checkpoints; the same folder continues a run.")
]
Threads = Annotated[int, typer.Option("--threads", min=1, help="Processor threads.")]
Seed = Annotated[int, typer.Option("--seed", help="Of all randomness.")]


@app.command("person-analyst")
def person_analyst(data: Data, out: Out, threads: Threads = 1, seed: Seed = 0) -> None:
    """The network that reads a photo of a person: labels, key points, silhouette."""
    recipe = _recipe("gpvton.training.person_analyst", data)
    config = recipe.PersonAnalystConfig(data=data, out=out, threads=threads, seed=seed)
    trained = recipe.train_person_analyst(config, typer.echo)
    exporter = importlib.import_module("gpvton.export.person_analyst")
    _finish(exporter.export_person_analyst(trained, out / "person_analyst"))


@app.command("garment-analyst")
def garment_analyst(data: Data, out: Out, threads: Threads = 1, seed: Seed = 0) -> None:
    """The network that reads a picture of a garment: mask, parts, category."""
    recipe = _recipe("gpvton.training.garment_analyst", data)
    config = recipe.GarmentAnalystConfig(data=data, out=out, threads=threads, seed=seed)
    trained = recipe.train_garment_analyst(config, typer.echo)
    exporter = importlib.import_module("gpvton.export.garment_analyst")
    _finish(exporter.export_garment_analyst(trained, out / "garment_analyst"))


@app.command("warping")
def warping(
    data: Data,
    out: Out,
    recipe: Annotated[str, typer.Option("--recipe", help="compact or tiny.")] = "compact",
    threads: Threads = 1,
    seed: Seed = 0,
) -> None:
    """The network that lays a garment on a person: local flows and global parsing."""
    room = _recipe("gpvton.training.warping", data)
    if recipe not in room.RECIPES:
        raise InputError(f"--recipe {recipe!r}, expected one of {', '.join(room.RECIPES)}")
    trained = room.train_warping(room.RECIPES[recipe](data, out, threads, seed), typer.echo)
    exporter = importlib.import_module("gpvton.export.warping")
    _finish(exporter.export_compact_warping(trained, out / "warping"))


def _recipe(name: str, data: Path) -> ModuleType:
    if not data.is_dir():
        raise InputError(f"--data {data} is no folder; give the folder with the pictures")
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("gpvton"):
            raise
        raise MissingExtraError(
            f"training needs the package {error.name}, which is not installed; "
            "install it with: pip install 'gpvton[train]'"
        ) from error


def _finish(exported: Any) -> None:
    typer.echo(f"{exported.folder} (torch and graph differ by {exported.difference:.1e})")
