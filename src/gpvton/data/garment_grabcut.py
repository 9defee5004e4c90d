"""Garment masks without any given label: GrabCut from the colours of the picture's border.

Ours: two GrabCuts with different beginnings in different colour spaces; where they agree and the
outline looks like a garment's, the mask is kept as a label, the rest is left to self-training.
"""

from dataclasses import dataclass

import cv2
import numpy as np

_SIDE = 300  # longer side of the picture that GrabCut works on, in pixels
_RING = 0.025  # width of the border taken as ground, share of the shorter side
_MIN_AREA, _MAX_AREA = 0.06, 0.72
_MIN_AGREEMENT = 0.93
_MAX_BORDER = 0.05
_MIN_SOLIDITY = 0.5
_MIN_CONTRAST = 0.55


@dataclass(frozen=True, kw_only=True)
class MaskProposal:
    """A garment mask found without labels, and what speaks for it.

    mask: bool (h, w).  agreement: intersection over union of the two GrabCuts.
    area, border: share of the picture covered, share of the picture's border touched.
    solidity: area over area of the convex hull.  whole: share of the raw foreground that lies in
    the one piece kept.  contrast: share of the outline where colours inside and outside differ.
    All but the mask are in [0, 1].
    """

    mask: np.ndarray
    agreement: float
    area: float
    border: float
    solidity: float
    whole: float
    contrast: float

    @property
    def confident(self) -> bool:
        """Whether the mask is good enough to be a training label."""
        return (
            self.agreement >= _MIN_AGREEMENT
            and _MIN_AREA <= self.area <= _MAX_AREA
            and self.border <= _MAX_BORDER
            and self.solidity >= _MIN_SOLIDITY
            and self.whole >= 0.9
            and self.contrast >= _MIN_CONTRAST
        )


def propose_mask(pixels: np.ndarray) -> MaskProposal:
    """Finds the garment in a photo of one garment; pixels uint8 (h, w, 3) RGB."""
    height, width = pixels.shape[:2]
    scale = min(1.0, _SIDE / max(height, width))
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB)
    ring = _ring(small.shape[:2])
    first = _cut(small, np.where(ring, cv2.GC_BGD, cv2.GC_PR_FGD))
    far = _far_from_border(lab, ring)
    second = _cut(lab, np.where(ring, cv2.GC_BGD, np.where(far, cv2.GC_PR_FGD, cv2.GC_PR_BGD)))
    agreement = float((first & second).sum() / max(1, (first | second).sum()))
    raw = second if agreement > 0.5 else first
    piece = clean_mask(raw)
    full = cv2.resize(piece.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    return MaskProposal(
        mask=full > 0.5,
        agreement=agreement,
        area=float(piece.mean()),
        border=_border_share(piece),
        solidity=solidity(piece),
        whole=float((piece & raw).sum() / max(1, raw.sum())),
        contrast=_contrast(lab, piece),
    )


def clean_mask(mask: np.ndarray, hole: float = 0.004) -> np.ndarray:
    """The largest piece of a bool (h, w) mask, with holes below `hole` of its area filled."""
    opened = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=4)
    if count < 2:
        return np.zeros_like(mask, bool)
    piece = labels == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    limit = hole * piece.sum()
    _, labels, stats, _ = cv2.connectedComponentsWithStats((~piece).astype(np.uint8))
    small = stats[:, cv2.CC_STAT_AREA] < limit
    small[0] = False
    return piece | small[labels]


def solidity(mask: np.ndarray) -> float:
    """Area over area of the convex hull, in [0, 1]; 0 for an empty mask."""
    points = cv2.findNonZero(mask.astype(np.uint8))
    if points is None or len(points) < 3:
        return 0.0
    hull = cv2.contourArea(cv2.convexHull(points))
    return float(min(1.0, mask.sum() / max(hull, 1.0)))


def _ring(shape: tuple[int, int]) -> np.ndarray:
    ring = np.ones(shape, bool)
    width = max(2, round(_RING * min(shape)))
    ring[width:-width, width:-width] = False
    return ring


def _cut(image: np.ndarray, seed: np.ndarray) -> np.ndarray:
    seed = seed.astype(np.uint8)
    if not (seed == cv2.GC_PR_FGD).any():
        return np.zeros(seed.shape, bool)
    cv2.setRNGSeed(0)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(image, seed, (0, 0, 1, 1), *models, 5, cv2.GC_INIT_WITH_MASK)
    return (seed == cv2.GC_FGD) | (seed == cv2.GC_PR_FGD)


def _far_from_border(lab: np.ndarray, ring: np.ndarray, colours: int = 5) -> np.ndarray:
    """Pixels whose colour is far from all colours of the border, by Otsu's threshold."""
    samples = lab[ring].astype(np.float32)
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 15, 1.0)
    cv2.setRNGSeed(0)
    start = np.zeros((len(samples), 1), np.int32)
    _, owner, centres = cv2.kmeans(samples, colours, start, criteria, 1, cv2.KMEANS_PP_CENTERS)
    share = np.bincount(owner.ravel(), minlength=colours) / len(samples)
    centres = centres[share > 0.08]
    distance = np.full(lab.shape[:2], np.inf, np.float32)
    for centre in centres:
        step = lab.astype(np.float32) - centre
        step[..., 0] *= 0.6  # shadows on the ground change lightness most
        distance = np.minimum(distance, np.linalg.norm(step, axis=2))
    distance = cv2.GaussianBlur(distance, (0, 0), 2)
    scaled = np.clip(distance * 255 / max(float(np.percentile(distance, 99)), 1e-6), 0, 255)
    level, _ = cv2.threshold(scaled.astype(np.uint8), 0, 255, cv2.THRESH_OTSU)
    return scaled > level


def _border_share(mask: np.ndarray) -> float:
    edge = np.concatenate([mask[3], mask[-4], mask[:, 3], mask[:, -4]])
    return float(edge.mean())


def _contrast(lab: np.ndarray, mask: np.ndarray) -> float:
    """Share of the outline whose two sides differ by more than 12 in Lab."""
    kernel = np.ones((7, 7), np.uint8)
    inside = mask.astype(np.uint8)
    outer = (cv2.dilate(inside, kernel) > 0) & ~mask
    core = cv2.erode(inside, kernel) > 0
    line = mask & ~(cv2.erode(inside, np.ones((3, 3), np.uint8)) > 0)
    if not line.any() or not core.any():
        return 0.0
    here = _local_mean(lab, mask)[line]
    there = _local_mean(lab, outer)[line]
    return float((np.linalg.norm(here - there, axis=1) > 12).mean())


def _local_mean(lab: np.ndarray, where: np.ndarray) -> np.ndarray:
    weight = where.astype(np.float32)
    total = cv2.blur(weight, (9, 9))[..., None]
    return cv2.blur(lab.astype(np.float32) * weight[..., None], (9, 9)) / np.maximum(total, 1e-6)
