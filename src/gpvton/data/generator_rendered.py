"""Entries for the generator from rendered people in two outfits (`gpvton synthesize`)."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from gpvton.data.generator_shards import (
    GeneratorEntry,
    entry_frame,
    framed_entry,
    write_shard,
)
from gpvton.data.sources.annotations import person_from_parsing
from gpvton.data.sources.reader import open_source
from gpvton.data.sources.source import Pair, Pairing, Source
from gpvton.data.tryon_dataset import TryOnDataset, TryOnSample
from gpvton.data.warping_pack import both_ways
from gpvton.domain.annotations import PersonAnnotation
from gpvton.domain.errors import InputError, PersonError
from gpvton.domain.parts import Category
from gpvton.geometry.flow import pixels_from_flow

HELD_OUT = 20
"""Pairs whose number divides by this are for validation."""


@dataclass(frozen=True, kw_only=True)
class RenderedSide:
    """A rendered person in one outfit: pixels uint8 (h, w, 3), annotation by the truth, and the
    flat garment where the true flow lays it, uint8 (h, w, 4) with straight alpha.
    """

    pixels: np.ndarray
    person: PersonAnnotation
    garment: np.ndarray


@dataclass(frozen=True, kw_only=True)
class RenderedPair:
    """One person in one pose in two outfits; sides: "a" and "b"."""

    category: Category
    sides: Mapping[str, RenderedSide]


def rendered_pairs(source: Source, *, validation: bool | None) -> list[Pair]:
    """The pairs held out, those that are not, or with None all.

    Raises InputError when the source is no folder of rendered pairs.
    """
    if source.layout != "rendered":
        raise InputError(
            f"{source.root} is {source.layout}, expected what gpvton synthesize writes"
        )
    pairs = source.pairs("test", Pairing.UNPAIRED)
    if validation is None:
        return list(pairs)
    return [pair for pair in pairs if (_number(pair) % HELD_OUT == 0) == validation]


def rendered_entries(source: Source, *, validation: bool | None) -> Iterator[GeneratorEntry]:
    """Both outfits of rendered pairs, one group a pair; see `rendered_pairs`."""
    for pair in rendered_pairs(source, validation=validation):
        try:
            yield from _of_pair(source, pair)
        except PersonError:
            continue  # no torso: nothing can be dressed


def pack_rendered(
    folder: Path, into: Path, report: Callable[[str], None], *, validation: bool | None = None
) -> int:
    """Rendered pairs as one shard, unless it is there; how many entries it has.

    validation: see `rendered_pairs`.
    """
    index = into / "index.json"
    if not index.is_file():
        source = open_source(folder, "rendered")
        count = 2 * len(rendered_pairs(source, validation=validation))
        if not count:
            return 0
        report(f"packing {folder} into {into}")
        return write_shard(into, rendered_entries(source, validation=validation), count)
    return len(json.loads(index.read_text())["names"])


def pack_rendered_splits(
    folder: Path, shards: Path, report: Callable[[str], None]
) -> dict[str, int]:
    """`train-rendered-NAME` and `validation-rendered-NAME` in `shards`, with their entries."""
    names = {
        f"{split}-rendered-{folder.name}": split == "validation"
        for split in ("train", "validation")
    }
    return {
        name: pack_rendered(folder, shards / name, report, validation=held_out)
        for name, held_out in names.items()
    }


def rendered_pair(source: Source, pair: Pair) -> RenderedPair:
    """Read a pair.  Raises InputError for a file that is missing or broken."""
    reader = TryOnDataset(source, pair.split, pair.pairing)
    in_b, in_a = (reader.load(way) for way in both_ways(pair))
    return RenderedPair(category=pair.category, sides={"a": _side(in_a), "b": _side(in_b)})


def _of_pair(source: Source, pair: Pair) -> Iterator[GeneratorEntry]:
    read = rendered_pair(source, pair)
    frame = entry_frame(read.sides["a"].person, read.category)
    group = f"rendered/{source.root.name}_{_number(pair):06d}"
    for name, side in read.sides.items():
        yield framed_entry(
            f"{group}{name}",
            group,
            side.pixels,
            side.person,
            read.category,
            frame=frame,
            garment=side.garment,
        )


def _side(sample: TryOnSample) -> RenderedSide:
    if sample.truth is None or sample.truth_parsing is None or sample.truth_flow is None:
        raise InputError(f"{sample.pair.name}: the answer is not there; render the pairs again")
    if sample.person_annotation is None:
        raise InputError(f"{sample.pair.name}: no key points; render the pairs again")
    places = pixels_from_flow(sample.truth_flow, sample.garment.size)
    worn = np.isfinite(places[0])
    x, y = np.nan_to_num(places, nan=-1.0).astype(np.float32)
    flat = sample.garment.on_white().pixels
    colour = cv2.remap(flat, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return RenderedSide(
        pixels=sample.truth.pixels,
        person=person_from_parsing(sample.truth_parsing, sample.person_annotation.keypoints),
        garment=np.dstack([colour, worn.astype(np.uint8) * 255]),
    )


def _number(pair: Pair) -> int:
    return int(pair.person.partition("_")[0])
