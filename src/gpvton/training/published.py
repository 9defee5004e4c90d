"""What both published recipes share: the data set, its analysts, sizes and schedules."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from gpvton.analysis.garment import GarmentAnalyst
from gpvton.analysis.person import PersonAnalyst
from gpvton.conditions.published import DRESSCODE, VITONHD, ParsingClasses
from gpvton.data.published_pairs import PublishedPairs, kept_analysis, kept_garment_analysis
from gpvton.data.sources.reader import open_source
from gpvton.data.sources.source import Pairing
from gpvton.domain.errors import InputError
from gpvton.losses.perceptual import Perceptual, perceptual_network
from gpvton.training.schedule import LoopConfig, steps_per_epoch

SIZE = (512, 384)
CLASSES = {"vitonhd-published": VITONHD, "dresscode-published": DRESSCODE}


@dataclass(frozen=True, kw_only=True)
class Epochs:
    """A schedule in epochs: `hold` at the full rate, `decay` of linear decay."""

    hold: int
    decay: int

    def loop(self, loop: LoopConfig, examples: int, steps: int | None) -> LoopConfig:
        """The loop's numbers for a data set; steps: another length (the rate falls as in full)."""
        each = steps_per_epoch(examples, loop.batch_size)
        whole = (self.hold + self.decay) * each
        return replace(
            loop, steps=steps or whole, schedule_steps=whole, hold_steps=self.hold * each
        )


def published_pairs(
    root: Path, classes: ParsingClasses, size: tuple[int, int], out: Path, split: str
) -> PublishedPairs | None:
    """The paired list of a data set; the labels that it lacks are made once and kept in `out`.

    None where there is no such list.  Raises InputError for a folder that is no data set.
    """
    source = open_source(root)
    if (split, Pairing.PAIRED) not in source.splits():
        return None
    analysts: dict[str, Any] = {}
    if not _labelled(source.layout):
        kept = out / "annotations"
        analysts = {
            "analyse_person": kept_analysis(PersonAnalyst.from_folder(), kept),
            "analyse_garment": kept_garment_analysis(GarmentAnalyst.from_folder(), kept),
        }
    return PublishedPairs(source, classes, size, split=split, **analysts)


def training_pairs(
    root: Path, classes: ParsingClasses, size: tuple[int, int], out: Path
) -> PublishedPairs:
    """The training list.  Raises InputError where there is none."""
    pairs = published_pairs(root, classes, size, out, "train")
    if pairs is None:
        raise InputError(
            f"{root} has no list of training pairs; published recipes need a data set in the "
            "layout of VITON-HD, DressCode or GP-VTON (see docs/data-sets.md)"
        )
    return pairs


def described(pairs: PublishedPairs) -> str:
    """What a data set gives, in a line."""
    body = "DensePose" if pairs.has_densepose else "our body-part map in place of DensePose"
    return f"{pairs.source.layout}: {len(pairs)} training pairs, {body}"


def parse_size(size: str | tuple[int, int] | None, stride: int) -> tuple[int, int]:
    """Height and width of "512x384".  Raises InputError unless both divide by the stride."""
    if isinstance(size, str):
        found = re.fullmatch(r"(\d+)x(\d+)", size)
        if found is None:
            raise InputError(f"--size {size!r}, expected HEIGHTxWIDTH such as 512x384")
        size = int(found[1]), int(found[2])
    height, width = size or SIZE
    if height < stride or width < stride or height % stride or width % stride:
        raise InputError(f"size {height}x{width}: both sides must divide by {stride}")
    return height, width


def perceptual_loss(choice: str | None, device: torch.device) -> Perceptual | None:
    """On the device; "none" for no perceptual loss."""
    if choice is None or choice == "none":
        return None
    return Perceptual(perceptual_network(choice)).to(device)


def plain(config: Any, paths: tuple[str, ...]) -> dict[str, Any]:
    """A configuration as JSON values, of paths only their names."""
    values = asdict(config)
    for name in paths:
        values[name] = None if values[name] is None else Path(str(values[name])).name
    values.pop("classes", None)
    return json.loads(json.dumps(values, default=str))


def with_changes(loop: LoopConfig, changes: Mapping[str, Any]) -> LoopConfig:
    """The loop's numbers with those that the command line gives, but for its steps."""
    return replace(loop, **{name: value for name, value in changes.items() if name != "steps"})


def silent(line: str) -> None:
    """A report that goes nowhere."""


Report = Callable[[str], None]


def _labelled(layout: str) -> bool:
    return layout.startswith("gpvton") or layout == "own"
