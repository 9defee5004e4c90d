"""Dressing with the authors' networks, converted by `gpvton convert` (paper section 3)."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np

from gpvton.conditions.body_parts import body_part_map
from gpvton.conditions.published import (
    DRESSCODE,
    PUBLISHED_TABLE,
    VITONHD,
    ParsingClasses,
    garment_channel,
    generator_condition,
    person_condition,
    published_preserve_mask,
)
from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.errors import GarmentError, InputError
from gpvton.domain.labels import GarmentLabel
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import PART_TABLE, Category
from gpvton.dressing.dress import Dressed
from gpvton.dressing.letterbox import Letterbox
from gpvton.dressing.published_assembly import assemble_parts
from gpvton.geometry.body import body_from
from gpvton.geometry.flow import flow_from_pixels, pixels_from_flow
from gpvton.runtime.onnx import load_graph

Run = Callable[..., dict[str, np.ndarray]]


@dataclass(frozen=True, kw_only=True)
class PublishedNetworks:
    """Both networks, ready to run.

    warping and generator: called with float32 arrays by name (see `gpvton.export.published`).
    warping_size, size: (height, width) that they run at; classes: of the global parsing; digests:
    of the weights files.
    """

    warping: Run
    generator: Run
    warping_size: tuple[int, int]
    size: tuple[int, int]
    classes: ParsingClasses
    digests: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_folder(
        cls,
        folder: str | Path,
        providers: tuple[str, ...] | None = None,
        threads: int | None = None,
    ) -> "PublishedNetworks":
        """From the folder that `gpvton convert` wrote.  Raises WeightsError."""
        warping = load_graph(
            Path(folder) / "published_warping", providers, threads, "published_warping"
        )
        generator = load_graph(
            Path(folder) / "published_generator", providers, threads, "published_generator"
        )
        return cls(
            warping=warping,
            generator=generator,
            warping_size=warping.config.input_size,
            size=generator.config.input_size,
            digests={graph.config.network: graph.digest for graph in (warping, generator)},
            classes=VITONHD if warping.config.settings["parsing_classes"] == 7 else DRESSCODE,
        )


@dataclass(frozen=True, kw_only=True)
class _Garment:
    """A garment in a frame: image (3, h, w) in [-1, 1], 0 outside; part_masks bool (3, h, w)."""

    image: np.ndarray
    part_masks: np.ndarray
    box: Letterbox


def dress_published(
    photo: np.ndarray,
    person: PersonAnnotation,
    garment_pixels: np.ndarray,
    garment: GarmentAnnotation,
    networks: PublishedNetworks,
    *,
    category: Category | None = None,
    densepose: np.ndarray | None = None,
) -> Dressed:
    """The person of `photo`, uint8 (h, w, 3), in the garment, as the authors' networks render it.

    densepose: uint8 (h, w) of DensePose's labels 0..24; without it our body-part map stands in,
    with a warning.  The whole photo is fitted into the networks' frame (white around it) and comes
    back at its own size.
    Quirk: nothing is pasted back: also what is preserved is rendered anew, so `edit_mask` is all.
    Raises GarmentError for a category that the network does not know, InputError for a DensePose
    map of another size.
    """
    category = category or garment.category
    _check_inputs(category, networks, densepose, photo)
    box = Letterbox(source=photo.shape[:2], frame=networks.size)
    times = [time.perf_counter()]
    flow, logits = _warp(person, densepose, garment_pixels, garment, networks, category)
    times.append(time.perf_counter())
    picture = box.fit(photo, 255)
    wearer = _framed(person, box)
    kept = published_preserve_mask(wearer, category, for_generator=True)
    flat = _framed_garment(garment_pixels, garment, networks.size, category)
    image, parsing = assemble_parts(
        flat.image[None] * flat.part_masks[:, None],
        flat.part_masks,
        np.stack([_resized(part, networks.size) for part in flow]),
        _resized(logits, networks.size).argmax(axis=0),
        kept,
        networks.classes.parts[category],
        networks.classes.body,
    )
    worn = np.isin(parsing, networks.classes.parts[category])
    times.append(time.perf_counter())
    result = _render(networks, picture, wearer, kept, image, worn, parsing)
    times.append(time.perf_counter())
    alpha = worn.astype(np.float32)[..., None]
    rgba = np.concatenate([(image.transpose(1, 2, 0) + 1) / 2 * alpha, alpha], axis=2)
    return Dressed(
        image=box.back(result),
        warped=box.back(rgba.astype(np.float32)),
        parsing=_new_parsing(person, box.back(parsing, labels=True), networks.classes, category),
        flow=_flow_to_garment(flow, box, networks, garment.mask.shape),
        box=(0, 0, photo.shape[1], photo.shape[0]),
        edit_mask=np.ones(photo.shape[:2], bool),
        preserve_mask=box.back(kept.astype(np.uint8), labels=True).astype(bool),
        warnings=_warnings(networks.size, densepose is None),
        timings=dict(zip(("flow", "warp", "blend"), np.diff(times).tolist(), strict=True)),
    )


def _check_inputs(
    category: Category,
    networks: PublishedNetworks,
    densepose: np.ndarray | None,
    photo: np.ndarray,
) -> None:
    if category not in networks.classes.parts:
        raise GarmentError(
            f"this network (VITON-HD) knows upper garments only, not {category}; "
            "use the DressCode checkpoints"
        )
    if densepose is not None and densepose.shape != photo.shape[:2]:
        raise InputError(
            f"the DensePose map is {densepose.shape}, expected the photo's {photo.shape[:2]}"
        )


def _warp(
    person: PersonAnnotation,
    densepose: np.ndarray | None,
    garment_pixels: np.ndarray,
    garment: GarmentAnnotation,
    networks: PublishedNetworks,
    category: Category,
) -> tuple[np.ndarray, np.ndarray]:
    """Flow (part, 2, h, w) and logits (classes, h, w) at the warping network's size."""
    box = Letterbox(source=person.parsing.shape, frame=networks.warping_size)
    wearer = _framed(person, box)
    body = (
        body_part_map(body_from(wearer), *networks.warping_size)
        if densepose is None
        else box.fit(densepose, 0, labels=True)
    )
    kept = published_preserve_mask(wearer, category)
    flat = _framed_garment(garment_pixels, garment, networks.warping_size, category)
    inputs = {
        "garment": flat.image[None],
        "garment_parsing": garment_channel(flat.part_masks, category, networks.classes)[None, None],
        "part_masks": flat.part_masks[None].astype(np.float32),
        "person_condition": person_condition(body, wearer.keypoints, kept)[None],
        "preserve_mask": kept[None, None].astype(np.float32),
    }
    if networks.classes is DRESSCODE:
        inputs["category"] = np.full((1, 1), PUBLISHED_TABLE[category].code, np.float32)
    outputs = networks.warping(**inputs)
    return outputs["flow"][0], outputs["logits"][0]


