"""`gpvton evaluate`: numbers, tables and pictures of how good results are."""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gpvton.cli import options
from gpvton.cli.console import Progress, report
from gpvton.domain.errors import InputError, MissingExtraError

if TYPE_CHECKING:
    from gpvton.data.sources.source import Source
    from gpvton.evaluation.engines import Engine
    from gpvton.pipeline import TryOn


def run(
    data: Annotated[
        Path | None, typer.Option("--data", help="Root of a data set, or the benchmark's folder.")
    ] = None,
    benchmark: Annotated[
        str | None, typer.Option("--benchmark", help="rendered: the frozen rendered people.")
    ] = None,
    layout: Annotated[str | None, typer.Option("--layout", help="See gpvton data check.")] = None,
    split: Annotated[str, typer.Option("--split", help="train, test, ...")] = "test",
    pairing: Annotated[
        str | None,
        typer.Option("--pairing", help="paired or unpaired; default: paired, benchmark unpaired."),
    ] = None,
    labels: Annotated[
        str, typer.Option("--labels", help="Of the inputs: files (where there are) or analyst.")
    ] = "files",
    results: Annotated[
        Path | None, typer.Option("--results", help="Folder of results to evaluate.")
    ] = None,
    command: Annotated[
        str | None,
        typer.Option(
            "--command",
            help="Another program, by template: {person}, {garment}, {out}, {category}.",
        ),
    ] = None,
    preset: Annotated[
        str, typer.Option("--preset", help="native, catvton, ladi, hrviton or gpvton.")
    ] = "native",
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder; the same one continues.")
    ] = Path("gpvton-evaluation"),
    name: Annotated[str | None, typer.Option("--name", help="What to call the method.")] = None,
    lpips_weights: Annotated[
        Path | None, typer.Option("--lpips-weights", help="torchvision's file of the backbone.")
    ] = None,
    inception_weights: Annotated[
        Path | None, typer.Option("--inception-weights", help="pytorch-fid's file; gives FID.")
    ] = None,
    features: Annotated[
        bool, typer.Option("--features/--no-features", help="Distances of sets.")
    ] = True,
    analyse: Annotated[
        bool, typer.Option("--analyse/--no-analyse", help="Make labels that are missing.")
    ] = True,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="First pairs only.")] = None,
    as_json: options.Json = False,
    weights: options.Weights = None,
    threads: options.Threads = None,
    quiet: options.Quiet = False,
) -> None:
    """Evaluate a method on a data set: our pipeline, --results, or --command.

    Needs pip install 'gpvton[evaluation]'. Repeat the command to go on after an interruption.
    """
    if results is not None and command is not None:
        raise InputError("--results and --command exclude each other; give one")
    lab = _lab()
    chosen = lab["presets"].preset(preset)
    with Progress(quiet or as_json) as progress:
        if benchmark is not None:
            source = lab["benchmarks"].benchmark_source(benchmark, data, limit, progress.step)
        else:
            source = _open(data, layout)
        ours = results is None and command is None
        pipeline = options.load(progress, weights, threads, 50.0) if ours or analyse else None
        engine = _engine(lab, source, pipeline, results, command)
        lpips = lpips_weights and lab["lpips"].Lpips.from_file(chosen.lpips, lpips_weights)
        evaluation = lab["run"].Evaluation(
            dataset=_dataset(
                source,
                split,
                pairing or ("paired" if benchmark is None else "unpaired"),
                pipeline if analyse or ours else None,
                labels,
            ),
            engine=engine,
            measures=lab["measure"].Measures(
                preset=chosen,
                lpips=lpips or None,
                analyse=pipeline.analyse_person if pipeline and analyse else None,
            ),
            features=_features(lab, inception_weights) if features else None,
            out=out,
            limit=limit,
        )
        finished = lab["finish"].evaluate(evaluation, name or _named(engine), progress.step)
    if lpips is None:
        progress.warn(f"no LPIPS: name the file of {chosen.lpips} with --lpips-weights")
    if features and inception_weights is None:
        progress.warn("no FID and KID: the distances are on EfficientNet-Lite0 features")
    values = {
        "out": str(out),
        "counts": finished["counts"],
        "summary": finished["summary"].get("all", {}),
    }
    values["sets"] = finished["sets"]
    report(values, lab["finish"].lines(finished, out), as_json=as_json)


def _open(data: Path | None, layout: str | None) -> "Source":
    from gpvton.data.sources.reader import open_source

    if data is None:
        raise InputError("give --data ROOT or --benchmark rendered")
    return open_source(data, layout)


def _lab() -> dict[str, Any]:
    names = ("presets", "engines", "lpips", "features", "measure", "run", "finish", "benchmarks")
    try:
        return {name: importlib.import_module(f"gpvton.evaluation.{name}") for name in names}
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("gpvton"):
            raise
        raise MissingExtraError(
            f"evaluation needs the package {error.name}, which is not installed; "
            "install it with: pip install 'gpvton[evaluation]'"
        ) from error


def _engine(
    lab: dict[str, Any],
    source: "Source",
    pipeline: "TryOn | None",
    results: Path | None,
    command: str | None,
) -> "Engine":
    if results is not None:
        return lab["engines"].FolderEngine(results)
    if command is not None:
        return lab["engines"].CommandEngine(command, source)
    return lab["engines"].PipelineEngine(pipeline)


def _dataset(
    source: "Source", split: str, pairing: str, pipeline: "TryOn | None", labels: str
) -> Any:
    from gpvton.data.sources.source import Pairing
    from gpvton.data.tryon_dataset import TryOnDataset

    try:
        wanted = Pairing(pairing)
    except ValueError:
        raise InputError(f"--pairing {pairing!r}, expected paired or unpaired") from None
    return TryOnDataset(
        source,
        split,
        wanted,
        analyse_person=pipeline.analyse_person if pipeline else None,
        analyse_garment=pipeline.analyse_garment if pipeline else None,
        labels=labels,
    )


def _features(lab: dict[str, Any], inception_weights: Path | None) -> Any:
    if inception_weights is not None:
        return lab["features"].inception_features(inception_weights)
    return lab["features"].efficientnet_features()


def _named(engine: "Engine") -> str:
    described = engine.describe()
    return str(described.get("folder") or described["engine"])
