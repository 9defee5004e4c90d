"""Key points of others: JSON files, and MediaPipe where it is installed.

An estimator takes a photo uint8 (h, w, 3) and its name, and gives key points float32 (25, 3).
"""

from pathlib import Path
from typing import Any, Protocol

import numpy as np

from gpvton.analysis.pose_files import MEDIAPIPE_33, body25_from, read_pose
from gpvton.domain.errors import InputError, MissingExtraError, PersonError


class PoseEstimator(Protocol):
    """What an estimator is to us.  whole: it knows the whole photo only, no crop of it."""

    whole: bool

    def __call__(self, pixels: np.ndarray, name: str | None) -> np.ndarray:
        """Photo uint8 (h, w, 3) RGB and its name without suffix -> float32 (25, 3)."""
        ...


class PoseFiles:
    """JSON files of OpenPose, COCO, COCO-WholeBody or MediaPipe.

    path: a file (of one photo, or COCO's of many), or a folder with NAME.json or
    NAME_keypoints.json for the photo NAME.
    """

    whole = True

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise InputError(f"{path} is missing; give a JSON file of key points, or a folder")
        self.path = path

    def __call__(self, pixels: np.ndarray, name: str | None) -> np.ndarray:
        """See `PoseEstimator`.  Raises InputError."""
        size = (pixels.shape[0], pixels.shape[1])
        if self.path.is_file():
            return read_pose(self.path, size, name)
        candidates = [self.path / f"{name}{ending}.json" for ending in ("", "_keypoints")]
        for path in candidates:
            if name is not None and path.is_file():
                return read_pose(path, size, name)
        raise InputError(f"{candidates[0]} is missing: there are no key points for this photo")


class MediaPipePose:
    """MediaPipe's pose landmarker, with the model file that its authors publish (`*.task`)."""

    whole = False

    def __init__(self, path: Path) -> None:
        try:
            import mediapipe  # type: ignore[import-not-found]
            from mediapipe.tasks import python as tasks  # type: ignore[import-not-found]
            from mediapipe.tasks.python import vision  # type: ignore[import-not-found]
        except ImportError as error:
            raise MissingExtraError(
                "MediaPipe is not installed; install mediapipe, or give its points as JSON"
            ) from error
        if not path.is_file():
            raise InputError(f"{path} is missing; fetch MediaPipe's pose landmarker (*.task)")
        self._mediapipe: Any = mediapipe
        options = vision.PoseLandmarkerOptions(
            base_options=tasks.BaseOptions(model_asset_path=str(path))
        )
        self._landmarker: Any = vision.PoseLandmarker.create_from_options(options)

    def __call__(self, pixels: np.ndarray, name: str | None) -> np.ndarray:
        """See `PoseEstimator`.  Raises PersonError when it finds nobody."""
        form = self._mediapipe.ImageFormat.SRGB
        seen = self._mediapipe.Image(image_format=form, data=np.ascontiguousarray(pixels))
        found = self._landmarker.detect(seen).pose_landmarks
        if not found:
            raise PersonError("MediaPipe finds no person in the photo; use another photo")
        height, width = pixels.shape[:2]
        rows = np.array(
            [[m.x * width - 0.5, m.y * height - 0.5, m.visibility or 0.0] for m in found[0]]
        )
        outside = (rows[:, :2] < -0.5).any(1) | (rows[:, 0] > width) | (rows[:, 1] > height)
        rows[outside, 2] = 0
        return body25_from(MEDIAPIPE_33, rows)
