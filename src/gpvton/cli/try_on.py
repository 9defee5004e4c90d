"""`gpvton try`: dress one person in one garment, or in several."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gpvton.cli import options
from gpvton.cli.console import Progress, report
from gpvton.domain.errors import InputError

if TYPE_CHECKING:
    from gpvton.pipeline import TryOn
    from gpvton.refine.adjustments import Adjustments
    from gpvton.result import PreparedGarment, PreparedPerson, TryOnResult


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where the pictures go: one per garment, and the contact sheet when there are several."""

    pictures: list[Path]
    sheet: Path | None

    def all(self) -> list[Path]:
        """Every file that is written."""
        return self.pictures + ([self.sheet] if self.sheet else [])


@dataclass(frozen=True, kw_only=True)
class Known:
    """Files of annotations that were made before and may have been edited."""

    person: Path | None = None
    garments: tuple[Path, ...] = ()

    def check(self, garments: list[Path]) -> None:
        """Raise InputError unless there is one for each garment, or none."""
        if self.garments and len(self.garments) != len(garments):
            raise InputError(
                f"{len(self.garments)} times --garment-annotation for {len(garments)} garments; "
                "give one for each, in their order, or none"
            )


Person = Annotated[Path, typer.Argument(help="Photo of one person.", metavar="PERSON")]
Garments = Annotated[
    list[Path], typer.Argument(help="Pictures of garments, one each.", metavar="GARMENT")
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "--out",
        "-o",
        help="File (.png, .jpg, .webp) or folder; default: PERSON_GARMENT.png here. "
        "With several garments the file is the contact sheet, the others go beside it.",
    ),
]
SaveSteps = Annotated[
    Path | None, typer.Option("--save-steps", help="Folder for pictures of every step.")
]
DensePose = Annotated[
    Path | None,
    typer.Option(
        "--densepose",
        help="DensePose labels 0..24 of PERSON, a grey picture of its size; for weights that "
        "gpvton convert wrote.",
    ),
]


def run(
    person: Person,
    garments: Garments,
    output: Output = None,
    category: options.CategoryOption = None,
    tuck: options.Tuck = None,
    adjust: options.Adjust = None,
    strict: options.Strict = False,
    person_annotation: options.PersonAnnotationFile = None,
    garment_annotation: options.GarmentAnnotationFile = None,
    parser: options.Parser = None,
    pose: options.Pose = None,
    save_steps: SaveSteps = None,
    as_json: options.Json = False,
    no_metadata: options.NoMetadata = False,
    weights: options.Weights = None,
    densepose: DensePose = None,
    geometric: options.Geometric = False,
    threads: options.Threads = None,
    max_megapixels: options.MaxMegapixels = 50.0,
    quiet: options.Quiet = False,
) -> None:
    """Dress PERSON in each GARMENT. Writes nothing unless all of it works."""
    from gpvton.domain.writing import check_folder, check_output

    wanted = None if adjust is None else read_wanted(adjust, tuck)
    places = place_results(person, garments, output)
    options.refuse_same([person, *garments], places.all())
    for path in places.all():
        check_output(path)
    if save_steps is not None:
        check_folder(save_steps)
    with Progress(quiet or as_json) as progress:
        pipeline = options.load(
            progress,
            weights,
            threads,
            max_megapixels,
            geometric=geometric,
            parser=parser,
            pose=pose,
        )
        known = Known(person=person_annotation, garments=tuple(garment_annotation or ()))
        known.check(garments)
        wearer, prepared = prepare_all(pipeline, progress, person, garments, category, known)
        extra = {} if densepose is None else {"densepose": read_labels(densepose)}
        if strict:
            extra["strict"] = True
        results = dress_prepared(pipeline, progress, wearer, prepared, tucked=tuck, **extra)
        if wanted is not None:
            progress.step("correcting")
            results = [result.refine(wanted) for result in results]
        progress.step("writing")
        write_results(results, places, metadata=not no_metadata)
        for result, path in zip(results, places.pictures, strict=True):
            if save_steps:
                result.save_steps(save_steps / path.stem if len(results) > 1 else save_steps)
    for text in dict.fromkeys(text for result in results for text in result.warnings):
        progress.warn(text)
    report(*_described(results, places, garments), as_json=as_json)


