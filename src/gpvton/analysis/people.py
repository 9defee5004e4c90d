"""All people in a photo, for choosing one of them.

Ours: every piece of the silhouette is looked at closely; what a close look finds is painted out,
and what is left is looked at again, for people who touch.  People whose silhouettes are one are
parted midway between their faces.
"""

from itertools import pairwise

import cv2
import numpy as np

from gpvton.analysis.faces import clear_faces
from gpvton.analysis.framing import PAD, mask_box, padded, whole
from gpvton.analysis.person import PersonAnalyst
from gpvton.analysis.person_look import Look

Box = tuple[int, int, int, int]
"""left, top, right, bottom in pixels, right and bottom excluded."""

_MOST = 6
_SMALLEST = 0.35  # height of a person worth offering, relative to the tallest
_OVERLAP = 0.7
_MARGIN = 0.03


def find_people(analyst: PersonAnalyst, pixels: np.ndarray) -> tuple[Box, ...]:
    """Boxes of the people in uint8 (h, w, 3), from left to right; at most six.

    People of less than about a third of the tallest one's height are left out.
    """
    rest = pixels.copy()
    found: list[Box] = []
    for _ in range(3):
        before = len(found)
        for box in _pieces(analyst, rest):
            seen = _closely(analyst, rest, box)
            if seen is None:
                continue
            mask, places = seen
            rest[mask] = PAD
            for place in places:
                apart = all(_shared(place, other) <= _OVERLAP for other in found)
                if len(found) < _MOST and apart:
                    found.append(place)
        if len(found) == before:
            break
    tallest = max((box[3] - box[1] for box in found), default=0)
    return tuple(sorted(box for box in found if box[3] - box[1] >= _SMALLEST * tallest))


def _pieces(analyst: PersonAnalyst, pixels: np.ndarray) -> list[tuple[float, ...]]:
    """Boxes around the pieces of the whole photo's silhouette, the largest first."""
    size = (pixels.shape[0], pixels.shape[1])
    look = analyst.look(pixels, whole(size, _aspect(analyst)))
    mask = (look.silhouette > 0.5).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask)
    pieces = sorted(stats[1:count].tolist(), key=lambda row: -row[cv2.CC_STAT_AREA])
    boxes = []
    for left, top, width, height, area in pieces:
        if area >= 0.3 * analyst.rules.area * mask.size:
            boxes.append(_in_photo(look, mask.shape, (left, top, left + width, top + height)))
    return boxes


def _closely(
    analyst: PersonAnalyst, pixels: np.ndarray, box: tuple[float, ...]
) -> tuple[np.ndarray, list[Box]] | None:
    """Mask, bool (h, w), and boxes of the people of a piece; None when it is nobody."""
    size = (pixels.shape[0], pixels.shape[1])
    frame = padded((box[0], box[1], box[2], box[3]), _aspect(analyst), analyst.rules.margin)
    look = analyst.look(pixels, frame)
    if look.evidence < analyst.rules.second_evidence:
        return None
    seen = look.silhouette > 0.5
    count, labels, stats, _ = cv2.connectedComponentsWithStats(seen.astype(np.uint8))
    if count < 2:
        return None
    largest = np.asarray(labels) == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    around = mask_box(largest)
    if around is None:
        return None
    left, top, right, bottom = _in_photo(look, seen.shape, around)
    edge = _MARGIN * (bottom - top)
    place = (
        max(int(left - edge), 0),
        max(int(top - edge), 0),
        min(int(np.ceil(right + edge)), size[1]),
        min(int(np.ceil(bottom + edge)), size[0]),
    )
    hidden = np.zeros(size, bool)
    hidden[place[1] : place[3], place[0] : place[2]] = True
    faces = sorted(clear_faces(look.parsing, largest), key=lambda face: face.x)
    cuts = [
        round(_in_photo(look, seen.shape, (0, 0, (one.x + other.x + 1) / 2, 0))[2])
        for one, other in pairwise(faces)
    ]
    edges = [place[0], *cuts, place[2]]
    return hidden, [(one, place[1], other, place[3]) for one, other in pairwise(edges)]


def _in_photo(
    look: Look, size: tuple[int, ...], box: tuple[float, ...]
) -> tuple[float, float, float, float]:
    corners = np.array([[box[0], box[1]], [box[2], box[3]]], np.float64) - 0.5
    (left, top), (right, bottom) = look.frame.to_photo(corners, (size[0], size[1])) + 0.5
    return float(left), float(top), float(right), float(bottom)


def _aspect(analyst: PersonAnalyst) -> float:
    height, width = analyst.graph.config.input_size
    return width / height


def _shared(a: Box, b: Box) -> float:
    """Share of the smaller box that both cover."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (a, b)]
    return max(width, 0) * max(height, 0) / max(min(areas), 1)
