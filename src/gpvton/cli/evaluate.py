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


Data = Annotated[
    Path | None, typer.Option("--data", help="Root of a data set, or the benchmark's folder.")
]
Benchmark = Annotated[
    str | None, typer.Option("--benchmark", help="rendered: the frozen rendered people.")
]
Layout = Annotated[str | None, typer.Option("--layout", help="See gpvton data check.")]
Split = Annotated[str, typer.Option("--split", help="train, test, ...")]
PairingOption = Annotated[
    str | None,
    typer.Option("--pairing", help="paired or unpaired; default: paired, benchmark unpaired."),
]
Labels = Annotated[
    str, typer.Option("--labels", help="Of the inputs: files (where there are) or analyst.")
]
Results = Annotated[Path | None, typer.Option("--results", help="Folder of results to evaluate.")]
Command = Annotated[
    str | None,
    typer.Option(
        "--command", help="Another program, by template: {person}, {garment}, {out}, {category}."
    ),
]
AsIs = Annotated[
    bool, typer.Option("--as-is", help="The photo of the person, unchanged: the baseline of all.")
]
PresetOption = Annotated[
    str, typer.Option("--preset", help="native, catvton, ladi, hrviton or gpvton.")
]
Out = Annotated[Path, typer.Option("--out", "-o", help="Folder; the same one continues.")]
Name = Annotated[str | None, typer.Option("--name", help="What to call the method.")]
LpipsWeights = Annotated[
    Path | None, typer.Option("--lpips-weights", help="torchvision's file of the backbone.")
]
InceptionWeights = Annotated[
    Path | None, typer.Option("--inception-weights", help="pytorch-fid's file; gives FID.")
]
Features = Annotated[bool, typer.Option("--features/--no-features", help="Distances of sets.")]
Analyse = Annotated[
    bool, typer.Option("--analyse/--no-analyse", help="Make labels that are missing.")
]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="First pairs only.")]


def run(
    data: Data = None,
    benchmark: Benchmark = None,
    layout: Layout = None,
    split: Split = "test",
    pairing: PairingOption = None,
    labels: Labels = "files",
    results: Results = None,
    command: Command = None,
    as_is: AsIs = False,
    preset: PresetOption = "native",
    out: Out = Path("gpvton-evaluation"),
    name: Name = None,
    lpips_weights: LpipsWeights = None,
    inception_weights: InceptionWeights = None,
    features: Features = True,
    analyse: Analyse = True,
    limit: Limit = None,
    as_json: options.Json = False,
    weights: options.Weights = None,
    geometric: options.Geometric = False,
    threads: options.Threads = None,
    quiet: options.Quiet = False,
) -> None:
    """Evaluate a method on a data set: our pipeline, --results, --command, or --as-is.

    Needs pip install 'gpvton[evaluation]'. Repeat the command to go on after an interruption.
    """
    if (results is not None) + (command is not None) + as_is > 1:
        raise InputError("--results, --command and --as-is exclude each other; give one")
    lab = _lab()
    chosen = lab["presets"].preset(preset)
    lpips = lab["lpips"].Lpips.from_file(chosen.lpips, lpips_weights) if lpips_weights else None
    with Progress(quiet or as_json) as progress:
        source = _source(lab, data, benchmark, layout, limit, progress)
        needed = analyse or (results is None and command is None and not as_is)
        pipeline = options.load(progress, weights, threads, geometric=geometric) if needed else None
        engine = _engine(lab, source, pipeline, results, command, as_is)
        wanted = pairing or ("paired" if benchmark is None else "unpaired")
        measures = lab["measure"].Measures(
            preset=chosen,
            lpips=lpips,
            perceptual=lab["perceptual"].EfficientNetDistance() if features else None,
            analyse=pipeline.analyse_person if pipeline and analyse else None,
            analyst=_analyst(pipeline) if pipeline else {},
        )
        evaluation = lab["run"].Evaluation(
            dataset=_dataset(source, split, wanted, pipeline, labels),
            engine=engine,
            measures=measures,
            features=_features(lab, inception_weights) if features else None,
            out=out,
            limit=limit,
        )
        finished = lab["finish"].evaluate(evaluation, name or _named(engine), progress.step)
    _say_what_lacks(progress, lpips or chosen.lpips, features and inception_weights is None)
    kept = {key: finished[key] for key in ("counts", "sets")}
    values = {"out": str(out), **kept, "summary": finished["summary"].get("all", {})}
    report(values, lab["finish"].lines(finished, out), as_json=as_json)


def _say_what_lacks(progress: Progress, lpips: Any, without_inception: bool) -> None:
    """lpips: the distance, or the name of the backbone whose file was not given."""
    if isinstance(lpips, str):
        progress.warn(f"no LPIPS: name the file of {lpips} with --lpips-weights")
    if without_inception:
        progress.warn("no FID and KID: the distances are on EfficientNet-Lite0 features")


def _analyst(pipeline: "TryOn") -> dict[str, str]:
    """The parser of the results, by its weights."""
    name = "person_analyst"
    return {key: value for key, value in pipeline.provenance.weights.items() if key == name}


def _source(
    lab: dict[str, Any],
    data: Path | None,
    benchmark: str | None,
    layout: str | None,
    limit: int | None,
    progress: Progress,
) -> "Source":
    from gpvton.data.sources.reader import open_source

    if benchmark is not None:
        return lab["benchmarks"].benchmark_source(benchmark, data, limit, progress.step)
    if data is None:
        raise InputError("give --data ROOT or --benchmark rendered")
    return open_source(data, layout)


def _lab() -> dict[str, Any]:
    names = ["presets", "engines", "lpips", "perceptual", "features", "measure"]
    names += ["run", "finish", "benchmarks"]
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
    as_is: bool,
) -> "Engine":
    if as_is:
        return lab["engines"].AsIsEngine()
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
