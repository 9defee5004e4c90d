"""The table of backends: what else than our own networks may annotate people.

A third party adds a row by an entry point of the group `gpvton.analysts` that names a `Backend`:

    [project.entry-points."gpvton.analysts"]
    my-parser = "my_package:BACKEND"
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import numpy as np

from gpvton.analysis.estimators import MediaPipePose, PoseEstimator, PoseFiles
from gpvton.analysis.foreign_labels import our_labels
from gpvton.analysis.parsers import HubParser, HumanParser, OnnxParser
from gpvton.analysis.view import framing_of
from gpvton.domain.annotations import PersonAnnotation
from gpvton.domain.errors import InputError

GROUP = "gpvton.analysts"
AnalysePerson = Callable[[np.ndarray], PersonAnnotation]


class Gives(StrEnum):
    """What a backend makes of a photo."""

    PARSING = "parsing"  # a `HumanParser`
    KEYPOINTS = "keypoints"  # a `PoseEstimator`
    PERSON = "person"  # photo uint8 (h, w, 3) -> PersonAnnotation


@dataclass(frozen=True, kw_only=True)
class Backend:
    """A row.  load: what follows the name after a colon, or "" -> what the row gives."""

    name: str
    gives: Gives
    what: str
    load: Callable[[str], Any]


_ROWS = (
    Backend(
        name="onnx",
        gives=Gives.PARSING,
        what="onnx:FILE, a human parser with its labels in a JSON file beside it",
        load=lambda place: OnnxParser(Path(place)),
    ),
    Backend(
        name="hub",
        gives=Gives.PARSING,
        what="hub:OWNER/NAME or hub:FOLDER, a segmentation model of the Hugging Face Hub",
        load=HubParser,
    ),
    Backend(
        name="files",
        gives=Gives.KEYPOINTS,
        what="files:FILE or files:FOLDER, JSON of OpenPose, COCO, COCO-WholeBody or MediaPipe",
        load=lambda place: PoseFiles(Path(place)),
    ),
    Backend(
        name="mediapipe",
        gives=Gives.KEYPOINTS,
        what="mediapipe:FILE, MediaPipe's pose landmarker (*.task)",
        load=lambda place: MediaPipePose(Path(place)),
    ),
)
_BY_SUFFIX = {".onnx": "onnx", ".json": "files", ".task": "mediapipe"}


def backends() -> dict[str, Backend]:
    """Our rows, and those of installed packages, by name.

    Raises InputError for an entry point that names something else.
    """
    table = {row.name: row for row in _ROWS}
    for entry in entry_points(group=GROUP):
        row = entry.load()
        if not isinstance(row, Backend):
            raise InputError(
                f"the entry point {entry.name} of {GROUP} names a {type(row).__name__}, expected a "
                "gpvton.analysis.backends.Backend"
            )
        table[entry.name] = replace(row, name=entry.name)
    return table


def load_backend(said: str, wanted: frozenset[Gives]) -> tuple[Gives, Any]:
    """NAME, NAME:PLACE or a file that tells by its suffix -> what it gives, and the thing itself.

    Raises InputError for an unknown name, or for a backend that gives something else.
    """
    table = backends()
    name, _, place = said.partition(":")
    if name not in table:
        path = Path(said)
        place = said
        name = _BY_SUFFIX.get(path.suffix.lower(), "files" if path.is_dir() else "")
    row = table.get(name)
    if row is None or row.gives not in wanted:
        fitting = [f"{r.name} ({r.what})" for r in table.values() if r.gives in wanted]
        raise InputError(f"{said!r} is no backend for this, expected one of {'; '.join(fitting)}")
    return row.gives, row.load(place)


class ComposedAnalyst:
    """Our analyst, or another, with the parsing or the key points of somebody else.

    Callable: photo uint8 (h, w, 3) RGB, and its name where files are looked up by it ->
    PersonAnnotation.  The key points are exchanged first, since they split the parsing.
    """

    def __init__(
        self,
        base: AnalysePerson,
        parser: HumanParser | None = None,
        pose: PoseEstimator | None = None,
    ) -> None:
        self.base = base
        self.parser = parser
        self.pose = pose

    def __call__(self, pixels: np.ndarray, name: str | None = None) -> PersonAnnotation:
        """Analyse a photo.  Raises PersonError, InputError."""
        person = self.base(pixels)
        if self.pose is not None:
            points = self.pose(pixels, name)
            view = replace(person.view, framing=framing_of(points))
            person = replace(person, keypoints=points, view=view)
        if self.parser is None:
            return person
        parsing = our_labels(self.parser(pixels), self.parser.labels, person)
        silhouette = np.maximum(person.silhouette, (parsing > 0).astype(np.float32))
        view = replace(person.view, parts={}, confidence=None)
        return replace(person, parsing=parsing, silhouette=silhouette, view=view)


def composed(
    base: AnalysePerson, parser: str | HumanParser | None, pose: str | PoseEstimator | None
) -> AnalysePerson | ComposedAnalyst:
    """The analyst with what was asked for: names as `load_backend` takes them, or the things."""
    gives, labels = Gives.PARSING, parser
    if isinstance(parser, str):
        gives, labels = load_backend(parser, frozenset({Gives.PARSING, Gives.PERSON}))
    if gives is Gives.PERSON:
        base, labels = labels, None  # type: ignore[assignment]
    points = load_backend(pose, frozenset({Gives.KEYPOINTS}))[1] if isinstance(pose, str) else pose
    if labels is None and points is None:
        return base
    return ComposedAnalyst(base, labels, points)  # type: ignore[arg-type]
