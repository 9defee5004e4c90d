"""Light and shade on the new garment, soft contact shadows, and grain.

Ours.  Where the old garment is plain, its low-frequency luminance says how the light falls; else
the garment is shaded as a rounded body.
"""

import cv2
import numpy as np

from gpvton.domain.parts import PART_TABLE
from gpvton.dressing.scene import Scene, soft


def shade_map(scene: Scene, alpha: np.ndarray) -> np.ndarray:
    """Factor on the new garment's colour: float32 (h, w), about 1.

    alpha: float32 (h, w), the new garment.
    """
    shade = _rounded(alpha, scene.body.span)
    for ratio, trust in scene.once_seen("light", scene.hips, lambda: _light(scene)):
        shade = shade ** (1.0 - trust) * ratio**trust
    return shade.astype(np.float32)


def _light(scene: Scene) -> list[tuple[np.ndarray, np.ndarray]]:
    """Per plain old garment its light, a factor about 1, and how far to trust it: (h, w) each."""
    found = []
    luminance = cv2.cvtColor(scene.pixels, cv2.COLOR_RGB2LAB)[..., 0].astype(np.float32)
    for old in _old_garments(scene):
        plain, level = _plainness(scene, old, luminance)
        if plain <= 0.0:
            continue
        plain_cloth = (old & _own_chroma(scene, old)).astype(np.uint8)
        core = cv2.erode(plain_cloth, np.ones((5, 5), np.uint8)).astype(np.float32)
        sigma = max(0.022 * scene.body.span, 1.0)
        weight = cv2.GaussianBlur(core, (0, 0), sigma)
        fine = cv2.GaussianBlur(luminance * core, (0, 0), sigma) / np.maximum(weight, 1e-3)
        ratio = np.clip(fine / max(level, 1.0), 0.6, 1.25)
        found.append((ratio, plain * soft(core, 2 * sigma) * (weight > 0.05)))
    return found


def _old_garments(scene: Scene) -> list[np.ndarray]:
    """Masks of the garments that are replaced, each of one piece of clothing: bool (h, w)."""
    masks = []
    for row in PART_TABLE.values():
        labels = frozenset().union(*row.worn) & scene.row.replaced
        mask = np.isin(scene.parsing, tuple(labels))
        if mask.sum() >= 400:
            masks.append(mask)
    return masks


def _own_chroma(scene: Scene, old: np.ndarray) -> np.ndarray:
    """Where a garment shows its own colour, lit or in shade, not a print's: bool (h, w)."""
    lab = cv2.cvtColor(scene.pixels, cv2.COLOR_RGB2LAB).astype(np.float32)
    level, *chroma = np.median(lab[old], axis=0)
    light = lab[..., :1] / max(level, 1.0)
    away = np.abs(lab[..., 1:] - 128.0 - (np.array(chroma, np.float32) - 128.0) * light)
    return cv2.blur(away.max(axis=2), (5, 5)) < 7.0


def _plainness(scene: Scene, old: np.ndarray, luminance: np.ndarray) -> tuple[float, float]:
    """How far a garment's luminance tells the shading, in [0, 0.75], and its level."""
    lab = cv2.cvtColor(scene.pixels, cv2.COLOR_RGB2LAB).astype(np.float32)
    level = float(np.median(luminance[old]))
    chroma = float(lab[old][:, 1:].std(axis=0).max())
    small = cv2.GaussianBlur(luminance, (0, 0), max(0.01 * scene.body.span, 0.8))
    large = cv2.GaussianBlur(luminance, (0, 0), max(0.05 * scene.body.span, 2.0))
    pattern = float(np.median(np.abs(small - large)[old])) / max(level, 20.0)
    plain = np.clip((14.0 - chroma) / 6.0, 0, 1) * np.clip((0.09 - pattern) / 0.05, 0, 1)
    bright = np.clip((level - 45.0) / 60.0, 0.0, 1.0)  # a black garment shows no shading
    return float(0.75 * plain * bright), level


def _rounded(alpha: np.ndarray, span: float) -> np.ndarray:
    inside = cv2.distanceTransform((alpha > 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    depth = np.clip(inside / (0.16 * span), 0.0, 1.0)
    shade = 1.0 - 0.16 * (1.0 - depth) ** 2
    return cv2.GaussianBlur(shade.astype(np.float32), (0, 0), max(0.012 * span, 1.0))


def contact_shadow(alpha: np.ndarray, span: float, strength: float = 0.35) -> np.ndarray:
    """Factor on what lies under the garment's edge: float32 (h, w) in [0, 1].

    The light comes from above, so the shadow falls a little below the edge.
    """
    drop = max(round(0.03 * span), 1)
    moved = np.roll(alpha, drop, axis=0)
    moved[:drop] = 0.0
    spread = cv2.GaussianBlur(moved, (0, 0), max(0.035 * span, 1.0))
    return (1.0 - strength * np.clip(spread, 0.0, 1.0)).astype(np.float32)


def matched_grain(
    scene: Scene, colour: np.ndarray, alpha: np.ndarray, there: tuple[slice, slice]
) -> np.ndarray:
    """The garment's colour with the photo's grain added where the warp has smoothed it away.

    colour: float32 (h, w, 3).  alpha: float32 (h, w), 0 outside `there`, where alone the colour
    counts.  The noise is the same for the same picture size.
    """
    fine = scene.once_seen(
        "fine", np.empty(0), lambda: _fine(scene.pixels.astype(np.float32).mean(axis=2))
    )
    photo = _noise(fine, (scene.parsing > 0) & (alpha < 0.1))
    grey = np.zeros_like(alpha)
    grey[there] = colour[there].mean(axis=2)
    garment = _noise(_fine(grey), alpha > 0.9)
    missing = np.sqrt(max(photo**2 - garment**2, 0.0))
    if missing < 0.3:
        return colour
    noise = scene.once(
        "grain", lambda: np.random.default_rng(0).standard_normal(alpha.shape, np.float32)
    )
    colour[there] += min(missing, 4.0) * noise[there][..., None]
    return colour


def _fine(grey: np.ndarray) -> np.ndarray:
    """How strongly a filter answers that sees little but noise: float32 (h, w)."""
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    return np.abs(cv2.filter2D(grey, -1, kernel))


def _noise(fine: np.ndarray, where: np.ndarray) -> float:
    """Standard deviation of the fine noise, by the median of the Laplacian (Immerkaer 1996)."""
    if np.count_nonzero(where) < 200:
        return 0.0
    return float(np.median(fine[where]) / 0.6745 / 6.0)
