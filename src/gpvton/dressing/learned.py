"""Learned warping at inference: local flows refined from the geometric ones, global parsing.

Paper section 3.2; the network runs on frames around the body and the garment (`conditions.frame`),
its flows and classes are brought to the photo's crop here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from gpvton.conditions.frame import Frame
from gpvton.conditions.warping import (
    AGNOSTIC,
    FRAME_SIZE,
    garment_channels,
    garment_maps,
    halved_maps,
    person_channels,
    person_maps,
    start_flow,
    without_clothing,
)
from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.labels import WornClass
from gpvton.domain.parts import PART_NAMES, Category
from gpvton.dressing.scene import Scene
from gpvton.geometry.dilation import disc, grown
from gpvton.runtime.onnx import load_graph

Run = Callable[..., dict[str, np.ndarray]]
_PARTS = (WornClass.LEFT_PART, WornClass.MIDDLE_PART, WornClass.RIGHT_PART)
_IN_FRONT = (WornClass.LEFT_ARM, WornClass.RIGHT_ARM, WornClass.OTHER_GARMENT)
_SETTLING = 2.0  # network pixels over which what is learned is smoothed
_BELOW = 9
"""Network pixels that a part may show below where the parsing sees it: a hem is the garment's own,
shoulders and sides are the body's."""
_SPECK, _STRAY, _APART = 0.03, 0.15, 3
"""Shares of the garment's largest piece below which one beside it, or more than `_APART` network
pixels away from it, is a mistake."""
_NECKLINE = 2
"""Network pixels that it may show above that on the neck; further up is the back of the collar."""
_SMOOTH = 15  # network pixels across; notches in a hem that are narrower are not the hem's own


