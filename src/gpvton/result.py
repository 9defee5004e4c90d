"""Prepared photos, and the result of a try-on with all its steps."""

import base64
import html
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from PIL import Image

from gpvton.analysis.draw import draw_flow, draw_garment, draw_labels, draw_mask, draw_person
from gpvton.analysis.palette import PERSON_COLOURS
from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.errors import InputError
from gpvton.domain.images import Photo
from gpvton.domain.parts import Category
from gpvton.domain.provenance import Provenance
from gpvton.domain.writing import encode_image, make_folder, write_bytes, write_image
from gpvton.dressing.dress import Dressed
from gpvton.refine.adjustments import Adjustments, Place, Tuck
from gpvton.refine.kept import Kept
from gpvton.refine.refine import redressed, without_effect

_SHOWN_HEIGHT = 400  # pixels of a picture in a notebook


@dataclass(frozen=True, kw_only=True)
class PreparedPerson:
    """A photo of a person and what was understood of it.  seconds: reading and analysis."""

    photo: Photo
    annotation: PersonAnnotation
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class PreparedGarment:
    """A picture of a garment and what was understood of it.  seconds: reading and analysis."""

    photo: Photo
    annotation: GarmentAnnotation
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True, repr=False)
class TryOnResult:
    """A dressed person, with what it was made from.

    adjustments: what was changed by hand.  origin: the result before any change, None when this is
    it.  kept: what its refinements share, None when it cannot be refined.
    """

    person: PreparedPerson
    garment: PreparedGarment
    dressed: Dressed
    provenance: Provenance
    adjustments: Adjustments = field(default_factory=Adjustments)
    origin: "TryOnResult | None" = field(default=None, repr=False)
    kept: Kept | None = field(default=None, repr=False, compare=False)

    @property
    def image(self) -> np.ndarray:
        """The result, uint8 (h, w, 3) sRGB, of the photo's size."""
        return self.dressed.image

    @property
    def warped(self) -> np.ndarray:
        """The garment as it lies on the person: float32 (h, w, 4), premultiplied, [0, 1]."""
        return self.dressed.warped

    @property
    def parsing(self) -> np.ndarray:
        """Person parsing of the result, uint8 (h, w)."""
        return self.dressed.parsing

    @property
    def flow(self) -> np.ndarray:
        """Float32 (3, 2, h', w') in [-1, 1] into the garment's picture, over `dressed.box`."""
        return self.dressed.flow

    @property
    def edit_mask(self) -> np.ndarray:
        """Bool (h, w); outside it the image is the photo, bit for bit."""
        return self.dressed.edit_mask

    @property
    def preserve_mask(self) -> np.ndarray:
        """Bool (h, w), what of the photo must stay."""
        return self.dressed.preserve_mask

    @property
    def category(self) -> Category:
        """What the garment was taken for."""
        return self.garment.annotation.category

    @property
    def timings(self) -> Mapping[str, float]:
        """Step to seconds; person and garment are as long as their preparation took."""
        analysis = {"person": self.person.seconds, "garment": self.garment.seconds}
        return {**analysis, **self.dressed.timings}

    @property
    def warnings(self) -> tuple[str, ...]:
        """Plain sentences for the user, from all steps."""
        sources = (
            self.person.photo.warnings,
            self.person.annotation.warnings,
            self.garment.photo.warnings,
            self.garment.annotation.warnings,
            self.dressed.warnings,
            without_effect(self.garment.annotation, self.adjustments),
        )
        return tuple(dict.fromkeys(text for source in sources for text in source))

    def refine(  # noqa: PLR0913 - one argument per handle
        self,
        adjustments: Adjustments | None = None,
        *,
        keypoints: Mapping[str, Place | None] | None = None,
        landmarks: Mapping[str, Place] | None = None,
        parsing: np.ndarray | None = None,
        keep: np.ndarray | None = None,
        free: np.ndarray | None = None,
        hem_length: float | None = None,
        sleeve_length: float | None = None,
        tuck: Tuck | Literal["auto", "in", "out"] | None = None,
        in_front_of: Collection[str] | None = None,
        after_step: Callable[[str], None] | None = None,
    ) -> "TryOnResult":
        """A new result with changes; what was understood of both photos is kept.

        adjustments: take the place of all earlier ones.  The others are added to them, see
        `Adjustments`; None leaves as it is, and moved points are added to those moved before.
        `result.origin` is the result without any.  after_step: called with the name of every step
        of the dressing that is done; what it raises ends the refinement.
        Raises InputError for a change that cannot be made, PersonError and GarmentError as `dress`.
        """
        base = self.adjustments if adjustments is None else adjustments
        changes: dict[str, Any] = {
            "parsing": parsing,
            "keep": keep,
            "free": free,
            "hem_length": hem_length,
            "sleeve_length": sleeve_length,
            "tuck": tuck if tuck is None else _tuck(tuck),
            "in_front_of": in_front_of if in_front_of is None else frozenset(in_front_of),
            "keypoints": keypoints if keypoints is None else {**base.keypoints, **keypoints},
            "landmarks": landmarks if landmarks is None else {**base.landmarks, **landmarks},
        }
        given = {name: value for name, value in changes.items() if value is not None}
        return (self.origin or self)._refined(replace(base, **given), after_step)

    def _refined(
        self, wanted: Adjustments, after_step: Callable[[str], None] | None
    ) -> "TryOnResult":
        if self.kept is None:
            raise InputError(
                "this result cannot be refined: it was made by the published networks; use the "
                "weights that the package ships"
            )
        dressed, person, garment = redressed(
            self.person.photo.pixels,
            self.person.annotation,
            self.garment.photo.pixels,
            self.garment.annotation,
            wanted,
            self.kept,
            after_step,
        )
        return TryOnResult(
            person=replace(self.person, annotation=person),
            garment=replace(self.garment, annotation=garment),
            dressed=dressed,
            provenance=self.provenance,
            adjustments=wanted,
            origin=self,
        )

    def to_pil(self) -> Image.Image:
        """The result as a Pillow image."""
        return Image.fromarray(self.image)

    def save(self, path: str | Path, *, metadata: bool = True) -> None:
        """Write the result as PNG, JPEG or WebP; it says that it is edited unless told not to.

        Raises OutputError.
        """
        write_image(path, self.image, self.provenance if metadata else None)

    def save_steps(self, folder: str | Path) -> list[Path]:
        """Write every step as a picture, and `steps.json`; gives the files.  Raises OutputError."""
        folder = make_folder(folder)
        written = []
        for name, pixels in self._steps().items():
            written.append(folder / f"{name}.png")
            write_image(written[-1], pixels, self.provenance)
        written.append(folder / "steps.json")
        write_bytes(written[-1], (json.dumps(self.summary(), indent=2) + "\n").encode())
        return written

    def summary(self) -> dict[str, object]:
        """Category, timings in seconds and warnings, as JSON values."""
        return {
            "category": str(self.category),
            "size": list(self.image.shape[:2]),
            "edited_share": round(float(self.edit_mask.mean()), 4),
            "seconds": {name: round(value, 4) for name, value in self.timings.items()},
            "warnings": list(self.warnings),
        }

    def __repr__(self) -> str:
        height, width = self.image.shape[:2]
        name = self.garment.photo.name
        return (
            f"<TryOnResult {width} x {height}, {self.category}"
            f"{f' {name!r}' if name else ''}, {len(self.warnings)} warnings>"
        )

    def _repr_png_(self) -> bytes:
        return encode_image(self.image, "PNG", self.provenance)

    def _repr_html_(self) -> str:
        """For notebooks: person, garment and result side by side, and the warnings."""
        shown = (
            ("person", self.person.photo.pixels),
            (f"garment ({self.category})", self.garment.photo.on_white().pixels),
            ("result", self.image),
        )
        figures = "".join(_figure(caption, pixels) for caption, pixels in shown)
        notes = "".join(f"<li>{html.escape(text)}</li>" for text in self.warnings)
        return (
            f'<div style="display:flex;gap:1em;flex-wrap:wrap">{figures}</div>'
            f"{f'<ul>{notes}</ul>' if notes else ''}"
        )

    def _steps(self) -> dict[str, np.ndarray]:
        pixels, dressed = self.person.photo.pixels, self.dressed
        left, top, right, bottom = dressed.box
        crop = self.parsing[top:bottom, left:right]
        return {
            "1-person": draw_person(pixels, self.person.annotation),
            "2-garment": draw_garment(self.garment.photo.pixels, self.garment.annotation),
            "3-flow": draw_flow(self.flow, crop, self.category),
            "4-warped": _straight(self.warped),
            "5-preserve-mask": draw_mask(pixels, self.preserve_mask, (56, 142, 60)),
            "6-edit-mask": draw_mask(pixels, self.edit_mask),
            "7-parsing": draw_labels(self.image, self.parsing, PERSON_COLOURS),
            "8-result": self.image,
        }


def _figure(caption: str, pixels: np.ndarray) -> str:
    scale = min(1.0, _SHOWN_HEIGHT / pixels.shape[0])
    size = (max(round(pixels.shape[1] * scale), 1), max(round(pixels.shape[0] * scale), 1))
    small = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))
    address = base64.b64encode(encode_image(small, "JPEG")).decode()
    return (
        '<figure style="margin:0">'
        f'<img alt="{html.escape(caption)}" src="data:image/jpeg;base64,{address}">'
        f"<figcaption>{html.escape(caption)}</figcaption></figure>"
    )


def _tuck(value: str) -> Tuck:
    try:
        return Tuck(value)
    except ValueError:
        raise InputError(f"tuck is {value!r}, expected one of {', '.join(Tuck)}") from None


def _straight(premultiplied: np.ndarray) -> np.ndarray:
    """Premultiplied float RGBA to uint8 RGBA with straight alpha, for files."""
    alpha = premultiplied[..., 3:]
    colour = np.divide(
        premultiplied[..., :3], alpha, out=np.zeros_like(premultiplied[..., :3]), where=alpha > 0
    )
    return np.rint(np.clip(np.dstack([colour, alpha]), 0, 1) * 255).astype(np.uint8)
