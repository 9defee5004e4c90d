"""From a network's raw maps to key points and label maps of the photo.

Ours.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from gpvton.analysis.framing import Frame, inside, mask_box, paste_map

WORK_SIDE = 1280
"""Longest side at which labels are compared; larger photos get the nearest label."""

_ONE_PLACE = 3  # cells within which two points are one
_SECOND_PLACE = 0.12  # mass of another place that is believed


def softmax(logits: np.ndarray, axis: int) -> np.ndarray:
    """Softmax along an axis, float32."""
    shifted = np.exp(logits - logits.max(axis, keepdims=True))
    return shifted / shifted.sum(axis, keepdims=True)


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """Logistic function, float32."""
    return 1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30)))


def strongest(probability: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Most probable label, uint8 (h, w), and its probability of float32 (labels, h, w).

    The same as argmax and max; of equal labels the first.
    """
    best, chosen = probability[0].copy(), np.zeros(probability.shape[1:], np.uint8)
    for label, values in enumerate(probability[1:], start=1):
        np.copyto(chosen, np.uint8(label), where=values > best)
        np.maximum(best, values, out=best)
    return chosen, best


def agree(
    probability: np.ndarray,
    groups: Sequence[Sequence[Sequence[int]]],
    strength: float,
) -> np.ndarray:
    """Probabilities (labels, h, w) in which kinds of garment compete over the whole picture first.

    groups: of kinds, of labels; within a group a kind's probabilities are multiplied by its share
    of the group's mass to the power `strength`, and a pixel's mass in the group is kept.  0
    changes nothing; patches of a rare kind inside a common one fade as it grows.
    """
    out = probability.copy()
    for kinds in groups:
        masses = np.array([probability[list(kind)].sum() for kind in kinds])
        share = (masses / max(float(masses.sum()), 1e-9)) ** strength
        labels = [label for kind in kinds for label in kind]
        before = probability[labels].sum(0)
        for kind, factor in zip(kinds, share, strict=True):
            out[list(kind)] *= np.float32(factor)
        out[labels] *= before / np.maximum(out[labels].sum(0), 1e-9)
    return out


def decode_points(
    heat: np.ndarray,
    missing: np.ndarray,
    radius: int = 2,
    reach: int = 4,
    blur: float = 1.5,
    pairs: Sequence[tuple[int, int]] = (),
) -> np.ndarray:
    """heat (k, h, w) and missing (k,) logits -> float32 (k, 3): x, y in cells, confidence.

    The softmax runs over all cells and the "missing" one.  The peak is that of the map blurred by
    a Gaussian of `blur` cells; the place is the centre of the blurred mass within `reach` cells of
    it, the confidence the mass within `radius` before blurring.  pairs: left and right points that
    are parted where both have one place and there is a second.
    """
    count, height, width = heat.shape
    logits = np.concatenate((heat.reshape(count, -1), missing[:, None]), 1)
    probability = softmax(logits, 1)[:, :-1].reshape(count, height, width)
    even = np.stack(
        [cv2.GaussianBlur(p, (0, 0), blur, borderType=cv2.BORDER_REFLECT) for p in probability]
    )
    peaks = np.array([np.unravel_index(int(m.argmax()), m.shape) for m in even])
    for one, other in pairs:
        _part(peaks, even, probability, (one, other), radius)
    points = np.zeros((count, 3), np.float32)
    for index, (y, x) in enumerate(peaks.tolist()):
        rows, columns = _around(y, reach), _around(x, reach)
        near = even[index, rows, columns]
        if float(near.sum()) > 1e-6:
            share = near / near.sum()
            place_y = share.sum(1) @ np.arange(rows.start, rows.start + near.shape[0])
            place_x = share.sum(0) @ np.arange(columns.start, columns.start + near.shape[1])
            mass = probability[index, _around(y, radius), _around(x, radius)].sum()
            points[index] = (place_x, place_y, mass)
    return points


def _part(
    peaks: np.ndarray,
    even: np.ndarray,
    probability: np.ndarray,
    pair: tuple[int, int],
    radius: int,
) -> None:
    """Move one of two peaks (n, 2) that lie on each other to the pair's second place, if it has
    one: both maps know both shoulders where somebody is seen from behind.
    """
    first = peaks[pair[0]]
    if np.abs(first - peaks[pair[1]]).max() > _ONE_PLACE:
        return
    both = even[pair[0]] + even[pair[1]]
    both[_around(int(first[0]), 2 * _ONE_PLACE), _around(int(first[1]), 2 * _ONE_PLACE)] = 0
    second = np.array(np.unravel_index(int(both.argmax()), both.shape))
    window = (_around(int(second[0]), radius), _around(int(second[1]), radius))
    masses = [float(probability[index][window].sum()) for index in pair]
    if max(masses) >= _SECOND_PLACE:
        peaks[pair[int(masses[1] > masses[0])]] = second


def _around(middle: int, radius: int) -> slice:
    return slice(max(middle - radius, 0), middle + radius + 1)


