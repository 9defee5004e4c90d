"""Views: a dressed person before a background, and a garment lying flat, as pictures with truth."""

from dataclasses import dataclass, replace

import numpy as np

from gpvton.domain.errors import GarmentError
from gpvton.synthetic import background, cutouts, outlines, people, poses, wear
from gpvton.synthetic.bodies import body_model, skin
from gpvton.synthetic.camera import Camera
from gpvton.synthetic.cuts import STRIP, Cut, cut_garment
from gpvton.synthetic.flat_values import Flat, FlatStyle
from gpvton.synthetic.flats import lay_flat
from gpvton.synthetic.garments import Garment
from gpvton.synthetic.items import Item, Material, vertices
from gpvton.synthetic.light import Lighting, packshot_lighting
from gpvton.synthetic.mesh import triangles
from gpvton.synthetic.passes import Frame, renderer
from gpvton.synthetic.proportions import bearable, checked, lengthened, stretch

FAR = 30.0
GRID = 72


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A garment cut to a body and laid flat."""

    garment: Garment
    cuts: list[Cut]
    flats: list[Flat]
    camera: Camera
    style: FlatStyle
    photograph: cutouts.Cutout | None = None  # the flat picture, where it is a real one


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Who stands how, seen from where, in which light: the same for outfits A and B."""

    person: people.Person
    pose: poses.Pose
    transforms: np.ndarray
    camera: Camera
    lighting: Lighting
    backdrop: np.ndarray  # see `paint_backdrop`
    size: tuple[int, int]
    seed: int
    bare: list[Item]  # the person without clothes, see `people.person_items`


def fit(garment: Garment, person: people.Person, style: FlatStyle, size, outer=False) -> Fitted:
    """Cut a garment to the person and lay it flat, as its photograph shows it where it has one.

    Raises GarmentError when the photograph's outline cannot be matched."""
    if (photograph := garment.photograph) is None:
        return _cut(garment, person, style, size, outer)
    garment, style = cutouts.like(photograph, garment, style)
    for last in (False, True):  # the second time as long as the photograph says
        fitted = _cut(garment, person, style, size, outer)
        drawn, _ = renderer().truth([flat_item(fitted)], camera=fitted.camera.matrix, size=size)
        mask = drawn[:, :, 3] > 0
        own = outlines.flat_landmarks(mask, photograph)
        high = stretch(own, photograph.landmarks, photograph.category)
        if last or bearable(high):
            break
        garment = lengthened(garment, 1 / high)
    cutout = cutouts.placed(photograph, size, style.fill, checked(high))
    flats = outlines.onto(fitted.flats, *outlines.correspondences(mask, own, cutout), size)
    return replace(fitted, flats=flats, photograph=cutout)


def _cut(garment: Garment, person: people.Person, style: FlatStyle, size, outer: bool) -> Fitted:
    cuts = cut_garment(garment, person.body, outer)
    flats, camera = lay_flat(cuts, garment, person.body, style, size)
    return Fitted(garment=garment, cuts=cuts, flats=flats, camera=camera, style=style)


def try_fit(garment: Garment, person: people.Person, style: FlatStyle, size, outer=False) -> Fitted:
    """`fit`; without the photograph where its outline cannot be matched."""
    try:
        return fit(garment, person, style, size, outer)
    except GarmentError:
        return fit(replace(garment, photograph=None), person, style, size, outer)


def _plane(corners: list, normal: list, rgba: np.ndarray, material: Material, style) -> Item:
    """A rectangle through four corners, as a grid, because light may be taken at vertices."""
    steps = 2 if material == Material.BACKDROP else GRID
    a, _, c, d = np.array(corners, np.float32)
    b = np.array(corners[1], np.float32)
    u, v = (t[..., None] for t in np.meshgrid(*[np.linspace(0, 1, steps)] * 2, indexing="ij"))
    points = (a * (1 - u) + b * u) * (1 - v) + (d * (1 - u) + c * u) * v
    number = np.arange(steps * steps).reshape(steps, steps)
    quads = np.stack([number[:-1, :-1], number[1:, :-1], number[1:, 1:], number[:-1, 1:]], axis=2)
    return Item(
        material=material,
        vertices=vertices(
            points.reshape(-1, 3), np.tile(np.asarray(normal, np.float32), (steps**2, 1))
        ),
        triangles=triangles(quads.reshape(-1, 4)),
        uniforms={"style": style, "colour": (1.0, 1.0, 1.0)},
        textures={"tile": rgba},
        shadow=False,
    )


