"""`gpvton demo`: the sample people in the sample garments that the package ships."""

from pathlib import Path
from typing import Annotated

import typer

from gpvton.cli import options
from gpvton.cli.console import Progress, report
from gpvton.cli.try_on import dress_all, result_sheet
from gpvton.domain.errors import OutputError

SAMPLES = Path(__file__).parent.parent / "samples"


def run(
    person: Annotated[
        list[Path] | None, typer.Option("--person", help="Your own photo; may be repeated.")
    ] = None,
    garment: Annotated[
        list[Path] | None, typer.Option("--garment", help="Your own garment; may be repeated.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder, made when missing.")] = Path(
        "gpvton-demo"
    ),
    as_json: options.Json = False,
    weights: options.Weights = None,
    threads: options.Threads = None,
    quiet: options.Quiet = False,
) -> None:
    """Dress the sample people in the sample garments (made by the project itself)."""
    from gpvton.domain.writing import write_image

    people = person or sorted((SAMPLES / "people").glob("*.jpg"))
    garments = garment or sorted((SAMPLES / "garments").glob("*.png"))
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make the folder {out}: {error.strerror}") from error
    sheet = out / "sheet.png"
    with Progress(quiet or as_json) as progress:
        pipeline = options.load(progress, weights, threads, 50.0)
        rows = [dress_all(pipeline, progress, photo, garments) for photo in people]
        names = options.unique([f"{p.stem}_{g.stem}" for p in people for g in garments])
        written = [out / f"{name}.png" for name in names]
        results = [result for row in rows for result in row]
        for result, path in zip(results, written, strict=True):
            result.save(path)
        write_image(sheet, result_sheet(rows), results[0].provenance)
    for text in dict.fromkeys(text for result in results for text in result.warnings):
        progress.warn(text)
    values = {"sheet": str(sheet), "pictures": [str(path) for path in written]}
    report(values, [str(sheet)], as_json=as_json)
