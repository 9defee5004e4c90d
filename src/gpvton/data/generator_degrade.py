"""What goes wrong with a warped garment and with a class map, drawn at random.

Ours.  The generator learns to restore what was worn from these; every function takes its
generator of random numbers and gives the same for the same numbers.
"""

import cv2
import numpy as np

from gpvton.conditions.worn_classes import worn_parts
from gpvton.domain.labels import WornClass
from gpvton.domain.parts import Category
from gpvton.geometry.body import Body, limb_field, nominal_radii
from gpvton.geometry.nearest import nearest_known

_ORDER = (1, 2, 0)  # middle, right, left: as the parts are laid


def smooth_shift(
    size: tuple[int, int], rng: np.random.Generator, amount: float, cells: int = 4
) -> np.ndarray:
    """Random smooth displacement in pixels, float32 (2, h, w), x first.

    A cubic through (cells + 1) x (cells + 1) random numbers of standard deviation `amount`, with a
    common shift of half of it.
    """
    height, width = size
    knots = rng.normal(0, amount, (cells + 1, cells + 1, 2)) + rng.normal(0, amount / 2, 2)
    grown = cv2.resize(knots.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return grown.transpose(2, 0, 1)


def shifted(picture: np.ndarray, shift: np.ndarray, *, labels: bool = False) -> np.ndarray:
    """The picture sampled at pixel + shift; outside it is 0."""
    height, width = shift.shape[1:]
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    way = cv2.INTER_NEAREST if labels else cv2.INTER_LINEAR
    return cv2.remap(picture, columns + shift[0], rows + shift[1], way, borderValue=(0, 0, 0, 0))


def flat_lit(colour: np.ndarray, alpha: np.ndarray, strength: float) -> np.ndarray:
    """Colours, float32 (h, w, 3), with a part of their smooth light taken out.

    colour <- colour (mean / smooth)^strength, by the brightness smoothed over a twentieth of the
    height within `alpha`.
    """
    light = colour.mean(axis=2)
    sigma = alpha.shape[0] / 20
    weight = cv2.GaussianBlur(alpha, (0, 0), sigma)
    smooth = cv2.GaussianBlur(light * alpha, (0, 0), sigma) / np.maximum(weight, 1e-3)
    mean = float((light * alpha).sum() / max(float(alpha.sum()), 1e-3))
    factor = np.clip(mean / np.maximum(smooth, 1.0), 0.6, 1.6) ** strength
    return np.clip(colour * factor[..., None], 0, 255).astype(np.float32)


def wrong_warp(
    colour: np.ndarray,
    parsing: np.ndarray,
    shown: np.ndarray,
    category: Category,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """The worn garment as a slightly wrong warp would lay it.

    colour: float32 (h, w, 3) in [0, 255].  parsing: uint8 (h, w).  shown: bool (h, w), where
    `colour` is the garment's.  Returns premultiplied RGBA float32 (h, w, 4) in [0, 1] and the
    parts' alphas float32 (3, h, w) as they show.
    """
    size = (parsing.shape[0], parsing.shape[1])
    amount = size[0] / 256 * rng.uniform(0.3, 3.0)
    whole = np.zeros((*size, 4), np.float32)
    alphas = np.zeros((3, *size), np.float32)
    masks = worn_parts(parsing, category) & shown
    for index in _ORDER:
        if not masks[index].any():
            continue
        alpha = soft_edge(masks[index], rng)
        layer = np.dstack([colour / 255.0 * alpha[..., None], alpha]).astype(np.float32)
        layer = shifted(layer, smooth_shift(size, rng, amount))
        whole = whole * (1 - layer[..., 3:]) + layer
        alphas *= 1 - layer[..., 3]
        alphas[index] = layer[..., 3]
    return whole, alphas


def soft_edge(mask: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The mask grown or shrunk by up to two pixels, with an edge about one pixel wide."""
    change = int(rng.integers(-2, 2))
    grown = mask.astype(np.uint8)
    if change:
        kernel = np.ones((2 * abs(change) + 1,) * 2, np.uint8)
        grown = cv2.dilate(grown, kernel) if change > 0 else cv2.erode(grown, kernel)
    if change > 0:
        near = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8))
        grown = np.minimum(grown, near)
    return cv2.GaussianBlur(grown.astype(np.float32), (0, 0), 0.7)


def without_slivers(alpha: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A factor, float32 (h, w) in [0, 1], that takes one to three thin streaks out of the warp."""
    kept = np.ones(alpha.shape, np.float32)
    rows, columns = np.nonzero(alpha > 0.5)
    if not rows.size:
        return kept
    for _ in range(int(rng.integers(1, 4))):
        at = int(rng.integers(rows.size))
        angle, length = rng.uniform(0, np.pi), rng.uniform(0.03, 0.12) * alpha.shape[0]
        along = 0.5 * length * np.array([np.cos(angle), np.sin(angle)])
        middle = np.array([columns[at], rows[at]])
        ends = [tuple(np.rint(middle + s * along).astype(int).tolist()) for s in (-1, 1)]
        cv2.line(kept, ends[0], ends[1], 0.0, int(rng.integers(1, 5)), cv2.LINE_AA)
    return kept


def moved_classes(
    classes: np.ndarray, rng: np.random.Generator, amount: float, *, bare: bool
) -> np.ndarray:
    """The classes with their borders moved by `amount` pixels: uint8 (h, w).

    bare: without the garment's parts; what lies beside them is continued under them.
    """
    size = (classes.shape[0], classes.shape[1])
    if bare:
        part = (classes >= WornClass.LEFT_PART) & (classes <= WornClass.RIGHT_PART)
        if part.all():
            return np.zeros_like(classes)
        near = nearest_known(~part)
        classes = classes[near[..., 0], near[..., 1]]
    return shifted(classes, smooth_shift(size, rng, amount, cells=6), labels=True)


def drawn_limbs(
    classes: np.ndarray, body: Body, hidden: np.ndarray, kinds: tuple[str, ...]
) -> np.ndarray:
    """The classes with hidden bare limbs replaced by capsules, as the geometric path draws them.

    hidden: bool (h, w).  A limb's own pixels under `hidden` become `REST` first.
    """
    out = classes.copy()
    names = {"arm": ("LEFT_ARM", "RIGHT_ARM"), "leg": ("LEFT_LEG", "RIGHT_LEG")}
    for kind in kinds:
        for name in names[kind]:
            label = WornClass[name]
            seen = classes == label
            if seen.sum() < 20:
                continue
            side = name.partition("_")[0].lower()
            if body.back:
                side = "left" if side == "right" else "right"
            share, distance = limb_field(body.limb(kind, side), *classes.shape)
            first = float(np.percentile(share[seen], 5))
            half = nominal_radii(kind, share.ravel()).reshape(share.shape) * body.span
            inside = (distance < half) & (share >= first)
            out[hidden & seen] = WornClass.REST
            out[hidden & inside & (out == WornClass.REST)] = label
    return out


def random_limbs(
    body: Body, size: tuple[int, int], kinds: tuple[str, ...], rng: np.random.Generator
) -> np.ndarray:
    """Where sleeves or legs of a random length might have been: bool (h, w)."""
    out = np.zeros(size, bool)
    for kind in kinds:
        reach, wide = rng.uniform(0.2, 2.1), rng.uniform(1.0, 1.7)
        for side in ("left", "right"):
            share, distance = limb_field(body.limb(kind, side), *size)
            half = nominal_radii(kind, share.ravel()).reshape(size) * body.span * wide
            out |= (distance < half) & (share < reach)
    return out
