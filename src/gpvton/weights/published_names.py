"""The one table of the authors' parameter names against ours (no torch here).

A `Row` says which published tensors make one of ours.  The authors count pyramid and flow levels
from the coarsest, we count all levels from the finest (0): this is where one becomes the other.
Where our tensor has a part axis, the row lists one published tensor per part (left, middle,
right), to be stacked on a new first axis.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

LEVELS = 5
_PART_WORDS = ("Left", "Torso", "Right")
_BATCH_NORM = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
_BOTH = ("weight", "bias")


class PublishedForm(StrEnum):
    """Which of the authors' networks a checkpoint holds."""

    WARPING_VITONHD = "warping_vitonhd"
    WARPING_DRESSCODE = "warping_dresscode"
    GENERATOR = "generator"


IGNORED_NAMES = frozenset({"aflow_net.weight"})
"""In some files: the constant second-difference kernels, which are no weights."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One of our tensors; `stacked` when it has a leading part axis (also of length 1)."""

    ours: str
    published: tuple[str, ...]
    stacked: bool = False


def rows(form: PublishedForm) -> tuple[Row, ...]:
    """The whole table of a form, complete on both sides."""
    if form is PublishedForm.GENERATOR:
        return tuple(_generator())
    return tuple(_warping(conditioned=form is PublishedForm.WARPING_DRESSCODE))


def _plain(ours: str, published: str, kinds: tuple[str, ...]) -> Iterator[Row]:
    for kind in kinds:
        yield Row(ours=f"{ours}.{kind}", published=(f"{published}.{kind}",))


def _stacked(
    ours: str, published: tuple[str, ...], kinds: tuple[str, ...] = _BOTH
) -> Iterator[Row]:
    for kind in kinds:
        names = tuple(f"{name}.{kind}" for name in published)
        yield Row(ours=f"{ours}.{kind}", published=names, stacked=True)


def _warping(*, conditioned: bool) -> Iterator[Row]:
    yield from _encoder("garment_encoder", "image_features", conditioned)
    yield from _encoder("person_encoder", "cond_features", False)
    for ours, theirs in (("garment_pyramid", "image_FPN"), ("person_pyramid", "cond_FPN")):
        for level in range(LEVELS):
            coarse = LEVELS - 1 - level
            yield from _plain(f"{ours}.lateral.{level}", f"{theirs}.adaptive.{coarse}", _BOTH)
            yield from _plain(f"{ours}.smooth.{level}", f"{theirs}.smooth.{coarse}", _BOTH)
    for level in range(LEVELS):
        yield from _level(f"cascade.levels.{level}", LEVELS - 1 - level, conditioned)


def _encoder(ours: str, theirs: str, conditioned: bool) -> Iterator[Row]:
    for level in range(LEVELS):
        there = f"{theirs}.encoders.{level}"
        yield from _plain(f"{ours}.downs.{level}.conv", f"{there}.0.block.2", ("weight",))
        for block in range(2):
            here, inside = f"{ours}.blocks.{level}.{block}", f"{there}.{block + 1}"
            if not conditioned:
                yield from _residual(here, inside)
                continue
            for index in range(2):
                yield from _plain(f"{here}.convs.{index}", f"{inside}.conv_{index}", _BOTH)
                yield from _norm(f"{here}.norms.{index}", (f"{inside}.norm_{index}",))


def _residual(ours: str, theirs: str) -> Iterator[Row]:
    yield from _plain(f"{ours}.convs.0", f"{theirs}.block.2", ("weight",))
    yield from _plain(f"{ours}.convs.1", f"{theirs}.block.5", ("weight",))


def _norm(ours: str, theirs: tuple[str, ...]) -> Iterator[Row]:
    for mine, word in (("shared", "mlp_shared.0"), ("gamma", "mlp_gamma"), ("beta", "mlp_beta")):
        yield from _stacked(f"{ours}.{mine}", tuple(f"{name}.{word}" for name in theirs))


def _head(ours: str, theirs: tuple[str, ...], conditioned: bool) -> Iterator[Row]:
    """Their heads are sequences: convolution, (norm,) activation, and so on."""
    step = 3 if conditioned else 2
    for index in range(4):
        yield from _stacked(
            f"{ours}.convs.{index}", tuple(f"{name}.{step * index}" for name in theirs)
        )
    for index in range(3 if conditioned else 0):
        yield from _norm(
            f"{ours}.norms.{index}", tuple(f"{name}.{step * index + 1}" for name in theirs)
        )


def _level(ours: str, coarse: int, conditioned: bool) -> Iterator[Row]:
    net = "aflow_net.net"
    for mine, word in (("coarse", "Main"), ("fine", "Refine")):
        heads = tuple(f"{net}{part}{word}.{coarse}" for part in _PART_WORDS)
        yield from _head(f"{ours}.local_flow.{mine}", heads, conditioned)
    yield from _head(f"{ours}.fusion.head", (f"{net}AttentionRefine.{coarse}",), False)
    yield from _plain(f"{ours}.parsing.fusion", f"{net}PartFusion.{coarse}.0", _BOTH)
    yield from _residual(f"{ours}.parsing.block", f"{net}PartFusion.{coarse}.1")
    yield from _head(f"{ours}.parsing.head", (f"{net}Seg.{coarse}",), conditioned)


def _generator() -> Iterator[Row]:
    ours, theirs = "unet", "model.model"
    for depth in range(LEVELS):
        outermost, innermost = depth == 0, depth == LEVELS - 1
        # Position in their sequence: convolution, norm if any, ReLU, two blocks, inner, up.
        block = 2 if outermost or innermost else 3
        up = block + 2 + (0 if innermost else 1) + 1
        yield from _plain(f"{ours}.down", f"{theirs}.0", ("weight",))
        if block == 3:
            yield from _plain(f"{ours}.down_norm", f"{theirs}.1", _BATCH_NORM)
        yield from _normed_blocks(f"{ours}.down_blocks", theirs, block)
        yield from _plain(f"{ours}.up", f"{theirs}.{up}", ("weight",))
        if not outermost:
            yield from _plain(f"{ours}.up_norm", f"{theirs}.{up + 1}", _BATCH_NORM)
            yield from _normed_blocks(f"{ours}.up_blocks", theirs, up + 3)
        ours, theirs = f"{ours}.inner", f"{theirs}.{block + 2}.model"


def _normed_blocks(ours: str, theirs: str, first: int) -> Iterator[Row]:
    for block in range(2):
        for index in range(2):
            inside = f"{theirs}.{first + block}.block.{3 * index}"
            yield from _plain(f"{ours}.{block}.convs.{index}", inside, ("weight",))
            norm = f"{theirs}.{first + block}.block.{3 * index + 1}"
            yield from _plain(f"{ours}.{block}.norms.{index}", norm, _BATCH_NORM)
