"""The garment's mask at photo resolution: colours decide inside a thin band around the edge.

Ours: inside and outside of the band give local means and variances of colour; their likelihood
ratio and the network's answer add up, and a guided filter follows the photo's edges.  Small holes
that neither explains are closed.
"""

import cv2
import numpy as np

from gpvton.analysis.decode import guided

WORK_SIDE = 900
"""Longer side at which the band is decided; larger photos are brought up by a guided filter."""

_PRIOR = 0.6  # weight of the network's logit
_EVIDENCE = 5.0  # largest |log likelihood ratio| of a colour
_SAMPLES = 15  # per side of the window from which the colours near by are learnt
_LARGEST_HOLE = 0.03  # of the garment's area, that may be closed
_CLOSED = ((0.25, -0.3), (0.1, -2.0))
"""The network's mean answer in a hole, and the log likelihood ratio of ground to garment by its
colours, above and below which it is closed."""
_ROW = 1024  # pixels of a row in `_read`; OpenCV's pictures are no wider than 32,767
_FLOOR = 3.0  # least standard deviation of a colour, in Lab units


def refine_mask(pixels: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Soft mask float32 (h, w) in [0, 1].

    pixels: uint8 (h, w, 3) RGB.  probability: float32 (h, w) in [0, 1], the network's answer
    brought to the photo's size.
    """
    height, width = probability.shape
    scale = min(1.0, WORK_SIDE / max(height, width))
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    picture, prior = pixels, probability
    if scale < 1.0:
        picture = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        prior = cv2.resize(probability, size, interpolation=cv2.INTER_AREA)
    soft = _without_holes(_decide_band(picture, prior), picture, prior)
    if scale < 1.0:
        soft = cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR)
        grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
        soft = guided(soft, grey, max(round(1 / scale), 1), 1e-3)
    return np.clip(_without_scraps(soft), 0, 1)


def _decide_band(pixels: np.ndarray, prior: np.ndarray) -> np.ndarray:
    inside = (prior > 0.5).astype(np.uint8)
    extent = float(np.sqrt(inside.sum()))
    reach = max(2, round(0.02 * extent))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    core = (cv2.erode(inside, kernel) > 0) & (prior > 0.7)
    ground = (cv2.dilate(inside, kernel) == 0) & (prior < 0.3)
    if not core.any() or not ground.any():
        return prior
    ratio = _evidence(pixels, core, ground, 6 * reach + 1)
    open_ = ~(core | ground)
    known = np.clip(prior[open_], 0.01, 0.99)
    soft = core.astype(np.float32)
    soft[open_] = 1 / (1 + np.exp(-(_PRIOR * np.log(known / (1 - known)) + ratio[open_])))
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    smooth = guided(soft, grey, max(1, reach // 3), 1e-3)
    return np.clip((smooth - 0.5) * 1.6 + 0.5, 0, 1)


def _evidence(pixels: np.ndarray, core: np.ndarray, ground: np.ndarray, window: int) -> np.ndarray:
    """Log likelihood ratio of garment to ground by colour, float32 (h, w), where neither is sure.

    The colours near by are learnt from every `step`-th pixel.
    """
    band = cv2.dilate((~(core | ground)).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB)
    step = max(window // _SAMPLES, 1)
    costs = (_cost(lab, where, window, step, band) for where in (ground, core))
    ratio = np.zeros(core.shape, np.float32)
    ratio[band] = np.clip(np.subtract(*costs), -_EVIDENCE, _EVIDENCE)
    return cv2.blur(ratio, (3, 3))


def _cost(
    lab: np.ndarray, where: np.ndarray, window: int, step: int, band: np.ndarray
) -> np.ndarray:
    """Half the squared distance to the colours near by plus log of their spread, float32 (n,) of
    the n pixels of `band`.
    """
    first = (step - 1) // 2
    some = lab[first::step, first::step].astype(np.float32)
    there = where[first::step, first::step].astype(np.float32)
    window = window // step | 1
    mean, variance = _moments(some, there, window)
    alone = (cv2.blur(there, (window, window)) <= 0.01) & _needed(band, there.shape)
    if alone.any():
        far, far_variance = _moments(some, there, 4 * window + 1)
        mean[alone], variance[alone] = far[alone], far_variance[alone]
    variance += _FLOOR**2
    mean, variance = (_read(values, band) for values in (mean, variance))
    distance = lab[band] - mean
    a, b, c = (distance * distance / variance).T
    d, e, f = variance.T
    return 0.5 * (a + b + c + np.log(d * e * f))


def _needed(band: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
    """Which cells, bool (h, w) = size, of a smaller grid the pixels of `band` are read from."""
    share = cv2.resize(band.astype(np.float32), size[::-1], interpolation=cv2.INTER_AREA)
    return cv2.dilate(share, np.ones((3, 3), np.uint8)) > 0


def _read(values: np.ndarray, band: np.ndarray) -> np.ndarray:
    """A small float32 map (h', w', 3) at the n pixels of `band` (h, w), linearly: (n, 3)."""
    rows, columns = np.nonzero(band)
    places = np.zeros((2, -(-len(rows) // _ROW) * _ROW), np.float32)
    for place, at, small, large in zip(
        places, (rows, columns), values.shape[:2], band.shape, strict=True
    ):
        place[: len(at)] = (at + 0.5) * (small / large) - 0.5
    y, x = places.reshape(2, -1, _ROW)
    found = cv2.remap(values, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return found.reshape(-1, values.shape[2])[: len(rows)]


def _moments(lab: np.ndarray, weight: np.ndarray, window: int) -> tuple[np.ndarray, np.ndarray]:
    """Local mean and variance per channel, float32 (h, w, 3), weighted by float32 (h, w)."""
    size = (window, window)
    total = np.maximum(cv2.blur(weight, size), 1e-6)[..., None]
    weighted = lab * weight[..., None]
    mean = cv2.blur(weighted, size) / total
    square = cv2.blur(weighted * lab, size) / total
    return mean, np.maximum(square - mean**2, 0)


def _without_holes(soft: np.ndarray, pixels: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """The mask with small holes closed where the network is not sure of them and the colours inside
    are rather the garment's than the ground's: prints, labels, folds.
    """
    solid = (soft > 0.5).astype(np.uint8)
    outlines, levels = cv2.findContours(solid, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    inner = [k for k in range(len(outlines)) if levels[0, k, 3] >= 0]
    if not inner:
        return soft
    holes = np.zeros(solid.shape, np.int32)
    for k in inner:
        cv2.drawContours(holes, outlines, k, k + 1, cv2.FILLED)
    holes[solid > 0] = 0
    likely = _likely_ground(pixels, (solid == 0) & (holes == 0), solid > 0)
    areas, seen, colour = (
        np.bincount(holes.ravel(), weights.ravel(), len(outlines) + 1)
        for weights in (np.ones_like(prior), prior, likely)
    )
    seen, colour = (sums / np.maximum(areas, 1) for sums in (seen, colour))
    close = np.any([(seen >= s) & (colour < c) for s, c in _CLOSED], axis=0)
    close &= areas <= _LARGEST_HOLE * float(solid.sum())
    close[0] = False
    return np.where(cv2.dilate(close[holes].astype(np.uint8), np.ones((3, 3))) > 0, 1.0, soft)


def _likely_ground(pixels: np.ndarray, ground: np.ndarray, garment: np.ndarray) -> np.ndarray:
    """Log likelihood ratio of ground to garment, bool (h, w), by colour, float32 (h, w)."""
    lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB).astype(np.int32) >> 4
    bins = (lab[..., 0] << 8) | (lab[..., 1] << 4) | lab[..., 2]
    shares = [
        (counts + 1) / (counts.sum() + len(counts))
        for counts in (np.bincount(bins[side], minlength=4096) for side in (ground, garment))
    ]
    return np.log(shares[0] / shares[1]).astype(np.float32)[bins]


def _without_scraps(soft: np.ndarray, share: float = 0.02) -> np.ndarray:
    """The mask without pieces smaller than `share` of the largest."""
    solid = (soft > 0.5).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid)
    if count <= 2:
        return soft
    areas = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
    areas[0] = 0
    keep = areas >= share * areas.max()
    wanted = keep[labels].astype(np.uint8)
    near = cv2.dilate(wanted, np.ones((5, 5), np.uint8)) > 0
    return np.where(near, soft, 0).astype(np.float32)
