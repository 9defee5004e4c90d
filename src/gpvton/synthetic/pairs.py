"""Pairs: one person in one pose wearing A and wearing B, the flats of A and B, all truth."""

from dataclasses import dataclass, field, replace

import numpy as np

from gpvton.domain.errors import InputError
from gpvton.domain.parts import Category
from gpvton.synthetic import truth, view, wardrobe
from gpvton.synthetic.cutouts import Cutout, cloth
from gpvton.synthetic.flat_values import sample_style
from gpvton.synthetic.garments import Garment
from gpvton.synthetic.setting import sample_setting

PHOTOGRAPHED = 0.9  # share of garments tried with a real one, where there are any; not all fit
DIFFICULTIES = ("easy", "arms_in_front", "turned", "loose", "tucked", "unusual_body")


@dataclass(frozen=True, kw_only=True)
class PairSettings:
    """What pairs to make.

    size: (height, width) of all pictures.  textures: tiles uint8 (256, 256, 4) of real fabric,
    used for half of the garments.  cutouts: whole real garments, tried for 9 in 10
    of their category.  fine: light at every pixel (slower, for show).
    """

    seed: int = 0
    categories: tuple[Category, ...] = tuple(Category)
    difficulties: tuple[str, ...] = DIFFICULTIES
    size: tuple[int, int] = (512, 384)
    textures: tuple[np.ndarray, ...] = field(default=(), repr=False)
    cutouts: tuple[Cutout, ...] = field(default=(), repr=False)
    fine: bool = False

    def __post_init__(self) -> None:
        unknown = set(self.difficulties) - set(DIFFICULTIES)
        if unknown or not self.difficulties:
            raise InputError(
                f"unknown difficulty {', '.join(sorted(unknown)) or '(none)'}; "
                f"choose from {', '.join(DIFFICULTIES)}"
            )
        if not self.categories:
            raise InputError("no category chosen; choose from upper, lower, dress")
        if min(self.size) < 64 or max(self.size) > 2048:
            raise InputError(f"size {self.size} is outside 64 to 2048 pixels")


@dataclass(frozen=True, kw_only=True)
class Worn:
    """One side of a pair: the person in a garment, and the garment lying flat.

    picture, albedo, flat, flat_albedo: uint8 (h, w, 3); parsing: uint8 (h, w), `PersonLabel`;
    flat_parsing: uint8 (h, w), `GarmentLabel`; flow: float32 (2, h, w) into the flat, in [-1, 1];
    part: uint8 (h, w), 0 none, 1 left, 2 middle, 3 right; shown: bool (h, w), whether the flat
    shows the same cloth.
    """

    picture: np.ndarray
    albedo: np.ndarray
    parsing: np.ndarray
    flat: np.ndarray
    flat_albedo: np.ndarray
    flat_parsing: np.ndarray
    flow: np.ndarray
    part: np.ndarray
    shown: np.ndarray
    kind: str
    fabric: str

    def part_flow(self) -> np.ndarray:
        """The flow by part, float32 (3, 2, h, w); 0 where the part is not seen."""
        return np.stack([np.where(self.part == k, self.flow, 0) for k in (1, 2, 3)])


@dataclass(frozen=True, kw_only=True)
class Pair:
    """The same person, pose, camera and light with two garments of one category.

    keypoints: float32 (25, 3), see `truth.keypoints`; body_parts: uint8 (h, w), 1..24.
    """

    index: int
    category: Category
    difficulty: str
    pose: str
    a: Worn
    b: Worn
    keypoints: np.ndarray
    body_parts: np.ndarray


def _dress_up(rng: np.random.Generator, garment: Garment, difficulty: str) -> Garment:
    if difficulty == "loose" and garment.leg == 0:
        garment = replace(
            garment,
            cling=min(garment.cling, 0.1),
            ease=garment.ease + 0.012,
            cuff=garment.cuff + 0.015,
            folds=garment.folds + 0.3,
        )
    if difficulty == "tucked" and garment.category == Category.UPPER and garment.kind != "jacket":
        garment = replace(garment, tucked=True, skirt=0.0)
    return garment


def _seated_hem(rng: np.random.Generator, garment: Garment) -> Garment:
    """A top that ends above the lap of a seated person."""
    tucked = garment.kind != "jacket" and bool(rng.random() < 0.6)
    skirt = 0.0 if garment.category == Category.UPPER else garment.skirt
    return replace(garment, hem=min(garment.hem, 0.5), tucked=tucked or garment.tucked, skirt=skirt)


