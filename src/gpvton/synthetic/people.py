"""A person: a body with skin, eyes, a painted face, hair and shoes, ready to draw in a pose."""

from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np

from gpvton.domain.labels import PersonLabel as P
from gpvton.synthetic import hair, shoes
from gpvton.synthetic.bodies import Body, body_model, build_body, skin
from gpvton.synthetic.items import COVER, Item, Material, vertices
from gpvton.synthetic.mesh import coarse_triangles, compact, triangles, vertex_normals

SKIN_TONES = (
    (0.94, 0.79, 0.70),
    (0.91, 0.74, 0.63),
    (0.87, 0.68, 0.55),
    (0.81, 0.61, 0.47),
    (0.72, 0.52, 0.38),
    (0.60, 0.41, 0.29),
    (0.47, 0.31, 0.22),
    (0.36, 0.23, 0.165),
)
EYE_COLOURS = ((0.22, 0.13, 0.07), (0.30, 0.19, 0.09), (0.30, 0.36, 0.22), (0.32, 0.46, 0.58))
CASTER_CELL = 0.012  # metres; the skin casts shadow as a mesh of this grain
FACE_FRAME = (0.20, 0.26)  # metres of the template that the painted face covers


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who is in the picture; colours are sRGB in [0, 1]."""

    body: Body
    skin: np.ndarray
    eyes: np.ndarray
    lips: np.ndarray
    hair: hair.Hair
    shoes: shoes.Shoes
    face: np.ndarray  # uint8 (h, w, 4), the painted face
    tone: float  # 0 light to 1 dark


def sample_person(rng: np.random.Generator, body_index: int | None = None) -> Person:
    """A person: body, tone, hair and shoes that go together."""
    index = int(rng.integers(len(body_model().coefficients))) if body_index is None else body_index
    body = build_body(index)
    tone = rng.uniform(0, 1)
    place = tone * (len(SKIN_TONES) - 1)
    low = min(int(place), len(SKIN_TONES) - 2)
    colours = np.array(SKIN_TONES)
    base = colours[low] + (place - low) * (colours[low + 1] - colours[low])
    base = np.clip(base * (1 + rng.normal(0, 0.015, 3)), 0, 1)
    style = hair.sample_hair(rng, body, tone)
    rouge = np.array([0.98, 0.66, 0.66]) if body.gender > 0.5 else np.array([0.95, 0.76, 0.74])
    return Person(
        body=body,
        skin=base,
        eyes=np.array(EYE_COLOURS[0 if tone > 0.55 else rng.integers(len(EYE_COLOURS))]),
        lips=np.clip(base * rouge, 0, 1),
        hair=style,
        shoes=shoes.sample_shoes(rng),
        face=paint_face(rng, base, style.brow, body),
        tone=tone,
    )


@cache
def eye_centres() -> np.ndarray:
    """Template centres of the left and the right eye, (2, 3)."""
    model = body_model()
    rows = [model.template[np.unique(model.quads[f"eye_{side}"])] for side in ("left", "right")]
    return np.array([(r.max(0) + r.min(0)) / 2 for r in rows])


def face_frame() -> tuple[float, float, float, float]:
    """x0, y0 and one over width and height of the painted face on the template."""
    eye = eye_centres()[0]
    width, height = FACE_FRAME
    return (-width / 2, float(eye[1]) - height / 2, 1 / width, 1 / height)


def paint_face(rng, base: np.ndarray, brow: np.ndarray, body: Body) -> np.ndarray:
    """Brows, blush, shaded lids and stubble in the template's front view: uint8 (h, w, 4)."""
    height, width = 416, 320
    scale = width / FACE_FRAME[0]
    colour = np.ones((height, width, 3), np.float32) * base.astype(np.float32)
    alpha = np.zeros((height, width), np.float32)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = (x - width / 2) / scale, (height / 2 - y) / scale  # y relative to the eyes
    eye = float(eye_centres()[0, 0])
    blush = np.exp(-(((np.abs(x) - 0.040) / 0.022) ** 2) - ((y + 0.034) / 0.020) ** 2)
    blush += 0.7 * np.exp(-((x / 0.016) ** 2) - ((y + 0.036) / 0.012) ** 2)
    _blend(colour, alpha, base * [1.02, 0.80, 0.78], np.clip(blush, 0, 1) * 0.35)
    lid = np.exp(-(((np.abs(x) - eye) / 0.020) ** 2) - ((y - 0.004) / 0.012) ** 2)
    _blend(colour, alpha, base * [0.72, 0.62, 0.60], lid * rng.uniform(0.25, 0.5))
    if body.gender < 0.5:
        beard = np.exp(-((np.hypot(x / 0.062, (y + 0.085) / 0.048)) ** 4))
        beard *= 1 - 0.8 * np.exp(-((x / 0.026) ** 2) - ((y + 0.066) / 0.008) ** 2)
        grain = 0.7 + 0.6 * cv2.GaussianBlur(rng.random(x.shape, np.float32), (0, 0), 1.2)
        strength = rng.choice([0.06, 0.18, 0.35, 0.75], p=[0.35, 0.3, 0.2, 0.15])
        _blend(colour, alpha, brow * 0.9 + 0.1 * base, np.clip(beard * grain * strength, 0, 0.9))
    _brows(rng, colour, alpha, brow, eye, scale, body.gender)
    rgba = np.dstack([colour.clip(0, 1), alpha])[::-1]
    return (np.ascontiguousarray(rgba) * 255).astype(np.uint8)


