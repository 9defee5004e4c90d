"""The person analyst: a photo of one person to a `PersonAnnotation` in the photo's own pixels.

Ours: the network looks at the whole photo first, then at the person it found, framed; a look with
that person painted out tells whether somebody else is as large.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from gpvton.analysis.decode import (
    agree,
    labels_in_photo,
    largest_part,
    map_in_photo,
)
from gpvton.analysis.faces import clear_faces
from gpvton.analysis.framing import (
    PAD,
    Frame,
    halves,
    mask_box,
    padded,
    shrunk,
    whole,
)
from gpvton.analysis.person_look import Look, PersonGraph, beside, look_at, mirrored
from gpvton.analysis.view import exchanged, facing_of, person_notices, view_of
from gpvton.domain.annotations import PersonAnnotation
from gpvton.domain.errors import InputError, PersonError, SeveralPeopleError
from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.domain.labels import PersonLabel
from gpvton.runtime.onnx import Graph, load_graph

EMBEDDED = Path(__file__).parent.parent / "weights" / "embedded" / "person_analyst"

_SEVERAL = "the photo shows more than one person; crop it so that only the one to dress is in"

_NOBODY = (
    "no person was found in the photo; use one that shows a person from the front, "
    "at least from the shoulders to the hips or from the hips to the feet"
)

UNTRAINED = tuple(KEYPOINT_INDEX[name] for name in ("left_small_toe", "right_small_toe"))
"""Points without training data; always missing."""

_P = PersonLabel
KINDS = (
    (
        (_P.UPPER_TORSO, _P.UPPER_LEFT_SLEEVE, _P.UPPER_RIGHT_SLEEVE),
        (_P.COAT_TORSO, _P.COAT_LEFT_SLEEVE, _P.COAT_RIGHT_SLEEVE),
        (_P.DRESS_TORSO, _P.DRESS_LEFT_SLEEVE, _P.DRESS_RIGHT_SLEEVE),
    ),
    ((_P.LEFT_PANTS, _P.RIGHT_PANTS), (_P.SKIRT,)),
)
"""Kinds of garment that are easily taken for each other; see `agree`."""


_BODY = (
    _P.HAIR, _P.FACE, _P.NECK, _P.LEFT_ARM, _P.RIGHT_ARM, _P.LEFT_LEG, _P.RIGHT_LEG,
    _P.LEFT_SHOE, _P.RIGHT_SHOE, _P.SOCKS, _P.GLOVE, _P.HAT,
)  # fmt: skip
"""At least one of them shows on a photo of somebody."""


@dataclass(frozen=True, kw_only=True)
class PersonRules:
    """When there is somebody, and when there are two.

    joint: confidence at which a joint belongs to the person's box.  evidence: sum of the joints'
    confidences that makes a person; second_evidence: that makes somebody else.  area: share of
    the window that a person covers at least.  second: height of somebody else, relative to the
    person, or of the face, from which on the photo is refused.  margin: room around the person in
    the window.  close: share of the window's height from which on a coarse look is enough to find
    somebody.  joints: how many are found at least where nothing but clothes shows.  agreement:
    strength of `agree`.
    """

    joint: float = 0.4
    evidence: float = 1.2
    second_evidence: float = 2.5
    area: float = 0.01
    second: float = 0.6
    margin: float = 0.12
    close: float = 0.4
    joints: int = 4
    agreement: float = 1.0


class PersonAnalyst:
    """Callable: photo uint8 (h, w, 3) RGB -> PersonAnnotation; holds no state of a photo."""

    def __init__(self, graph: PersonGraph, rules: PersonRules | None = None):
        self.graph = graph
        self.rules: PersonRules = rules or PersonRules()

    @classmethod
    def from_folder(
        cls, path: str | Path | None = None, threads: int | None = None
    ) -> "PersonAnalyst":
        """From a weights folder; by default the one that the package ships."""
        graph: Graph = load_graph(path or EMBEDDED, threads=threads, network="person_analyst")
        return cls(graph)

    def __call__(self, pixels: np.ndarray) -> PersonAnnotation:
        """Analyse a photo.  Raises PersonError when there is nobody, or more than one person."""
        if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8:
            raise InputError(
                f"a photo has shape {pixels.shape} and type {pixels.dtype}, expected uint8 "
                "(h, w, 3)"
            )
        size = (pixels.shape[0], pixels.shape[1])
        box = self._find(pixels, size)
        if box is None:
            raise PersonError(_NOBODY)
        fine = self.look(pixels, padded(box, self._aspect, self.rules.margin))
        fine = mirrored(self.graph, pixels, self._widened(pixels, fine, size))
        people = self._count(pixels, fine, size)
        found = self._annotation(fine, size, people)
        joints = int((found.keypoints[:, 2] > 0).sum())
        if joints < self.rules.joints and not np.isin(found.parsing, _BODY).any():
            raise PersonError(_NOBODY)  # clothes alone: a garment that looks worn
        return found

    @property
    def _aspect(self) -> float:
        height, width = self.graph.config.input_size
        return width / height

    @property
    def _steps(self) -> tuple[bool, ...]:
        """Whether to look coarsely: first yes, where the weights can, then no."""
        return (True, False) if "coarse_size" in self.graph.config.settings else (False,)

    def look(self, pixels: np.ndarray, frame: Frame, *, coarse: bool = False) -> Look:
        """One pass of the network over a window; coarse: at the size that is enough to find people,
        where the weights have one (`settings["coarse_size"]`).
        """
        config = self.graph.config
        size = config.settings.get("coarse_size") if coarse else None
        return look_at(self.graph, pixels, frame, size or config.input_size)

    def _find(
        self, pixels: np.ndarray, size: tuple[int, int]
    ) -> tuple[float, float, float, float] | None:
        """Box of the person: from the whole photo, coarsely and, where that says little, finely;
        else from the best of nine half-size windows.
        """
        everything = whole(size, self._aspect)
        for coarse in self._steps:
            first = self.look(pixels, everything, coarse=coarse)
            box = self._person_box(first, size)
            if box is None or first.evidence < self.rules.evidence:
                continue
            if not coarse or box[3] - box[1] >= self.rules.close * everything.height:
                return box
        looks = (self.look(pixels, frame) for frame in halves(size, self._aspect))
        best = max(looks, key=lambda look: look.evidence)
        if best.evidence < self.rules.evidence:
            return None
        return self._person_box(best, size)

    def _person_box(
        self, look: Look, size: tuple[int, int]
    ) -> tuple[float, float, float, float] | None:
        """x0, y0, x1, y1 of the person in photo pixels, cut to the photo."""
        mask = largest_part(look.silhouette > 0.5, 3)
        box = mask_box(mask)
        if box is None or mask.mean() < self.rules.area:
            return None
        corners = np.array([[box[0], box[1]], [box[2], box[3]]]) - 0.5
        corners = look.frame.to_photo(corners, (mask.shape[0], mask.shape[1])) + 0.5
        sure = look.points[look.points[:, 2] >= self.rules.joint, :2]
        low = np.vstack((corners[:1], sure)).min(0).clip(0)
        high = np.vstack((corners[1:], sure)).max(0)
        high = np.minimum(high, (size[1], size[0]))
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    def _widened(self, pixels: np.ndarray, look: Look, size: tuple[int, int]) -> Look:
        """Look again where the window cuts the person although the photo goes on."""
        mask = largest_part(look.silhouette > 0.5, 3)
        frame, edge = look.frame, 2
        cuts = (
            mask[:edge].any() and frame.top > 1,
            mask[-edge:].any() and frame.top + frame.height < size[0] - 1,
            mask[:, :edge].any() and frame.left > 1,
            mask[:, -edge:].any() and frame.left + frame.width < size[1] - 1,
        )
        if not any(cuts):
            return look
        grow_y, grow_x = 0.2 * frame.height, 0.2 * frame.width
        box = (
            frame.left - grow_x * cuts[2],
            frame.top - grow_y * cuts[0],
            frame.left + frame.width + grow_x * cuts[3],
            frame.top + frame.height + grow_y * cuts[1],
        )
        return self.look(pixels, padded(box, self._aspect, 0.0))

    def _count(self, pixels: np.ndarray, look: Look, size: tuple[int, int]) -> int:
        """Number of people: by faces, for people who touch; then paint the person out and look at
        the whole photo once more.

        Raises SeveralPeopleError when somebody else is about as large.
        """
        alone = largest_part(look.silhouette > 0.5, 3)
        sides = [face.side for face in clear_faces(look.parsing, alone)]
        if len(sides) > 1 and sides[1] >= self.rules.second * sides[0]:
            raise SeveralPeopleError(_SEVERAL)
        box = self._person_box(look, size)
        if box is None:
            return 1
        reach = max(round(0.03 * (box[3] - box[1])), 1)
        mask = map_in_photo(alone.astype(np.float32), look.frame, size) > 0.3
        small = shrunk(pixels)
        hidden = cv2.resize(mask.astype(np.uint8), small.shape[1::-1])
        reach = max(round(reach * small.shape[0] / size[0]), 1)
        hidden = cv2.dilate(hidden, np.ones((2 * reach + 1,) * 2, np.uint8))
        small[hidden > 0] = PAD
        for coarse in self._steps:
            rest = self.look(small, whole(small.shape[:2], self._aspect), coarse=coarse)
            rest = beside(rest, hidden)
            other = self._person_box(rest, small.shape[:2])
            if other is None or rest.evidence < self.rules.second_evidence:
                return 2 if len(sides) > 1 else 1
        height = (other[3] - other[1]) * size[0] / small.shape[0]
        if height >= self.rules.second * (box[3] - box[1]):
            raise SeveralPeopleError(_SEVERAL)
        return 2

    def _annotation(self, look: Look, size: tuple[int, int], people: int) -> PersonAnnotation:
        mask = largest_part(look.silhouette > 0.5, 3)
        # what does not belong to the person (passers-by) becomes background
        near = cv2.dilate(mask.astype(np.uint8), np.ones((9, 9), np.uint8)).astype(np.float32)
        scores = facing_of(look.facing, look.points)
        points, said = exchanged(look.points, look.parsing, scores)
        probability = agree(said, KINDS, self.rules.agreement) * near
        probability[PersonLabel.BACKGROUND] += 1 - near
        parsing = labels_in_photo(probability, look.frame, size)
        silhouette = map_in_photo(look.silhouette * near, look.frame, size)
        points = np.where(points[:, 2:] < 0.1, 0, points)
        points[list(UNTRAINED)] = 0
        view = view_of(points, probability, look.frame, size, scores, people)
        return PersonAnnotation(
            parsing=parsing,
            keypoints=points,
            silhouette=np.clip(silhouette, 0, 1),
            view=view,
            warnings=person_notices(points, view, silhouette),
        )
