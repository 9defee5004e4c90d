"""What one visitor does in the fitting room, without the page: values in, values out."""

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gpvton.analysis.people import Box
from gpvton.app.pictures import inline, within
from gpvton.app.preview import brought_to, preview_of, scale_to, shrunk
from gpvton.app.strokes import Stroke, painted
from gpvton.domain.errors import InputError, SeveralPeopleError
from gpvton.domain.images import Photo, read_photo
from gpvton.domain.writing import write_bytes
from gpvton.pipeline import TryOn
from gpvton.refine.adjustments import Adjustments
from gpvton.refine.file import write_adjustments
from gpvton.result import PreparedGarment, PreparedPerson, TryOnResult


@dataclass(frozen=True, kw_only=True, eq=False)
class Look:
    """One garment on the person.

    result: at the photo's size, unrefined.  small: its preview, unrefined.  wanted: the changes,
    in the result's pixels.  shown: the preview with the changes.  strokes: what the painted ones
    among them were made from.  before: the photo, as an address for the page.
    """

    result: TryOnResult
    small: TryOnResult
    shown: TryOnResult
    wanted: Adjustments
    before: str
    strokes: tuple[Stroke, ...] = ()

    @property
    def name(self) -> str:
        """The garment's name."""
        return self.result.garment.photo.name or "garment"

    def with_wanted(self, wanted: Adjustments) -> "Look":
        """The preview with these changes instead."""
        shown = self.small.refine(brought_to(wanted, self.result, self.small))
        return replace(self, wanted=wanted, shown=shown)

    def changed(self, **changes: Any) -> "Look":
        """The preview with these changes added; see `Adjustments`, and `strokes` for painting."""
        strokes = changes.pop("strokes", None)
        if strokes is not None:
            size = self.result.image.shape[0], self.result.image.shape[1]
            return replace(self, strokes=strokes).changed(**changes, **painted(strokes, size))
        for name in ("keypoints", "landmarks"):
            if name in changes:
                changes[name] = {**getattr(self.wanted, name), **changes[name]}
        return self.with_wanted(replace(self.wanted, **changes))

    def full(self, after_step: Callable[[str], None] | None = None) -> TryOnResult:
        """The result with the changes, at the photo's size.  after_step: as `refine` takes it."""
        if self.wanted is self.result.adjustments:
            return self.result
        return self.result.refine(self.wanted, after_step=after_step)