def _surroundings(setting: Setting) -> list[Item]:
    """A backdrop that fills the picture, and the floor that takes the shadow."""
    eye = setting.camera.eye
    away = -eye * [1, 0, 1] / np.linalg.norm(eye * [1, 0, 1])
    side = np.array([away[2], 0, -away[0]])
    centre = away * 9.0
    wall = [
        centre + FAR * (a * side + b * np.array([0, 1.0, 0]))
        for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))
    ]
    floor = [[-2, 0, 2], [2, 0, 2], [2, 0, -2], [-2, 0, -2]]
    return [
        _plane(wall, [0, 0, 1], setting.backdrop, Material.BACKDROP, (0.0,) * 4),
        _plane(floor, [0, 1, 0], setting.backdrop, Material.GROUND, (0.5, 1.9, 0.6, 0.030)),
    ]


def _over(index: int, outfit: list[Fitted]) -> list[Cut]:
    """Cuts of the garments that lie over garment `index`: outer tops first, tucked tops below."""
    this = outfit[index].garment
    found = []
    for other in outfit:
        garment = other.garment
        if garment is this:
            continue
        tucked_here = this.tucked and garment.category == "lower"
        covers = garment.has_torso and not garment.tucked
        jacket = garment.kind == "jacket" and this.has_torso
        if tucked_here or jacket or (covers and this.category == "lower"):
            found += other.cuts
    return found


def stool(rng: np.random.Generator, points: np.ndarray) -> Item:
    """A plain block under a seated person with surface `points`; background to all labels."""
    seat = points[(np.abs(points[:, 0]) < 0.16) & (points[:, 2] < 0.16) & (points[:, 2] > -0.2)]
    low = seat[(seat[:, 1] > 0.2)]
    top = float(low[:, 1].min()) + 0.012
    half, back, front = rng.uniform(0.20, 0.30), low[:, 2].min() - 0.03, 0.20
    corners = np.array(
        [[x, y, z] for y in (0.0, top) for x, z in ((-1, 0), (1, 0), (1, 1), (-1, 1))], float
    )
    corners = corners * [half, 1, front - back] + [0, 0, back]
    faces = np.array([[7, 6, 5, 4], [3, 2, 6, 7], [2, 1, 5, 6], [1, 0, 4, 5], [0, 3, 7, 4]])
    places = corners[faces].reshape(-1, 3)
    normal = np.repeat(np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0], [0, 0, -1], [-1, 0, 0]]), 4, 0)
    return Item(
        material=Material.LASHES,
        vertices=vertices(places, normal),
        triangles=triangles(np.arange(20).reshape(5, 4)),
        uniforms={
            "colour": tuple(float(v) for v in rng.uniform(0.25, 0.9) * np.array([1.0, 0.97, 0.93])),
            "labels": (0.0,) * 4,
        },
    )


def _picture(fitted: Fitted) -> np.ndarray | None:
    return None if fitted.photograph is None else cutouts.cloth(fitted.photograph)


def worn_items(setting: Setting, outfit: list[Fitted]) -> list[Item]:
    """Everything but the surroundings: the garments (item number = place in outfit + 1), person."""
    items = []
    for k, fitted in enumerate(outfit):
        over = _over(k, outfit)
        hidden = [wear.hidden_under(cut, over, 0.02) for cut in fitted.cuts]
        items.append(
            wear.garment_item(
                fitted.garment,
                fitted.cuts,
                fitted.flats,
                [
                    wear.drape(
                        cut,
                        fitted.garment,
                        setting.person.body,
                        setting.transforms,
                        setting.seed + k,
                        deep,
                    )
                    for cut, deep in zip(fitted.cuts, hidden, strict=True)
                ],
                flat=False,
                number=float(k + 1),
                hidden=hidden,
                picture=_picture(fitted),
            )
        )
    cover = wear.covered([cut for f in outfit for cut in f.cuts], setting.person.body)
    if setting.pose.name == "hands_in_pockets":
        cover = np.where(body_model().weight_of("finger", "metacarpal") > 0.5, 1.0, cover)
    return items + people.covered_items(setting.bare, cover)


