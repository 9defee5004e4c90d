"""Generator, drawn uncovering and "leave as is" against true answers.

    python benchmarks/generator.py --data DIR --rendered DIR [--weights FOLDER] --out DIR

Three tests, on what training never saw (studio designs ending in 3 or 8, rendered numbers divisible
by 20).  `colours`: a studio photo of colour A is to show colour B, cut out of B's photo and laid
slightly wrongly; the answer is B's photo.  `uncovered`: the same, and A's bare arms (legs) are
painted over as sleeves (trousers) first, so that they must be invented.  `rendered`: a rendered
person in outfit A is to wear B, laid by the true flow; the answer is the same person in B.
All ways get the same warp; `base` is what the generator corrects, uncorrected.  Measured inside
the region that the category may change.
"""

import argparse
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import torch

from gpvton.analysis.person import PersonAnalyst
from gpvton.conditions.preserve import agnostic_region
from gpvton.conditions.skin import skin_colours
from gpvton.conditions.worn_classes import worn_parts
from gpvton.data.generator_annotations import annotated_photo
from gpvton.data.generator_degrade import shifted, smooth_shift
from gpvton.data.generator_rendered import rendered_pair, rendered_pairs
from gpvton.data.generator_sources import with_garment
from gpvton.data.person_samples import person_names
from gpvton.data.sources.reader import open_source
from gpvton.domain.annotations import PersonAnnotation
from gpvton.domain.errors import GpvtonError
from gpvton.domain.images import to_float
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import PART_NAMES, Category
from gpvton.domain.writing import make_folder, write_image
from gpvton.dressing.compose import arrange, draw
from gpvton.dressing.generate import generated
from gpvton.dressing.generation import LearnedGenerator
from gpvton.dressing.scene import Scene, frame
from gpvton.dressing.warp import WarpedPart
from gpvton.geometry.body import body_from
from gpvton.losses.perceptual import EfficientNetFeatures, perceptual_distance

WAYS = ("as is", "drawn", "base", "generator")
METRICS = ("ssim", "colour", "perceptual")
_BARE = {
    Category.UPPER: {
        P.LEFT_ARM: P.UPPER_LEFT_SLEEVE,
        P.RIGHT_ARM: P.UPPER_RIGHT_SLEEVE,
        P.NECK: P.UPPER_TORSO,
    },
    Category.LOWER: {P.LEFT_LEG: P.LEFT_PANTS, P.RIGHT_LEG: P.RIGHT_PANTS},
}


@dataclass(frozen=True, kw_only=True)
class Case:
    """A photo to change, uint8 (h, w, 3), with its annotation; the cloth that is to be worn,
    uint8 (h, w, 3), and its parts, bool (3, h, w), on the photo; and the true answer.
    """

    name: str
    category: Category
    photo: np.ndarray
    person: PersonAnnotation
    cloth: np.ndarray
    parts: np.ndarray
    answer: np.ndarray


def colour_cases(root: Path, cache: Path, *, covered: bool) -> Iterator[Case]:
    """Pairs of neighbouring colours of each held-out studio photograph."""
    analyst = PersonAnalyst.from_folder()
    groups: dict[str, list[str]] = {}
    for name in person_names(root, "validation"):
        if name.startswith("studio/") and name.endswith("_main"):
            groups.setdefault(name.split("-")[0], []).append(name)
    for design, names in groups.items():
        lower = design.partition("/")[2].startswith(("mp", "wp", "msh", "wsh"))
        category = Category.LOWER if lower else Category.UPPER
        for first, second in zip(names, names[1:] + names[:1], strict=True):
            if first == second:
                continue
            a, b = (annotated_photo(root, name, cache, analyst) for name in (first, second))
            if a is None or b is None or a.garment is None or b.garment is None:
                continue
            person = with_garment(a.annotation, a.garment, category)
            worn = with_garment(b.annotation, b.garment, category)
            case = Case(
                name=f"{first} in {second}",
                category=category,
                photo=a.pixels,
                person=person,
                cloth=b.pixels,
                parts=worn_parts(worn.parsing, category),
                answer=b.pixels,
            )
            if covered:
                case = with_long_garment(case)
            if case is not None:
                yield case


