"""What the compact generator sees (paper section 3.4), the same in training and in use.

Ours: the photo is given wherever it still holds once the new garment is worn, so the arm that both
the old and the new garment leave bare stays the photo's own.  Elsewhere the network corrects a
`base`: flat skin, cloth and background, laid by the class map.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from gpvton.conditions.frame import Frame, frame_around
from gpvton.conditions.pose_maps import pose_maps
from gpvton.conditions.pushpull import push_pull
from gpvton.conditions.worn_classes import worn_classes
from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.domain.labels import WORN_CLASS_COUNT, WornClass
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import PART_TABLE, Category
from gpvton.geometry.dilation import grown

JOINTS = ("nose", "neck", *(
    f"{side}_{name}"
    for side in ("left", "right")
    for name in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
))  # fmt: skip
KNOWN, GARMENT, CLASSES, BASE, POSE = 3, 4, 8, 8 + WORN_CLASS_COUNT, 11 + WORN_CLASS_COUNT
"""First channel of the known mask, the garment (RGB, mask), the classes, the base, the joints."""
CHANNELS = POSE + len(JOINTS)

SKIN_OF_CLASS = {
    WornClass.LEFT_ARM: "left_arm",
    WornClass.RIGHT_ARM: "right_arm",
    WornClass.NECK: "neck",
    WornClass.LEFT_LEG: "left_leg",
    WornClass.RIGHT_LEG: "right_leg",
}
_MARGIN = 0.15  # of the region's size, around it


@dataclass(frozen=True, kw_only=True)
class GenerationView:
    """All that the inputs are made from, at one size (h, w).

    pixels: uint8 (h, w, 3), the photo.  parsing: uint8 (h, w), 29 labels, of the photo.
    front: bool (h, w), what lies over the new garment (hair, face, hands ...).
    garment: float32 (h, w, 4), warped, premultiplied RGBA in [0, 1].
    classes: uint8 (h, w) of `WornClass`.  skin: see `skin_colours`.
    keypoints: float32 (25, 3) in pixels of h x w.
    """

    pixels: np.ndarray
    parsing: np.ndarray
    front: np.ndarray
    garment: np.ndarray
    classes: np.ndarray
    skin: Mapping[str, np.ndarray]
    keypoints: np.ndarray


def region_frame(region: np.ndarray, size: tuple[int, int], around: float = 1.0) -> Frame:
    """The frame, of (height, width) `size`, in which the generator sees a region, bool (h, w).

    With a margin of 15 % of the region's longer side; `around` times as wide and high.  It may
    reach beyond the picture.  An empty region gives the whole picture.
    """
    rows, columns = np.flatnonzero(region.any(axis=1)), np.flatnonzero(region.any(axis=0))
    if not rows.size:
        rows, columns = np.arange(region.shape[0]), np.arange(region.shape[1])
    low = np.array([columns[0], rows[0]], np.float64)
    high = np.array([columns[-1], rows[-1]], np.float64)
    margin = _MARGIN * around + (around - 1.0) / 2
    return frame_around(low, high, size, margin)


def known_mask(
    parsing: np.ndarray,
    front: np.ndarray,
    classes: np.ndarray,
    category: Category,
    margin: float,
) -> np.ndarray:
    """Where the photo already shows what the result must show: bool (h, w).

    parsing, front, classes: see `GenerationView`.  margin: pixels around the old garment that are
    not trusted (seam, shadow, blur).
    """
    bare = worn_classes(parsing, np.zeros((3, *parsing.shape), np.float32), category)
    old = _large(np.isin(parsing, tuple(PART_TABLE[category].replaced)))
    parts = (classes >= WornClass.LEFT_PART) & (classes <= WornClass.RIGHT_PART)
    return front | ((bare == classes) & ~parts & ~grown(old, margin))


def _large(mask: np.ndarray, share: float = 0.03) -> np.ndarray:
    """The mask without pieces of less than a share of it: specks of a wrong parsing."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count <= 2:
        return mask
    areas = stats[:, cv2.CC_STAT_AREA]
    large = areas >= share * areas[1:].sum()
    large[0] = False
    return np.asarray(large)[np.asarray(labels, np.int64)]


