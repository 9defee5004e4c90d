"""What a run leaves to look at: log.jsonl, validation.jsonl, sheets/ and TensorBoard's files."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from gpvton.domain.errors import MissingExtraError
from gpvton.domain.writing import make_folder, write_image


@dataclass(frozen=True, kw_only=True)
class Observation:
    """Validation at a checkpoint: numbers by name, and a picture sheet uint8 (h, w, 3), RGB."""

    scalars: Mapping[str, float] = field(default_factory=dict)
    sheet: np.ndarray | None = None


class Board:
    """Writes into the run's folder; `tensorboard --logdir FOLDER` shows it.

    step: at which the run begins or goes on; what TensorBoard has from later steps is hidden.
    """

    def __init__(self, folder: Path, step: int) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ModuleNotFoundError as error:
            raise MissingExtraError(
                "training needs the package tensorboard, which is not installed; "
                "install it with: pip install 'gpvton[train]'"
            ) from error
        self.folder = folder
        self._writer = SummaryWriter(str(folder / "tensorboard"), purge_step=step + 1)

    def log(self, step: int, seconds: float, means: Mapping[str, float]) -> None:
        """Mean terms of the last steps."""
        row = {"step": step, "seconds_per_step": round(seconds, 4)}
        self._append("log.jsonl", row | {name: round(value, 5) for name, value in means.items()})
        for name, value in means.items():
            self._writer.add_scalar(f"train/{name}", value, step)

    def show(self, step: int, seen: Observation) -> None:
        """A validation."""
        if seen.scalars:
            self._append("validation.jsonl", {"step": step, **seen.scalars})
        for name, value in seen.scalars.items():
            self._writer.add_scalar(f"validation/{name}", value, step)
        if seen.sheet is not None:
            path = make_folder(self.folder / "sheets") / f"{step:06d}.png"
            write_image(path, seen.sheet)
            self._writer.add_image("sheet", seen.sheet, step, dataformats="HWC")
        self._writer.flush()

    def close(self) -> None:
        """Write what is still held back."""
        self._writer.close()

    def _append(self, name: str, row: Mapping[str, float]) -> None:
        with (self.folder / name).open("a") as file:
            file.write(json.dumps(row) + "\n")
