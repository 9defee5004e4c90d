"""The whole path: two photos in, a dressed person out.

from gpvton.pipeline import TryOn

try_on = TryOn.from_pretrained()
result = try_on("person.jpg", "garment.jpg")
result.save("dressed.png")
"""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from gpvton.analysis.annotation_files import read_garment, read_person
from gpvton.analysis.backends import ComposedAnalyst, composed
from gpvton.analysis.estimators import PoseEstimator
from gpvton.analysis.garment import GarmentAnalyst
from gpvton.analysis.parsers import HumanParser
from gpvton.analysis.people import Box, find_people
from gpvton.analysis.person import PersonAnalyst
from gpvton.analysis.within import analysed_within, known
from gpvton.analysis.worn import WORN, laid_flat
from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.decoding import DEFAULT_MAXIMUM_PIXELS
from gpvton.domain.errors import InputError
from gpvton.domain.images import PhotoSource, read_photo
from gpvton.domain.notices import refuse_unfit
from gpvton.domain.parts import Category
from gpvton.domain.provenance import Provenance
from gpvton.dressing.dress import Dressed, dress
from gpvton.dressing.generation import LearnedGenerator
from gpvton.dressing.learned import LearnedWarping
from gpvton.dressing.published import PublishedNetworks, dress_published
from gpvton.geometry.silhouette import as_category
from gpvton.refine.adjustments import Adjustments, tuck_of
from gpvton.refine.kept import Kept
from gpvton.result import PreparedGarment, PreparedPerson, TryOnResult
from gpvton.runtime.onnx import load_graph
from gpvton.weights.source import locate

PersonSource = PhotoSource | PreparedPerson
GarmentSource = PhotoSource | PreparedGarment