def base_picture(view: GenerationView, known: np.ndarray) -> np.ndarray:
    """The photo where it is known, else flat colours by class: float32 (h, w, 3) in [0, 255].

    Limbs and neck take their skin colour, drawn on from the skin that shows; another garment and
    the background are continued smoothly.  The warped garment lies over that; where a part should
    show but the warp has a gap, the garment's colours are drawn on.
    """
    photo = view.pixels.astype(np.float32)
    skin = np.isin(view.classes, tuple(SKIN_OF_CLASS))
    other = view.classes == WornClass.OTHER_GARMENT
    base = drawn_on(photo, _core(known & (view.parsing == P.BACKGROUND)))
    if (other & ~known).any() and (other & known).any():
        drawn = drawn_on(photo, _core(known & other))
        base = np.where(other[..., None], drawn, base)
    if view.skin and (skin & ~known).any():
        base = np.where(skin[..., None], _skin_base(view, known & skin, photo), base)
    return np.where(known[..., None], photo, _with_garment(view, base)).astype(np.float32)


def _with_garment(view: GenerationView, base: np.ndarray) -> np.ndarray:
    alpha = view.garment[..., 3:]
    part = (view.classes >= WornClass.LEFT_PART) & (view.classes <= WornClass.RIGHT_PART)
    gap, sure = part & (alpha[..., 0] < 0.5), alpha[..., 0] > 0.95
    if gap.any() and sure.any():
        colour = view.garment[..., :3] * 255 / np.maximum(alpha, 1e-3)
        base = np.where(gap[..., None], drawn_on(colour, sure.astype(np.float32)), base)
    return base * (1 - alpha) + view.garment[..., :3] * 255


def _skin_base(view: GenerationView, shown: np.ndarray, photo: np.ndarray) -> np.ndarray:
    tone = np.zeros_like(photo)
    for label, name in SKIN_OF_CLASS.items():
        tone[view.classes == label] = view.skin[name]
    core = _core(shown)
    if core.sum() < 40:
        return tone
    return 0.5 * drawn_on(photo, core) + 0.5 * tone


def drawn_on(photo: np.ndarray, known: np.ndarray, cell: int = 4) -> np.ndarray:
    """`push_pull` on cells of `cell` x `cell` pixels: float32 (h, w, 3).

    photo: float32 (h, w, 3).  known: float32 (h, w), 0 or 1.
    """
    height, width = known.shape
    size = (-(-width // cell), -(-height // cell))
    small = cv2.resize(photo * known[..., None], size, interpolation=cv2.INTER_AREA)
    weight = cv2.resize(known, size, interpolation=cv2.INTER_AREA)
    colour = small / np.maximum(weight, 1e-3)[..., None]
    filled = push_pull(colour, (weight > 0.02).astype(np.float32))
    return cv2.resize(filled, (width, height), interpolation=cv2.INTER_LINEAR)


def _core(mask: np.ndarray) -> np.ndarray:
    return cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32)


def generator_inputs(view: GenerationView, known: np.ndarray, base: np.ndarray) -> np.ndarray:
    """The network's input: float32 (`CHANNELS`, h, w).

    Photo where known, in [-1, 1], else 0; known mask; warped garment in [-1, 1] times its mask;
    its mask; classes one-hot; base in [-1, 1]; one bump per joint.
    """
    height, width = view.classes.shape
    inputs = np.empty((CHANNELS, height, width), np.float32)
    inputs[:KNOWN] = (view.pixels.transpose(2, 0, 1) / np.float32(127.5) - 1) * known
    inputs[KNOWN] = known
    mask = view.garment[..., 3]
    inputs[GARMENT : GARMENT + 3] = view.garment[..., :3].transpose(2, 0, 1) * 2 - mask
    inputs[GARMENT + 3] = mask
    inputs[CLASSES:BASE] = view.classes[None] == np.arange(WORN_CLASS_COUNT)[:, None, None]
    inputs[BASE:POSE] = base.transpose(2, 0, 1) / np.float32(127.5) - 1
    maps = pose_maps(view.keypoints, height, width, radius=height / 64)
    inputs[POSE:] = maps[[KEYPOINT_INDEX[name] for name in JOINTS]]
    return inputs
