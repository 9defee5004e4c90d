"""The garment analyst: a picture of one garment to a `GarmentAnnotation` in its own pixels.

Ours: the network looks at the whole picture, and again at the garment it found when that is
small; the mask is then decided at photo resolution, parts from outline and network together.
A garment that melts into a plain ground is looked at twice, see `garment_ground`.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from gpvton.analysis.decode import labels_in_photo, largest_part, map_in_photo, sigmoid, softmax
from gpvton.analysis.framing import Frame, cut, mask_box, network_image, padded, whole
from gpvton.analysis.garment_ground import (
    enlarged_difference,
    joined,
    melts,
    off_ground,
    photo_area,
    plain_ground,
)
from gpvton.analysis.garment_mask import refine_mask
from gpvton.analysis.garment_parts import garment_parts
from gpvton.analysis.garment_view import count_pieces, garment_notices
from gpvton.domain.annotations import GarmentAnnotation
from gpvton.domain.errors import GarmentError, InputError
from gpvton.domain.garment_classes import CATEGORIES, NO_GARMENT, PARSING_CLASSES, TYPES
from gpvton.domain.labels import GarmentLabel
from gpvton.domain.parts import Category
from gpvton.geometry.silhouette_frame import nearest_label
from gpvton.runtime.onnx import Graph, load_graph
from gpvton.weights.folder import NetworkConfig

EMBEDDED = Path(__file__).parent.parent / "weights" / "embedded" / "garment_analyst"

PARTS_SIDE = 800
"""Longer side at which parts are cut; larger pictures get the nearest label."""

_LEGS = tuple(
    PARSING_CLASSES.index(label) for label in (GarmentLabel.LEFT_LEG, GarmentLabel.RIGHT_LEG)
)
_SKIRT = PARSING_CLASSES.index(GarmentLabel.SKIRT)
_OF_TYPE = np.array(
    [
        -1 if t in NO_GARMENT else 2 if t == "Dress" else int(t in ("Pants", "Shorts", "Skirt"))
        for t in TYPES
    ]
)  # index in CATEGORIES


class GarmentGraph(Protocol):
    """What the analyst needs of a graph."""

    config: NetworkConfig

    def __call__(self, **arrays: np.ndarray) -> dict[str, np.ndarray]:
        """`image` (1, 3, h, w) -> parsing, mask, category, type, worn, present."""
        ...


@dataclass(frozen=True, kw_only=True)
class Look:
    """What one pass over a window says.

    parsing: float32 (9, h, w) probabilities.  mask: float32 (h, w) in [0, 1].  category (3,),
    type (16,): probabilities.  worn, present: probabilities.  frame: the window.
    """

    parsing: np.ndarray
    mask: np.ndarray
    category: np.ndarray
    type: np.ndarray
    worn: float
    present: float
    frame: Frame


@dataclass(frozen=True, kw_only=True)
class GarmentRules:
    """When there is a garment, and when to look twice.

    present: least probability of a garment.  area: least share of the window that it covers.
    unsure: largest share of the found area whose own probability lies between 0.15 and 0.85
    (held-out garments: below 0.2, worn ones below 0.5; a cat: above 0.9).
    close: share of the window's height or width from which on one look is enough.  margin: room
    around the garment in the second window.
    """

    present: float = 0.5
    area: float = 0.012
    unsure: float = 0.65
    close: float = 0.6
    margin: float = 0.12


class GarmentAnalyst:
    """Callable: picture uint8 (h, w, 3) RGB -> GarmentAnnotation; holds no state of a picture."""

    def __init__(self, graph: GarmentGraph, rules: GarmentRules | None = None):
        self.graph = graph
        self.rules: GarmentRules = rules or GarmentRules()

    @classmethod
    def from_folder(
        cls, path: str | Path | None = None, threads: int | None = None
    ) -> "GarmentAnalyst":
        """From a weights folder; by default the one that the package ships."""
        graph: Graph = load_graph(path or EMBEDDED, threads=threads, network="garment_analyst")
        return cls(graph)

    def __call__(self, pixels: np.ndarray, alpha: np.ndarray | None = None) -> GarmentAnnotation:
        """Analyse a picture; alpha, uint8 (h, w), is the mask where it is given.

        Raises GarmentError when there is no garment.
        """
        _check(pixels, alpha)
        seen = pixels if alpha is None else _on_white(pixels, alpha)
        size = (pixels.shape[0], pixels.shape[1])
        look = self.look(seen, whole(size, self._aspect))
        self._refuse(look, alpha)
        look = self._closer(seen, look, alpha)
        if alpha is None:
            mask = refine_mask(seen, map_in_photo(_main(look.mask), look.frame, size))
        else:
            mask = alpha.astype(np.float32) / 255
        scores = _category_scores(look)
        category = CATEGORIES[int(scores.argmax())]
        parsing, landmarks = _parts(mask, look, category)
        found = GarmentAnnotation(
            mask=mask,
            parsing=parsing,
            category=category,
            category_scores={c: float(s) for c, s in zip(CATEGORIES, scores, strict=True)},
            worn=look.worn,
            landmarks=landmarks,
            type_scores={name: float(p) for name, p in zip(TYPES, look.type, strict=True)},
            pieces=self._pieces(look, mask),
        )
        return replace(found, warnings=garment_notices(found))

    @property
    def _aspect(self) -> float:
        height, width = self.graph.config.input_size
        return width / height

    def look(self, pixels: np.ndarray, frame: Frame) -> Look:
        """One look at a window: a pass of the network, a second where the garment may melt into a
        plain ground.
        """
        window = cut(pixels, frame, self.graph.config.input_size)
        look = self._pass(window, frame)
        area = photo_area(frame, (pixels.shape[0], pixels.shape[1]), window.shape[:2])
        ground = plain_ground(window, area)
        # what is off the ground of a worn garment is the wearer, too
        if ground is None or look.worn > 0.5 or not melts(window, ground, look.mask):
            return look
        again = self._pass(enlarged_difference(window, ground, area), frame)
        mask = joined(look.mask, again.mask, off_ground(window, ground, area))
        return replace(look, mask=mask, parsing=(look.parsing + again.parsing) / 2)

    def _pass(self, window: np.ndarray, frame: Frame) -> Look:
        out = self.graph(image=network_image(window, self.graph.config))
        return Look(
            parsing=softmax(out["parsing"][0], 0),
            mask=sigmoid(out["mask"][0, 0]),
            category=softmax(out["category"][0], 0),
            type=softmax(out["type"][0], 0),
            worn=float(sigmoid(out["worn"])[0, 0]),
            present=float(sigmoid(out["present"])[0, 0]),
            frame=frame,
        )

    def _refuse(self, look: Look, alpha: np.ndarray | None) -> None:
        """Raise GarmentError when the picture shows no garment."""
        found = _main(look.mask)
        if alpha is None:
            area = float((found > 0.5).mean())
            unsure = float((found[found > 0] < 0.85).mean()) if area > 0 else 1.0
        else:
            area, unsure = float((alpha > 127).mean()), 0.0
        enough = area >= self.rules.area and unsure <= self.rules.unsure
        if look.present >= self.rules.present and enough:
            return
        best = TYPES[int(look.type.argmax())]
        guess = f" (it looks like {best.lower()})" if best in NO_GARMENT else ""
        raise GarmentError(
            f"no garment was found in the picture{guess}; use one that shows a single top, "
            "lower garment or dress, lying flat, hanging or on a plain ground"
        )

    def _pieces(self, look: Look, mask: np.ndarray) -> int:
        """Separate garments, in the mask or in what the network saw beside the largest piece."""
        return max(count_pieces(mask), count_pieces((look.mask > 0.5).astype(np.float32)))

    def _closer(self, pixels: np.ndarray, look: Look, alpha: np.ndarray | None) -> Look:
        """A second look at the garment when it is small in the first."""
        size = (pixels.shape[0], pixels.shape[1])
        mask = map_in_photo(_main(look.mask), look.frame, size) if alpha is None else alpha / 255
        box = mask_box(mask > 0.5)
        if box is None:
            return look
        filled = max((box[3] - box[1]) / look.frame.height, (box[2] - box[0]) / look.frame.width)
        if filled >= self.rules.close:
            return look
        fine = self.look(pixels, padded(box, self._aspect, self.rules.margin))
        return fine if _main(fine.mask).mean() >= self.rules.area else look


def _parts(
    mask: np.ndarray, look: Look, category: Category
) -> tuple[np.ndarray, dict[str, tuple[float, float]]]:
    """Parsing and landmarks in the picture's pixels; large pictures are cut at PARTS_SIDE."""
    factor = min(1.0, PARTS_SIDE / max(mask.shape))
    size = (max(round(mask.shape[0] * factor), 1), max(round(mask.shape[1] * factor), 1))
    scale_x, scale_y = size[1] / mask.shape[1], size[0] / mask.shape[0]
    frame = Frame(
        left=look.frame.left * scale_x,
        top=look.frame.top * scale_y,
        width=look.frame.width * scale_x,
        height=look.frame.height * scale_y,
    )
    small = mask if factor == 1.0 else cv2.resize(mask, size[::-1], interpolation=cv2.INTER_AREA)
    channels = labels_in_photo(look.parsing, frame, size)
    parsing, landmarks = garment_parts(small, channels, category, _has_legs(look))
    if factor < 1.0:
        near = cv2.resize(nearest_label(parsing), mask.shape[::-1], interpolation=cv2.INTER_NEAREST)
        parsing = np.where(mask > 0.5, near, 0).astype(np.uint8)
        landmarks = {
            name: ((x + 0.5) / scale_x - 0.5, (y + 0.5) / scale_y - 0.5)
            for name, (x, y) in landmarks.items()
        }
    return parsing, landmarks


