"""The layouts, one row each: where pair lists and files lie, and what their labels mean.

Places are templates of {split}, {pairing}, {category} (the layout's folder), {person} and
{garment}; the first suffix of `suffixes` that exists wins.
"""

from dataclasses import dataclass

from gpvton.data.sources.source import Kind, Pairing
from gpvton.domain.parts import Category

PICTURES = (".jpg", ".png", ".jpeg", ".webp")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where one kind of file lies.  required: a pair is useless without it."""

    template: str
    suffixes: tuple[str, ...] = PICTURES
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class PairList:
    """A file of pairs, `person garment` a line, with the category as a third word where mixed.

    own: the second word is ignored and every person is paired with the garment of its own name.
    """

    split: str
    pairing: Pairing
    template: str
    own: bool = False


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A row of `LAYOUTS`.

    folders: folder name to category; empty when there is one category and no folder.
    parsing: how to read person parsings: "gpvton29" (our labels) or None (another scheme, which
    has no sleeves and no left and right trouser legs, so that the analysts' labels are used).
    keypoints: "openpose25" (JSON of OpenPose) or "dresscode18" (JSON of 18 points).
    person_ending, garment_ending: what ends a file name before its suffix in pair lists.
    """

    name: str
    what: str
    lists: tuple[PairList, ...]
    places: dict[Kind, Place]
    folders: dict[str, Category]
    parsing: str | None = None
    garment_parsing: bool = False
    keypoints: str | None = None
    person_ending: str = ""
    garment_ending: str = ""


def _lists(*rows: tuple[str, Pairing, str, bool]) -> tuple[PairList, ...]:
    return tuple(PairList(split=s, pairing=p, template=t, own=own) for s, p, t, own in rows)


_PAIRED, _UNPAIRED = Pairing.PAIRED, Pairing.UNPAIRED

VITON_HD = Layout(
    name="viton-hd",
    what="VITON-HD as its authors publish it (Choi et al., CVPR 2021): upper garments",
    lists=_lists(
        ("train", _PAIRED, "train_pairs.txt", True),
        ("test", _PAIRED, "test_pairs.txt", True),
        ("test", _UNPAIRED, "test_pairs.txt", False),
    ),
    places={
        Kind.PERSON: Place(template="{split}/image/{person}", required=True),
        Kind.GARMENT: Place(template="{split}/cloth/{garment}", required=True),
        Kind.GARMENT_MASK: Place(template="{split}/cloth-mask/{garment}"),
        Kind.PERSON_PARSING: Place(template="{split}/image-parse-v3/{person}", suffixes=(".png",)),
        Kind.KEYPOINTS: Place(
            template="{split}/openpose_json/{person}_keypoints", suffixes=(".json",)
        ),
        Kind.DENSEPOSE: Place(template="{split}/image-densepose/{person}"),
    },
    folders={},
    keypoints="openpose25",
)

DRESSCODE = Layout(
    name="dresscode",
    what="DressCode as its authors publish it (Morelli et al., ECCV 2022): three categories",
    lists=_lists(
        ("train", _PAIRED, "{category}/train_pairs.txt", False),
        ("test", _PAIRED, "{category}/test_pairs_paired.txt", False),
        ("test", _UNPAIRED, "{category}/test_pairs_unpaired.txt", False),
    ),
    places={
        Kind.PERSON: Place(template="{category}/images/{person}_0", required=True),
        Kind.GARMENT: Place(template="{category}/images/{garment}_1", required=True),
        Kind.PERSON_PARSING: Place(template="{category}/label_maps/{person}_4", suffixes=(".png",)),
        Kind.KEYPOINTS: Place(template="{category}/keypoints/{person}_2", suffixes=(".json",)),
        Kind.DENSEPOSE: Place(template="{category}/dense/{person}_5", suffixes=(".png",)),
    },
    folders={
        "upper_body": Category.UPPER,
        "lower_body": Category.LOWER,
        "dresses": Category.DRESS,
    },
    keypoints="dresscode18",
    person_ending="_0",
    garment_ending="_1",
)

