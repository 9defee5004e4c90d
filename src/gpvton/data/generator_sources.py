"""Entries for the generator from real photos (rendered people: `data.generator_rendered`)."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from gpvton.conditions.frame import Frame
from gpvton.conditions.worn_classes import worn_parts
from gpvton.data.generator_annotations import Analyse, AnnotatedPhoto, annotated_photos
from gpvton.data.generator_shards import GeneratorEntry, entry_frame, framed_entry
from gpvton.data.person_samples import person_names
from gpvton.domain.annotations import PersonAnnotation
from gpvton.domain.errors import PersonError
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import PART_TABLE, Category
from gpvton.geometry.nearest import nearest_known

_LEAST = 0.015  # a garment smaller than this part of the person's own pixels is no example
_LOWER_DESIGNS = ("mp", "wp", "msh", "wsh")


def real_entries(
    root: Path, split: str, cache: Path, analyse: Analyse, groups: Sequence[str]
) -> Iterator[GeneratorEntry]:
    """Studio and street photos, each for every category that it shows.

    split: "train" or "validation".  groups: folders such as "studio".
    """
    names = [n for n in person_names(root, split) if n.partition("/")[0] in groups]
    frames: dict[str, Frame] = {}
    for photo in annotated_photos(root, names, cache, analyse):
        try:
            yield from _of_photo(photo, frames)
        except PersonError:
            continue  # no torso: nothing can be dressed


def _of_photo(photo: AnnotatedPhoto, frames: dict[str, Frame]) -> Iterator[GeneratorEntry]:
    for category in _categories(photo):
        person = photo.annotation
        if photo.garment is not None:
            person = with_garment(person, photo.garment, category)
        shown = worn_parts(person.parsing, category).any(axis=0).sum()
        if shown < _LEAST * (person.parsing > 0).sum():
            continue
        group = f"{_photograph(photo.name)}:{category}"
        frame = frames.setdefault(group, entry_frame(person, category))
        name = f"{photo.name}:{category}"
        yield framed_entry(name, group, photo.pixels, person, category, frame=frame)


def _photograph(name: str) -> str:
    """`studio/mh03-blue_main` and its other colours are the photograph `studio/mh03_main`."""
    group, _, stem = name.partition("/")
    if group != "studio":
        return name
    return f"studio/{stem.split('-')[0]}_{stem.rpartition('_')[2]}"


def _categories(photo: AnnotatedPhoto) -> tuple[Category, ...]:
    group, _, stem = photo.name.partition("/")
    if group == "studio":
        lower = stem.startswith(_LOWER_DESIGNS)
        return (Category.LOWER,) if lower else (Category.UPPER,)
    skirt = np.isin(photo.annotation.parsing, (P.SKIRT, P.DRESS_TORSO)).mean()
    return tuple(Category) if skirt > 0.02 else (Category.UPPER, Category.LOWER)


def with_garment(
    person: PersonAnnotation, garment: np.ndarray, category: Category
) -> PersonAnnotation:
    """The annotation with a given garment mask, bool (h, w), put right.

    Inside the mask what is not one of the garment's labels takes the nearest one's.
    """
    parts = np.asarray(worn_parts(person.parsing, category).any(axis=0))
    wrong = garment & ~parts & ~np.isin(person.parsing, tuple(PART_TABLE[category].front))
    if not wrong.any() or not parts.any():
        return person
    near = nearest_known(parts)
    parsing = person.parsing.copy()
    parsing[wrong] = person.parsing[near[..., 0], near[..., 1]][wrong]
    return PersonAnnotation(
        parsing=parsing, keypoints=person.keypoints, silhouette=person.silhouette
    )
