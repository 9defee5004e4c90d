"""A sleeve on an arm bent so far that forearm and upper arm overlap in the picture.

Ours: no single flow without folds exists there, so the sleeve becomes two tubes that meet at the
elbow; the forearm's lies over the upper arm's.
"""

import numpy as np

from gpvton.geometry.curves import left_normal, resample, unit
from gpvton.geometry.mesh import Mesh, unfolded
from gpvton.geometry.sleeve import ROWS, tube_mesh, tube_target

Edges = tuple[np.ndarray, np.ndarray]


def split_sleeve(
    source: Edges, line: np.ndarray, root: Edges, sign: float, share: float, widths: Edges
) -> tuple[Mesh, Mesh]:
    """Meshes of the sleeve above and below the elbow.

    source: edges in the garment's picture, (ROWS, 2).  line, root, sign, share, widths: as in
    `tube_target`, with a share above 1.

    Raises:
        ValueError: one of the two folds over.
    """
    elbow = min(max(round(ROWS / share), 3), ROWS - 3)
    shoulder, joint, wrist = line
    upper_line = np.stack([shoulder, joint, 2 * joint - shoulder])
    upper_widths = (_stretch(widths[0][: elbow + 1]), _stretch(widths[1][: elbow + 1]))
    upper = tube_target(upper_line, root, sign, 1.06, upper_widths)
    lower_line = np.stack([joint, (joint + wrist) / 2, wrist])
    outward = sign * left_normal(unit(wrist - joint))
    ends = (joint + widths[0][elbow] * outward, joint - widths[1][elbow] * outward)
    lower_widths = (_stretch(widths[0][elbow - 1 :]), _stretch(widths[1][elbow - 1 :]))
    lower = tube_target(
        lower_line, ends, sign, min(max(2.0 * (share - 1.0), 0.1), 2.02), lower_widths
    )
    above = _resampled(source, 0, elbow + 2)
    below = _resampled(source, elbow - 1, ROWS)
    return unfolded(tube_mesh(above, upper)), unfolded(tube_mesh(below, lower))


def _stretch(values: np.ndarray) -> np.ndarray:
    return np.interp(np.linspace(0, 1, ROWS), np.linspace(0, 1, len(values)), values)


def _resampled(source: Edges, first: int, last: int) -> Edges:
    return resample(source[0][first:last], ROWS), resample(source[1][first:last], ROWS)