def render_worn(setting: Setting, outfit: list[Fitted], fine: bool = True) -> Frame:
    """The person wearing the outfit."""
    return renderer().render(
        _surroundings(setting) + worn_items(setting, outfit),
        camera=setting.camera.matrix,
        eye=setting.camera.eye,
        lighting=setting.lighting,
        size=setting.size,
        oversample=2 if fine else 1.5,
        fine=fine,
    )


def body_parts(setting: Setting) -> np.ndarray:
    """Body-part map uint8 (h, w): the body alone, parts 1..24 (0 background)."""
    label, _ = renderer().truth([setting.bare[0]], camera=setting.camera.matrix, size=setting.size)
    return np.round(label[:, :, 1]).astype(np.uint8)


def body_surface(person: people.Person, transforms: np.ndarray) -> np.ndarray:
    """Posed body vertices (v, 3)."""
    model = body_model()
    return skin(person.body.vertices, model.skin_bones, model.skin_weights, transforms)


def flat_item(fitted: Fitted) -> Item:
    """The garment lying flat, as an item (number 1)."""
    return wear.garment_item(
        fitted.garment,
        fitted.cuts,
        fitted.flats,
        [flat.points for flat in fitted.flats],
        flat=True,
        number=1.0,
        hidden=[_behind(cut, fitted.garment) for cut in fitted.cuts],
    )


def _behind(cut: Cut, garment: Garment) -> np.ndarray:
    """Metres (n,) by which cloth lies behind the flat's front, away from every opening."""
    if garment.open_front > 0 or garment.leg > 0 or garment.fabric.lace:
        return np.full(len(cut.points), -1.0)
    depth = np.minimum(-cut.front - 0.02, cut.cut - 0.06)
    return np.where(cut.front == STRIP, -1.0, np.minimum(depth, cut.neck - 0.28))


def render_flat(fitted: Fitted, size: tuple[int, int], fine: bool = True) -> Frame:
    """The garment lying flat, from the front."""
    item = flat_item(fitted)
    kept = np.concatenate(
        [f.points[c.cut >= 0] for f, c in zip(fitted.flats, fitted.cuts, strict=True)]
    )
    centre = (kept.min(axis=0) + kept.max(axis=0)) / 2
    tone = np.append(np.round(np.array(fitted.style.ground) * 255), 255)
    ground = np.full((4, 4, 4), tone, np.uint8)
    x, y, depth = centre[0], centre[1], kept[:, 2].min() - 0.012
    corners = [[x + a * 1.2, y + b * 1.2, depth] for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    plane = _plane(corners, [0, 0, 1], ground, Material.GROUND, (100.0, 200.0, 0.5, 0.008))
    return renderer().render(
        [plane, item],
        camera=fitted.camera.matrix,
        eye=fitted.camera.eye,
        lighting=packshot_lighting(centre),
        size=size,
        oversample=2 if fine else 1.5,
        fine=fine,
    )


def paint_backdrop(rng: np.random.Generator, kind: str, camera: Camera, size) -> np.ndarray:
    """A background whose floor begins where the camera sees a wall 3 m behind the person:
    uint8 (h, w, 4), last row first."""
    if kind == "studio":
        return _upside_down(background.studio(rng, size))
    behind = -camera.eye * [1, 0, 1] / np.linalg.norm(camera.eye * [1, 0, 1])
    line = camera.project((behind * (3.0 if kind == "room" else 9.0))[None], size)[0, 1]
    horizon = float(np.clip(line / size[0], 0.3, 1.0))
    paint = background.room if kind == "room" else background.street
    return _upside_down(paint(rng, size, horizon))


def _upside_down(picture: np.ndarray) -> np.ndarray:
    rgba = np.dstack([picture[::-1], np.full(picture.shape[:2], 255, np.uint8)])
    return np.ascontiguousarray(rgba)


__all__ = [
    "Fitted",
    "Setting",
    "body_parts",
    "body_surface",
    "fit",
    "paint_backdrop",
    "render_flat",
    "render_worn",
    "replace",
    "try_fit",
]
