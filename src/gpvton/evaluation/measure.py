"""All numbers of one result.  A number that cannot be computed is absent, never made up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np

from gpvton.data.tryon_dataset import TryOnSample
from gpvton.domain.annotations import PersonAnnotation
from gpvton.domain.errors import GpvtonError
from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.domain.labels import PersonLabel
from gpvton.domain.parts import PART_NAMES, PART_TABLE, Category
from gpvton.evaluation import image_metrics, tryon_metrics, warping_metrics
from gpvton.evaluation.engines import Produced
from gpvton.evaluation.lpips import Lpips
from gpvton.evaluation.perceptual import EfficientNetDistance
from gpvton.evaluation.presets import Preset
from gpvton.evaluation.visible_flow import part_masks, visible_flow

Numbers = dict[str, float | None]
AnalysePerson = Callable[[np.ndarray], PersonAnnotation]


@dataclass(frozen=True, kw_only=True)
class Measures:
    """What to measure with.

    analyse: the one parser that labels the results of all engines; what an engine thinks of its
    own result never counts.  analyst: what it is, as JSON values.
    """

    preset: Preset
    lpips: Lpips | None = None
    perceptual: EfficientNetDistance | None = None
    analyse: AnalysePerson | None = None
    analyst: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, sample: TryOnSample, produced: Produced) -> dict[str, float]:
        """Name to number."""
        parsing = self._parsing(produced)
        numbers: Numbers = {}
        if sample.truth is not None:
            numbers |= self._against_truth(sample, produced.image)
        numbers |= _outlines(sample, parsing)
        numbers |= _laid(sample, produced)
        numbers |= _flow(sample, produced)
        numbers |= _try_on(sample, produced, parsing)
        return {name: value for name, value in numbers.items() if value is not None}

    def _parsing(self, produced: Produced) -> np.ndarray | None:
        if self.analyse is None:
            return None
        try:
            return self.analyse(produced.image).parsing
        except GpvtonError:
            return None

    def _against_truth(self, sample: TryOnSample, image: np.ndarray) -> Numbers:
        assert sample.truth is not None
        preset, size = self.preset, sample.truth.size
        truth = preset.resized(sample.truth.pixels, size)
        result = preset.resized(image, size)
        similarity = toned = image_metrics.ssim_map(result, truth)
        if preset.ssim == "grey":
            toned = image_metrics.ssim_map(image_metrics.grey(result), image_metrics.grey(truth))
        numbers: Numbers = {
            "ssim": image_metrics.mean_similarity(toned, border=preset.ssim_border),
            "ms_ssim": image_metrics.ms_ssim(result, truth),
            "psnr": image_metrics.psnr(result, truth),
        }
        if sample.truth_parsing is not None:
            mask = warping_metrics.worn_mask(sample.truth_parsing, sample.pair.category)
            mask = _mask_resized(mask, truth.shape[:2])
            numbers["masked_ssim"] = image_metrics.similarity_inside(similarity, mask)
        photo = sample.person.pixels
        if photo.shape == result.shape == sample.truth.pixels.shape:
            region = image_metrics.changed_region(photo, sample.truth.pixels)
            numbers["edit_ssim"] = image_metrics.similarity_inside(similarity, region)
        if self.perceptual is not None:
            numbers["perceptual_efficientnet_lite0"] = self.perceptual(result, truth)
        if self.lpips is not None:
            numbers[f"lpips_{self.lpips.kind}"] = self.lpips(result, truth, preset.lpips_size)
        return numbers


def _outlines(sample: TryOnSample, parsing: np.ndarray | None) -> Numbers:
    category = sample.pair.category
    numbers: Numbers = {}
    truth = sample.truth_parsing
    if parsing is not None and truth is not None and parsing.shape == truth.shape:
        worn = [warping_metrics.worn_mask(labels, category) for labels in (parsing, truth)]
        numbers["mask_iou"] = warping_metrics.mask_iou(worn[0], worn[1])
        for part, iou in warping_metrics.part_ious(parsing, truth, category).items():
            numbers[f"iou_{part}"] = iou
        span = _span(sample.person_annotation)
        if span is not None:
            error = tryon_metrics.length_error(worn[0], worn[1], span)
            numbers["length_error"] = None if error is None else abs(error)
    return numbers


def _laid(sample: TryOnSample, produced: Produced) -> Numbers:
    """Where the engine says that it laid each part, against where the part truly shows.

    The mean is over the parts that the truth or the result has.
    """
    if produced.parts is None or sample.truth_parsing is None:
        return {}
    truth = part_masks(sample.truth_parsing, sample.pair.category)
    numbers: Numbers = {
        f"laid_iou_{name}": warping_metrics.mask_iou(laid, true)
        for name, laid, true in zip(PART_NAMES, produced.parts, truth, strict=True)
        if laid.shape == true.shape
    }
    known = [value for value in numbers.values() if value is not None]
    numbers["laid_iou"] = sum(known) / len(known) if known else None
    return numbers


def _flow(sample: TryOnSample, produced: Produced) -> Numbers:
    """Of the flow where it shows in the result; its errors where the true garment shows too."""
    if produced.flow is None or produced.parts is None or produced.box is None:
        return {}
    size, category = sample.garment.size, sample.pair.category
    flow = visible_flow(produced.flow, produced.box, produced.parts)
    inside = [mask for mask in produced.parts if mask.any()]
    numbers: Numbers = {
        "fold_over_rate": _weighted(flow, size, inside, warping_metrics.fold_over_rate),
        "stretch": _weighted(flow, size, inside, warping_metrics.stretch),
    }
    truth = sample.truth_flow
    if truth is None or truth.shape != flow.shape:
        return numbers
    worn = np.isfinite(truth[0])
    known = worn & np.isfinite(flow[0])
    numbers["flow_coverage"] = np.count_nonzero(known) / worn.sum() if worn.any() else None
    numbers["end_point_error"] = warping_metrics.end_point_error(flow, truth, size, known)
    if sample.truth_parsing is not None:
        for name, mask in zip(PART_NAMES, part_masks(sample.truth_parsing, category), strict=True):
            error = warping_metrics.end_point_error(flow, truth, size, known & mask)
            numbers[f"end_point_error_{name}"] = error
    return numbers


def _weighted(
    flow: np.ndarray,
    size: tuple[int, int],
    masks: list[np.ndarray],
    metric: Callable[[np.ndarray, tuple[int, int], np.ndarray], float | None],
) -> float | None:
    """Mean of a metric over parts, by their pixels: a seam between parts is no fold."""
    total, weight = 0.0, 0
    for mask in masks:
        known = mask & np.isfinite(flow[0])
        value = metric(np.nan_to_num(flow), size, known)
        if value is not None:
            count = np.count_nonzero(known)
            total, weight = total + value * count, weight + count
    return total / weight if weight else None


def _try_on(sample: TryOnSample, produced: Produced, parsing: np.ndarray | None) -> Numbers:
    numbers: Numbers = {}
    photo, category = sample.person.pixels, sample.pair.category
    same_size = photo.shape == produced.image.shape
    if produced.edit_mask is not None and same_size:
        change = tryon_metrics.change_outside(photo, produced.image, produced.edit_mask)
        numbers["changed_outside"] = change.share
        numbers["changed_outside_largest"] = float(change.largest)
    if sample.person_annotation is not None and same_size:
        numbers["preserved_difference"] = _preserved_difference(sample, produced.image, category)
    garment = sample.garment_annotation
    if garment is not None and parsing is not None:
        worn = warping_metrics.worn_mask(parsing, category)
        pictures = (sample.garment.pixels, garment.mask > 0.5, produced.image, worn)
        numbers["colour_error"] = tryon_metrics.colour_error(*pictures)
        numbers["texture_loss"] = tryon_metrics.texture_loss(*pictures)
    return numbers


def _preserved_difference(
    sample: TryOnSample, image: np.ndarray, category: Category
) -> float | None:
    """Mean grey levels by which face, hair and what else must stay differ from the photo.

    Ours: over labels that the category neither replaces nor hides, 3 pixels inside their edge.
    """
    assert sample.person_annotation is not None
    row = PART_TABLE[category]
    free = row.replaced | row.hidden | {PersonLabel.BACKGROUND}
    kept = ~np.isin(sample.person_annotation.parsing, sorted(free))
    inner = cv2.erode(kept.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    if not inner.any():
        return None
    difference = np.abs(image.astype(np.int16) - sample.person.pixels.astype(np.int16))
    return float(difference[inner].mean())


def _span(person: PersonAnnotation | None) -> float | None:
    if person is None:
        return None
    points = person.keypoints[[KEYPOINT_INDEX["left_shoulder"], KEYPOINT_INDEX["right_shoulder"]]]
    if (points[:, 2] < 0.1).any():
        return None
    return float(np.linalg.norm(points[0, :2] - points[1, :2])) or None


def _mask_resized(mask: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    if mask.shape == size:
        return mask
    return cv2.resize(mask.astype(np.uint8), size[::-1], interpolation=cv2.INTER_NEAREST_EXACT) > 0
