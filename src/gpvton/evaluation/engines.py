"""What is evaluated: our pipeline, somebody else's program, or a folder of its results."""

import shlex
import string
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from gpvton.data.sources.source import Kind, Source
from gpvton.data.tryon_dataset import TryOnSample
from gpvton.domain.errors import GpvtonError, InputError
from gpvton.domain.images import read_photo
from gpvton.evaluation.results_folder import find_result
from gpvton.evaluation.visible_flow import part_masks
from gpvton.pipeline import TryOn
from gpvton.result import PreparedGarment, PreparedPerson


class EngineError(GpvtonError):
    """An engine gave no result for a pair."""


@dataclass(frozen=True, kw_only=True)
class Produced:
    """A result and, where the engine tells, its steps.

    image: uint8 (h, w, 3).  edit_mask: bool (h, w).
    flow: float32 (3, 2, h', w') in [-1, 1] over `box` (left, top, right, bottom).
    parts: bool (3, h, w), where each part of the warped garment shows: the flow counts only there.
    """

    image: np.ndarray
    edit_mask: np.ndarray | None = None
    flow: np.ndarray | None = None
    box: tuple[int, int, int, int] | None = None
    parts: np.ndarray | None = None


class Engine(Protocol):
    """Anything that dresses people."""

    def describe(self) -> Mapping[str, Any]:
        """What it is, as JSON values, with the hashes of its weights where it knows them."""
        ...

    def produce(self, sample: TryOnSample) -> Produced:
        """Dress one pair.  Raises GpvtonError when it cannot."""
        ...


class PipelineEngine:
    """Our pipeline; labels of the sample are used, so that all engines see the same ones."""

    def __init__(self, pipeline: TryOn) -> None:
        self.pipeline = pipeline
        own = "geometric" if pipeline.warping is None else "learned warping"
        self.name = own if pipeline.published is None else "authors' networks"

    def describe(self) -> Mapping[str, Any]:
        """See `Engine`."""
        return {"engine": self.name, "weights": dict(self.pipeline.provenance.weights)}

    def produce(self, sample: TryOnSample) -> Produced:
        """See `Engine`."""
        person, garment = sample.person, sample.garment
        wearer = (
            PreparedPerson(photo=person, annotation=sample.person_annotation)
            if sample.person_annotation is not None
            else self.pipeline.prepare_person(person)
        )
        wearing = (
            PreparedGarment(photo=garment, annotation=sample.garment_annotation)
            if sample.garment_annotation is not None
            else self.pipeline.prepare_garment(garment)
        )
        result = self.pipeline(
            wearer, wearing, category=sample.pair.category, densepose=sample.densepose
        )
        laid = result.warped[..., 3] > 0.5  # else it is left of another garment
        return Produced(
            image=result.image,
            edit_mask=result.edit_mask,
            flow=result.flow,
            box=result.dressed.box,
            parts=np.stack(part_masks(result.parsing, sample.pair.category)) & laid,
        )


class AsIsEngine:
    """Leaves the person as is: what every method must beat."""

    def describe(self) -> Mapping[str, Any]:
        """See `Engine`."""
        return {"engine": "person as is"}

    def produce(self, sample: TryOnSample) -> Produced:
        """See `Engine`."""
        image = sample.person.pixels
        return Produced(image=image, edit_mask=np.zeros(image.shape[:2], bool))


class FolderEngine:
    """Results that are there already, named PERSON_GARMENT, CATEGORY_PERSON_GARMENT or PERSON."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        if not self.folder.is_dir():
            raise InputError(f"{folder} is no folder; give the folder of the results")

    def describe(self) -> Mapping[str, Any]:
        """See `Engine`."""
        return {"engine": "folder", "folder": self.folder.name}

    def produce(self, sample: TryOnSample) -> Produced:
        """See `Engine`."""
        path = find_result(self.folder, sample.pair)
        return Produced(image=read_photo(path).on_white().pixels)


class CommandEngine:
    """Somebody else's program, run once a pair by a template.

    template: a command line with {person}, {garment} and {out} (files) and, where wanted,
    {category}.  It is split as a shell would, but no shell runs it.
    """

    NEEDED = frozenset({"person", "garment", "out"})
    FIELDS = NEEDED | {"category"}

    def __init__(self, template: str, source: Source, timeout: float | None = None) -> None:
        try:
            fields = {name for _, name, _, _ in string.Formatter().parse(template) if name}
            self._words = shlex.split(template)
        except ValueError as error:
            raise InputError(f"--command {template!r} cannot be read: {error}") from error
        if not fields >= self.NEEDED or fields - self.FIELDS:
            raise InputError(
                f"--command {template!r} must name {{person}}, {{garment}} and {{out}}, may name "
                "{category}, and nothing else in braces"
            )
        self.template = template
        self._source = source
        self._timeout = timeout

    def describe(self) -> Mapping[str, Any]:
        """See `Engine`."""
        return {"engine": "command", "command": self.template}

    def produce(self, sample: TryOnSample) -> Produced:
        """See `Engine`."""
        pair = sample.pair
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "result.png"
            fields = {
                "person": self._source.path(pair, Kind.PERSON),
                "garment": self._source.path(pair, Kind.GARMENT),
                "category": pair.category,
                "out": out,
            }
            self._run([word.format(**fields) for word in self._words], pair.name)
            if not out.is_file():
                raise EngineError(f"the command wrote no {{out}} for {pair.name}")
            return Produced(image=read_photo(out).on_white().pixels)

    def _run(self, words: list[str], name: str) -> None:
        try:
            done = subprocess.run(
                words, capture_output=True, text=True, timeout=self._timeout, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EngineError(f"the command did not run for {name}: {error}") from error
        if done.returncode != 0:
            last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
            raise EngineError(
                f"the command failed for {name} with exit code {done.returncode}: {' '.join(last)}"
            )
