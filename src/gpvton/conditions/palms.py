"""Palms: the part of an arm that no sleeve covers, so it is preserved (spec: "Palm")."""

import numpy as np

from gpvton.domain.labels import PersonLabel as P
from gpvton.geometry.body import Body
from gpvton.geometry.curves import unit


def palm_mask(parsing: np.ndarray, body: Body) -> np.ndarray:
    """Hands of both arms: bool (h, w).

    parsing: uint8 (h, w) at the size at which `body` is given.  An arm's palm is its arm label
    beyond the wrist, seen along the forearm; without a found wrist there is no palm.

    Deviation: the authors cut dilated boxes out of the arm label; the half plane beyond the wrist
    depends less on the box width.
    """
    palms = np.isin(parsing, (P.GLOVE,))
    rows, columns = np.mgrid[: parsing.shape[0], : parsing.shape[1]]
    arms = np.isin(parsing, (P.LEFT_ARM, P.RIGHT_ARM))
    for side in ("left", "right"):
        if not {f"{side}_wrist", f"{side}_elbow"} <= body.seen:
            continue
        wrist = body.points[f"{side}_wrist"]
        bone = unit(wrist - body.points[f"{side}_elbow"])
        along = (columns - wrist[0]) * bone[0] + (rows - wrist[1]) * bone[1]
        distance = np.hypot(columns - wrist[0], rows - wrist[1])
        reach = 0.62 * body.span
        palms |= arms & (along > -0.04 * body.span) & (distance < reach)
    return palms
