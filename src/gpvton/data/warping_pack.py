"""Packs rendered pairs into shards of records for training, also on another machine.

Ours.  Half of the try-ons take the analysts' reading of the pictures as conditions, the other half
the true labels, jittered.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gpvton.conditions.worn_classes import worn_parts
from gpvton.data.condition_jitter import jittered
from gpvton.data.sources.annotations import garment_from_parsing, person_from_parsing
from gpvton.data.sources.source import Pair, Pairing, Source
from gpvton.data.tryon_dataset import GarmentAnalyse, PersonAnalyse, TryOnDataset, TryOnSample
from gpvton.data.warping_records import STRATA, Origin, Truth, make_record
from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.errors import GpvtonError, InputError
from gpvton.domain.parts import Category
from gpvton.geometry.body import body_from
from gpvton.geometry.flow import pixels_from_flow
from gpvton.geometry.silhouette import as_category

SHARD = 20
"""Records in a shard: below 20 MiB."""


@dataclass(frozen=True, kw_only=True)
class Packed:
    """What packing came to: records written, try-ons left out with the reason."""

    records: int
    shards: int
    left_out: tuple[str, ...]


def pack(
    source: Source,
    out: Path,
    *,
    analyse_person: PersonAnalyse,
    analyse_garment: GarmentAnalyse,
    seed: int = 0,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Packed:
    """Writes `out`/NNNNN.npy; shards that are there already are kept, so a broken run goes on.

    source: pairs with the true answer (`gpvton synthesize`): each gives A's wearer in B, and the
    other way round.  Views from behind are left out: a front's flow means nothing there.
    Raises InputError when the source has no true flow.
    """
    out.mkdir(parents=True, exist_ok=True)
    pairs = [p for pair in source.pairs("test", Pairing.UNPAIRED) for p in both_ways(pair)]
    reader = TryOnDataset(source, "test", Pairing.UNPAIRED)
    left_out: list[str] = []
    written = shards = 0
    groups = _groups(pairs, SHARD)
    for number, group in enumerate(groups):
        path = out / f"{number:05d}.npy"
        if not path.is_file():
            records = []
            for index, pair in group:
                try:
                    sample = reader.load(pair)
                    record = _record(sample, index, seed, analyse_person, analyse_garment)
                    records.append(record)
                except GpvtonError as error:
                    left_out.append(f"{pair.name}: {error}")
                progress(index + 1, len(pairs))
            if not records:
                continue
            save_shard(path, np.stack(records))
        written += len(np.load(path, mmap_mode="r"))
        shards += 1
    return Packed(records=written, shards=shards, left_out=tuple(left_out))


def both_ways(pair: Pair) -> tuple[Pair, Pair]:
    """A rendered pair as "A's wearer in B" and "B's wearer in A"."""
    number = pair.person.rsplit("_", 1)[0]
    back = Pair(
        person=f"{number}_b",
        garment=f"{number}_a",
        category=pair.category,
        split=pair.split,
        pairing=pair.pairing,
        truth=f"{number}_a",
        strata=pair.strata,
    )
    return pair, back


def _groups(pairs: Sequence[Pair], size: int) -> Iterator[list[tuple[int, Pair]]]:
    numbered = list(enumerate(pairs))
    for first in range(0, len(numbered), size):
        yield numbered[first : first + size]


def _record(
    sample: TryOnSample,
    number: int,
    seed: int,
    analyse_person: PersonAnalyse,
    analyse_garment: GarmentAnalyse,
) -> np.ndarray:
    category, truth = sample.pair.category, _truth(sample)
    if body_from(truth.annotation).back:
        raise InputError("seen from behind")
    analysed = (number // 2 + number) % 2 == 0
    person, garment = _conditions(sample, analysed, analyse_person, analyse_garment)
    if not analysed:
        person = jittered(person, np.random.default_rng([seed, number]))
    stratum = sample.pair.strata.get("difficulty", "other")
    return make_record(
        person,
        sample.garment.on_white().pixels,
        garment,
        truth,
        category,
        tucked=stratum == "tucked" and category is Category.UPPER,
        origin=Origin(
            number=number, stratum=stratum if stratum in STRATA else "other", analysed=analysed
        ),
    )


def _conditions(
    sample: TryOnSample,
    analysed: bool,
    analyse_person: PersonAnalyse,
    analyse_garment: GarmentAnalyse,
) -> tuple[PersonAnnotation, GarmentAnnotation]:
    category = sample.pair.category
    if analysed:
        garment = analyse_garment(sample.garment.pixels, sample.garment.alpha)
        if garment.category is not category:
            garment = as_category(garment, category)
        return analyse_person(sample.person.pixels), garment
    if sample.person_annotation is None or sample.garment_annotation is None:
        raise InputError("the source has no labels of person or garment")
    return sample.person_annotation, garment_from_parsing(
        sample.garment_annotation.parsing, category
    )


def _truth(sample: TryOnSample) -> Truth:
    if sample.truth is None or sample.truth_parsing is None or sample.truth_flow is None:
        raise InputError("the source has no true answer; pack what gpvton synthesize writes")
    if sample.person_annotation is None:
        raise InputError("the source has no key points of the person")
    flow = pixels_from_flow(sample.truth_flow, sample.garment.size)
    shown = np.isfinite(flow[0])
    return Truth(
        picture=sample.truth.pixels,
        parsing=sample.truth_parsing,
        parts=worn_parts(sample.truth_parsing, sample.pair.category) & shown,
        flow=flow,
        annotation=person_from_parsing(sample.truth_parsing, sample.person_annotation.keypoints),
    )


def save_shard(path: Path, records: np.ndarray) -> None:
    """Records `RECORD` (n,) to a file that is whole or not there."""
    temporary = path.with_suffix(".part")
    with temporary.open("wb") as file:
        np.save(file, records)
    os.replace(temporary, path)