def guided(values: np.ndarray, guide: np.ndarray, radius: int, smooth: float) -> np.ndarray:
    """Guided filter (He, Sun, Tang, ECCV 2010): `values` (h, w) follows the edges of `guide`.

    guide: float32 (h, w) in [0, 1].  smooth: edges weaker than its square root are ignored.
    """
    size = (2 * radius + 1, 2 * radius + 1)
    mean_guide = cv2.blur(guide, size)
    mean_values = cv2.blur(values, size)
    variance = cv2.blur(guide * guide, size) - mean_guide * mean_guide
    covariance = cv2.blur(guide * values, size) - mean_guide * mean_values
    slope = covariance / (variance + smooth)
    offset = mean_values - slope * mean_guide
    return cv2.blur(slope, size) * guide + cv2.blur(offset, size)


def work_size(size: tuple[int, int]) -> tuple[int, int]:
    """(h, w), at most WORK_SIDE on the longer side."""
    factor = min(1.0, WORK_SIDE / max(size))
    return max(round(size[0] * factor), 1), max(round(size[1] * factor), 1)


def labels_in_photo(
    probability: np.ndarray,
    frame: Frame,
    size: tuple[int, int],
    background: int = 0,
    threshold: float = 0.3,
) -> np.ndarray:
    """Most probable label per photo pixel, uint8 (h, w) = size; background outside the window.

    probability: (labels, h', w') in the window; where the background's is 1, nothing is compared.
    Labels that nowhere reach `threshold` are left
    out, the others are compared one by one, so that memory stays small.
    """
    out = np.full(size, background, np.uint8)
    rows, columns = _busy(probability[background] < 1, frame, size)
    region = (rows.stop - rows.start, columns.stop - columns.start)
    if min(region) < 1:
        return out
    work = work_size(region)
    local = _frame_in_region(frame, rows.start, columns.start, region, work)
    best = np.full(work, -1.0, np.float32)
    chosen = np.full(work, background, np.uint8)
    for label in candidates(probability, threshold):
        values = paste_map(probability[label], local, work)
        np.copyto(chosen, np.uint8(label), where=values > best)
        np.maximum(best, values, out=best)
    if work != region:
        chosen = cv2.resize(chosen, region[::-1], interpolation=cv2.INTER_NEAREST)
    out[rows, columns] = chosen
    return out


def _busy(mask: np.ndarray, frame: Frame, size: tuple[int, int]) -> tuple[slice, slice]:
    """Rows and columns of a photo of (h, w) = size that a mask (h', w') of the window reaches."""
    rows, columns = inside(frame, size)
    box = mask_box(mask)
    if box is None:
        return slice(0, 0), slice(0, 0)
    step_y, step_x = frame.height / mask.shape[0], frame.width / mask.shape[1]
    top, bottom = (frame.top + edge * step_y for edge in (box[1] - 1, box[3] + 1))
    left, right = (frame.left + edge * step_x for edge in (box[0] - 1, box[2] + 1))
    return (
        slice(max(rows.start, int(top)), min(rows.stop, int(np.ceil(bottom)))),
        slice(max(columns.start, int(left)), min(columns.stop, int(np.ceil(right)))),
    )


def map_in_photo(values: np.ndarray, frame: Frame, size: tuple[int, int]) -> np.ndarray:
    """A float32 map (h', w') of the window in the photo's pixels; zero outside the window."""
    out = np.zeros(size, np.float32)
    rows, columns = inside(frame, size)
    if rows.stop > rows.start and columns.stop > columns.start:
        region = (rows.stop - rows.start, columns.stop - columns.start)
        local = _frame_in_region(frame, rows.start, columns.start, region, region)
        out[rows, columns] = paste_map(values.astype(np.float32), local, region)
    return out


def candidates(probability: np.ndarray, threshold: float) -> Sequence[int]:
    """Labels that somewhere reach the threshold."""
    return np.flatnonzero(probability.reshape(len(probability), -1).max(1) >= threshold).tolist()


def _frame_in_region(
    frame: Frame, top: int, left: int, region: tuple[int, int], work: tuple[int, int]
) -> Frame:
    scale_y, scale_x = work[0] / region[0], work[1] / region[1]
    return Frame(
        left=(frame.left - left) * scale_x,
        top=(frame.top - top) * scale_y,
        width=frame.width * scale_x,
        height=frame.height * scale_y,
    )


def largest_part(mask: np.ndarray, reach: int) -> np.ndarray:
    """The largest connected part of a mask bool (h, w), where gaps up to `reach` are bridged."""
    grown = mask.astype(np.uint8)
    if reach > 0:
        grown = cv2.dilate(grown, np.ones((2 * (reach // 2) + 1,) * 2, np.uint8))
    count, parts = cv2.connectedComponents(grown, connectivity=8)
    if count <= 2:
        return mask.copy()
    areas = np.bincount(parts[mask], minlength=count)
    areas[0] = 0
    return mask & (parts == int(areas.argmax()))
