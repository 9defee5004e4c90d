"""Pictures of garments with what is known about them, from the data folder.

Ours.  `garments/` has a type per photo and, once made, label maps (see `garment_labels`);
`packshots/` an exact alpha; `studio/` masks of worn garments; `street/` says "worn" only.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from gpvton.domain.errors import InputError
from gpvton.domain.garment_classes import NO_GARMENT, TYPES

UNKNOWN_PART = 254
"""Label of a pixel that is garment, of a part that nobody knows."""
IGNORE = 255
"""Label of a pixel about which nothing is known."""

_LOWER = ("Pants", "Shorts", "Skirt")
_STREET_EVERY = 6
_PACKSHOT_TYPES = {
    "tee": "T-Shirt", "tshirt": "T-Shirt", "shirt": "T-Shirt", "polo": "Polo",
    "hoodie": "Hoodie", "long_sleeve": "Longsleeve",
    "plimsolls": "Shoes", "force": "Shoes", "blanace": "Shoes",
    "cap": "Hat", "hat": "Hat", "beanie": "Hat",
}  # fmt: skip
_HELD_OUT_PACKSHOTS = ("dash-tee", "polo-shirt", "hoodie_red", "grey-hoodie", "plimsolls-1")
_STRIPED = frozenset({"mh01", "mh05", "mh07", "mh11", "mh12", "wsh06"})
_STUDIO_CATEGORY = {"h": 0, "j": 0, "s": 0, "t": 0, "p": 1, "sh": 1}
_SECOND_GARMENT = frozenset(
    "mj06 mj10 ms10 ms12 mt02 wh02 wh10 wj02 wj08 ws05 ws07 ws08 ws11 wt09".split()  # noqa: SIM905
)


@dataclass(frozen=True, kw_only=True)
class GarmentSample:
    """One picture.

    image: uint8 (h, w, 3) RGB.  labels: uint8 (h, w), channels of `PARSING_CLASSES`,
    UNKNOWN_PART or IGNORE.  category, type: index, -1 unknown.  worn, present: 0 or 1, -1
    unknown.  exact: the label map is good enough to cut the garment out and paste it elsewhere.
    """

    name: str
    image: np.ndarray
    labels: np.ndarray
    category: int = -1
    type: int = -1
    worn: int = -1
    present: int = -1
    exact: bool = False


def category_of(kind: str) -> int:
    """Index in `CATEGORIES` of a type; -1 for hats and shoes."""
    if kind in NO_GARMENT:
        return -1
    return 2 if kind == "Dress" else int(kind in _LOWER)


def is_validation(name: str) -> bool:
    """Garments whose number is divisible by 10, named packshots, studio designs in 3 and 8."""
    group, _, stem = name.partition("/")
    if group == "packshots":
        return any(part in stem for part in _HELD_OUT_PACKSHOTS)
    if group == "studio":
        return stem.split("-")[0][-1] in "38"
    return int(stem.rsplit("_", 1)[-1]) % 10 == 0


class GarmentFolder:
    """The data folder: names of the samples, and each of them read.

    labels: folder of label maps `STEM.png` for `garments/`, or None.
    """

    def __init__(self, root: Path | str, labels: Path | str | None = None):
        self.root = Path(root)
        self.labels = Path(labels) if labels else None
        index = self.root / "garments" / "index.csv"
        if not index.is_file():
            raise InputError(f"{index} is missing: name the folder that holds garments/")
        with index.open(newline="") as file:
            self.types = {Path(row["file"]).stem: row["label"] for row in csv.DictReader(file)}

    def names(self, split: str = "all") -> list[str]:
        """Names `group/stem`; split: all, train or validation."""
        groups = {
            "garments": sorted(self.types),
            "packshots": _stems(self.root / "packshots", "*.png"),
            "studio": _stems(self.root / "studio" / "photos", "*.jpg"),
            "street": _stems(self.root / "street" / "photos", "*.jpg")[::_STREET_EVERY],
        }
        names = [f"{group}/{stem}" for group, stems in groups.items() for stem in stems]
        names = [name for name in names if _packshot_usable(name)]
        if split == "all":
            return names
        return [name for name in names if is_validation(name) == (split == "validation")]

    def sample(self, name: str) -> GarmentSample:
        """One picture with its labels."""
        group, _, stem = name.partition("/")
        return getattr(self, f"_{group}")(name, stem)

    def _garments(self, name: str, stem: str) -> GarmentSample:
        image = read_rgb(self.root / "garments" / "photos" / f"{stem}.jpg")
        kind = self.types[stem]
        if kind in NO_GARMENT:
            return GarmentSample(
                name=name,
                image=image,
                labels=np.zeros(image.shape[:2], np.uint8),
                type=TYPES.index(kind),
                present=0,
            )
        path = self.labels / f"{stem}.png" if self.labels else None
        known = path is not None and path.is_file()
        labels = _read(path, cv2.IMREAD_GRAYSCALE) if known and path else _nothing(image)
        return GarmentSample(
            name=name,
            image=image,
            labels=labels,
            category=category_of(kind),
            type=TYPES.index(kind),
            worn=0,
            present=1,
            exact=known,
        )

    def _packshots(self, name: str, stem: str) -> GarmentSample:
        rgba = cv2.cvtColor(
            _read(self.root / "packshots" / f"{stem}.png", cv2.IMREAD_UNCHANGED),
            cv2.COLOR_BGRA2RGBA,
        )
        scale = min(1.0, 640 / max(rgba.shape[:2]))
        alpha = rgba[..., 3:].astype(np.float32) / 255
        colour = rgba[..., :3] * alpha + 255 * (1 - alpha)
        size = (round(rgba.shape[1] * scale), round(rgba.shape[0] * scale))
        image = cv2.resize(colour, size, interpolation=cv2.INTER_AREA).round().astype(np.uint8)
        mask = cv2.resize(alpha[..., 0], size, interpolation=cv2.INTER_AREA) > 0.5
        kind = packshot_type(stem)
        garment = kind not in NO_GARMENT
        path = self.labels / f"{stem}.png" if self.labels else None
        if path is not None and path.is_file():
            labels = _read(path, cv2.IMREAD_GRAYSCALE)
        else:
            labels = np.where(mask & garment, UNKNOWN_PART, 0).astype(np.uint8)
        return GarmentSample(
            name=name,
            image=image,
            labels=labels,
            category=category_of(kind),
            type=TYPES.index(kind),
            worn=0 if garment else -1,
            present=int(garment),
            exact=garment,
        )

    def _studio(self, name: str, stem: str) -> GarmentSample:
        image = read_rgb(self.root / "studio" / "photos" / f"{stem}.jpg")
        design, view = stem.split("-")[0], stem.rsplit("_", 1)[1]
        path = self.root / "studio" / "garment_masks" / f"{design}_{view}.png"
        labels = _nothing(image)
        if path.is_file() and design not in _STRIPED | _SECOND_GARMENT:
            mask = _read(path, cv2.IMREAD_GRAYSCALE) > 127
            solid = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5)))
            rim = cv2.morphologyEx(solid, cv2.MORPH_GRADIENT, np.ones((5, 5), np.uint8)) > 0
            labels = np.where(rim, IGNORE, np.where(solid > 0, UNKNOWN_PART, 0)).astype(np.uint8)
        image, labels = _at_most(image, labels, 640)
        kind = design.strip("0123456789")[1:]
        return GarmentSample(
            name=name,
            image=image,
            labels=labels,
            category=_STUDIO_CATEGORY[kind],
            worn=1,
            present=1,
        )

    def _street(self, name: str, stem: str) -> GarmentSample:
        image = read_rgb(self.root / "street" / "photos" / f"{stem}.jpg")
        return GarmentSample(name=name, image=image, labels=_nothing(image), worn=1, present=1)


def packshot_type(stem: str) -> str:
    """Type of a packshot, read from its file name; empty for bags, glasses and the like."""
    words = stem.replace("-", "_").lower()
    for word in ("long_sleeve", *_PACKSHOT_TYPES):
        if f"_{word}" in f"_{words}":
            kind = _PACKSHOT_TYPES[word]
            return "Polo" if kind == "T-Shirt" and "polo" in words else kind
    return ""


def read_rgb(path: Path) -> np.ndarray:
    """A colour picture, uint8 (h, w, 3) RGB."""
    return cv2.cvtColor(_read(path, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def _packshot_usable(name: str) -> bool:
    group, _, stem = name.partition("/")
    return group != "packshots" or packshot_type(stem) in TYPES


def _stems(folder: Path, pattern: str) -> list[str]:
    return sorted(path.stem for path in folder.glob(pattern))


def _nothing(image: np.ndarray) -> np.ndarray:
    return np.full(image.shape[:2], IGNORE, np.uint8)


def _at_most(image: np.ndarray, labels: np.ndarray, side: int) -> tuple[np.ndarray, np.ndarray]:
    scale = side / max(image.shape[:2])
    if scale >= 1:
        return image, labels
    size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
    return (
        cv2.resize(image, size, interpolation=cv2.INTER_AREA),
        cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST),
    )


def _read(path: Path, flags: int) -> np.ndarray:
    pixels = cv2.imdecode(np.fromfile(path, np.uint8), flags)
    if pixels is None:
        raise InputError(f"{path}: not a picture that OpenCV reads; fetch the data again")
    return pixels
