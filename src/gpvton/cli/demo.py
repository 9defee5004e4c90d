"""`gpvton demo`: the sample people in the sample garments that the package ships."""

from pathlib import Path
from typing import Annotated

import typer

from gpvton.cli import options
from gpvton.cli.console import Progress, report
from gpvton.cli.try_on import dress_prepared, prepare_all, result_sheet

SAMPLES = Path(__file__).parent.parent / "samples"

_TOPS = ("breton-top", "navy-tee", "checked-shirt", "striped-long-sleeve")
_PAIRS = {
    "mara": ("breton-top", "navy-tee", "green-skirt", "flower-dress"),
    "lena": ("flower-dress", "print-dress", "sunset-tee", "checked-skirt"),
    "kofi": _TOPS,
    "tom": _TOPS,
}
"""Who tries what; the men are shown to the hips."""


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
    from gpvton.domain.writing import make_folder, write_image

    pairs = _pairs(person, garment)
    make_folder(out)
    sheet = out / "sheet.png"
    with Progress(quiet or as_json) as progress:
        pipeline = options.load(progress, weights, threads, 50.0)
        rows = [
            dress_prepared(pipeline, progress, *prepare_all(pipeline, progress, wearer, worn))
            for wearer, worn in pairs
        ]
        names = options.unique([f"{p.stem}_{g.stem}" for p, worn in pairs for g in worn])
        written = [out / f"{name}.png" for name in names]
        results = [result for row in rows for result in row]
        for result, path in zip(results, written, strict=True):
            result.save(path)
        write_image(sheet, result_sheet(rows), results[0].provenance)
    for text in dict.fromkeys(text for result in results for text in result.warnings):
        progress.warn(text)
    values = {"sheet": str(sheet), "pictures": [str(path) for path in written]}
    report(values, [str(sheet)], as_json=as_json)


def _pairs(people: list[Path] | None, garments: list[Path] | None) -> list[tuple[Path, list[Path]]]:
    """Each person with the garments to try; what is given takes the place of the samples."""
    shipped = {name: SAMPLES / "people" / f"{name}.jpg" for name in _PAIRS}
    if people is None and garments is None:
        return [
            (shipped[name], [SAMPLES / "garments" / f"{worn}.jpg" for worn in _PAIRS[name]])
            for name in _PAIRS
        ]
    wearers = people or list(shipped.values())
    worn = garments or [SAMPLES / "garments" / f"{name}.jpg" for name in _PAIRS["mara"]]
    return [(wearer, worn) for wearer in wearers]
