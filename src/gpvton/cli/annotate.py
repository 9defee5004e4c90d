"""The work behind `gpvton analyze`: photos to annotations, in one process or in several."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gpvton.cli import options
from gpvton.cli.console import Progress
from gpvton.cli.kept import Kept, kept, remember
from gpvton.cli.photos import Job, Kind
from gpvton.domain.errors import GpvtonError, InputError, PersonError
from gpvton.domain.parts import Category

if TYPE_CHECKING:
    from gpvton.data.sources.writer import LayoutWriter
    from gpvton.pipeline import TryOn
    from gpvton.result import PreparedGarment, PreparedPerson


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How photos are analysed and what is written; drawings: photo to its picture's file."""

    category: Category | None = None
    layout: str | None = None
    out: Path | None = None
    weights: str | None = None
    threads: int | None = None
    max_megapixels: float = 50.0
    parser: str | None = None
    pose: str | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A photo's entry, or the error that it met.  reused: it was there already; edited: and has
    been corrected by hand.
    """

    job: Job
    entry: dict[str, Any] | None = None
    error: GpvtonError | None = None
    reused: bool = False
    edited: bool = False


def annotate_all(
    jobs: list[tuple[Job, Path | None]], settings: Settings, workers: int
) -> Iterator[Outcome]:
    """Outcomes as they come; jobs: with the file for a drawing, or None."""
    left = []
    for job, drawing in jobs:
        try:
            kept = _kept(job, drawing, settings)
        except GpvtonError as error:
            yield Outcome(job=job, error=error)
            continue
        if kept is None:
            left.append((job, drawing))
        else:
            yield Outcome(job=job, entry=kept.entry, reused=True, edited=kept.edited)
    workers = min(workers, len(left))
    if workers > 1:
        pool = ProcessPoolExecutor(workers, get_context("spawn"), _start_worker, (settings,))
        with pool:
            waiting = [pool.submit(_one_of_many, job, drawing, settings) for job, drawing in left]
            for done in as_completed(waiting):
                yield done.result()
    elif left:
        pipeline = load(settings)
        for job, drawing in left:
            yield _tried(pipeline, job, drawing, settings)


def _kept(job: Job, drawing: Path | None, settings: Settings) -> Kept | None:
    """What an earlier run left for the photo, None where work is left."""
    writer = _writer(settings)
    if writer is None:
        return None
    kinds = ("person", "garment") if job.kind is Kind.AUTO else (str(job.kind),)
    for kind in kinds:
        path = writer.annotation(kind, job.name, job.split)
        found = kept(path, job.photo, _choices(job, settings))
        if found is None:
            continue
        if found.edited and (found.fresh or drawing is not None):
            writer.corrected(kind, job.name, job.split)
            entry = found.entry | _redrawn(kind, path, job.photo, drawing, settings)
            remember(path, job.photo, _choices(job, settings), entry, edited=True)
            return Kept(entry=entry, edited=True)
        if drawing is None or drawing.is_file():
            return found
    return None


def _redrawn(
    kind: str, path: Path, photo: Path, drawing: Path | None, settings: Settings
) -> dict[str, Any]:
    """The values of a corrected annotation for its entry, drawn anew where that is wanted."""
    from gpvton.analysis.annotation_files import (
        garment_values,
        person_values,
        read_garment,
        read_person,
    )
    from gpvton.analysis.draw import draw_garment, draw_person
    from gpvton.domain.images import read_photo
    from gpvton.domain.writing import write_image

    seen = read_photo(photo, maximum_pixels=round(settings.max_megapixels * 1e6)).on_white()
    if kind == "person":
        person = read_person(path, seen.pixels.shape[:2])
        values, picture = person_values(person), draw_person(seen.pixels, person)
    else:
        garment = read_garment(path, seen.pixels.shape[:2])
        values, picture = garment_values(garment), draw_garment(seen.pixels, garment)
    values["warnings"] = [warning["text"] for warning in values["warnings"]]
    if drawing is not None:
        write_image(drawing, picture)
        values["output"] = str(drawing)
    return values


def load(settings: Settings) -> "TryOn":
    """The pipeline; only its analysts are used."""
    return options.load(
        Progress(quiet=True),
        settings.weights,
        settings.threads,
        settings.max_megapixels,
        geometric=True,
        parser=settings.parser,
        pose=settings.pose,
    )


def look(
    pipeline: "TryOn", photo: Path, kind: Kind, category: Any
) -> "PreparedPerson | PreparedGarment":
    """Person or garment; a photo in which neither is found raises the person's error."""
    if kind is Kind.GARMENT:
        return pipeline.prepare_garment(photo, category, straighten=False)
    try:
        return pipeline.prepare_person(photo)
    except PersonError as error:
        if kind is Kind.PERSON:
            raise
        try:
            garment = pipeline.prepare_garment(photo, category, straighten=False)
        except InputError:
            raise error from None
        if garment.annotation.worn > 0.5:
            raise
        return garment


_worker: "list[TryOn]" = []


def _start_worker(settings: Settings) -> None:
    import cv2

    cv2.setNumThreads(1)
    _worker[:] = [load(settings)]


def _one_of_many(job: Job, drawing: Path | None, settings: Settings) -> Outcome:
    return _tried(_worker[0], job, drawing, settings)


def _tried(pipeline: "TryOn", job: Job, drawing: Path | None, settings: Settings) -> Outcome:
    try:
        return Outcome(job=job, entry=_annotated(pipeline, job, drawing, settings))
    except GpvtonError as error:
        return Outcome(job=job, error=error)


def _annotated(
    pipeline: "TryOn", job: Job, drawing: Path | None, settings: Settings
) -> dict[str, Any]:
    from gpvton.analysis.annotation_files import garment_values, person_values
    from gpvton.analysis.draw import draw_garment, draw_person
    from gpvton.domain.writing import write_image
    from gpvton.result import PreparedPerson

    found = look(pipeline, job.photo, job.kind, settings.category)
    is_person = isinstance(found, PreparedPerson)
    photo = found.photo
    describe = person_values if is_person else garment_values
    values = describe(found.annotation)  # type: ignore[arg-type]
    values["warnings"] = [str(w) for w in (*photo.warnings, *found.annotation.warnings)]
    entry = {"photo": str(job.photo), **values, "seconds": round(found.seconds, 4)}
    if drawing is not None:
        seen = photo.on_white().pixels
        draw = draw_person if is_person else draw_garment
        write_image(drawing, draw(seen, found.annotation))  # type: ignore[arg-type]
        entry["output"] = str(drawing)
    writer = _writer(settings)
    if writer is not None:
        write = writer.person if is_person else writer.garment
        written = write(job.photo, photo, job.name, job.split, found.annotation)  # type: ignore[arg-type]
        kind = "person" if is_person else "garment"
        path = writer.annotation(kind, job.name, job.split)
        entry |= {"annotation": str(path), "name": job.name, "split": job.split}
        entry |= {"suffix": written.suffix}
        remember(path, job.photo, _choices(job, settings), entry)
    return entry


def _choices(job: Job, settings: Settings) -> list[str]:
    """What beside the photo decides its annotation."""
    said = [settings.category, settings.weights, settings.parser, settings.pose]
    return [str(value) for value in said]


def _writer(settings: Settings) -> "LayoutWriter | None":
    from gpvton.data.sources.writer import LayoutWriter, WrittenLayout

    if settings.layout is None or settings.out is None:
        return None
    return LayoutWriter(root=settings.out, layout=WrittenLayout(settings.layout))
