"""An evaluation: every pair once, each finished pair on disk at once, so that it can go on later.

The folder holds `settings.json`, `items.jsonl` (a line per finished pair), `results/`, `steps/`,
`features/`, and at the end `result.json`, `report.html` and `worst.jpg`.  Numbers are computed from
the files, never from what is in memory, so an evaluation that was stopped gives the same numbers.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from gpvton.data.tryon_dataset import TryOnDataset, TryOnSample
from gpvton.domain.errors import GpvtonError, InputError
from gpvton.domain.writing import write_bytes, write_image
from gpvton.evaluation.engines import Engine, Produced
from gpvton.evaluation.features import FeatureNetwork
from gpvton.evaluation.measure import Measures
from gpvton.evaluation.strata import pose_strata
from gpvton.evaluation.versions import versions

ITEMS, SETTINGS = "items.jsonl", "settings.json"


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What is evaluated, on what, how, and where it is kept.

    features: network for distances of sets, None for none.
    """

    dataset: TryOnDataset
    engine: Engine
    measures: Measures
    features: FeatureNetwork | None
    out: Path
    limit: int | None = None

    def settings(self) -> dict[str, Any]:
        """Everything that the numbers depend on, as JSON values."""
        pairs = self.dataset.pairs[: self.limit]
        listed = "\n".join(f"{p.name} {p.split} {p.pairing}" for p in pairs)
        lpips, features = self.measures.lpips, self.features
        return {
            "preset": self.measures.preset.describe(),
            "data": {
                "layout": self.dataset.source.layout,
                "name": self.dataset.source.root.resolve().name,
                "split": pairs[0].split if pairs else "",
                "pairing": str(pairs[0].pairing) if pairs else "",
                "pairs": len(pairs),
                "pairs_sha256": hashlib.sha256(listed.encode()).hexdigest(),
            },
            "engine": dict(self.engine.describe()),
            "lpips": {"network": lpips.kind, "sha256": lpips.digest} if lpips else None,
            "perceptual": self.measures.perceptual is not None,
            "features": {"network": features.name, "sha256": features.digest} if features else None,
            "labels_of_inputs": self.dataset.labels,
            "labels_of_results": dict(self.measures.analyst) if self.measures.analyse else "none",
            "versions": versions(),
        }

    def run(self, progress: Callable[[str], None] = lambda text: None) -> list[dict[str, Any]]:
        """Evaluate what is not done yet; gives the records of all pairs, in order.

        Raises InputError when the folder holds another evaluation.
        """
        for name in ("results", "steps", "features"):
            (self.out / name).mkdir(parents=True, exist_ok=True)
        self._claim()
        done = read_items(self.out / ITEMS)
        pairs = self.dataset.pairs[: self.limit]
        for index, pair in enumerate(pairs):
            if pair.name in done:
                continue
            progress(f"pair {index + 1} of {len(pairs)}: {pair.name}")
            record = self._record(index)
            done[pair.name] = record
            with (self.out / ITEMS).open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(record) + "\n")
        return [done[pair.name] for pair in pairs]

    def _claim(self) -> None:
        path, settings = self.out / SETTINGS, self.settings()
        if path.is_file():
            try:
                there = json.loads(path.read_text(encoding="utf-8"))
            except ValueError as error:
                raise InputError(f"{path} is damaged: {error}; use another folder") from error
            other = [key for key in settings if there.get(key) != settings[key]]
            if other:
                raise InputError(
                    f"{self.out} holds an evaluation with other {', '.join(other)}; choose another "
                    "folder with --out, or remove this one"
                )
            return
        write_bytes(path, (json.dumps(settings, indent=2) + "\n").encode())

    def _record(self, index: int) -> dict[str, Any]:
        pair = self.dataset.pairs[index]
        record: dict[str, Any] = {
            "name": pair.name,
            "person": pair.person,
            "garment": pair.garment,
            "category": str(pair.category),
            "strata": dict(pair.strata),
        }
        try:
            sample = self.dataset[index]
            if sample.person_annotation is not None:
                record["strata"] = {**pose_strata(sample.person_annotation), **pair.strata}
            path = self.out / "results" / f"{pair.name}.png"
            self._produce(sample, path)
            record["metrics"] = self.measures(sample, self._stored(pair.name))
            record["result_sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
            self._keep_features(sample, path)
        except GpvtonError as error:
            record["error"] = str(error)
        return record

    def _produce(self, sample: TryOnSample, path: Path) -> None:
        produced = self.engine.produce(sample)
        steps = {
            name: value
            for name in ("edit_mask", "flow", "box", "parts")
            if (value := getattr(produced, name)) is not None
        }
        store = self.out / "steps" / f"{sample.pair.name}.npz"
        temporary = store.with_suffix(".tmp.npz")
        np.savez_compressed(temporary, **steps)
        temporary.replace(store)
        write_image(path, produced.image)

    def _stored(self, name: str) -> Produced:
        image = np.asarray(Image.open(self.out / "results" / f"{name}.png").convert("RGB"))
        with np.load(self.out / "steps" / f"{name}.npz", allow_pickle=False) as steps:
            values: dict[str, Any] = {key: steps[key] for key in steps.files}
        if "box" in values:
            values["box"] = tuple(int(value) for value in values["box"])
        return Produced(image=image, **values)

    def _keep_features(self, sample: TryOnSample, path: Path) -> None:
        """Features of the result, and of the real photo that it is compared with."""
        if self.features is None:
            return
        real = (sample.truth or sample.person).pixels
        preset = self.measures.preset
        result = np.asarray(Image.open(path).convert("RGB"))
        pictures = [preset.resized(picture, real.shape[:2]) for picture in (result, real)]
        values = np.stack([self.features(picture) for picture in pictures])
        np.save(self.out / "features" / f"{sample.pair.name}.npy", values)


def read_items(path: Path) -> dict[str, dict[str, Any]]:
    """Finished records by name; a last line that was cut off is left out, and cut off the file.

    Raises InputError when a line before it is damaged.
    """
    if not path.is_file():
        return {}
    lines = path.read_text(encoding="utf-8").split("\n")
    if lines[-1]:
        whole = "\n".join(lines[:-1]) + "\n" if len(lines) > 1 else ""
        write_bytes(path, whole.encode())
    records: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(lines[:-1], start=1):
        try:
            record = json.loads(line)
            records[record["name"]] = record
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path}, line {number} is damaged: {error!r}") from error
    return records


def read_features(out: Path, records: list[Mapping[str, Any]]) -> tuple[np.ndarray, np.ndarray]:
    """Features of the results and of distinct real photos of finished records, float32 (n, d)."""
    done = [record for record in records if "error" not in record]
    values = [np.load(out / "features" / f"{record['name']}.npy") for record in done]
    real: dict[bytes, np.ndarray] = {value[1].tobytes(): value[1] for value in values}
    return np.stack([value[0] for value in values]), np.stack(list(real.values()))
