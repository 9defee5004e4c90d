"""A drawn standing figure for the label tests."""

import numpy as np

SIZE = (300, 200)

_PLACES = {
    "nose": (100, 40), "eye": (6, 34), "ear": (12, 37), "mouth": (4, 46),
    "shoulder": (32, 75), "elbow": (48, 115), "wrist": (56, 155), "pinky": (58, 165),
    "index": (57, 166), "hip": (15, 155), "knee": (17, 210), "ankle": (18, 265),
    "heel": (17, 272), "foot_index": (24, 280),
}  # fmt: skip


def standing(visibility: float = 1.0) -> dict[str, np.ndarray]:
    """Pose points of somebody facing us: the left side is on the right of the picture."""
    pose = {"nose": np.array([*_PLACES["nose"], visibility], np.float32)}
    for joint, (offset, y) in _PLACES.items():
        if joint == "nose":
            continue
        for side, sign in (("left", 1), ("right", -1)):
            name = f"mouth_{side}" if joint == "mouth" else f"{side}_{joint}"
            pose[name] = np.array([100 + sign * offset, y, visibility], np.float32)
    return pose
