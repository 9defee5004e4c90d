"""Drawn people and garments with exact annotations, for tests of geometry and dressing."""

import cv2
import numpy as np

from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.keypoints import KEYPOINT_COUNT, KEYPOINT_INDEX, KEYPOINT_MIRROR
from gpvton.domain.labels import GARMENT_MIRROR, PERSON_MIRROR, GarmentLabel
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import Category

SIZE = (512, 384)
SPAN = 80.0
SKIN = (224, 172, 140)
COLOURS = {
    P.HAIR: (60, 40, 30),
    P.FACE: SKIN,
    P.NECK: SKIN,
    P.LEFT_ARM: SKIN,
    P.RIGHT_ARM: SKIN,
    P.UPPER_TORSO: (180, 60, 60),
    P.UPPER_LEFT_SLEEVE: (180, 60, 60),
    P.UPPER_RIGHT_SLEEVE: (180, 60, 60),
    P.LEFT_PANTS: (50, 60, 120),
    P.RIGHT_PANTS: (50, 60, 120),
    P.LEFT_SHOE: (30, 30, 30),
    P.RIGHT_SHOE: (30, 30, 30),
}


def joints(arm: float = 12.0, elbow: float = 0.0) -> dict[str, tuple[float, float]]:
    """A standing person; `arm` and `elbow` are angles in degrees, outwards from hanging."""
    places = {"nose": (192, 70), "neck": (192, 120), "mid_hip": (192, 244)}
    for side, sign in (("left", 1), ("right", -1)):
        first, second = np.radians(arm), np.radians(arm + elbow)
        shoulder = np.array([192 + sign * 40, 120])
        bend = shoulder + 68 * np.array([sign * np.sin(first), np.cos(first)])
        wrist = bend + 58 * np.array([sign * np.sin(second), np.cos(second)])
        places |= {
            f"{side}_shoulder": tuple(shoulder),
            f"{side}_elbow": tuple(bend),
            f"{side}_wrist": tuple(wrist),
            f"{side}_hip": (192 + sign * 23, 244),
            f"{side}_knee": (192 + sign * 26, 342),
            f"{side}_ankle": (192 + sign * 28, 432),
            f"{side}_eye": (192 + sign * 8, 62),
            f"{side}_ear": (192 + sign * 16, 66),
        }
    return places


def keypoints(places: dict[str, tuple[float, float]]) -> np.ndarray:
    out = np.zeros((KEYPOINT_COUNT, 3), np.float32)
    for name, (x, y) in places.items():
        out[KEYPOINT_INDEX[name]] = (x, y, 1.0)
    return out


def _line(canvas, points, width, value):
    path = np.rint(np.array(points)).astype(np.int32)
    cv2.polylines(canvas, [path], False, int(value), width, cv2.LINE_8)


def person(
    arm: float = 12.0, elbow: float = 0.0, sleeve: float = 0.6
) -> tuple[np.ndarray, PersonAnnotation]:
    """Photo uint8 (512, 384, 3) and annotation; `sleeve` is the covered share of the upper arm."""
    places = joints(arm, elbow)
    parsing = np.zeros(SIZE, np.uint8)
    for side, pants, shoe in (
        ("left", P.LEFT_PANTS, P.LEFT_SHOE),
        ("right", P.RIGHT_PANTS, P.RIGHT_SHOE),
    ):
        legs = [places[f"{side}_{name}"] for name in ("hip", "knee", "ankle")]
        _line(parsing, legs, 36, pants)
        x, y = places[f"{side}_ankle"]
        cv2.ellipse(parsing, (int(x), int(y) + 22), (18, 10), 0, 0, 360, int(shoe), -1)
    torso = [(152, 114), (232, 114), (226, 180), (230, 262), (154, 262), (158, 180)]
    cv2.fillPoly(parsing, [np.array(torso, np.int32)], int(P.UPPER_TORSO))
    cv2.fillPoly(parsing, [np.array([(178, 84), (206, 84), (208, 118), (176, 118)])], int(P.NECK))
    for side, bare, cloth in (
        ("left", P.LEFT_ARM, P.UPPER_LEFT_SLEEVE),
        ("right", P.RIGHT_ARM, P.UPPER_RIGHT_SLEEVE),
    ):
        line = np.array([places[f"{side}_{name}"] for name in ("shoulder", "elbow", "wrist")])
        hand = line[2] + 0.35 * (line[2] - line[1])
        _line(parsing, [line[0], line[1], line[2], hand], 18, bare)
        if sleeve <= 1.0:
            _line(parsing, [line[0], line[0] + sleeve * (line[1] - line[0])], 24, cloth)
        else:
            end = line[1] + (sleeve - 1.0) * (line[2] - line[1])
            _line(parsing, [line[0], line[1], end], 24, cloth)
    cv2.ellipse(parsing, (192, 52), (28, 34), 0, 0, 360, int(P.HAIR), -1)
    cv2.ellipse(parsing, (192, 66), (20, 26), 0, 0, 360, int(P.FACE), -1)
    pixels = np.full((*SIZE, 3), 235, np.uint8)
    for label, colour in COLOURS.items():
        pixels[parsing == label] = colour
    annotation = PersonAnnotation(
        parsing=parsing,
        keypoints=keypoints(places),
        silhouette=(parsing > 0).astype(np.float32),
    )
    return pixels, annotation


