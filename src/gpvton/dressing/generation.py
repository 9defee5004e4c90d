"""The generator at work: corrects what was uncovered, seams and shading (paper section 3.4).

Ours: the network sees the region at its own size; what it adds to the base is drawn up to the
photo's resolution, so that the garment's texture and the photo's own pixels stay exact.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from gpvton.conditions.frame import Frame
from gpvton.conditions.generation import (
    GenerationView,
    base_picture,
    generator_inputs,
    known_mask,
    region_frame,
)
from gpvton.domain.labels import WornClass
from gpvton.dressing.scene import Scene, soft
from gpvton.runtime.onnx import load_graph

Run = Callable[..., dict[str, np.ndarray]]


@dataclass(frozen=True, kw_only=True)
class Generated:
    """colour: float32 (h, w, 3) in [0, 255], the crop's result.  changed: bool (h, w), where it
    may differ from the photo.  garment: float32 (h, w, 4), premultiplied RGBA in [0, 1], shaded.
    """

    colour: np.ndarray
    changed: np.ndarray
    garment: np.ndarray


@dataclass(frozen=True, kw_only=True)
class WornView:
    """What is to be rendered, at the crop's size.

    garment: float32 (h, w, 4), premultiplied RGBA in [0, 1].  classes: uint8 (h, w) of
    `WornClass`.  front: bool (h, w), what of the photo lies over the garment.  kept: bool (h, w),
    what stays the photo whatever its class.  keypoints: float32 (25, 3) in pixels of the crop.
    """

    garment: np.ndarray
    classes: np.ndarray
    front: np.ndarray
    kept: np.ndarray
    keypoints: np.ndarray


@dataclass(frozen=True, kw_only=True)
class LearnedGenerator:
    """The compact generator, ready to run.

    graph: called with `inputs` float32 (1, `CHANNELS`, h, w), gives `correction` (1, 3, h, w) in
    units of [-1, 1], `blend` and `shading` (1, 1, h, w).  size: (h, w).
    """

    graph: Run
    size: tuple[int, int]
    digests: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_folder(
        cls,
        folder: str | Path,
        providers: tuple[str, ...] | None = None,
        threads: int | None = None,
    ) -> "LearnedGenerator":
        """From the weights folder `generator`.  Raises WeightsError."""
        graph = load_graph(Path(folder), providers, threads, "generator")
        return cls(graph=graph, size=graph.config.input_size, digests={"generator": graph.digest})

    def __call__(self, scene: Scene, worn: WornView) -> Generated | None:
        """The crop with the garment worn; None where no skin shows, so its colour is unknown."""
        if not scene.skin:
            return None
        span = scene.body.span
        known = worn.kept | known_mask(
            scene.parsing, worn.front, worn.classes, scene.category, max(0.02 * span, 1.5)
        )
        view = GenerationView(
            pixels=scene.pixels,
            parsing=scene.parsing,
            front=worn.front,
            garment=worn.garment,
            classes=worn.classes,
            skin=scene.skin,
            keypoints=worn.keypoints,
        )
        base = base_picture(view, known)
        frame = region_frame(~known, self.size)
        seen, known_small = _small_view(view, frame), frame.cut(known.astype(np.uint8), labels=True)
        small_base = frame.cut(base, fill=None)
        inputs = generator_inputs(seen, known_small > 0, small_base)
        outputs = self.graph(inputs=inputs[None])
        return _rendered(scene, worn, base, known, _drawn_up(outputs, frame, scene.size))


def _small_view(view: GenerationView, frame: Frame) -> GenerationView:
    keypoints = view.keypoints.copy()
    there = keypoints[:, 2] > 0
    keypoints[there, :2] = frame.points(keypoints[there, :2])
    return GenerationView(
        pixels=frame.cut(view.pixels, fill=None),
        parsing=frame.cut(view.parsing, labels=True, fill=None),
        front=frame.cut(view.front.astype(np.uint8), labels=True, fill=None) > 0,
        garment=frame.cut(view.garment),
        classes=frame.cut(view.classes, labels=True, fill=None),
        skin=view.skin,
        keypoints=keypoints.astype(np.float32),
    )


def _drawn_up(
    outputs: Mapping[str, np.ndarray], frame: Frame, size: tuple[int, int]
) -> dict[str, np.ndarray]:
    """The network's maps at the crop's size: (h, w, 3) and (h, w)."""
    found = {}
    for name, values in outputs.items():
        picture = np.ascontiguousarray(values[0].transpose(1, 2, 0).astype(np.float32))
        found[name] = frame.put_back(picture, size)
    return found


def _rendered(
    scene: Scene,
    worn: WornView,
    base: np.ndarray,
    known: np.ndarray,
    made: Mapping[str, np.ndarray],
) -> Generated:
    """garment x shading x blend + (base + correction) x (1 - blend), where the photo is unknown."""
    alpha = worn.garment[..., 3]
    depth = cv2.distanceTransform((alpha > 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    inner = np.clip(depth / max(0.02 * scene.body.span, 2.0) - 0.5, 0.0, 1.0)
    share = np.maximum(np.clip(made["blend"], 0, 1), inner)
    worn_or_body = soft((worn.classes != WornClass.REST) & ~known, 1.0)
    correction = made["correction"] * worn_or_body[..., None]  # the ground is filled in already
    rendering = np.clip(base + 127.5 * correction, 0, 255)
    lit = worn.garment[..., :3] * 255 * made["shading"][..., None]
    result = lit * share[..., None] + rendering * (1 - share * alpha)[..., None]
    edge = soft(~known, 0.7) * ~known
    photo = scene.pixels.astype(np.float32)
    colour = photo + edge[..., None] * (np.clip(result, 0, 255) - photo)
    garment = np.dstack([np.clip(lit / 255, 0, 1), alpha])
    return Generated(colour=colour, changed=~known, garment=garment)