class TryOn:
    """Dresses people in garments; holds the networks and nothing of any photo.

    analyse_person: uint8 (h, w, 3) -> PersonAnnotation.
    analyse_garment: uint8 (h, w, 3), alpha uint8 (h, w) or None -> GarmentAnnotation.
    published: the authors' networks, which then dress in place of ours.
    warping: the network that refines the geometric flow; without it the geometry decides.
    generator: the network that renders what the old garment hid; without it that is drawn.
    """

    def __init__(
        self,
        analyse_person: Callable[[np.ndarray], PersonAnnotation],
        analyse_garment: Callable[[np.ndarray, np.ndarray | None], GarmentAnnotation],
        *,
        provenance: Provenance | None = None,
        maximum_pixels: int = DEFAULT_MAXIMUM_PIXELS,
        published: PublishedNetworks | None = None,
        warping: LearnedWarping | None = None,
        generator: LearnedGenerator | None = None,
    ) -> None:
        self.analyse_person = analyse_person
        self.analyse_garment = analyse_garment
        self.provenance: Provenance = provenance or Provenance()
        self.maximum_pixels = maximum_pixels
        self.published = published
        self.warping = warping
        self.generator = generator

    @classmethod
    def from_pretrained(
        cls,
        source: str | Path | None = None,
        *,
        revision: str | None = None,
        providers: tuple[str, ...] | None = None,
        threads: int | None = None,
        maximum_pixels: int = DEFAULT_MAXIMUM_PIXELS,
        learned: bool = True,
        parser: str | HumanParser | None = None,
        pose: str | PoseEstimator | None = None,
    ) -> "TryOn":
        """Load the networks.

        source: None for the weights that the package ships, a folder with one weights folder per
        network, or a Hugging Face Hub name "owner/name" (with `revision`).  A folder that `gpvton
        convert` wrote dresses with the authors' networks; it needs no analysts of its own.
        providers, threads: see `load_graph`.  maximum_pixels: see `read_photo`.  learned: whether
        warping network and generator are used where the folder has them; else the geometry alone
        dresses and what the old garment hid is drawn.  parser, pose: parsing or key points from
        elsewhere, by a name of `analysis.backends` or the thing itself.
        Raises WeightsError, or InputError for a backend that is not known.
        """
        folder = locate(source, revision)
        published, analysts = None, folder
        if (folder / "published_warping").is_dir():
            published = PublishedNetworks.from_folder(folder, providers, threads)
            analysts = folder if (folder / "person_analyst").is_dir() else locate(None)
        graphs = {
            name: load_graph(analysts / name, providers, threads, network=name)
            for name in ("person_analyst", "garment_analyst")
        }
        digests = {name: graph.digest for name, graph in graphs.items()}
        learned = learned and published is None
        warping = generator = None
        if learned and (folder / "warping").is_dir():
            warping = LearnedWarping.from_folder(folder / "warping", providers, threads)
            digests |= warping.digests
        if learned and (folder / "generator").is_dir():
            generator = LearnedGenerator.from_folder(folder / "generator", providers, threads)
            digests |= generator.digests
        return cls(
            composed(PersonAnalyst(graphs["person_analyst"]), parser, pose),
            GarmentAnalyst(graphs["garment_analyst"]),
            provenance=Provenance(weights={**digests, **(published.digests if published else {})}),
            maximum_pixels=maximum_pixels,
            published=published,
            warping=warping,
            generator=generator,
        )

    def prepare_person(
        self,
        person: PersonSource,
        box: Box | None = None,
        annotation: PersonAnnotation | str | Path | None = None,
    ) -> PreparedPerson:
        """Read and analyse a photo of one person, once for any number of garments.

        box: left, top, right, bottom in pixels of the photo around the one to dress, where it
        shows several people (see `find_people`); everybody else then belongs to the background.
        annotation: what is known already, or the JSON file that `gpvton analyze` wrote and somebody
        edited; nothing is analysed then.
        Raises ImageError, PersonError, SeveralPeopleError, or InputError for an empty box.
        """
        if isinstance(person, PreparedPerson):
            return person
        start = time.perf_counter()
        photo = read_photo(person, maximum_pixels=self.maximum_pixels).on_white()
        if annotation is not None:
            seen = known(annotation, read_person, photo)
        elif box is not None:
            seen = analysed_within(self.analyse_person, photo.pixels, box)
        elif isinstance(self.analyse_person, ComposedAnalyst):
            seen = self.analyse_person(photo.pixels, photo.name)
        else:
            seen = self.analyse_person(photo.pixels)
        return PreparedPerson(photo=photo, annotation=seen, seconds=time.perf_counter() - start)

    def find_people(self, person: PhotoSource) -> tuple[Box, ...]:
        """Boxes of the people in a photo, from left to right; none without our own analyst.

        Raises ImageError.
        """
        analyst = self.analyse_person
        if isinstance(analyst, ComposedAnalyst):
            analyst = analyst.base
        if not isinstance(analyst, PersonAnalyst):
            return ()
        photo = read_photo(person, maximum_pixels=self.maximum_pixels).on_white()
        return find_people(analyst, photo.pixels)

    def prepare_garment(
        self,
        garment: GarmentSource,
        category: Category | str | None = None,
        annotation: GarmentAnnotation | str | Path | None = None,
        straighten: bool = True,
    ) -> PreparedGarment:
        """Read and analyse a picture of one garment, once for any number of people.

        category: upper, lower or dress, where the analysis should not decide.  annotation: as for
        `prepare_person`.  straighten: cut a garment that somebody wears out and lay it flat; the
        photo is then the picture of it lying flat.
        Raises ImageError, GarmentError, or InputError for an unknown category.
        """
        wanted = _category(category)
        if not isinstance(garment, PreparedGarment):
            start = time.perf_counter()
            photo = read_photo(garment, maximum_pixels=self.maximum_pixels)
            seen = (
                self.analyse_garment(photo.pixels, photo.alpha)
                if annotation is None
                else known(annotation, read_garment, photo)
            )
            if straighten and annotation is None and seen.worn > WORN:
                photo, seen = laid_flat(photo, seen, wanted, self.analyse_person)
            garment = PreparedGarment(
                photo=photo, annotation=seen, seconds=time.perf_counter() - start
            )
        if wanted is None or wanted == garment.annotation.category:
            return garment
        return replace(garment, annotation=as_category(garment.annotation, wanted))

    def __call__(
        self,
        person: PersonSource,
        garment: GarmentSource,
        category: Category | str | None = None,
        tucked: bool | None = None,
        densepose: np.ndarray | None = None,
        strict: bool = False,
    ) -> TryOnResult:
        """Dress the person in the garment, at the photo's size.

        person, garment: anything that `read_photo` takes, or a prepared value.
        category: see `prepare_garment`.  tucked: whether the top's hem goes into the lower garment,
        whichever of them is new; None keeps what the photo shows.  densepose: uint8 (h, w) of
        DensePose's labels of the person's photo; only the authors' networks use it (and they know
        no `tucked`).  strict: refuse what cannot look right, such as a back view with a garment's
        front (`UNFIT`).
        Raises InputError and its children, such as PersonError, GarmentError and UnfitError.
        """
        prepared = self.prepare_person(person)
        wearing = self.prepare_garment(garment, category)
        if strict:
            refuse_unfit(prepared.annotation, wearing.annotation)
        if self.published is not None:
            dressed = dress_published(
                prepared.photo.pixels,
                prepared.annotation,
                wearing.photo.on_white().pixels,
                wearing.annotation,
                self.published,
                densepose=densepose,
            )
            return TryOnResult(
                person=prepared, garment=wearing, dressed=dressed, provenance=self.provenance
            )
        dressed = dress(
            prepared.photo.pixels,
            prepared.annotation,
            wearing.photo.pixels,
            wearing.annotation,
            category=wearing.annotation.category,
            tucked=tucked,
            warping=self.warping,
            generator=self.generator,
        )
        _check_untouched(prepared.photo.pixels, dressed)
        return TryOnResult(
            person=prepared,
            garment=wearing,
            dressed=dressed,
            provenance=self.provenance,
            adjustments=Adjustments(tuck=tuck_of(tucked)),
            kept=Kept(warping=self.warping, generator=self.generator),
        )


def _category(category: Category | str | None) -> Category | None:
    try:
        return None if category is None else Category(category)
    except ValueError:
        names = ", ".join(Category)
        raise InputError(f"category is {category!r}, expected one of {names}") from None


def _check_untouched(pixels: np.ndarray, dressed: Dressed) -> None:
    """What lies outside the edit mask must be the photo, bit for bit."""
    if dressed.image.shape != pixels.shape:
        raise RuntimeError(f"dressing changed the size: {pixels.shape} to {dressed.image.shape}")
    if ((dressed.image != pixels).any(axis=2) & ~dressed.edit_mask).any():
        raise RuntimeError("dressing changed pixels outside its edit mask")
