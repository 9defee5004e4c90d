"""How a garment is shown: how many pieces, and what the user should know about it.

Ours.
"""

import cv2
import numpy as np

from gpvton.domain.annotations import GarmentAnnotation
from gpvton.domain.notices import Notice, NoticeKind

_PIECE = 0.12
"""Area of a separate piece, relative to the largest, from which on it counts."""
_SIDE = 200  # longer side at which pieces are counted


def count_pieces(mask: np.ndarray) -> int:
    """Separate garments in a mask float32 (h, w) in [0, 1]; thin gaps do not separate."""
    factor = min(1.0, _SIDE / max(mask.shape))
    size = (max(round(mask.shape[1] * factor), 1), max(round(mask.shape[0] * factor), 1))
    solid = (cv2.resize(mask, size, interpolation=cv2.INTER_AREA) > 0.5).astype(np.uint8)
    solid = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(solid)
    if count <= 2:
        return 1
    areas = stats[1:, cv2.CC_STAT_AREA].astype(np.float64)
    return int((areas >= _PIECE * areas.max()).sum())


def garment_notices(garment: GarmentAnnotation) -> tuple[Notice, ...]:
    """Worn, cut off by the picture's edge, several pieces, seen from behind, of unsure category."""
    notices: list[Notice] = []
    if garment.worn > 0.5:
        text = "somebody wears this garment: its parts are read as if it lay flat"
        notices.append(Notice(NoticeKind.WORN, text))
    mask = garment.mask
    edge = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
    if (edge > 0.5).mean() > 0.02:
        text = "the garment reaches the edge of the picture: something may be missing"
        notices.append(Notice(NoticeKind.CUT_OFF, text))
    if garment.pieces > 1:
        text = (
            f"the picture shows {garment.pieces} separate pieces, which are read as one garment; "
            "crop it to the one to wear"
        )
        notices.append(Notice(NoticeKind.SEVERAL_PIECES, text))
    if garment.side == "back":
        text = "the picture shows the garment's back; use one of its front"
        notices.append(Notice(NoticeKind.GARMENT_BACK, text))
    if max(garment.category_scores.values(), default=1.0) < 0.6:
        text = f"not sure that this is {garment.category}: name the category if it is wrong"
        notices.append(Notice(NoticeKind.UNSURE, text))
    return tuple(notices)
