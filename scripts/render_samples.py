"""Render the sample people and garments of the demo from recorded numbers.

    python scripts/render_samples.py --out DIR [--only mara,navy-tee] [--scale 0.25]

Writes people/NAME.jpg and garments/NAME.jpg at 768 x 1024 (times the scale), lit at every pixel.
The pictures in `src/gpvton/samples` were made with these numbers by the renderer as of commit
15689fc; today's shows the same people and garments with other prints, rooms, light and outlines.
The other sample garments are drawn by `draw_sample_garments.py`.
"""

import argparse
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from gpvton.domain.parts import Category
from gpvton.synthetic import details, fabrics, people, poses, view
from gpvton.synthetic.bodies import body_model
from gpvton.synthetic.camera import Framing, frame_camera
from gpvton.synthetic.flat_values import FlatStyle
from gpvton.synthetic.garments import Garment, Neckline
from gpvton.synthetic.layouts import write_picture
from gpvton.synthetic.light import sample_lighting
from gpvton.synthetic.pose_kinds import sample_pose

SIZE = (1024, 768)


def fabric(kind: str, pattern: str, base: tuple, seed: int, sewn: bool = True) -> fabrics.Fabric:
    """A fabric of a colour, with the details of a kind of garment."""
    rng = np.random.default_rng(seed)
    cloth = fabrics.make_fabric(rng, pattern, np.array(base))
    return details.sew(rng, cloth, kind) if sewn else cloth


def ribbed(base: tuple) -> dict:
    """A neck band in a colour."""
    return {"rib_colour": np.array(base)}


TEE = Garment(
    category=Category.UPPER,
    kind="tee",
    fabric=fabric("tee", "plain", (0.95, 0.95, 0.94), 5),
    sleeve=0.40,
    ease=0.02,
    cling=0.35,
    hem=0.72,
    cuff=0.035,
    rib=0.018,
    folds=0.7,
    **ribbed((0.95, 0.95, 0.94)),
)
SHIRT = replace(
    TEE, kind="shirt", fabric=fabric("shirt", "plain", (0.62, 0.75, 0.88), 4),
    neckline=Neckline.COLLAR, sleeve=0.99, cuff=0.03, rib=0.0, cling=0.3, ease=0.022,
)  # fmt: skip
JUMPER = replace(
    TEE, kind="jumper", fabric=fabric("jumper", "knit", (0.74, 0.36, 0.26), 4), sleeve=0.99,
    cuff=0.03, rib=0.03, cuff_band=0.05, cling=0.25, ease=0.03, **ribbed((0.70, 0.33, 0.24)),
)  # fmt: skip
JEANS = Garment(
    category=Category.LOWER, kind="jeans", fabric=fabric("jeans", "denim", (0.22, 0.30, 0.44), 1),
    leg=0.98, ease=0.009, cuff=0.03, cling=1.0, waist=0.02, folds=0.7,
)  # fmt: skip
CHINOS = replace(
    JEANS, kind="trousers", fabric=fabric("trousers", "plain", (0.72, 0.63, 0.50), 1), cuff=0.035
)
BLACK = replace(
    JEANS, kind="trousers", fabric=fabric("trousers", "plain", (0.13, 0.13, 0.14), 1), cuff=0.03
)
SKIRT = Garment(
    category=Category.LOWER,
    kind="skirt",
    fabric=fabric("skirt", "checks", (0.30, 0.22, 0.24), 5),
    skirt=0.5,
    flare=0.14,
    ease=0.01,
    cling=0.9,
    waist=0.04,
    folds=0.7,
)
DRESS = Garment(
    category=Category.DRESS,
    kind="dress",
    fabric=fabric("dress", "floral", (0.10, 0.16, 0.30), 7),
    neckline=Neckline.SCOOP,
    neck_scale=0.9,
    sleeve=0.36,
    ease=0.012,
    cling=0.75,
    skirt=0.62,
    flare=0.25,
    cuff=0.03,
    folds=0.6,
)


