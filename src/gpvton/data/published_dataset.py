"""Items of the published warping network's training (paper sections 3.2, 3.3 and 4.1)."""

import numpy as np
import torch
from torch import Tensor

from gpvton.conditions.published import (
    PUBLISHED_TABLE,
    ParsingClasses,
    garment_channel,
    person_condition,
    published_palms,
    published_preserve_mask,
)
from gpvton.data.published_pairs import PublishedPair, PublishedPairs
from gpvton.data.truncation_ratio import height_width_ratio
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import Category

WORN_PARTS = {
    Category.UPPER: (
        (P.UPPER_LEFT_SLEEVE, P.DRESS_LEFT_SLEEVE),
        (P.UPPER_TORSO, P.DRESS_TORSO),
        (P.UPPER_RIGHT_SLEEVE, P.DRESS_RIGHT_SLEEVE),
    ),
    Category.LOWER: ((P.LEFT_PANTS,), (P.SKIRT,), (P.RIGHT_PANTS,)),
}
WORN_PARTS[Category.DRESS] = WORN_PARTS[Category.UPPER]
FRONT = (1, 2, 3, 4, 7, 12, 14, 23, 26, 27)
"""What lies in front of the garment for certain: hidden from the losses also when a pair is not
truncated."""
_ARMS = (P.LEFT_ARM, P.RIGHT_ARM)
_LEGS = (P.LEFT_LEG, P.RIGHT_LEG, P.LEFT_SHOE, P.RIGHT_SHOE)


class PublishedWarpingDataset:
    """`IndexedDataset` of `PublishedPairs`; nothing is drawn at random but DGT's coin."""

    def __init__(self, pairs: PublishedPairs, classes: ParsingClasses) -> None:
        self.pairs, self.classes = pairs, classes

    def __len__(self) -> int:
        return len(self.pairs)

    def item(self, seed: int, epoch: int, index: int) -> dict[str, Tensor]:
        """See `warping_example`; coin () in [0, 1) and epoch () decide about truncation."""
        rng = np.random.default_rng([seed, epoch, index])
        made = warping_example(self.pairs[index], self.classes)
        return {**made, "coin": torch.tensor(rng.random()).float(), "epoch": torch.tensor(epoch)}


def warping_example(loaded: PublishedPair, classes: ParsingClasses) -> dict[str, Tensor]:
    """What the published warping network and its losses take; float32, h x w.

    garment (3, h, w), garment_parsing (1, h, w), part_masks (3, 1, h, w), condition (51, h, w),
    preserve (1, h, w), category () its code; picture (3, h, w) of the person in [-1, 1];
    worn (3, 1, h, w), where each part shows; classes int64 (h, w), the true global parsing;
    front (1, h, w), what hides the garment for certain; others (3, 1, h, w), what each part's
    losses leave out, and beside (1, h, w), what those of the whole garment do; ratio ().
    """
    person, category = loaded.person, loaded.pair.category
    parsing = person.parsing
    worn = np.stack([np.isin(parsing, row) for row in WORN_PARTS[category]])
    kept = published_preserve_mask(person, category)
    others, beside = _left_out(loaded, worn, classes)
    ratio = loaded.ratio
    if ratio is None:
        ratio = height_width_ratio(worn, loaded.garment_parsing, category)
    arrays = {
        "garment": loaded.garment,
        "garment_parsing": garment_channel(loaded.part_masks, category, classes)[None],
        "part_masks": loaded.part_masks[:, None],
        "condition": person_condition(loaded.densepose, person.keypoints, kept),
        "preserve": kept[None],
        "category": np.array(PUBLISHED_TABLE[category].code),
        "picture": loaded.picture.transpose(2, 0, 1) / 127.5 - 1,
        "worn": worn[:, None],
        "front": np.isin(parsing, FRONT)[None],
        "others": others[:, None],
        "beside": beside[None],
        "ratio": np.array(np.nan_to_num(ratio, nan=10.0)),  # not seen: never truncated
    }
    tensors = {name: torch.from_numpy(np.array(a, np.float32)) for name, a in arrays.items()}
    true = true_classes(parsing, worn, category, classes)
    return {**tensors, "classes": torch.from_numpy(true.astype(np.int64))}


def true_classes(
    parsing: np.ndarray, worn: np.ndarray, category: Category, classes: ParsingClasses
) -> np.ndarray:
    """The global parsing of a person wearing the garment: uint8 (h, w) of the form's labels.

    parsing: uint8 (h, w), 29 labels.  worn: bool (3, h, w).  For lower garments no arm or neck.
    """
    found = np.zeros(parsing.shape, np.uint8)
    for label, mask in zip(classes.parts[category], worn, strict=True):
        found[mask] = label
    if category is not Category.LOWER:
        for label, body in zip(classes.body, (*_ARMS, P.NECK), strict=True):
            found[parsing == body] = label
    return found


def _left_out(
    loaded: PublishedPair, worn: np.ndarray, classes: ParsingClasses
) -> tuple[np.ndarray, np.ndarray]:
    """bool (3, h, w) and (h, w): per part the other parts and the palms; for the whole garment the
    arms.  Under dresses and skirts of the DressCode form also legs and shoes.
    """
    parsing, category = loaded.person.parsing, loaded.pair.category
    whole = np.asarray(worn.any(axis=0))
    others = whole[None] & ~worn
    if category is not Category.LOWER:
        others |= published_palms(loaded.person)
    beside = np.isin(parsing, _ARMS)
    skirt = category is Category.DRESS or bool(loaded.part_masks[1].any())
    if Category.LOWER in classes.parts and category is not Category.UPPER and skirt:
        legs = np.isin(parsing, _LEGS)
        others, beside = others | legs, beside | legs
    return others, beside