def _blend(colour: np.ndarray, alpha: np.ndarray, tone, amount: np.ndarray) -> None:
    amount = amount[..., None].astype(np.float32)
    colour[:] = colour * (1 - amount) + np.asarray(tone, np.float32) * amount
    alpha[:] = np.maximum(alpha, np.minimum(1.0, amount[..., 0] * 3.0))


def _brows(rng, colour, alpha, brow, eye, scale, gender) -> None:
    height, width = alpha.shape
    layer = np.zeros((height, width), np.float32)
    thick = rng.uniform(0.8, 1.2) * (0.0052 if gender > 0.5 else 0.0070)
    arch = rng.uniform(0.003, 0.007) * (1.2 if gender > 0.5 else 0.7)
    for side in (-1, 1):
        for _ in range(420):
            t = rng.uniform(0, 1)
            x0 = eye - 0.019 + 0.045 * t
            y0 = 0.0155 + arch * np.sin(np.pi * 0.5 * min(1.0, t / 0.62)) + 0.002 * t
            y0 -= 0.006 * max(0.0, t - 0.62) / 0.38
            y0 += rng.normal(0, 0.32) * thick * (1 - 0.75 * t**2)
            slope = np.array([0.0055, 0.0050 * (1 - 1.9 * t)]) * rng.uniform(0.6, 1.2)
            start = (side * x0, y0)
            end = (side * (x0 + slope[0]), y0 + slope[1])
            first, last = [
                (int((p[0] * scale + width / 2) * 16), int((height / 2 - p[1] * scale) * 16))
                for p in (start, end)
            ]
            cv2.line(layer, first, last, 1.0, 1, cv2.LINE_AA, 4)
    layer = np.clip(
        0.55 * cv2.GaussianBlur(layer, (0, 0), 0.5) + 0.45 * cv2.GaussianBlur(layer, (0, 0), 1.5),
        0,
        1,
    )
    _blend(colour, alpha, brow, layer * 0.85)


@cache
def _skin_topology() -> dict[str, np.ndarray]:
    model = body_model()
    used, quads = compact(model.quads["body"])
    weight = {
        side: (
            model.weight_of(
                *(
                    f"{b}.{side}"
                    for b in ("upperarm01", "upperarm02", "lowerarm01", "lowerarm02", "wrist")
                ),
                *(f"finger{k}-{j}.{side}" for k in range(1, 6) for j in (1, 2, 3)),
                *(f"metacarpal{k}.{side}" for k in range(1, 5)),
            )[used],
            model.weight_of(
                *(
                    f"{b}.{side}"
                    for b in ("upperleg01", "upperleg02", "lowerleg01", "lowerleg02", "foot")
                )
            )[used],
        )
        for side in "LR"
    }
    limbs = np.stack([weight["L"][0], weight["R"][0], weight["L"][1], weight["R"][1]], axis=1)
    return {
        "used": used,
        "quads": quads,
        "triangles": triangles(quads),
        "casters": coarse_triangles(model.template[used], triangles(quads), CASTER_CELL),
        "limbs": limbs,
        "head": model.weight_of("head", "neck03", "eye")[used],
        "parts": body_part_codes()[used],
    }