def _garment(
    category: Category,
    pieces: list[tuple[int, list[tuple[float, float]]]],
    landmarks: dict[str, tuple[float, float]],
    colour: tuple[int, int, int],
) -> tuple[np.ndarray, GarmentAnnotation]:
    parsing = np.zeros((400, 300), np.uint8)
    for label, outline in pieces:
        cv2.fillPoly(parsing, [np.array(outline, np.int32)], int(label))
    pixels = np.full((400, 300, 3), 250, np.uint8)
    pixels[parsing > 0] = colour
    stripes = (np.arange(400) // 20 % 2 == 0)[:, None] & (parsing > 0)
    pixels[stripes] = np.array(colour) // 2
    annotation = GarmentAnnotation(
        mask=(parsing > 0).astype(np.float32),
        parsing=parsing,
        category=category,
        landmarks=landmarks,
    )
    return pixels, annotation


def top(long: bool = False, colour: tuple[int, int, int] = (40, 160, 80)):
    """A T-shirt, or with long sleeves; in its picture the left sleeve is on the right."""
    end = 150 if long else 55
    pieces, marks = [], {}
    for name, sign, label in (
        ("left", 1, GarmentLabel.LEFT_SLEEVE),
        ("right", -1, GarmentLabel.RIGHT_SLEEVE),
    ):
        shoulder, armpit = (150 + sign * 52, 60), (150 + sign * 62, 118)
        along = np.array([sign * 0.55, 0.83])
        outer = tuple(np.array(shoulder) + end * along)
        inner = tuple(np.array(armpit) + (end - 38) * along)
        pieces.append((label, [shoulder, outer, inner, armpit]))
        marks |= {
            f"neck_{name}": (150.0 + sign * 24, 50.0),
            f"shoulder_{name}": shoulder,
            f"armpit_{name}": armpit,
            f"cuff_outer_{name}": outer,
            f"cuff_inner_{name}": inner,
            f"waist_{name}": (150.0 + sign * 58, 210.0),
            f"hip_{name}": (150.0 + sign * 60, 250.0),
            f"hem_{name}": (150.0 + sign * 60, 280.0),
        }
    torso = [(126, 50), (150, 66), (174, 50), (202, 60), (212, 118), (208, 210), (210, 280)]
    torso += [(90, 280), (92, 210), (88, 118), (98, 60)]
    pieces.insert(0, (GarmentLabel.UPPER, torso))
    return _garment(Category.UPPER, pieces, marks, colour)


def trousers(colour: tuple[int, int, int] = (150, 120, 40)):
    pieces, marks = [], {"crotch": (150.0, 130.0)}
    for name, sign, label in (
        ("left", 1, GarmentLabel.LEFT_LEG),
        ("right", -1, GarmentLabel.RIGHT_LEG),
    ):
        outline = [(150, 30), (150 + sign * 48, 30), (150 + sign * 60, 120), (150 + sign * 66, 370)]
        outline += [(150 + sign * 26, 370), (150, 130)]
        pieces.append((label, outline))
        marks |= {
            f"waist_{name}": (150.0 + sign * 48, 30.0),
            f"hip_{name}": (150.0 + sign * 60, 120.0),
            f"cuff_outer_{name}": (150.0 + sign * 66, 370.0),
            f"cuff_inner_{name}": (150.0 + sign * 26, 370.0),
        }
    return _garment(Category.LOWER, pieces, marks, colour)


def skirt(colour: tuple[int, int, int] = (150, 40, 120)):
    marks = {}
    for name, sign in (("left", 1), ("right", -1)):
        marks |= {
            f"waist_{name}": (150.0 + sign * 48, 30.0),
            f"hip_{name}": (150.0 + sign * 70, 110.0),
            f"hem_{name}": (150.0 + sign * 100, 240.0),
        }
    outline = [(102, 30), (198, 30), (220, 110), (250, 240), (50, 240), (80, 110)]
    return _garment(Category.LOWER, [(GarmentLabel.SKIRT, outline)], marks, colour)


def mirrored_person(
    pixels: np.ndarray, annotation: PersonAnnotation
) -> tuple[np.ndarray, PersonAnnotation]:
    points = annotation.keypoints[list(KEYPOINT_MIRROR)].copy()
    seen = points[:, 2] > 0
    points[seen, 0] = pixels.shape[1] - 1 - points[seen, 0]
    return pixels[:, ::-1].copy(), PersonAnnotation(
        parsing=np.array(PERSON_MIRROR, np.uint8)[annotation.parsing[:, ::-1]],
        keypoints=points,
        silhouette=annotation.silhouette[:, ::-1].copy(),
    )


def mirrored_garment(
    pixels: np.ndarray, annotation: GarmentAnnotation
) -> tuple[np.ndarray, GarmentAnnotation]:
    swap = {"left": "right", "right": "left"}
    width = pixels.shape[1]
    marks = {}
    for name, (x, y) in annotation.landmarks.items():
        stem, _, side = name.rpartition("_")
        marks[f"{stem}_{swap[side]}" if side in swap else name] = (width - 1 - x, y)
    return pixels[:, ::-1].copy(), GarmentAnnotation(
        mask=annotation.mask[:, ::-1].copy(),
        parsing=np.array(GARMENT_MIRROR, np.uint8)[annotation.parsing[:, ::-1]],
        category=annotation.category,
        landmarks=marks,
    )
