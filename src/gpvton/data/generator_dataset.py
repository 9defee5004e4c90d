"""Training samples of the generator: a person with the garment taken off, and the true answer.

One kind of sample for all sources.  Real photos: the person's own garment, or that of another
colour of the same photograph, comes back as a slightly wrong warp.  Rendered people: the photo
shows outfit A, the warp and the answer outfit B.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch
from torch import Tensor

from gpvton.conditions.generation import (
    GenerationView,
    base_picture,
    generator_inputs,
    known_mask,
)
from gpvton.conditions.worn_classes import worn_classes, worn_parts
from gpvton.data.augment import change_colours
from gpvton.data.generator_degrade import (
    drawn_limbs,
    flat_lit,
    moved_classes,
    random_limbs,
    without_slivers,
    wrong_warp,
)
from gpvton.data.generator_shards import AROUND, SIZE, SKIN_NAMES, GeneratorShards
from gpvton.domain.annotations import PersonAnnotation
from gpvton.domain.errors import PersonError
from gpvton.domain.keypoints import KEYPOINT_MIRROR
from gpvton.domain.labels import PERSON_MIRROR, WornClass
from gpvton.domain.parts import Category
from gpvton.geometry.body import Body, body_from

_MIRROR = np.array(PERSON_MIRROR, np.uint8)
_LIMBS = {Category.UPPER: ("arm",), Category.LOWER: ("leg",), Category.DRESS: ("arm", "leg")}


@dataclass(frozen=True, kw_only=True)
class GeneratorSample:
    """inputs: float32 (`CHANNELS`, h, w).  target: float32 (3, h, w) in [-1, 1].
    unknown: float32 (1, h, w), 1 where the photo does not give the answer.
    """

    inputs: np.ndarray
    target: np.ndarray
    unknown: np.ndarray

    def tensors(self) -> dict[str, Tensor]:
        """By name, for the training loop."""
        names = ("inputs", "target", "unknown")
        return {name: torch.from_numpy(np.ascontiguousarray(getattr(self, name))) for name in names}


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """An entry through a crop.  Maps (h, w); garment uint8 (h, w, 4); see `GeneratorEntry`."""

    pixels: np.ndarray
    parsing: np.ndarray
    front: np.ndarray
    garment: np.ndarray
    keypoints: np.ndarray


class GeneratorDataset:
    """Items for the training loop (see `IndexedDataset`).

    size: (h, w) of the samples, 4 : 3.  augment: False for validation: the same middle crop and no
    change of colours; the garment is still laid wrongly.
    """

    def __init__(
        self, shards: GeneratorShards, size: tuple[int, int], *, augment: bool = True
    ) -> None:
        self.shards, self.size, self.augment = shards, size, augment

    def __len__(self) -> int:
        return len(self.shards)

    def item(self, seed: int, epoch: int, index: int) -> dict[str, Tensor]:
        """One sample, the same for the same numbers."""
        return self.sample(np.random.default_rng((seed, epoch, index)), index).tensors()

    def sample(self, rng: np.random.Generator, index: int) -> GeneratorSample:
        """A sample whose answer is entry `index`."""
        shards = self.shards
        category = shards.category(index)
        others = shards.group(index)
        photo = int(others[rng.integers(len(others))])
        if shards.names[index].startswith("rendered/") and rng.random() < 0.5:
            photo = next((k for k in others if k != index), index)
        matrix, mirror = self._crop(rng)
        answer = self._seen(index, matrix, mirror)
        shown = answer if photo == index else self._seen(photo, matrix, mirror)
        skin = self._skin(index, rng, mirror)
        if self.augment and rng.random() < 0.7:
            state = rng.integers(1 << 31)
            answer, shown = (_recoloured(seen, int(state)) for seen in (answer, shown))
            skin = _recoloured_skin(skin, int(state))
        extra = self._foreign(index, category, matrix, rng)
        return _composed(answer, shown, skin, extra, category, rng)

    def _crop(self, rng: np.random.Generator) -> tuple[np.ndarray, bool]:
        """Affine from entry to sample pixels, and whether it mirrors."""
        height, width = self.size
        scale, mirror = height / SIZE[0] * AROUND, False
        shift = np.zeros(2)
        if self.augment:
            scale *= float(np.exp(rng.uniform(-0.13, 0.2)))
            shift = rng.uniform(-0.05, 0.05, 2) * (width, height)
            mirror = bool(rng.random() < 0.5)
        sign = -1.0 if mirror else 1.0
        middle = np.array([(SIZE[1] - 1) / 2, (SIZE[0] - 1) / 2])
        to = np.array([(width - 1) / 2, (height - 1) / 2]) + shift
        linear = np.diag([sign * scale, scale])
        return np.c_[linear, to - linear @ middle], mirror

    def _seen(self, index: int, matrix: np.ndarray, mirror: bool) -> _Seen:
        field = self.shards.field
        parsing = self._warp(field("parsing", index), matrix, labels=True)
        keypoints = field("keypoints", index).copy()
        missing = keypoints[:, 2] == 0
        keypoints[:, :2] = keypoints[:, :2] @ matrix[:, :2].T + matrix[:, 2]
        keypoints[missing] = 0
        if mirror:
            parsing, keypoints = _MIRROR[parsing], keypoints[list(KEYPOINT_MIRROR)]
        return _Seen(
            pixels=self._warp(field("pixels", index), matrix),
            parsing=parsing,
            front=self._warp(field("front", index).astype(np.uint8), matrix, labels=True) > 0,
            garment=self._warp(field("garment", index), matrix),
            keypoints=keypoints.astype(np.float32),
        )

    def _warp(self, picture: np.ndarray, matrix: np.ndarray, *, labels: bool = False) -> np.ndarray:
        way = cv2.INTER_NEAREST if labels else cv2.INTER_LINEAR
        return cv2.warpAffine(
            picture, matrix, self.size[::-1], flags=way, borderMode=cv2.BORDER_REPLICATE
        )

    def _skin(self, index: int, rng: np.random.Generator, mirror: bool) -> np.ndarray:
        """float32 (6, 3), from all skin or from face and neck; NaN where unknown."""
        both = self.shards.field("skin", index)
        skin = both[int(rng.random() < 0.5)]
        if np.isnan(skin).any():
            skin = both[0]
        order = (1, 0, 3, 2, 4, 5) if mirror else (0, 1, 2, 3, 4, 5)
        return skin[list(order)].copy()

    def _foreign(
        self, index: int, category: Category, matrix: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """Another person's garment of the same category, dilated: bool (h, w)."""
        other = index
        for _ in range(20):
            other = int(rng.integers(len(self.shards)))
            if other != index and self.shards.category(other) == category:
                break
        parsing = self._warp(self.shards.field("parsing", other), matrix, labels=True)
        mask = np.asarray(worn_parts(parsing, category).any(axis=0), np.uint8)
        reach = 2 * int(rng.integers(1, 5)) + 1
        return cv2.dilate(mask, np.ones((reach, reach), np.uint8)) > 0