def place_results(person: Path, garments: list[Path], output: Path | None) -> Places:
    """Where each result goes (see the help of --output)."""
    stems = options.unique([garment.stem for garment in garments])
    several = len(garments) > 1
    if output is None or output.is_dir():
        folder = output or Path()
        pictures = [folder / f"{person.stem}_{stem}.png" for stem in stems]
        return Places(
            pictures=pictures, sheet=folder / f"{person.stem}_sheet.png" if several else None
        )
    if not several:
        return Places(pictures=[output], sheet=None)
    pictures = [output.with_name(f"{output.stem}_{stem}{output.suffix}") for stem in stems]
    return Places(pictures=pictures, sheet=output)


def prepare_all(
    pipeline: "TryOn",
    progress: Progress,
    person: Path,
    garments: list[Path],
    category: Any = None,
    known: "Known | None" = None,
) -> "tuple[PreparedPerson, list[PreparedGarment]]":
    """The person and the garments, analysed, or annotated by the files that are known."""
    known = known or Known()
    progress.step(f"looking at {person.name}")
    given: dict[str, Any] = {} if known.person is None else {"annotation": known.person}
    wearer = pipeline.prepare_person(person, **given)
    prepared = []
    files = known.garments or (None,) * len(garments)
    for garment, file in zip(garments, files, strict=True):
        progress.step(f"looking at {garment.name}")
        given = {} if file is None else {"annotation": file}
        prepared.append(pipeline.prepare_garment(garment, category, **given))
    return wearer, prepared


def dress_prepared(
    pipeline: "TryOn",
    progress: Progress,
    wearer: "PreparedPerson",
    prepared: "list[PreparedGarment]",
    **how: Any,
) -> list["TryOnResult"]:
    """The person in each garment; how: as `TryOn` takes it."""
    results = []
    for number, garment in enumerate(prepared, start=1):
        progress.step(f"dressing {number} of {len(prepared)}")
        results.append(pipeline(wearer, garment, **how))
    return results


def read_wanted(path: Path, tucked: bool | None) -> "Adjustments":
    """The file's corrections; --tuck and --untuck count where it says nothing of it."""
    from dataclasses import replace

    from gpvton.refine.adjustments import Tuck, tuck_of
    from gpvton.refine.file import read_adjustments

    wanted = read_adjustments(path)
    return replace(wanted, tuck=tuck_of(tucked)) if wanted.tuck is Tuck.AUTO else wanted


def read_labels(path: Path) -> Any:
    """A one-channel picture of labels: uint8 (h, w)."""
    import numpy as np
    from PIL import Image, UnidentifiedImageError

    from gpvton.domain.errors import ImageError

    try:
        with Image.open(path) as picture:
            labels = np.array(picture)
    except (OSError, UnidentifiedImageError) as error:
        raise ImageError(f"cannot read {path}: {error}; give a PNG of labels") from error
    if labels.ndim != 2 or labels.max() > 24:
        raise ImageError(
            f"{path} is {labels.shape} with values up to {labels.max()}, expected one channel of "
            "DensePose labels 0..24"
        )
    return labels.astype(np.uint8)


def write_results(results: list["TryOnResult"], places: Places, metadata: bool) -> None:
    """The pictures, and the contact sheet."""
    from gpvton.domain.writing import write_image

    for result, path in zip(results, places.pictures, strict=True):
        result.save(path, metadata=metadata)
    if places.sheet is not None:
        provenance = results[0].provenance if metadata else None
        write_image(places.sheet, result_sheet([results]), provenance)


def result_sheet(rows: list[list["TryOnResult"]]) -> Any:
    """One row per person: the photo, then garment and result, pair by pair."""
    from gpvton.analysis.sheet import Panel, contact_sheet

    sheet = []
    for results in rows:
        photo = results[0].person.photo
        panels = [Panel(pixels=photo.pixels, caption=photo.name or "photo")]
        for result in results:
            garment = result.garment.photo.on_white()
            name = garment.name or "garment"
            panels.append(Panel(pixels=garment.pixels, caption=f"{name} ({result.category})"))
            panels.append(Panel(pixels=result.image, caption=f"in {name}"))
        sheet.append(panels)
    return contact_sheet(sheet)


def _described(
    results: list["TryOnResult"], places: Places, garments: list[Path]
) -> tuple[dict[str, Any], list[str]]:
    entries = [
        {"garment": str(garment), "output": str(path), **result.summary()}
        for result, path, garment in zip(results, places.pictures, garments, strict=True)
    ]
    values = {"results": entries, "sheet": str(places.sheet) if places.sheet else None}
    return values, [str(path) for path in places.all()]
