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


@app.command("generator")
def generator(
    out: Out,
    recipe: Annotated[str, typer.Option("--recipe", help="compact, or tiny to try it.")] = (
        "compact"
    ),
    data: Annotated[Path | None, typer.Option("--data", help="Holds studio/ and street/.")] = None,
    rendered: Annotated[
        Path | None, typer.Option("--rendered", help="Rendered people in two outfits, *.npz.")
    ] = None,
    shards: Annotated[
        Path | None, typer.Option("--shards", help="Packed data, used as they are if there.")
    ] = None,
    steps: Annotated[int | None, typer.Option("--steps", min=1, help="Batches to learn.")] = None,
    vgg: Annotated[Path | None, typer.Option("--vgg", help="A VGG-19 file of your own.")] = None,
    adversary_from: Annotated[
        int | None, typer.Option("--adversary-from", help="Step of the adversarial loss's start.")
    ] = None,
) -> None:
    """The network that renders what the old garment hid, seams and light."""
    module = _recipe("gpvton.training.generator", data, rendered)
    if recipe not in module.RECIPES:
        raise InputError(f"--recipe {recipe}, expected one of {', '.join(module.RECIPES)}")
    given = {"steps": steps, "vgg": vgg, "adversary_from": adversary_from}
    changes = {name: value for name, value in given.items() if value is not None}
    config = module.RECIPES[recipe](
        shards or out / "shards", out, data=data, rendered=rendered, **changes
    )
    trained = module.train_generator(config, typer.echo)
    exporter = importlib.import_module("gpvton.export.generator")
    _finish(exporter.export_generator(trained, out / "generator"))


def _recipe(name: str, *folders: Path | None) -> ModuleType:
    for data in folders:
        if data is not None and not data.is_dir():
            raise InputError(f"{data} is no folder; give the folder with the pictures")
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
