"""The true answers of a rendered pair: parsing, flow, key points with what hides them."""

import cv2
import numpy as np

from gpvton.domain.keypoints import KEYPOINT_COUNT, KEYPOINT_INDEX
from gpvton.geometry.flow import flow_from_pixels
from gpvton.synthetic.bodies import body_model, posed_joints
from gpvton.synthetic.people import body_part_codes
from gpvton.synthetic.view import Setting, body_surface

JOINTS = {
    "right_shoulder": "upperarm01.R",
    "right_elbow": "lowerarm01.R",
    "right_wrist": "wrist.R",
    "left_shoulder": "upperarm01.L",
    "left_elbow": "lowerarm01.L",
    "left_wrist": "wrist.L",
    "right_hip": "upperleg01.R",
    "right_knee": "lowerleg01.R",
    "right_ankle": "foot.R",
    "left_hip": "upperleg01.L",
    "left_knee": "lowerleg01.L",
    "left_ankle": "foot.L",
}
TORSO, FOREARMS, HEAD = (1, 2), {"right": (18, 16, 22, 20), "left": (17, 15, 21, 19)}, (23, 24)
HIDDEN = 0.5
"""Confidence of a key point that is in the picture but hidden by the person's own body."""


def flow_and_part(label: np.ndarray, where: np.ndarray, item: float, size: tuple[int, int]):
    """Flow float32 (2, h, w) into the flat picture of `size`, and part uint8 (h, w).

    Part is 0 where the garment is not seen, then 1 left, 2 middle, 3 right; the flow there is 0.
    """
    on = label[:, :, 3] == item
    part = np.where(on, np.round(label[:, :, 1]), 0).astype(np.uint8)
    flow = flow_from_pixels(where[:, :, :2].transpose(2, 0, 1), size)
    return np.where(on[None], flow, 0).astype(np.float32), part


def shown_in_flat(label, where, flat_label, flat_where, item: float) -> np.ndarray:
    """Bool (h, w): whether the point of the garment seen here is also what the flat shows.

    Behind a side seam, inside a fold or under a sleeve the flow is right, but the flat picture
    shows another layer of cloth there.
    """
    x, y = where[:, :, 0].astype(np.float32), where[:, :, 1].astype(np.float32)
    on = label[:, :, 3] == item
    sampled = [
        cv2.remap(layer.astype(np.float32), x, y, cv2.INTER_NEAREST, borderValue=-99)
        for layer in (
            flat_where[:, :, 2],
            flat_where[:, :, 3],
            flat_label[:, :, 1],
            flat_label[:, :, 2],
        )
    ]
    near = np.hypot(sampled[0] - where[:, :, 2], sampled[1] - where[:, :, 3]) < 0.006
    same_side = np.sign(sampled[3]) == np.sign(label[:, :, 2])
    return on & near & same_side & (sampled[2] == np.round(label[:, :, 1]))


def shown_in_photograph(label, where, mask: np.ndarray, item: float) -> np.ndarray:
    """Bool (h, w): whether a photograph with the garment's mask shows the point seen here.

    The photograph shows the outside of the front only.
    """
    x, y = where[:, :, 0].astype(np.float32), where[:, :, 1].astype(np.float32)
    inside = cv2.remap(mask.astype(np.uint8), x, y, cv2.INTER_NEAREST, borderValue=0) > 0
    return (label[:, :, 3] == item) & (label[:, :, 2] > 0) & inside


def _surface_points(setting: Setting) -> dict[str, np.ndarray]:
    """Key points that lie on the surface: face, ears, feet."""
    model, points = body_model(), body_surface(setting.person, setting.transforms)
    template = model.template
    eyes = {side: np.unique(model.quads[f"eye_{side}"]) for side in ("left", "right")}
    head = np.flatnonzero((body_part_codes() >= 23) & (template[:, 1] > 1.2))
    head = head[head < 13380]
    result = {f"{side}_eye": points[rows].mean(axis=0) for side, rows in eyes.items()}
    result["nose"] = points[head[np.argmax(template[head, 2])]]
    for side, sign in (("left", 1), ("right", -1)):
        ear = (model.masks[:, 2] > 0.5) & (template[:, 0] * sign > 0)
        result[f"{side}_ear"] = points[ear].mean(axis=0)
        foot = np.flatnonzero(np.isin(body_part_codes(), (5, 6)) & (template[:, 0] * sign > 0))
        place = template[foot]
        result[f"{side}_heel"] = points[foot[np.argmin(place[:, 2])]]
        reach = place[:, 2] - place[:, 0] * sign * 0.6
        result[f"{side}_big_toe"] = points[foot[np.argmax(reach)]]
        result[f"{side}_small_toe"] = points[
            foot[np.argmax(place[:, 2] + 1.5 * place[:, 0] * sign)]
        ]
    return result


def _allowed(name: str) -> tuple[int, ...]:
    """Body parts behind which a key point counts as seen."""
    side = name.split("_")[0]
    if "eye" in name or "ear" in name or name == "nose":
        return HEAD
    if "hip" in name:
        return (*TORSO, 7, 8, 9, 10)
    if "knee" in name:
        return (7, 9, 11, 13) if side == "right" else (8, 10, 12, 14)
    if "ankle" in name or "toe" in name or "heel" in name:
        return (6, 11, 13) if side == "right" else (5, 12, 14)
    if "wrist" in name:
        return (3, 22, 20) if side == "right" else (4, 21, 19)
    if "elbow" in name:
        return FOREARMS[side]
    if "shoulder" in name:
        return (*TORSO, *FOREARMS[side])
    return (*TORSO, *HEAD)


def keypoints(setting: Setting, parts: np.ndarray) -> np.ndarray:
    """float32 (25, 3): x, y, confidence: 1 seen, `HIDDEN` behind the own body, 0 outside.

    parts: the body-part map (h, w).
    """
    joints = posed_joints(setting.person.body.joints, setting.transforms)
    model = body_model()
    places = {name: joints[model.bone(bone)] for name, bone in JOINTS.items()}
    places["neck"] = (places["left_shoulder"] + places["right_shoulder"]) / 2
    places["mid_hip"] = (places["left_hip"] + places["right_hip"]) / 2
    places.update(_surface_points(setting))
    face = setting.transforms[model.bone("head")][:, :3] @ np.array([0.0, 0.0, 1.0])
    toward = setting.camera.eye - joints[model.bone("head")]
    seen_face = float(face @ toward) / float(np.linalg.norm(toward))
    height, width = parts.shape
    result = np.zeros((KEYPOINT_COUNT, 3), np.float32)
    for name, index in KEYPOINT_INDEX.items():
        x, y = setting.camera.project(places[name][None], setting.size)[0]
        if not (0 <= round(x) < width and 0 <= round(y) < height):
            continue
        seen = parts[round(y), round(x)] in _allowed(name)
        if "eye" in name or name == "nose":
            seen = seen and seen_face > 0.1
        if "ear" in name:
            outward = (places[name] - joints[model.bone("head")]) @ toward
            seen = seen and outward > -0.02
        result[index] = x, y, 1.0 if seen else HIDDEN
    return result