GPVTON_VITON_HD = Layout(
    name="gpvton-viton-hd",
    what="VITON-HD as GP-VTON's authors publish it, with their parsing",
    lists=_lists(
        ("train", _PAIRED, "train_pairs_1018.txt", True),
        ("test", _PAIRED, "test_pairs_paired_1018.txt", False),
        ("test", _UNPAIRED, "test_pairs_unpaired_1018.txt", False),
    ),
    places={
        Kind.PERSON: Place(template="{split}/image/{person}", required=True),
        Kind.GARMENT: Place(template="{split}/cloth/{garment}", required=True),
        Kind.GARMENT_MASK: Place(template="{split}/cloth_mask-bytedance/{garment}"),
        Kind.PERSON_PARSING: Place(template="{split}/parse-bytedance/{person}", suffixes=(".png",)),
        Kind.GARMENT_PARSING: Place(
            template="{split}/cloth_parse-bytedance/{garment}", suffixes=(".png",)
        ),
        Kind.KEYPOINTS: Place(
            template="{split}/openpose_json/{person}_keypoints", suffixes=(".json",)
        ),
        Kind.DENSEPOSE: Place(template="{split}/densepose/{person}"),
    },
    folders={},
    parsing="gpvton29",
    garment_parsing=True,
    keypoints="openpose25",
)

GPVTON_DRESSCODE = Layout(
    name="gpvton-dresscode",
    what="DressCode as GP-VTON's authors publish it, with their parsing",
    lists=_lists(
        ("train", _PAIRED, "train_pairs_1008.txt", False),
        ("test", _PAIRED, "test_pairs_paired_1008.txt", False),
        ("test", _UNPAIRED, "test_pairs_unpaired_1008.txt", False),
    ),
    places={
        Kind.PERSON: Place(template="{category}/image/{person}", required=True),
        Kind.GARMENT: Place(template="{category}/cloth/{garment}", required=True),
        Kind.GARMENT_MASK: Place(template="{category}/cloth_mask-bytedance/{garment}"),
        Kind.PERSON_PARSING: Place(
            template="{category}/parse-bytedance/{person}", suffixes=(".png",)
        ),
        Kind.GARMENT_PARSING: Place(
            template="{category}/cloth_parse-bytedance/{garment}", suffixes=(".png",)
        ),
        Kind.KEYPOINTS: Place(
            template="{category}/openpose_json/{person}_keypoints", suffixes=(".json",)
        ),
        Kind.DENSEPOSE: Place(template="{category}/densepose/{person}"),
    },
    folders={"upper": Category.UPPER, "lower": Category.LOWER, "dresses": Category.DRESS},
    parsing="gpvton29",
    garment_parsing=True,
    keypoints="openpose25",
)

OWN = Layout(
    name="own",
    what="Ours: pairs.csv, people/, garments/, optional truth/ and labels",
    lists=(),
    places={
        Kind.PERSON: Place(template="people/{person}", required=True),
        Kind.GARMENT: Place(template="garments/{garment}", required=True),
        Kind.TRUTH: Place(template="truth/{truth}"),
        Kind.TRUTH_PARSING: Place(template="truth_parsing/{truth}", suffixes=(".png",)),
        Kind.TRUTH_FLOW: Place(template="truth_flow/{truth}", suffixes=(".npy",)),
        Kind.PERSON_PARSING: Place(template="person_parsing/{person}", suffixes=(".png",)),
        Kind.GARMENT_PARSING: Place(template="garment_parsing/{garment}", suffixes=(".png",)),
        Kind.KEYPOINTS: Place(template="keypoints/{person}", suffixes=(".json",)),
    },
    folders={},
    parsing="gpvton29",
    garment_parsing=True,
    keypoints="openpose25",
)

LAYOUTS = {row.name: row for row in (VITON_HD, DRESSCODE, GPVTON_VITON_HD, GPVTON_DRESSCODE, OWN)}
