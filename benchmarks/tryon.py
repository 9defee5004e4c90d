"""Every result of a fixed list of people and garments, as contact sheets to look at.

    python benchmarks/tryon.py --data DIR --out DIR

DIR holds studio/, street/ and garments/.  Nothing is chosen among the results; a failure is shown
as the photo, darkened, with its message.  People are validation photos (studio designs ending in
3 or 8, street numbers divisible by 10), chosen by looking at the photos, before any result.
"""

import argparse
import json
import time
from collections import Counter
from pathlib import Path

import numpy as np

from gpvton.analysis.sheet import Panel, contact_sheet
from gpvton.domain.errors import GpvtonError
from gpvton.domain.writing import write_image
from gpvton.pipeline import TryOn
from gpvton.result import PreparedGarment, PreparedPerson

TOPS = ("t-shirt_248", "t-shirt_007", "shirt_121", "longsleeve_280")
LOWERS = ("pants_042", "pants_027", "shorts_004", "skirt_037")
DRESSES = ("dress_164", "dress_137", "dress_207", "dress_060")

STUDIO_UPPER = (
    "ms03-black_main", "ms08-black_main", "mt03-blue_main", "ws03-blue_main", "wt03-orange_main",
    "wt08-black_main",
)  # fmt: skip
STUDIO_LOWER = ("wp13-blue_main", "wsh08-purple_main")
STUDIO_HARD = (
    "mh03-black_main",  # hands in pockets
    "wj08-gray_main",  # long hair over the chest, hand on the hip
    "ws08-blue_back",  # seen from behind
    "mh08-brown_main",  # both arms bent; no studio photo shows arms crossed
)
STREET = ("0080", "0150", "0180", "0320", "0510", "0690", "0760", "0980")

SHEETS = (
    ("studio-upper", "studio", STUDIO_UPPER, TOPS),
    ("studio-lower", "studio", STUDIO_LOWER, LOWERS),
    ("studio-hard", "studio", STUDIO_HARD, TOPS),
    ("street-tops", "street", STREET, TOPS),
    ("street-lowers", "street", STREET, LOWERS),
    ("street-dresses", "street", STREET, DRESSES),
)


class Bench:
    """People and garments analysed once, results counted."""

    def __init__(self, try_on: TryOn, data: Path) -> None:
        self.try_on, self.data = try_on, data
        self.people: dict[Path, PreparedPerson | str] = {}
        self.garments: dict[str, PreparedGarment | str] = {}
        self.entries: list[dict[str, object]] = []

    def person(self, folder: str, name: str) -> PreparedPerson | str:
        """The analysed person, or why not."""
        path = self.data / folder / "photos" / f"{name}.jpg"
        if path not in self.people:
            try:
                self.people[path] = self.try_on.prepare_person(path)
            except GpvtonError as error:
                self.people[path] = str(error)
        return self.people[path]

    def garment(self, name: str) -> PreparedGarment | str:
        """The analysed garment, or why not."""
        if name not in self.garments:
            path = self.data / "garments" / "photos" / f"{name}.jpg"
            try:
                self.garments[name] = self.try_on.prepare_garment(path)
            except GpvtonError as error:
                self.garments[name] = str(error)
        return self.garments[name]

    def cell(self, folder: str, person: str, garment: str) -> Panel:
        """One result."""
        wearer, wearing = self.person(folder, person), self.garment(garment)
        entry: dict[str, object] = {"person": person, "garment": garment}
        self.entries.append(entry)
        start = time.perf_counter()
        try:
            if isinstance(wearer, str) or isinstance(wearing, str):
                raise GpvtonError(wearer if isinstance(wearer, str) else str(wearing))
            result = self.try_on(wearer, wearing)
        except GpvtonError as error:
            entry["error"] = str(error)
            photo = _pixels(wearer, self.data / folder / "photos" / f"{person}.jpg")
            return Panel(pixels=photo // 3, caption=str(error))
        seconds = time.perf_counter() - start
        entry.update(seconds=round(seconds, 3), warnings=result.warnings, category=result.category)
        return Panel(pixels=result.image, caption="; ".join(result.dressed.warnings))

    def sheet(self, folder: str, people: tuple[str, ...], garments: tuple[str, ...]) -> np.ndarray:
        """A row per person: the photo, then the results; the garments on top."""
        top = [Panel(pixels=np.full((480, 320, 3), 255, np.uint8))]
        for name in garments:
            pixels = _pixels(self.garment(name), self.data / "garments" / "photos" / f"{name}.jpg")
            top.append(Panel(pixels=_boxed(pixels, 480, 320), caption=name))
        rows = [top]
        for person in people:
            photo = _pixels(
                self.person(folder, person), self.data / folder / "photos" / f"{person}.jpg"
            )
            cells = [self.cell(folder, person, garment) for garment in garments]
            rows.append(
                [
                    Panel(pixels=_boxed(panel.pixels, 480, 320), caption=panel.caption)
                    for panel in [Panel(pixels=photo, caption=person), *cells]
                ]
            )
        return contact_sheet(rows)


def _pixels(prepared: PreparedPerson | PreparedGarment | str, path: Path) -> np.ndarray:
    if isinstance(prepared, str):
        from gpvton.domain.images import read_photo

        return read_photo(path).pixels
    return prepared.photo.pixels


def _boxed(pixels: np.ndarray, height: int, width: int) -> np.ndarray:
    import cv2

    scale = min(height / pixels.shape[0], width / pixels.shape[1])
    size = (round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    out = np.full((height, width, 3), 255, np.uint8)
    left = (width - size[0]) // 2
    out[: size[1], left : left + size[0]] = cv2.resize(pixels, size, interpolation=how)
    return out


def main() -> None:
    """Make all sheets and say what happened."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("out/tryon"))
    parser.add_argument("--weights", default=None)
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--only", default=None, help="name of one sheet")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    bench = Bench(TryOn.from_pretrained(given.weights, threads=given.threads), given.data)
    for name, folder, people, garments in SHEETS:
        if given.only in (None, name):
            write_image(given.out / f"{name}.png", bench.sheet(folder, people, garments))
            print(given.out / f"{name}.png", flush=True)
    (given.out / "results.json").write_text(json.dumps(bench.entries, indent=1) + "\n")
    errors = Counter(str(entry["error"]) for entry in bench.entries if "error" in entry)
    print(f"{len(bench.entries)} results, {sum(errors.values())} failures")
    for message, count in errors.most_common():
        print(f"  {count} x {message}")
    seconds = [float(str(entry["seconds"])) for entry in bench.entries if "seconds" in entry]
    if seconds:
        print(f"dressing: median {np.median(seconds):.2f} s, longest {max(seconds):.2f} s")


if __name__ == "__main__":
    main()
