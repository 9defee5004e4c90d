"""Human parsers of others: a user's ONNX file, a model of the Hugging Face Hub or a folder of one.

A parser has `labels`, the names of its labels in order, and takes a photo uint8 (h, w, 3) to a
label map uint8 (h, w); `foreign_labels` makes it ours.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np

from gpvton.analysis.decode import work_size
from gpvton.analysis.foreign_labels import ORDERS, meanings
from gpvton.domain.errors import InputError, MissingExtraError, WeightsError

IMAGENET_MEAN, IMAGENET_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class HumanParser(Protocol):
    """What a parser is to us."""

    labels: Sequence[str]

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        """Photo uint8 (h, w, 3) RGB -> label map uint8 (h, w)."""
        ...


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """How a parser wants a photo: (h, w), mean and deviation per channel in [0, 1]."""

    size: tuple[int, int]
    mean: tuple[float, ...] = IMAGENET_MEAN
    deviation: tuple[float, ...] = IMAGENET_DEVIATION

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        """Photo uint8 (h, w, 3) -> float32 (1, 3, *size), stretched to the size."""
        small = cv2.resize(pixels, self.size[::-1], interpolation=cv2.INTER_AREA)
        values = (small.astype(np.float32) / 255 - self.mean) / self.deviation
        return np.ascontiguousarray(values.transpose(2, 0, 1)[None], np.float32)


def labels_of(scores: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Scores (1, labels, h', w'), or labels (1, h', w'), as a label map uint8 (h, w) = size.

    Raises InputError for an array that is neither.
    """
    if scores.ndim == 3:
        return cv2.resize(scores[0].astype(np.uint8), size[::-1], interpolation=cv2.INTER_NEAREST)
    if scores.ndim != 4:
        raise InputError(
            f"the parser gave {scores.shape}, expected (1, labels, h, w) scores or (1, h, w) labels"
        )
    work = work_size(size)
    best = np.full(work, -np.inf, np.float32)
    labels = np.zeros(work, np.uint8)
    for index, plane in enumerate(scores[0].astype(np.float32)):
        values = cv2.resize(plane, work[::-1], interpolation=cv2.INTER_LINEAR)
        wins = values > best
        best[wins], labels[wins] = values[wins], index
    return cv2.resize(labels, size[::-1], interpolation=cv2.INTER_NEAREST)


class OnnxParser:
    """A user's ONNX graph: one picture (1, 3, h, w) in; scores, or labels, out.

    Beside `parser.onnx` lies `parser.json`: `labels` (a list of names, or one of atr18, lip20,
    gpvton29), and where they differ from what ImageNet's models take, `size` [h, w], `mean` and
    `deviation` in [0, 1].
    """

    def __init__(self, path: Path) -> None:
        import onnxruntime

        values = _described(path.with_suffix(".json"))
        labels = values.get("labels")
        names = ORDERS.get(labels) if isinstance(labels, str) else labels
        if not isinstance(names, list | tuple):
            raise InputError(
                f"{path.with_suffix('.json')}: labels is {labels!r}, expected a list of names or "
                f"one of {', '.join(ORDERS)}"
            )
        self.labels: tuple[str, ...] = tuple(str(name) for name in names)
        meanings(self.labels)
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime's errors share no base but Exception
            raise WeightsError(f"ONNX Runtime cannot load {path}: {error}") from error
        entry = self._session.get_inputs()[0]
        self._input = entry.name
        self._prepare = _preparation(values, entry.shape, path)

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        """See `HumanParser`."""
        out = self._session.run(None, {self._input: self._prepare(pixels)})[0]
        return labels_of(np.asarray(out), (pixels.shape[0], pixels.shape[1]))


class HubParser:
    """A semantic segmentation model of the Hugging Face Hub, or a folder of one; `gpvton[hub]`.

    Its configuration names the labels (`id2label`), its preprocessor says size, mean and deviation.
    """

    def __init__(self, name: str) -> None:
        try:
            from transformers import AutoModelForSemanticSegmentation
            from transformers.image_processing_base import ImageProcessingMixin
        except ImportError as error:
            raise MissingExtraError(
                f"the parser {name} needs transformers and torch; install 'gpvton[hub]'"
            ) from error
        try:
            model: Any = AutoModelForSemanticSegmentation.from_pretrained(name)
            wanted, _ = ImageProcessingMixin.get_image_processor_dict(name)
        except (OSError, ValueError) as error:
            reason = str(error).strip().splitlines()[0]
            raise WeightsError(f"cannot load the parser {name}: {reason}") from error
        names = model.config.id2label
        self.labels: tuple[str, ...] = tuple(str(names[index]) for index in range(len(names)))
        meanings(self.labels)
        self._model = model.eval()
        self._prepare = Preparation(
            size=_wanted_size(wanted.get("size", 512)),
            mean=tuple(wanted.get("image_mean", IMAGENET_MEAN)),
            deviation=tuple(wanted.get("image_std", IMAGENET_DEVIATION)),
        )

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        """See `HumanParser`."""
        from transformers import BatchFeature

        batch = BatchFeature({"pixel_values": self._prepare(pixels)}, tensor_type="pt")
        scores = self._model(**batch).logits.detach().numpy()
        return labels_of(scores, (pixels.shape[0], pixels.shape[1]))


def _wanted_size(size: Any) -> tuple[int, int]:
    """(h, w) of a preprocessor's `size`: a number, or an object of height and width."""
    if isinstance(size, int):
        return size, size
    sides = [int(size[key]) for key in ("height", "width") if key in size]
    if len(sides) != 2:
        sides = [int(next(iter(size.values())))] * 2  # the shorter side, for both
    return sides[0], sides[1]


def _described(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(
            f"{path} is missing: it names the parser's labels, such as "
            '{"labels": "atr18"} (docs/analysis.md)'
        ) from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is not JSON: {error}") from error
    if not isinstance(values, dict):
        raise InputError(f"{path} holds a {type(values).__name__}, expected an object")
    return values


def _preparation(values: Mapping[str, Any], shape: Sequence[Any], path: Path) -> Preparation:
    size = values.get("size", list(shape[2:]) if len(shape) == 4 else None)
    if not isinstance(size, list) or not all(isinstance(v, int) for v in size) or len(size) != 2:
        raise InputError(
            f"{path} takes {list(shape)}; give the picture's size as "
            f'"size": [height, width] in {path.with_suffix(".json")}'
        )
    return Preparation(
        size=(size[0], size[1]),
        mean=tuple(values.get("mean", IMAGENET_MEAN)),
        deviation=tuple(values.get("deviation", IMAGENET_DEVIATION)),
    )