@cache
def body_part_codes() -> np.ndarray:
    """Body part 1..24 of every vertex, numbered as DensePose's surfaces are.

    1 torso back, 2 torso front, 3/4 hands, 5/6 feet, 7-10 upper legs, 11-14 lower legs,
    15-18 upper arms, 19-22 lower arms, 23/24 head (right, left).
    """
    model = body_model()
    normal = vertex_normals(model.template, model.quads["body"])
    front = normal[:, 2] > 0
    codes = np.where(front, 2, 1)
    head = model.weight_of("head", "neck03", "neck02", "eye") > 0.5
    codes[head] = np.where(model.template[head, 0] > 0, 24, 23)
    table = {  # right back, left back, right front, left front
        ("upperleg",): (7, 8, 9, 10),
        ("lowerleg",): (11, 12, 13, 14),
        ("upperarm",): (18, 17, 16, 15),
        ("lowerarm",): (22, 21, 20, 19),
        ("foot",): (6, 5, 6, 5),
        ("wrist", "finger", "metacarpal"): (3, 4, 3, 4),
    }
    left = model.template[:, 0] > 0
    for prefixes, values in table.items():
        inside = model.weight_of(*prefixes) > 0.5
        choice = left.astype(int) + 2 * front.astype(int)
        codes[inside] = np.array(values)[choice[inside]]
    return codes


def covered_items(items: list[Item], cover: np.ndarray) -> list[Item]:
    """`person_items` dressed; cover: (v,) metres by which each body vertex lies inside a garment,
    above 0 it is not drawn."""
    bare = items[0]
    block = bare.vertices.copy()
    block[:, COVER] = cover[_skin_topology()["used"]]
    return [replace(bare, vertices=block), *items[1:]]


def person_items(person: Person, transforms: np.ndarray) -> list[Item]:
    """Skin without clothes (first), eyes, lashes, shoes and hair in a pose."""
    model = body_model()
    posed = skin(person.body.vertices, model.skin_bones, model.skin_weights, transforms)
    topology = _skin_topology()
    used = topology["used"]
    normals = vertex_normals(posed[used], topology["quads"])
    items = [
        Item(
            material=Material.SKIN,
            vertices=vertices(
                posed[used],
                normals,
                np.c_[model.template[used], model.masks[used, 0]],
                topology["limbs"],
                np.c_[topology["head"], np.full(len(used), -1.0), topology["parts"]],
            ),
            triangles=topology["triangles"],
            casters=topology["casters"],
            uniforms={
                "colour": tuple(person.skin),
                "colour2": tuple(person.lips),
                "style": (float(eye_centres()[0, 2]) - 0.045, 0.0, 0.0, 0.0),
                "decal_frame": face_frame(),
                "labels": (float(P.FACE), float(P.NECK), 0.0, 0.0),
                "labels2": tuple(
                    float(v) for v in (P.LEFT_ARM, P.RIGHT_ARM, P.LEFT_LEG, P.RIGHT_LEG)
                ),
            },
            textures={"decal_front": person.face},
        )
    ]
    items += _eye_items(person, posed, transforms)
    items.append(shoes.shoe_item(person.shoes, person.body, transforms))
    items += hair.hair_items(person.hair, posed, transforms)
    return items


def _eye_items(person: Person, posed: np.ndarray, transforms: np.ndarray) -> list[Item]:
    model, items = body_model(), []
    head = transforms[model.bone("head")][:, :3]
    for side in ("left", "right"):
        used, quads = compact(model.quads[f"eye_{side}"])
        points = posed[used]
        centre = (points.max(0) + points.min(0)) / 2
        outward = points - centre
        direction = outward / np.linalg.norm(outward, axis=1, keepdims=True) @ head
        items.append(
            Item(
                material=Material.EYE,
                vertices=vertices(points, outward, direction),
                triangles=triangles(quads),
                uniforms={"colour": tuple(person.eyes), "labels": (float(P.FACE), 0.0, 0.0, 0.0)},
                shadow=False,
            )
        )
    used, quads = compact(model.quads["lashes"])
    items.append(
        Item(
            material=Material.LASHES,
            vertices=vertices(posed[used], vertex_normals(posed[used], quads)),
            triangles=triangles(quads),
            uniforms={
                "colour": tuple(person.skin * 0.25),
                "labels": (float(P.FACE), 0.0, 0.0, 0.0),
            },
            shadow=False,
        )
    )
    return items