def _textured(rng: np.random.Generator, garment: Garment, settings: PairSettings) -> Garment:
    textures = settings.textures
    real = [c for c in settings.cutouts if c.category == garment.category]
    if real and rng.random() < PHOTOGRAPHED:
        return replace(garment, photograph=real[rng.integers(len(real))])
    if not textures or rng.random() < 0.5:
        return garment
    tile = textures[rng.integers(len(textures))]
    base = tile[:, :, :3].reshape(-1, 3).mean(axis=0) / 255
    fabric = replace(
        garment.fabric,
        tile=tile,
        base=base,
        repeat=rng.uniform(1.5, 3.0),
        lace=False,
        bump=0.0,
        name="texture",
        front=np.zeros((4, 4, 4), np.uint8),
    )
    return replace(garment, fabric=fabric, rib_colour=base)


def _outfits(rng, category: Category, difficulty: str, settings: PairSettings, seated: bool):
    """Two outfits that differ in one garment; the place of that garment."""

    def target() -> Garment:
        if seated and category == Category.LOWER:
            return _textured(rng, wardrobe.sample_trousers(rng), settings)
        return _textured(
            rng, _dress_up(rng, wardrobe.sample_garment(rng, category), difficulty), settings
        )

    a, b = (_seated_hem(rng, g) if seated else g for g in (target(), target()))
    if category == Category.DRESS:
        return [a], [b], 0
    if category == Category.LOWER:
        other = _dress_up(rng, wardrobe.sample_top(rng), difficulty)
        other = _seated_hem(rng, other) if seated else other
        return [other, a], [other, b], 1
    other = (
        wardrobe.sample_trousers(rng)
        if seated or rng.random() < 0.8
        else wardrobe.sample_skirt(rng)
    )
    inner = wardrobe.sample_top(rng, kind="tee", loose=0.1)

    def outfit(top: Garment) -> list[Garment]:
        return [top, other, inner] if top.kind == "jacket" else [top, other]

    return outfit(a), outfit(b), 0


def make_pair(settings: PairSettings, index: int) -> Pair:
    """Pair `index`: always the same for the same settings."""
    rng = np.random.default_rng([settings.seed, index])
    category = settings.categories[index % len(settings.categories)]
    strata = settings.difficulties
    difficulty = strata[(index // len(settings.categories)) % len(strata)]
    setting = sample_setting(rng, difficulty, settings.size, category, settings.fine)
    outfit_a, outfit_b, place = _outfits(rng, category, difficulty, settings, setting.pose.seated)
    parts = view.body_parts(setting)
    fitted: dict[int, view.Fitted] = {}
    sides = [
        _side(setting, outfit, place, fitted, rng, settings.fine) for outfit in (outfit_a, outfit_b)
    ]
    return Pair(
        index=index,
        category=category,
        difficulty=difficulty,
        pose=setting.pose.name,
        a=sides[0],
        b=sides[1],
        keypoints=truth.keypoints(setting, parts),
        body_parts=parts,
    )


def _side(setting, outfit, place: int, known: dict, rng, fine: bool) -> Worn:
    size = setting.size
    layers = []
    for garment in outfit:
        if id(garment) not in known:
            known[id(garment)] = view.try_fit(
                garment,
                setting.person,
                sample_style(rng, garment.sleeve),
                size,
                outer=garment.kind == "jacket",
            )
        layers.append(known[id(garment)])
    frame = view.render_worn(setting, layers, fine)
    item = float(place + 1)
    flow, part = truth.flow_and_part(frame.label, frame.where, item, size)
    return Worn(
        picture=frame.picture,
        albedo=frame.albedo,
        parsing=np.round(frame.label[:, :, 0]).astype(np.uint8),
        **_flat(layers[place], frame, item, size, fine),
        flow=flow,
        part=part,
        kind=outfit[place].kind,
        fabric=layers[place].garment.fabric.name,
    )


def _flat(fitted: view.Fitted, frame, item: float, size, fine: bool) -> dict[str, np.ndarray]:
    """The flat's fields of `Worn`: rendered, or the photograph."""
    cutout = fitted.photograph
    if cutout is None:
        flat = view.render_flat(fitted, size, fine)
        return {
            "flat": flat.picture,
            "flat_albedo": flat.albedo,
            "flat_parsing": np.round(flat.label[:, :, 0]).astype(np.uint8),
            "shown": truth.shown_in_flat(frame.label, frame.where, flat.label, flat.where, item),
        }
    return {
        "flat": cutout.pixels,
        "flat_albedo": cloth(cutout)[:, :, :3].copy(),
        "flat_parsing": cutout.parsing,
        "shown": truth.shown_in_photograph(frame.label, frame.where, cutout.parsing > 0, item),
    }
