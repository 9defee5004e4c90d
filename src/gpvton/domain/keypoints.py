"""The 25 key points of a person, in the BODY_25 order of OpenPose.

An array of key points is float32 (25, 3): x, y in pixels of its picture, and a confidence in
[0, 1].  A confidence of 0 means missing (outside the frame, or not found); x and y are then 0.
Pixel (0, 0) is the centre of the top left pixel.
"""

KEYPOINT_NAMES = (
    "nose",
    "neck",
    "right_shoulder",
    "right_elbow",
    "right_wrist",
    "left_shoulder",
    "left_elbow",
    "left_wrist",
    "mid_hip",
    "right_hip",
    "right_knee",
    "right_ankle",
    "left_hip",
    "left_knee",
    "left_ankle",
    "right_eye",
    "left_eye",
    "right_ear",
    "left_ear",
    "left_big_toe",
    "left_small_toe",
    "left_heel",
    "right_big_toe",
    "right_small_toe",
    "right_heel",
)

KEYPOINT_COUNT = len(KEYPOINT_NAMES)
KEYPOINT_INDEX = {name: index for index, name in enumerate(KEYPOINT_NAMES)}


def _mirrored(name: str) -> str:
    if name.startswith("left_"):
        return "right_" + name[len("left_") :]
    if name.startswith("right_"):
        return "left_" + name[len("right_") :]
    return name


KEYPOINT_MIRROR = tuple(KEYPOINT_INDEX[_mirrored(name)] for name in KEYPOINT_NAMES)
"""Index of the key point that a key point becomes when the picture is mirrored."""

LIMBS = (
    ("neck", "nose"),
    ("neck", "right_shoulder"),
    ("right_shoulder", "right_elbow"),
    ("right_elbow", "right_wrist"),
    ("neck", "left_shoulder"),
    ("left_shoulder", "left_elbow"),
    ("left_elbow", "left_wrist"),
    ("neck", "mid_hip"),
    ("mid_hip", "right_hip"),
    ("right_hip", "right_knee"),
    ("right_knee", "right_ankle"),
    ("mid_hip", "left_hip"),
    ("left_hip", "left_knee"),
    ("left_knee", "left_ankle"),
    ("nose", "right_eye"),
    ("nose", "left_eye"),
    ("right_eye", "right_ear"),
    ("left_eye", "left_ear"),
    ("left_ankle", "left_big_toe"),
    ("left_ankle", "left_heel"),
    ("right_ankle", "right_big_toe"),
    ("right_ankle", "right_heel"),
)
"""Pairs of key points to draw a skeleton with."""
