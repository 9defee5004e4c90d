"""Cameras: perspective, at a photographer's distance, framed on half, most or all of the body."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np


class Framing(StrEnum):
    """How much of the person is in the picture."""

    FULL = "full"
    THREE_QUARTER = "three_quarter"
    HALF = "half"


@dataclass(frozen=True, kw_only=True)
class Camera:
    """matrix: world to clip (4, 4); eye: place of the camera (3,)."""

    matrix: np.ndarray
    eye: np.ndarray

    def project(self, points: np.ndarray, size: tuple[int, int]) -> np.ndarray:
        """Pixels (n, 2), x first, of points (n, 3) in a picture of `size` (h, w)."""
        clip = np.c_[points, np.ones(len(points))] @ self.matrix.T
        ndc = clip[:, :2] / clip[:, 3:]
        height, width = size
        return np.stack(
            [(ndc[:, 0] + 1) * width / 2 - 0.5, (1 - ndc[:, 1]) * height / 2 - 0.5], axis=1
        )


def perspective(
    eye: np.ndarray, target: np.ndarray, half_height: float, aspect: float
) -> np.ndarray:
    """World-to-clip matrix; at the target's distance `half_height` metres fill half the height."""
    forward = target - eye
    distance = float(np.linalg.norm(forward))
    forward = forward / distance
    side = np.cross(forward, [0.0, 1.0, 0.0])
    side /= np.linalg.norm(side)
    view = np.eye(4)
    view[:3, :3] = np.stack([side, np.cross(side, forward), -forward])
    view[:3, 3] = -view[:3, :3] @ eye
    near, far, focal = 0.3, 30.0, distance / half_height
    projection = np.zeros((4, 4))
    projection[0, 0], projection[1, 1] = focal / aspect, focal
    projection[2, 2] = (far + near) / (near - far)
    projection[2, 3] = 2 * far * near / (near - far)
    projection[3, 2] = -1
    return projection @ view


def frame_camera(
    points: np.ndarray,
    framing: Framing,
    *,
    azimuth: float,
    pitch: float,
    distance: float,
    size: tuple[int, int],
    shift: tuple[float, float] = (0.0, 0.0),
) -> Camera:
    """A camera on the person with surface `points` (n, 3); angles in degrees.

    Azimuth 0 is the person's front; positive azimuth shows the person turned to the picture's
    right by that angle... seen from the wearer's right.  `shift` moves the person, in shares of
    the picture.
    """
    top, floor = points[:, 1].max(), points[:, 1].min()
    height = top - floor
    low = {Framing.FULL: -0.03, Framing.THREE_QUARTER: 0.30, Framing.HALF: 0.47}[framing]
    bottom = floor + low * height
    margin = {Framing.FULL: 0.04, Framing.THREE_QUARTER: 0.035, Framing.HALF: 0.03}[framing]
    upper = top + margin * height
    half = (upper - bottom) / 2
    aspect = size[1] / size[0]
    a, e = np.radians(azimuth), np.radians(pitch)
    toward = np.array([np.sin(a) * np.cos(e), np.sin(e), np.cos(a) * np.cos(e)])
    side = np.array([np.cos(a), 0.0, -np.sin(a)])
    seen = points[points[:, 1] > bottom]
    across = seen @ side
    reach = (across.max() - across.min()) / 2
    half = max(half, 1.06 * reach / aspect)
    target = np.array([0.0, (upper + bottom) / 2, 0.0]) + side * (across.max() + across.min()) / 2
    target = target - side * shift[0] * 2 * half * aspect - np.array([0, shift[1] * 2 * half, 0])
    eye = target + toward * distance
    return Camera(matrix=perspective(eye, target, half, aspect), eye=eye)
