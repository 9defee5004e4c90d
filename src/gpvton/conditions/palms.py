"""Palms: the part of an arm that no sleeve covers, so it is preserved (spec: "Palm")."""

import numpy as np

from gpvton.domain.labels import PersonLabel as P
from gpvton.geometry.body import Body
from gpvton.geometry.curves import unit

_HAND = 0.11  # largest area of a hand in squared spans


def palm_mask(parsing: np.ndarray, body: Body) -> np.ndarray:
    """Hands of both arms: bool (h, w).

    parsing: uint8 (h, w) at the size at which `body` is given.  An arm's palm is its arm label
    beyond the wrist, seen along the forearm, or all of it when it is no larger than a hand.

    Deviation: the authors cut dilated boxes out of the arm label; the half plane beyond the wrist
    depends less on the box width.
    """
    palms = np.isin(parsing, (P.GLOVE,))
    for side, label in zip(("left", "right"), _arm_labels(body.back), strict=True):
        arm = parsing == label
        rows, columns = np.nonzero(arm)
        if rows.size < _HAND * body.span**2:  # no more than a hand shows of this arm
            wrist, shoulder = (body.points[f"{side}_{name}"] for name in ("wrist", "shoulder"))
            to_wrist = np.hypot(columns - wrist[0], rows - wrist[1])
            palms[arm] |= to_wrist < np.hypot(columns - shoulder[0], rows - shoulder[1])
        elif {f"{side}_wrist", f"{side}_elbow"} <= body.seen:
            wrist = body.points[f"{side}_wrist"]
            bone = unit(wrist - body.points[f"{side}_elbow"])
            along = (columns - wrist[0]) * bone[0] + (rows - wrist[1]) * bone[1]
            distance = np.hypot(columns - wrist[0], rows - wrist[1])
            palms[arm] |= (along > -0.04 * body.span) & (distance < 0.62 * body.span)
    return palms


def _arm_labels(back: bool) -> tuple[int, int]:
    """Labels of the arms that `Body` calls left and right."""
    return (P.RIGHT_ARM, P.LEFT_ARM) if back else (P.LEFT_ARM, P.RIGHT_ARM)