def _change(colours: np.ndarray, state: int) -> np.ndarray:
    return change_colours(colours, np.random.default_rng(state), 0.8)


def _recoloured(seen: _Seen, state: int) -> _Seen:
    """Photo and garment with the same random change of colours."""
    garment = np.dstack([_change(seen.garment[..., :3], state), seen.garment[..., 3]])
    return replace(seen, pixels=_change(seen.pixels, state), garment=garment)


def _recoloured_skin(skin: np.ndarray, state: int) -> np.ndarray:
    """Skin colours, float32 (6, 3), changed as the photo is; NaN stays."""
    whole = np.nan_to_num(skin).clip(0, 255).astype(np.uint8)
    changed = _change(whole[None], state)[0].astype(np.float32)
    return np.where(np.isnan(skin), np.nan, changed)


def _composed(
    answer: _Seen,
    shown: _Seen,
    skin: np.ndarray,
    foreign: np.ndarray,
    category: Category,
    rng: np.random.Generator,
) -> GeneratorSample:
    size = (answer.parsing.shape[0], answer.parsing.shape[1])
    garment, alphas = _garment(answer, category, rng)
    keep = 1.0 - shown.front.astype(np.float32)
    if rng.random() < 0.4:
        keep *= without_slivers(garment[..., 3], rng)
    garment, alphas = garment * keep[..., None], alphas * keep
    body = _body(answer)
    true = worn_classes(answer.parsing, worn_parts(answer.parsing, category), category)
    gaps = bool(rng.random() < 0.5)  # whether the class map knows what the warp lacks
    classes = moved_classes(true, rng, size[0] / 256 * rng.uniform(0.0, 1.6), bare=gaps)
    extra = foreign if rng.random() < 0.7 else np.zeros(size, bool)
    if body is not None:
        extra = extra | random_limbs(body, size, _LIMBS[category], rng)
        if rng.random() < 0.35:
            classes = drawn_limbs(classes, body, extra, _LIMBS[category])
    for index in (1, 2, 0):
        classes[alphas[index] > 0.5] = WornClass.LEFT_PART + index
    margin = size[0] / 256 * rng.uniform(1.5, 5.0)
    known = known_mask(shown.parsing, shown.front, classes, category, margin)
    known &= ~extra | shown.front
    view = GenerationView(
        pixels=shown.pixels,
        parsing=shown.parsing,
        front=shown.front,
        garment=garment,
        classes=classes,
        skin={} if np.isnan(skin).any() else dict(zip(SKIN_NAMES, skin, strict=True)),
        keypoints=answer.keypoints,
    )
    base = base_picture(view, known)
    return GeneratorSample(
        inputs=generator_inputs(view, known, base),
        target=answer.pixels.transpose(2, 0, 1).astype(np.float32) / 127.5 - 1,
        unknown=(~known)[None].astype(np.float32),
    )


def _garment(
    answer: _Seen, category: Category, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The warped garment as the generator gets it, and its parts' alphas."""
    worn = np.asarray(worn_parts(answer.parsing, category).any(axis=0))
    flat = answer.garment[..., 3] > 127
    if flat.any():
        # what the flat picture does not show (an inner top, the back) is taken as worn
        colour = np.where(flat[..., None], answer.garment[..., :3], answer.pixels)
        colour = colour.astype(np.float32)
    else:
        colour = answer.pixels.astype(np.float32)
        if rng.random() < 0.6:
            colour = flat_lit(colour, worn.astype(np.float32), float(rng.uniform(0.3, 1.0)))
    colour = np.clip(colour * np.exp(rng.normal(0, 0.04)), 0, 255)
    return wrong_warp(colour, answer.parsing, worn, category, rng)


def _body(seen: _Seen) -> Body | None:
    person = PersonAnnotation(
        parsing=seen.parsing,
        keypoints=seen.keypoints,
        silhouette=(seen.parsing > 0).astype(np.float32),
    )
    try:
        return body_from(person)
    except PersonError:
        return None
