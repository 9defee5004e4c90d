"""Checksums of pairs, and the frozen benchmark's: do two machines render the same truth?

A checksum covers what the files hold of labels, parts and true flow (to a quarter pixel).  Colours
are left out: OpenGL versions differ in the last grey level.  They may differ at outlines too, by
single pixels; `Measures` of some pairs tell that apart from a changed renderer.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np

from gpvton.domain.errors import InputError
from gpvton.synthetic.layouts import FLOW_SCALE, FLOW_SHIFT, flow_picture
from gpvton.synthetic.pairs import Pair

BENCHMARK_FILE = Path(__file__).parent / "data" / "benchmark.json"
MEASURED = 50  # every so many pairs of the benchmark have their measures recorded


@dataclass(frozen=True, kw_only=True)
class Truth:
    """Labels of one side: parsing, flat parsing uint8 (h, w); flow uint16 (h, w, 3) as stored."""

    parsing: np.ndarray
    flat_parsing: np.ndarray
    flow: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Measures:
    """What another OpenGL cannot change by much.

    area: pixels of left, middle and right part; flat: pixels of the flat garment;
    place: mean x and y in the flat of each part's pixels (0 for an empty part).
    """

    area: tuple[int, ...]
    flat: int
    place: tuple[float, ...]

    def agrees(self, other: "Measures") -> bool:
        """Areas to 2 % and 30 pixels, mean places to half a pixel (of parts above 200 pixels)."""
        areas = zip((*self.area, self.flat), (*other.area, other.flat), strict=True)
        if any(abs(a - b) > 30 + 0.02 * max(a, b) for a, b in areas):
            return False
        large = np.repeat(np.minimum(self.area, other.area) > 200, 2)
        return bool((np.abs(np.subtract(self.place, other.place))[large] < 0.5).all())


def truths(pair: Pair) -> list[Truth]:
    """Both sides of a pair in memory."""
    return [
        Truth(
            parsing=worn.parsing,
            flat_parsing=worn.flat_parsing,
            flow=flow_picture(worn.flow, worn.part),
        )
        for worn in (pair.a, pair.b)
    ]


def stored_truths(folder: Path) -> list[Truth]:
    """Both sides of a pair in the layout `rendered`.  Raises InputError for a missing file."""
    sides = []
    for side in ("a", "b"):
        names = (f"parsing_{side}", f"flat_parsing_{side}", f"flow_{side}")
        read = [cv2.imread(str(folder / f"{n}.png"), cv2.IMREAD_UNCHANGED) for n in names]
        found = [picture for picture in read if picture is not None]
        if len(found) < len(names):
            raise InputError(f"{folder} is no whole pair; expected {', '.join(names)} (.png)")
        sides.append(Truth(parsing=found[0], flat_parsing=found[1], flow=found[2][:, :, ::-1]))
    return sides


def checksum(sides: list[Truth]) -> str:
    """SHA-256 (16 hex digits) of labels, parts and flow."""
    digest = hashlib.sha256()
    for side in sides:
        place = (side.flow[:, :, :2].astype(np.int32) + 4) // 8  # of 1/32 pixel
        for values in (side.parsing, side.flat_parsing, side.flow[:, :, 2], place):
            kind = np.int16 if values is place else np.uint8
            digest.update(np.ascontiguousarray(values, kind).tobytes())
    return digest.hexdigest()[:16]


def measures(side: Truth) -> Measures:
    """The measures of one side."""
    area, place = [], []
    for part in (1, 2, 3):
        inside = side.flow[:, :, 2] == part
        area.append(int(inside.sum()))
        where = side.flow[inside][:, :2] / FLOW_SCALE - FLOW_SHIFT
        place += [round(float(v), 2) for v in where.mean(axis=0)] if area[-1] else [0.0, 0.0]
    return Measures(area=tuple(area), flat=int((side.flat_parsing > 0).sum()), place=tuple(place))


def record_benchmark(folder: Path, out: Path = BENCHMARK_FILE) -> int:
    """Write the benchmark's checksums and measures from its rendered pairs; returns how many."""
    sums: dict[str, str] = {}
    kept: dict[str, list] = {}
    for path in sorted((folder / "meta").glob("[0-9]*.json")):
        sides = stored_truths(folder / "pairs" / path.stem)
        sums[path.stem] = checksum(sides)
        if int(path.stem) % MEASURED == 0:
            kept[path.stem] = [asdict(measures(side)) for side in sides]
    out.write_text(json.dumps({"checksums": sums, "measures": kept}, indent=0) + "\n")
    return len(sums)


def recorded() -> tuple[dict[str, str], dict[str, list[Measures]]]:
    """The frozen benchmark's checksums by pair, and the measures of both sides of some pairs."""
    if not BENCHMARK_FILE.exists():
        return {}, {}
    data = json.loads(BENCHMARK_FILE.read_text())
    return data["checksums"], {
        name: [
            Measures(area=tuple(s["area"]), flat=s["flat"], place=tuple(s["place"])) for s in sides
        ]
        for name, sides in data["measures"].items()
    }


def compare_benchmark(folder: Path) -> tuple[int, list[str]]:
    """How many pairs in `folder` have a recorded checksum, and which of them differ."""
    found = json.loads((folder / "checksums.json").read_text())
    known, _ = recorded()
    common = sorted(set(known) & set(found))
    return len(common), [name for name in common if known[name] != found[name]]
