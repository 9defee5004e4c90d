"""Packs photos of worn garments, without any flat garment, into the records of `warping_records`.

Ours (see `data.straighten`): a record's garment is the straightened one, its truth the photo.
"""

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from gpvton.conditions.warping import CATEGORIES
from gpvton.conditions.worn_classes import worn_parts
from gpvton.data.generator_sources import with_garment
from gpvton.data.straighten import straighten, worn_categories
from gpvton.data.tryon_dataset import PersonAnalyse
from gpvton.data.warping_pack import SHARD, Packed, save_shard
from gpvton.data.warping_records import Origin, Truth, make_record
from gpvton.domain.annotations import PersonAnnotation
from gpvton.domain.errors import GpvtonError, InputError
from gpvton.domain.images import read_photo
from gpvton.domain.parts import Category

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
HEIGHT = 720


def photo_paths(folder: Path) -> list[Path]:
    """The photos in FOLDER/photos where there is such a folder, else in FOLDER, by name.

    Raises InputError when there is none.
    """
    place = folder / "photos" if (folder / "photos").is_dir() else folder
    found = sorted(p for p in place.rglob("*") if p.suffix.lower() in SUFFIXES)
    if not found:
        raise InputError(f"{folder} holds no photos ({', '.join(SUFFIXES)})")
    return found


def pack_unpaired(
    folder: Path,
    out: Path,
    *,
    analyse_person: PersonAnalyse,
    seed: int = 0,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Packed:
    """Writes `out`/NNNNN.npy; finished shards are kept, so a broken run goes on.

    folder: photos of one person each.  A mask of the garment is believed where
    FOLDER/garment_masks/NAME.png is there (NAME of the photo, or of all colour variants:
    DESIGN_VIEW for DESIGN-COLOUR_VIEW).
    """
    out.mkdir(parents=True, exist_ok=True)
    paths = photo_paths(folder)
    left_out: list[str] = []
    written = shards = 0
    for number in range(0, -(-len(paths) // SHARD)):
        path = out / f"{number:05d}.npy"
        group = paths[number * SHARD : (number + 1) * SHARD]
        if not path.is_file():
            records = []
            for index, photo in enumerate(group, start=number * SHARD):
                try:
                    records += list(_records(photo, folder, index, seed, analyse_person))
                except GpvtonError as error:
                    left_out.append(f"{photo.name}: {error}")
                progress(index + 1, len(paths))
            if not records:
                continue
            save_shard(path, np.stack(records))
        written += len(np.load(path, mmap_mode="r"))
        shards += 1
    if not written:
        raise InputError(
            f"{folder}: no photo of a worn garment could be straightened; such as {left_out[:1]}"
        )
    (out / "left_out.json").write_text(json.dumps(left_out, indent=1) + "\n")
    return Packed(records=written, shards=shards, left_out=tuple(left_out))


def _records(
    path: Path, folder: Path, number: int, seed: int, analyse_person: PersonAnalyse
) -> list[np.ndarray]:
    """A record for every garment that the photo shows well enough.

    Raises GpvtonError when there is none.
    """
    pixels = _small(read_photo(path).on_white().pixels)
    person = analyse_person(pixels)
    mask = _garment_mask(folder, path.stem, (pixels.shape[0], pixels.shape[1]))
    made: list[np.ndarray] = []
    reason = GpvtonError("it shows no garment")
    for category in worn_categories(person.parsing):
        rng = np.random.default_rng([seed, number, CATEGORIES.index(category)])
        worn = person
        if mask is not None:
            if (mask & worn_parts(person.parsing, category).any(axis=0)).sum() < 0.5 * mask.sum():
                continue  # the mask is of another garment of the photo
            worn = with_garment(person, mask, category)
        try:
            made.append(_record(pixels, worn, category, number, rng))
        except GpvtonError as error:
            reason = error
    if not made:
        raise reason
    return made


def _record(
    pixels: np.ndarray,
    person: PersonAnnotation,
    category: Category,
    number: int,
    rng: np.random.Generator,
) -> np.ndarray:
    flat = straighten(pixels, person, category, rng)
    truth = Truth(
        picture=pixels, parsing=person.parsing, parts=flat.parts, flow=flat.flow, annotation=person
    )
    origin = Origin(number=number, stratum="other", analysed=True)
    return make_record(
        person, flat.pixels, flat.garment, truth, category, tucked=False, origin=origin
    )


def _small(pixels: np.ndarray) -> np.ndarray:
    height, width = pixels.shape[:2]
    if height <= HEIGHT:
        return pixels
    size = (max(round(width * HEIGHT / height), 1), HEIGHT)
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)


def _garment_mask(folder: Path, stem: str, size: tuple[int, int]) -> np.ndarray | None:
    design, view = stem.split("-")[0], stem.rpartition("_")[2]
    places = [folder / "garment_masks" / f"{name}.png" for name in (stem, f"{design}_{view}")]
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        return None
    mask = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if mask is None:
        raise InputError(f"{path}: not a picture that OpenCV reads; fetch the data again")
    return np.asarray(cv2.resize(mask, size[::-1], interpolation=cv2.INTER_AREA) > 127)