@dataclass(frozen=True, kw_only=True)
class Warped:
    """What the network says about one try-on.

    flow: float32 (3, 2, h, w) in [-1, 1] into the garment's frame.  classes: float32 (10, h, w),
    probabilities of `WornClass`.  person, garment: the frames.  present: which parts there are.
    reach: part name to the share of the limb that it covers.
    """

    flow: np.ndarray
    classes: np.ndarray
    person: Frame
    garment: Frame
    present: tuple[bool, bool, bool]
    reach: Mapping[str, float]

    def coordinates(self, scene: Scene) -> np.ndarray:
        """Places in garment pixels, float32 (3, 2, h', w') at the scene's work size.

        NaN outside the person's frame and for parts that are not there.
        """
        x, y, inside = self._grid(scene, scene.work_size)
        out = np.full((len(PART_NAMES), 2, *scene.work_size), np.nan, np.float32)
        for part, flow in enumerate(self.flow):
            if self.present[part]:
                places = self.garment.places(flow).astype(np.float32)
                for axis in range(2):
                    read = cv2.remap(
                        places[axis], x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
                    )
                    out[part, axis] = np.where(inside, read, np.nan)
        return out

    def shown(self, scene: Scene) -> np.ndarray:
        """The likeliest class, uint8 (h', w') of `WornClass` at the scene's work size.

        Where a part is not unlikely, the likeliest part: `visible` draws the outline.
        """
        x, y, inside = self._grid(scene, scene.work_size)
        read = np.stack([cv2.remap(k, x, y, cv2.INTER_LINEAR) for k in self.classes])
        parts = read[list(_PARTS)]
        likely = parts.sum(axis=0) > 0.25
        found = np.where(likely, _PARTS[0] + parts.argmax(axis=0), read.argmax(axis=0))
        return np.where(inside, found, WornClass.REST).astype(np.uint8)

    def visible(self, scene: Scene) -> np.ndarray:
        """How far each part may show, float32 (3, h, w) in [0, 1] at the crop's size.

        A part shows where the parsing sees it and somewhat below, and not where an arm or another
        garment lies in front.  Sleeves and legs, which are laid over the middle part, end where it
        begins; it goes on below them.  Hems and necklines are left to the garment's own outline.
        """
        x, y, inside = self._grid(scene, scene.size)
        up, flared = np.ones((_NECKLINE + 1, 1), np.uint8), scene.category is not Category.UPPER
        neck = self.classes[WornClass.NECK]
        rest = 1.0 - self.classes[[*_PARTS, *_IN_FRONT]].sum(axis=0)
        worn = self.classes[list(_PARTS)].sum(axis=0)
        hem = cv2.morphologyEx(worn, cv2.MORPH_CLOSE, disc(_SMOOTH // 2))
        out = np.zeros((len(PART_NAMES), *scene.size), np.float32)
        for part, own in enumerate(_PARTS):
            middle = own == WornClass.MIDDLE_PART
            below = worn if middle else self.classes[own]
            rivals = _IN_FRONT if middle else (*(k for k in _PARTS if k != own), *_IN_FRONT)
            front = below - np.max([self.classes[k] for k in rivals], axis=0)
            reach = _lowered(hem, flared) if middle else _lowered(below, False)
            support = reach + np.minimum(neck, cv2.dilate(reach, up, anchor=(0, 0))) - 0.45
            field_ = np.minimum(8.0 * front + 0.5 + 4.0 * rest, 8.0 * support + 0.5)
            read = cv2.remap(
                field_.astype(np.float32), x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
            )
            out[part] = np.where(inside, np.clip(read, 0.0, 1.0), 0.0)
        return out

    def _grid(
        self, scene: Scene, size: tuple[int, int]
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Where the crop's pixels at `size` lie in the network's maps, and whether inside."""
        height, width = size
        left, top, right, bottom = scene.box
        columns = (np.arange(width) + 0.5) * (right - left) / width - 0.5 + left
        rows = (np.arange(height) + 0.5) * (bottom - top) / height - 0.5 + top
        step = FRAME_SIZE[0] / self.flow.shape[-2]
        corner = np.array([self.person.left, self.person.top])
        x = ((columns + 0.5 - corner[0]) * self.person.rate) / step - 0.5
        y = ((rows + 0.5 - corner[1]) * self.person.rate) / step - 0.5
        x, y = np.broadcast_arrays(x[None, :].astype(np.float32), y[:, None].astype(np.float32))
        high, wide = self.flow.shape[-2:]
        inside = (x > -0.5) & (x < wide - 0.5) & (y > -0.5) & (y < high - 0.5)
        return np.ascontiguousarray(x), np.ascontiguousarray(y), inside


def settled(flow: np.ndarray, start: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """The flow with its departure from the start carried on smoothly from where the part shows.

    Ours: only what shows is taught, so beyond a hem the network's flow is ragged, and the hem with
    it.  flow, start: float32 (3, 2, h, w); classes: float32 (10, h, w), probabilities.
    """
    out = flow.copy()
    for part, own in enumerate(_PARTS):
        weight = cv2.erode(classes[own], np.ones((3, 3), np.uint8))
        near, far = _blurred(weight, _SETTLING), _blurred(weight, 4 * _SETTLING)
        total = near + 1e-3 * far + 1e-9
        for axis in range(2):
            departure = (flow[part, axis] - start[part, axis]) * weight
            mean = _blurred(departure, _SETTLING) + 1e-3 * _blurred(departure, 4 * _SETTLING)
            out[part, axis] = start[part, axis] + mean / total
    return out


def _without_strays(classes: np.ndarray) -> np.ndarray:
    """Small pieces of the garment that lie apart from it given to the rest: float32 (10, h, w)."""
    worn = (classes[list(_PARTS)].sum(axis=0) > 0.25).astype(np.uint8)
    _, found, stats, _ = cv2.connectedComponentsWithStats(worn, connectivity=8)
    labels, areas = np.asarray(found, np.int64), stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    main = labels == areas.argmax()
    beside = np.bincount(labels.ravel(), grown(main, _APART).ravel(), len(areas)) > 0
    small = areas < np.where(beside, _SPECK, _STRAY) * areas.max()
    stray = small[labels] & (worn > 0)
    out = classes.copy()
    out[WornClass.REST] += np.where(stray, out[list(_PARTS)].sum(axis=0), 0)
    out[list(_PARTS)] *= ~stray
    return out


def _lowered(shown: np.ndarray, flared: bool) -> np.ndarray:
    """Grown downwards by `_BELOW`; flared: and to both sides on the way, as a skirt may be."""
    rows, columns = np.mgrid[: _BELOW + 1, -(_BELOW // 2) : _BELOW // 2 + 1]
    kernel = np.abs(columns) <= ((_BELOW - rows) / 2 if flared else 0)
    return cv2.dilate(shown, kernel.astype(np.uint8), anchor=(_BELOW // 2, _BELOW))


def _blurred(values: np.ndarray, sigma: float) -> np.ndarray:
    return cv2.GaussianBlur(values, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)


@dataclass(frozen=True, kw_only=True)
class LearnedWarping:
    """The compact warping network, ready to run.

    graph: called with float32 arrays by name (see `gpvton.export.warping`).
    """

    graph: Run
    digests: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_folder(
        cls,
        folder: str | Path,
        providers: tuple[str, ...] | None = None,
        threads: int | None = None,
    ) -> "LearnedWarping":
        """From the weights folder `warping`.  Raises WeightsError."""
        graph = load_graph(Path(folder), providers, threads, "warping")
        return cls(graph=graph, digests={"warping": graph.digest})

    def __call__(
        self,
        scene: Scene,
        person: PersonAnnotation,
        garment_pixels: np.ndarray,
        garment: GarmentAnnotation,
        *,
        tucked: bool,
    ) -> Warped:
        """The garment of uint8 (h, w, 3) laid on the person.

        Raises PersonError, GarmentError as the geometric flow does, from which it starts.
        """
        wearer = person_maps(person, scene.category, tucked=tucked)
        worn = garment_maps(garment_pixels, garment, scene.category)
        start, reach = start_flow(person, garment, wearer, worn)
        picture, parts = garment_channels(worn.image, worn.parts)
        shown = without_clothing(wearer) if scene.category in AGNOSTIC else wearer
        outputs = self.graph(
            garment=picture[None].astype(np.float32),
            parts=parts[None].astype(np.float32),
            condition=person_channels(halved_maps(shown))[None],
            start=start[None],
        )
        there = [bool(np.abs(part).min() < 2.0) for part in start]
        classes = _without_strays(outputs["classes"][0])
        return Warped(
            flow=settled(outputs["flow"][0], start, classes),
            classes=classes,
            person=wearer.frame,
            garment=worn.frame,
            present=(there[0], there[1], there[2]),
            reach=reach,
        )