def _render(
    networks: PublishedNetworks,
    picture: np.ndarray,
    wearer: PersonAnnotation,
    kept: np.ndarray,
    garment: np.ndarray,
    worn: np.ndarray,
    parsing: np.ndarray,
) -> np.ndarray:
    """The generator's picture, uint8 (h, w, 3), at its own size."""
    inputs = generator_condition(picture, wearer, kept, garment, worn, parsing, networks.classes)
    raw = networks.generator(inputs=inputs[None])["raw"][0]
    blend = worn / (1 + np.exp(-raw[3]))
    image = garment * blend + np.tanh(raw[:3]) * (1 - blend)
    return np.clip(np.rint((image.transpose(1, 2, 0) + 1) * 127.5), 0, 255).astype(np.uint8)


def _framed(person: PersonAnnotation, box: Letterbox) -> PersonAnnotation:
    """The annotation of the picture in its frame; a missing key point stays at (0, 0)."""
    keypoints = person.keypoints.copy()
    found = keypoints[:, 2] > 0
    keypoints[found, :2] = box.points(keypoints[found, :2])
    return replace(
        person,
        parsing=box.fit(person.parsing, P.BACKGROUND, labels=True),
        silhouette=box.fit(person.silhouette, 0),
        keypoints=keypoints.astype(np.float32),
    )


def _framed_garment(
    pixels: np.ndarray, garment: GarmentAnnotation, size: tuple[int, int], category: Category
) -> _Garment:
    box = Letterbox(source=garment.mask.shape, frame=size)
    parsing = box.fit(garment.parsing, GarmentLabel.BACKGROUND, labels=True)
    mask = (box.fit(garment.mask, 0) > 0.5) & (parsing != GarmentLabel.INNER_COLLAR)
    flat = PART_TABLE[category].flat
    parts = np.stack([np.isin(parsing, tuple(labels)) & mask for labels in flat])
    image = (box.fit(pixels, 255).transpose(2, 0, 1) / 127.5 - 1) * mask
    return _Garment(image=image.astype(np.float32), part_masks=parts, box=box)


def _resized(channels: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """(c, h, w) to another size, bilinear.  Ours for the logits at 1024 x 768."""
    if channels.shape[-2:] == size:
        return channels
    return np.stack([cv2.resize(channel, size[::-1]) for channel in channels])


def _flow_to_garment(
    flow: np.ndarray, box: Letterbox, networks: PublishedNetworks, garment_size: tuple[int, ...]
) -> np.ndarray:
    """From the garment's frame into the garment's own picture; only the photo's part of it."""
    high, wide = int(garment_size[0]), int(garment_size[1])
    framed = Letterbox(source=(high, wide), frame=networks.warping_size)
    pixels = pixels_from_flow(flow, networks.warping_size)
    own = framed.points_back(pixels.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    content = Letterbox(source=box.source, frame=networks.warping_size).content
    left, top, right, bottom = content
    return flow_from_pixels(own[..., top:bottom, left:right], (high, wide))


def _new_parsing(
    person: PersonAnnotation, parsing: np.ndarray, classes: ParsingClasses, category: Category
) -> np.ndarray:
    """Person labels of the result: new parts, arms and neck where the network says so."""
    row = PART_TABLE[category]
    out = person.parsing.copy()
    out[np.isin(out, tuple(row.replaced))] = P.BACKGROUND
    for label, limb in zip(classes.body, (P.LEFT_ARM, P.RIGHT_ARM, P.NECK), strict=True):
        out[parsing == label] = limb
    for label, worn in zip(classes.parts[category], row.worn, strict=True):
        out[parsing == label] = min(worn)
    return out


def _warnings(size: tuple[int, int], stand_in: bool) -> tuple[str, ...]:
    warnings = [f"the published networks render the whole photo anew at {size[0]} x {size[1]}"]
    if stand_in:
        warnings.append(
            "no DensePose map was given: our body-part map stands in for it, which the published "
            "networks were not trained on"
        )
    return tuple(warnings)