def _check(pixels: np.ndarray, alpha: np.ndarray | None) -> None:
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8:
        raise InputError(
            f"a picture has shape {pixels.shape} and type {pixels.dtype}, expected uint8 (h, w, 3)"
        )
    if alpha is not None and (alpha.shape != pixels.shape[:2] or alpha.dtype != np.uint8):
        raise InputError(
            f"alpha has shape {alpha.shape} and type {alpha.dtype}, expected uint8 of the "
            f"picture's {pixels.shape[:2]}"
        )


def _on_white(pixels: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    share = alpha[..., None].astype(np.float32) / 255
    return (pixels * share + 255 * (1 - share)).round().astype(np.uint8)


def _main(mask: np.ndarray) -> np.ndarray:
    """The mask without what does not hang together with its largest piece."""
    return mask * largest_part(mask > 0.5, 3)


def _category_scores(look: Look) -> np.ndarray:
    """Probabilities (3,) from the category and the type heads, averaged."""
    by_type = np.array([look.type[index == _OF_TYPE].sum() for index in range(len(CATEGORIES))])
    scores = look.category + by_type / max(float(by_type.sum()), 1e-6)
    return scores / scores.sum()


def _has_legs(look: Look) -> bool:
    """Whether a lower garment has legs rather than a skirt."""
    legs = float(look.parsing[list(_LEGS)].sum())
    skirt = float(look.parsing[_SKIRT].sum())
    kinds = [look.type[TYPES.index(name)] for name in ("Pants", "Shorts", "Skirt")]
    total = max(legs + skirt, 1e-6)
    return legs / total + float(kinds[0] + kinds[1] - kinds[2]) > 0.5
