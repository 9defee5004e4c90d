"""`gpvton analyze`: draw what was understood of photos."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gpvton.cli import options
from gpvton.cli.console import Progress, report
from gpvton.domain.errors import InputError, PersonError

if TYPE_CHECKING:
    from gpvton.pipeline import TryOn
    from gpvton.result import PreparedGarment, PreparedPerson


class Kind(StrEnum):
    """What a photo is looked at as."""

    AUTO = "auto"
    PERSON = "person"
    GARMENT = "garment"


def run(
    photos: Annotated[
        list[Path], typer.Argument(help="Photos of people or garments.", metavar="PHOTO")
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File or folder; default: PHOTO_analysis.png here."),
    ] = None,
    kind: Annotated[
        Kind, typer.Option("--as", help="A person, a garment, or whatever is found.")
    ] = Kind.AUTO,
    category: options.CategoryOption = None,
    as_json: options.Json = False,
    weights: options.Weights = None,
    threads: options.Threads = None,
    max_megapixels: options.MaxMegapixels = 50.0,
    quiet: options.Quiet = False,
) -> None:
    """Draw what is understood of each PHOTO: labels, key points, garment parts."""
    from gpvton.domain.writing import check_output, write_image

    places = _places(photos, output)
    options.refuse_same(photos, places)
    for path in places:
        check_output(path)
    with Progress(quiet or as_json) as progress:
        pipeline = options.load(progress, weights, threads, max_megapixels)
        drawings, entries = [], []
        for photo in photos:
            progress.step(f"looking at {photo.name}")
            drawing, entry = _drawn(look(pipeline, photo, kind, category))
            drawings.append(drawing)
            entries.append({"photo": str(photo), **entry})
        for path, drawing, entry in zip(places, drawings, entries, strict=True):
            write_image(path, drawing)
            entry["output"] = str(path)
    for text in dict.fromkeys(text for entry in entries for text in entry["warnings"]):
        progress.warn(text)
    report({"results": entries}, [str(path) for path in places], as_json=as_json)


def look(
    pipeline: "TryOn", photo: Path, kind: Kind, category: Any
) -> "PreparedPerson | PreparedGarment":
    """Person or garment; a photo in which neither is found raises the person's error."""
    if kind is Kind.GARMENT:
        return pipeline.prepare_garment(photo, category)
    try:
        return pipeline.prepare_person(photo)
    except PersonError as error:
        if kind is Kind.PERSON:
            raise
        try:
            garment = pipeline.prepare_garment(photo, category)
        except InputError:
            raise error from None
        if garment.annotation.worn > 0.5:
            raise
        return garment


def _places(photos: list[Path], output: Path | None) -> list[Path]:
    if output is not None and not output.is_dir():
        if len(photos) > 1:
            raise InputError(
                f"{output} is one file for {len(photos)} photos; give a folder that exists"
            )
        return [output]
    stems = options.unique([photo.stem for photo in photos])
    return [(output or Path()) / f"{stem}_analysis.png" for stem in stems]


def _drawn(found: "PreparedPerson | PreparedGarment") -> tuple[Any, dict[str, Any]]:
    """The drawing, and the same as JSON values."""
    from gpvton.analysis.draw import draw_garment, draw_person
    from gpvton.domain.keypoints import KEYPOINT_NAMES
    from gpvton.result import PreparedPerson

    if isinstance(found, PreparedPerson):
        points = {
            name: [round(float(value), 3) for value in point]
            for name, point in zip(KEYPOINT_NAMES, found.annotation.keypoints, strict=True)
            if point[2] > 0
        }
        entry: dict[str, Any] = {"kind": "person", "keypoints": points}
        drawing = draw_person(found.photo.pixels, found.annotation)
    else:
        garment = found.annotation
        entry = {
            "kind": "garment",
            "category": str(garment.category),
            "worn": round(garment.worn, 3),
            "landmarks": {
                name: [round(float(value), 1) for value in point]
                for name, point in garment.landmarks.items()
            },
        }
        drawing = draw_garment(found.photo.on_white().pixels, garment)
    warnings = [*found.photo.warnings, *found.annotation.warnings]
    return drawing, {**entry, "seconds": round(found.seconds, 4), "warnings": warnings}