class Overtaken(Exception):
    """Nobody waits for this picture any more."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Visit:
    """What one visitor has on the page.

    person: the one to dress.  people: boxes to choose from, when the photo shows several.  looks:
    one per garment tried with this person.  current: the look that is shown.  history: all looks
    of the session, the latest first.  pulse: how many changes were asked for, shared by all values
    of one visit, so that work for an overtaken change can be dropped.
    """

    person: PreparedPerson | None = None
    photo: Any = None
    people: tuple[Box, ...] = ()
    looks: tuple[Look, ...] = ()
    current: int = 0
    history: tuple[Look, ...] = ()
    pulse: list[int] = field(default_factory=lambda: [0])

    @property
    def look(self) -> Look | None:
        """The look that is shown."""
        return self.looks[self.current] if self.looks else None

    def check(self, asked: int) -> None:
        """Raises Overtaken when another change than the `asked`-th has been asked for since."""
        if self.pulse[0] != asked:
            raise Overtaken

    def with_look(self, look: Look) -> "Visit":
        """The shown look replaced, in the history too."""
        looks = (*self.looks[: self.current], look, *self.looks[self.current + 1 :])
        old = self.look
        history = tuple(look if entry is old else entry for entry in self.history)
        return replace(self, looks=looks, history=history)


_LONGEST_HISTORY = 24
SHOWN = 1000  # pixels of the longer side of a picture on the page
LARGEST = 2048  # pixels of the longer side of what is worked on: a phone's photo takes minutes


def taken_in(source: Any, try_on: TryOn) -> Photo:
    """A picture as the fitting room works on it, `LARGEST` at most.  Raises ImageError."""
    photo = read_photo(source, maximum_pixels=try_on.maximum_pixels)
    scale = scale_to(photo, LARGEST)
    if scale == 1.0:
        return photo
    small = shrunk(photo, scale)
    text = (
        f"{photo.name or 'the picture'} was made smaller, to {small.size[1]} x {small.size[0]} "
        "pixels, to be quick; the command `gpvton try` keeps a photo's size"
    )
    return replace(small, warnings=(*photo.warnings, text))


def greet(try_on: TryOn, photo: Any, box: Box | None = None) -> Visit:
    """A visit that begins with a photo; `people` is filled when it shows several.

    Raises ImageError or PersonError.
    """
    photo = taken_in(photo, try_on)
    try:
        person = try_on.prepare_person(photo, box)
    except SeveralPeopleError:
        people = try_on.find_people(photo)
        if len(people) < 2:
            raise
        return Visit(photo=photo, people=people)
    return Visit(photo=photo, person=person)


def dressed(visit: Visit, try_on: TryOn, garment: Any, category: str | None) -> Visit:
    """The visit with one more garment on; it is shown.  Raises as the pipeline does."""
    if visit.person is None:
        raise InputError("choose a photo of a person first")
    if not isinstance(garment, PreparedGarment):
        garment = taken_in(garment, try_on)
    result = try_on(visit.person, garment, category)
    if result.kept is None:
        raise InputError("the fitting room needs the weights that the package ships")
    small = preview_of(result)
    before = inline(within(visit.person.photo.pixels, SHOWN))
    wanted = result.adjustments
    look = Look(result=result, small=small, shown=small, wanted=wanted, before=before)
    looks = (*visit.looks, look)
    history = (look, *visit.history)[:_LONGEST_HISTORY]
    return replace(visit, looks=looks, current=len(looks) - 1, history=history)


def as_category(visit: Visit, try_on: TryOn, category: str) -> Visit:
    """The shown garment taken for another category.  Raises InputError and its children."""
    look = visit.look
    if look is None:
        return visit
    person = look.result.person
    other = dressed(replace(visit, person=person), try_on, look.result.garment, category)
    new = other.looks[-1]
    return visit.with_look(new)


def shown_from_history(visit: Visit, index: int) -> Visit:
    """A look of the history shown again, as the only one; the person to dress next stays."""
    if not 0 <= index < len(visit.history):
        return visit
    return replace(visit, looks=(visit.history[index],), current=0)


def described(names: Sequence[str]) -> str:
    """Names as people write them: a, b and c."""
    words = [name.replace("_", " ") for name in names]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def write_wishes(folder: Path, name: str, wanted: Adjustments) -> Path:
    """The corrections as one file to download: JSON, or a ZIP with the painted pictures.

    Raises OutputError.
    """
    files = write_adjustments(folder / f"{name}.json", wanted)
    if len(files) == 1:
        return files[0]
    together = io.BytesIO()
    with zipfile.ZipFile(together, "w") as archive:
        for file in files:
            archive.write(file, file.name)
    write_bytes(folder / f"{name}.zip", together.getvalue())
    return folder / f"{name}.zip"


SAMPLES = Path(__file__).parent.parent / "samples"
PEOPLE = ("mara", "lena", "kofi", "tom")
GARMENTS = (
    "breton-top", "navy-tee", "striped-long-sleeve", "checked-shirt", "green-jumper",
    "blue-jeans", "checked-skirt", "green-skirt", "flower-dress", "print-dress",
)  # fmt: skip


def sample_people() -> list[str]:
    """Paths of the sample people."""
    return [str(SAMPLES / "people" / f"{name}.jpg") for name in PEOPLE]


def sample_garments() -> list[str]:
    """Paths of the sample garments."""
    return [str(SAMPLES / "garments" / f"{name}.jpg") for name in GARMENTS]