@dataclass(frozen=True, kw_only=True)
class Portrait:
    """A sample person.  kind: what bodies to choose from, `body` the number among them."""

    seed: int
    body: int
    tone: float
    pose: str
    turn: float
    framing: Framing
    outfit: tuple[Garment, ...]
    backdrop: str
    hair: dict
    kind: str = "any"


PEOPLE = {
    "mara": Portrait(
        seed=51, body=9, tone=0.22, pose="contrapposto", turn=8, framing=Framing.FULL,
        outfit=(TEE, JEANS), backdrop="studio",
        hair={"length": 0.22, "thickness": 0.018, "colour": np.array((0.27, 0.17, 0.10))},
    ),
    "kofi": Portrait(
        seed=58, body=30, tone=0.80, pose="relaxed", turn=-12, framing=Framing.THREE_QUARTER,
        outfit=(SHIRT, CHINOS), backdrop="street",
        hair={"length": 0.0, "thickness": 0.008, "colour": np.array((0.05, 0.04, 0.035))},
    ),
    "lena": Portrait(
        seed=61, body=1, kind="heavy woman", tone=0.55, pose="one_hand_on_hip", turn=6,
        framing=Framing.FULL, outfit=(DRESS,), backdrop="studio",
        hair={"length": 0.10, "thickness": 0.02, "colour": np.array((0.09, 0.06, 0.045))},
    ),
    "tom": Portrait(
        seed=66, body=1, kind="old man", tone=0.08, pose="relaxed", turn=14,
        framing=Framing.THREE_QUARTER, outfit=(JUMPER, BLACK), backdrop="room",
        hair={"length": 0.0, "thickness": 0.02, "colour": np.array((0.58, 0.57, 0.56))},
    ),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Packshot:
    """A sample garment lying flat, cut for a body."""

    garment: Garment
    style: FlatStyle = field(default_factory=FlatStyle)
    body: int = 18


GARMENTS = {
    "navy-tee": Packshot(
        garment=replace(
            TEE,
            fabric=fabric("tee", "plain", (0.12, 0.17, 0.30), 33),
            hem=0.78,
            **ribbed((0.12, 0.17, 0.30)),
        ),
        style=FlatStyle(sleeve_angle=42, pressed=0.85, turn=-0.6, fill=0.84, seed=3),
    ),
    "striped-long-sleeve": Packshot(
        garment=replace(
            TEE,
            kind="long_tee",
            fabric=fabric("long_tee", "stripes", (0.94, 0.93, 0.90), 9, False),
            sleeve=0.99,
            cuff=0.02,
            cling=0.45,
            **ribbed((0.94, 0.93, 0.90)),
        ),
        style=FlatStyle(
            sleeve_angle=62, pressed=0.8, turn=0.8, fill=0.86, seed=5, ground=(0.93,) * 3
        ),
        body=9,
    ),
    "checked-shirt": Packshot(
        garment=replace(SHIRT, fabric=fabric("shirt", "checks", (0.80, 0.30, 0.24), 8)),
        style=FlatStyle(sleeve_angle=66, pressed=0.75, fill=0.86, seed=6),
    ),
    "green-jumper": Packshot(
        garment=replace(
            JUMPER,
            fabric=fabric("jumper", "knit", (0.36, 0.46, 0.40), 4),
            **ribbed((0.34, 0.43, 0.37)),
        ),
        style=FlatStyle(sleeve_angle=68, pressed=0.8, fill=0.86, seed=8, ground=(0.90, 0.89, 0.87)),
    ),
    "blue-jeans": Packshot(
        garment=replace(JEANS, fabric=fabric("jeans", "denim", (0.30, 0.41, 0.58), 1)),
        style=FlatStyle(leg_spread=3.0, pressed=0.8, fill=0.90, seed=7),
        body=9,
    ),
    "checked-skirt": Packshot(
        garment=SKIRT, style=FlatStyle(pressed=0.8, fill=0.8, seed=8), body=9
    ),
    "print-dress": Packshot(
        garment=replace(DRESS, fabric=fabric("dress", "floral", (0.90, 0.86, 0.76), 11)),
        style=FlatStyle(sleeve_angle=52, pressed=0.7, fill=0.9, seed=9, ground=(0.95,) * 3),
        body=9,
    ),
}


def _body(portrait: Portrait) -> int:
    gender, age, weight = body_model().facts[:, :3].T
    chosen = {
        "any": np.ones(len(gender), bool),
        "heavy woman": (gender > 0.5) & (weight > 0.62) & (weight < 0.8) & (age < 0.8),
        "old man": (gender < 0.5) & (weight > 0.4) & (weight < 0.6) & (age > 0.86),
    }[portrait.kind]
    return int(np.flatnonzero(chosen)[portrait.body])


def _person(portrait: Portrait, rng: np.random.Generator) -> people.Person:
    person = people.sample_person(rng, _body(portrait))
    tones = np.array(people.SKIN_TONES)
    place = portrait.tone * (len(tones) - 1)
    skin = np.array([np.interp(place, np.arange(len(tones)), tones[:, k]) for k in range(3)])
    rouge = (0.98, 0.66, 0.66) if person.body.gender > 0.5 else (0.95, 0.76, 0.74)
    hair = replace(
        person.hair, **portrait.hair, brow=np.minimum(portrait.hair["colour"] * 0.85, 0.3)
    )
    return replace(
        person,
        skin=skin,
        lips=np.clip(skin * rouge, 0, 1),
        hair=hair,
        face=people.paint_face(rng, skin, hair.brow, person.body),
        tone=portrait.tone,
    )


def portrait_picture(portrait: Portrait, size: tuple[int, int]) -> np.ndarray:
    """The person in the outfit, uint8 (h, w, 3)."""
    rng = np.random.default_rng(portrait.seed)
    person = _person(portrait, rng)
    pose = poses.clear_arms(sample_pose(rng, portrait.pose), person.body, 0.035)
    pose = replace(pose, head=(1.5, rng.normal(0, 4), rng.normal(0, 2)))
    transforms = poses.resolve(pose, person.body)
    points = view.body_surface(person, transforms)[np.unique(body_model().quads["body"])]
    camera = frame_camera(
        points, portrait.framing, azimuth=portrait.turn, pitch=3, distance=4.4, size=size
    )
    studio = portrait.backdrop == "studio"
    setting = view.Setting(
        person=person,
        pose=pose,
        transforms=transforms,
        camera=camera,
        lighting=sample_lighting(rng, np.array([0, 0.95, 0]), 1.25, studio=studio),
        backdrop=view.paint_backdrop(rng, portrait.backdrop, camera, size),
        size=size,
        seed=portrait.seed,
        bare=people.person_items(person, transforms),
    )
    outfit = [
        view.fit(garment, person, FlatStyle(seed=portrait.seed + k), size)
        for k, garment in enumerate(portrait.outfit)
    ]
    return view.render_worn(setting, outfit, True).picture


def packshot_picture(packshot: Packshot, size: tuple[int, int]) -> np.ndarray:
    """The garment lying flat, uint8 (h, w, 3)."""
    person = people.sample_person(np.random.default_rng(0), packshot.body)
    fitted = view.fit(packshot.garment, person, packshot.style, size)
    return view.render_flat(fitted, size, True).picture


def main() -> None:
    """Render all, or those named."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", default="", help="names, separated by commas")
    parser.add_argument("--scale", type=float, default=1.0)
    arguments = parser.parse_args()
    chosen = [name for name in arguments.only.split(",") if name] or [*PEOPLE, *GARMENTS]
    size = (round(SIZE[0] * arguments.scale), round(SIZE[1] * arguments.scale))
    for name in chosen:
        if name in PEOPLE:
            write_picture(
                arguments.out / "people" / f"{name}.jpg", portrait_picture(PEOPLE[name], size)
            )
        else:
            write_picture(
                arguments.out / "garments" / f"{name}.jpg", packshot_picture(GARMENTS[name], size)
            )


if __name__ == "__main__":
    main()