def with_long_garment(case: Case) -> Case | None:
    """The same with the bare limbs painted as garment; None where too little is bare."""
    table = _BARE[case.category]
    bare = np.isin(case.person.parsing, tuple(table))
    old = worn_parts(case.person.parsing, case.category).any(axis=0)
    if bare.sum() < 0.1 * old.sum():
        return None
    bare = cv2.dilate(bare.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    bare &= ~np.isin(case.person.parsing, (P.FACE, P.HAIR))
    hands = _hands(case)
    parsing, photo = case.person.parsing.copy(), case.photo.copy()
    for label, cloth in table.items():
        parsing[(case.person.parsing == label) & ~hands] = cloth
    photo[bare & ~hands] = np.median(case.photo[old], axis=0)
    person = PersonAnnotation(
        parsing=parsing, keypoints=case.person.keypoints, silhouette=case.person.silhouette
    )
    return replace(case, photo=photo, person=person, name=f"{case.name}, covered")


def _hands(case: Case) -> np.ndarray:
    from gpvton.conditions.palms import palm_mask

    reach = max(case.photo.shape[0] // 150, 1)
    hands = palm_mask(case.person.parsing, body_from(case.person))
    return cv2.dilate(hands.astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0


def rendered_cases(folder: Path) -> Iterator[Case]:
    """A in B and B in A of every held-out pair."""
    source = open_source(folder, "rendered")
    for row in rendered_pairs(source, validation=True):
        pair = rendered_pair(source, row)
        for first, second in (("a", "b"), ("b", "a")):
            shown, worn = pair.sides[first], pair.sides[second]
            there = worn.garment[..., 3] > 0
            yield Case(
                name=f"{row.person.partition('_')[0]}{first}",
                category=pair.category,
                photo=np.ascontiguousarray(shown.pixels),
                person=shown.person,
                cloth=np.ascontiguousarray(worn.garment[..., :3]),
                parts=worn_parts(worn.person.parsing, pair.category) & there,
                answer=np.ascontiguousarray(worn.pixels),
            )


def wrongly_laid(scene: Scene, case: Case, seed: int) -> list[WarpedPart]:
    """The cloth's parts in the scene's crop, each moved by a smooth random shift."""
    rng = np.random.default_rng(seed)
    left, top, right, bottom = scene.box
    amount = 0.01 * scene.body.span
    layers = []
    for mask in case.parts:
        alpha = cv2.GaussianBlur(mask[top:bottom, left:right].astype(np.float32), (0, 0), 0.7)
        colour = case.cloth[top:bottom, left:right].astype(np.float32) * alpha[..., None]
        shift = smooth_shift(scene.size, rng, amount)
        moved = shifted(np.dstack([colour, alpha]), shift)
        layers.append(WarpedPart(colour=moved[..., :3], alpha=moved[..., 3]))
    return layers


def reaches(scene: Scene, parts: list[WarpedPart]) -> dict[str, float]:
    """Share of each limb that its part covers."""
    found = {}
    for index, motion in enumerate(scene.row.motion):
        kind = {"sleeve": "arm", "leg": "leg"}.get(motion)
        solid = parts[index].alpha > 0.5
        if kind is not None and solid.sum() > 50:
            share = scene.limb(kind, PART_NAMES[index]).share
            found[PART_NAMES[index]] = float(np.percentile(share[solid], 98))
    return found


def dressed_by(case: Case, generator: LearnedGenerator) -> dict[str, np.ndarray]:
    """Way to picture, uint8 of the photo's size."""
    scene = frame(case.photo, case.person, case.category)
    scene = replace(scene, skin=skin_colours(scene.pixels, scene.parsing))
    parts = wrongly_laid(scene, case, zlib.crc32(case.name.encode()))
    reach = reaches(scene, parts)
    arranged = arrange(scene, parts, reach, None)
    drawn = draw(scene, parts, arranged, reach)
    made = generated(generator, scene, case.person, arranged, reach) or drawn
    silent = LearnedGenerator(graph=_silence, size=generator.size)
    base = generated(silent, scene, case.person, arranged, reach) or drawn
    left, top, right, bottom = scene.box
    found = {"as is": case.photo}
    for way, composed in (("drawn", drawn), ("base", base), ("generator", made)):
        picture = case.photo.copy()
        crop = picture[top:bottom, left:right]
        colour = np.clip(np.rint(composed.colour), 0, 255).astype(np.uint8)
        crop[composed.changed] = colour[composed.changed]
        found[way] = picture
    return found


def _silence(*, inputs: np.ndarray) -> dict[str, np.ndarray]:
    """A network that corrects nothing: what is left is its base."""
    height, width = inputs.shape[2:]
    one = np.ones((1, 1, height, width), np.float32)
    return {"correction": np.repeat(0 * one, 3, axis=1), "blend": one, "shading": one}


class Judge:
    """Numbers of a picture against the answer, inside a region."""

    def __init__(self) -> None:
        self.features = EfficientNetFeatures().eval()

    def __call__(self, made: np.ndarray, case: Case, region: np.ndarray) -> dict[str, float]:
        """ssim; colour: mean CIE76 difference; perceptual: EfficientNet-Lite0, see losses."""
        rows, columns = np.flatnonzero(region.any(axis=1)), np.flatnonzero(region.any(axis=0))
        box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        inside = region[box][..., None]
        answer = case.answer[box]
        pasted = np.where(inside, made[box], answer)
        lab = [
            cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
            for picture in (pasted, answer)
        ]
        return {
            "ssim": float(ssim_map(pasted, answer)[inside[..., 0]].mean()),
            "colour": float(np.linalg.norm(lab[0] - lab[1], axis=2)[inside[..., 0]].mean()),
            "perceptual": self._perceptual(pasted, answer),
        }

    @torch.no_grad()
    def _perceptual(self, first: np.ndarray, second: np.ndarray) -> float:
        maps = []
        for picture in (first, second):
            small = cv2.resize(picture, (192, 256), interpolation=cv2.INTER_AREA)
            image = np.ascontiguousarray(to_float(small).transpose(2, 0, 1)[None])
            maps.append(self.features(torch.from_numpy(image)))
        return float(perceptual_distance(maps[0], maps[1], (0.25, 0.25, 0.5, 0.5, 1.0)))


def ssim_map(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """SSIM at every pixel (Gaussian window of 11, sigma 1.5), float32 (h, w), mean of the colours.

    The definition of `evaluation.image_metrics`, in single precision, which is much faster.
    """

    def blur(picture: np.ndarray) -> np.ndarray:
        return cv2.GaussianBlur(picture, (11, 11), 1.5)

    a, b = first.astype(np.float32), second.astype(np.float32)
    mean_a, mean_b = blur(a), blur(b)
    variances = blur(a * a) - mean_a**2 + blur(b * b) - mean_b**2
    covariance = blur(a * b) - mean_a * mean_b
    low, high = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    similarity = (2 * mean_a * mean_b + low) * (2 * covariance + high)
    return (similarity / ((mean_a**2 + mean_b**2 + low) * (variances + high))).mean(axis=2)


def region_of(case: Case) -> np.ndarray:
    """What the category may change, old garment and new: bool (h, w)."""
    region = agnostic_region(case.person.parsing, body_from(case.person), case.category)
    return (region & _near(case.person.parsing)) | case.parts.any(axis=0)


def _near(parsing: np.ndarray) -> np.ndarray:
    size = max(parsing.shape[0] // 40, 1)
    return cv2.dilate((parsing > 0).astype(np.uint8), np.ones((size, size), np.uint8)) > 0


def run(cases: Iterator[Case], generator: LearnedGenerator, judge: Judge, out: Path, test: str):
    """Rows of all cases; every sixth is drawn on the test's sheet."""
    rows, shown = [], []
    for number, case in enumerate(cases):
        try:
            found = dressed_by(case, generator)
        except GpvtonError as error:
            print(f"  {case.name}: {error}")
            continue
        region = region_of(case)
        rows.append({way: judge(picture, case, region) for way, picture in found.items()})
        if number % 6 == 0:
            shown.append([case.photo, found["drawn"], found["generator"], case.answer])
    if shown:
        sheet = [np.hstack([cv2.resize(p, (360, 480)) for p in row]) for row in shown[:10]]
        write_image(make_folder(out) / f"{test}.png", np.vstack(sheet))
    return rows


def table(rows, test: str) -> str:
    """Means, and in how many cases the generator beats the drawing."""
    lines = [
        f"{test}: {len(rows)} cases",
        "| way | SSIM | colour | perceptual |",
        "| --- | --- | --- | --- |",
    ]
    for way in WAYS:
        means = [np.mean([row[way][metric] for row in rows]) for metric in METRICS]
        lines.append(f"| {way} | {means[0]:.4f} | {means[1]:.2f} | {means[2]:.4f} |")
    signs = {"ssim": 1, "colour": -1, "perceptual": -1}
    wins = [
        sum((row["generator"][m] - row["drawn"][m]) * signs[m] > 0 for row in rows) for m in METRICS
    ]
    lines.append(f"generator better than drawn in {wins[0]}, {wins[1]}, {wins[2]} of {len(rows)}")
    return "\n".join(lines)


def main() -> None:
    """Run all tests and print their tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--rendered", type=Path)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--cache", type=Path, default=Path("out/annotations"))
    parser.add_argument("--out", type=Path, default=Path("out/generator"))
    parser.add_argument("--every", type=int, default=1, help="use every so manyth case")
    given = parser.parse_args()
    from gpvton.weights.source import EMBEDDED

    generator = LearnedGenerator.from_folder(given.weights or EMBEDDED / "generator")
    tests = {
        "colours": colour_cases(given.data, given.cache, covered=False),
        "uncovered": colour_cases(given.data, given.cache, covered=True),
    }
    if given.rendered is not None:
        tests["rendered"] = rendered_cases(given.rendered)
    judge, every = Judge(), {}
    for test, cases in tests.items():
        every[test] = run(islice(cases, 0, None, given.every), generator, judge, given.out, test)
        print(table(every[test], test), flush=True)
    (given.out / "rows.json").write_text(json.dumps(every, indent=1) + "\n")


if __name__ == "__main__":
    main()
