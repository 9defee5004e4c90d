"""Prepared photos, and the result of a try-on with all its steps."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from gpvton.analysis.draw import draw_flow, draw_garment, draw_labels, draw_mask, draw_person
from gpvton.analysis.palette import PERSON_COLOURS
from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.images import Photo
from gpvton.domain.parts import Category
from gpvton.domain.provenance import Provenance
from gpvton.domain.writing import encode_image, make_folder, write_bytes, write_image
from gpvton.dressing.dress import Dressed


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


@dataclass(frozen=True, kw_only=True)
class TryOnResult:
    """A dressed person, with what it was made from."""

    person: PreparedPerson
    garment: PreparedGarment
    dressed: Dressed
    provenance: Provenance

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
        )
        return tuple(dict.fromkeys(text for source in sources for text in source))

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

    def _repr_png_(self) -> bytes:
        return encode_image(self.image, "PNG", self.provenance)

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


def _straight(premultiplied: np.ndarray) -> np.ndarray:
    """Premultiplied float RGBA to uint8 RGBA with straight alpha, for files."""
    alpha = premultiplied[..., 3:]
    colour = np.divide(
        premultiplied[..., :3], alpha, out=np.zeros_like(premultiplied[..., :3]), where=alpha > 0
    )
    return np.rint(np.clip(np.dstack([colour, alpha]), 0, 1) * 255).astype(np.uint8)
