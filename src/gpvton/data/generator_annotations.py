"""What the person analyst says about every training photo, made once and kept on disk.

Photos are used at no more than `HEIGHT` pixels of height: finer than any training crop.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from gpvton.domain.annotations import PersonAnnotation
from gpvton.domain.errors import InputError, PersonError
from gpvton.domain.images import read_photo

HEIGHT = 720

Analyse = Callable[[np.ndarray], PersonAnnotation]


@dataclass(frozen=True, kw_only=True)
class AnnotatedPhoto:
    """name: `street/0010`.  pixels: uint8 (h, w, 3).  garment: bool (h, w), where a garment mask
    is given (studio photos), else None.
    """

    name: str
    pixels: np.ndarray
    annotation: PersonAnnotation
    garment: np.ndarray | None


def annotated_photos(
    root: Path, names: Sequence[str], cache: Path, analyse: Analyse
) -> Iterator[AnnotatedPhoto]:
    """The photos in which the analyst finds one person.

    names: as of `person_samples.person_names`.  cache: folder of one file per photo; an existing
    file is used instead of analysing again.
    """
    for name in names:
        found = annotated_photo(root, name, cache, analyse)
        if found is not None:
            yield found


def annotated_photo(root: Path, name: str, cache: Path, analyse: Analyse) -> AnnotatedPhoto | None:
    """One photo, or None when the analyst refuses it."""
    group, _, stem = name.partition("/")
    pixels = _small(read_photo(root / group / "photos" / f"{stem}.jpg").pixels)
    path = cache / group / f"{stem}.npz"
    if not path.is_file():
        _write(path, _analysed(pixels, analyse))
    annotation = _read(path, pixels.shape[:2])
    if annotation is None:
        return None
    return AnnotatedPhoto(
        name=name,
        pixels=pixels,
        annotation=annotation,
        garment=_garment(root / group, stem, (pixels.shape[0], pixels.shape[1])),
    )


def _small(pixels: np.ndarray) -> np.ndarray:
    height, width = pixels.shape[:2]
    if height <= HEIGHT:
        return pixels
    size = (max(round(width * HEIGHT / height), 1), HEIGHT)
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)


def _analysed(pixels: np.ndarray, analyse: Analyse) -> PersonAnnotation | None:
    try:
        return analyse(pixels)
    except PersonError:
        return None


def _write(path: Path, annotation: PersonAnnotation | None) -> None:
    arrays: dict[str, np.ndarray] = {}
    if annotation is not None:
        soft = np.rint(annotation.silhouette * 255).astype(np.uint8)
        arrays = {
            "parsing": _png(annotation.parsing),
            "silhouette": _png(soft),
            "keypoints": annotation.keypoints,
        }
    stream = io.BytesIO()
    np.savez(stream, **arrays)  # type: ignore[arg-type]
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".part")
    temporary.write_bytes(stream.getvalue())
    temporary.replace(path)


def _read(path: Path, size: Sequence[int]) -> PersonAnnotation | None:
    with np.load(path) as arrays:
        if "parsing" not in arrays:
            return None
        parsing = cv2.imdecode(arrays["parsing"], cv2.IMREAD_GRAYSCALE)
        silhouette = cv2.imdecode(arrays["silhouette"], cv2.IMREAD_GRAYSCALE)
        keypoints = arrays["keypoints"]
    if parsing is None or silhouette is None or parsing.shape != tuple(size):
        raise InputError(f"{path} does not fit its photo of {tuple(size)} pixels; delete it")
    return PersonAnnotation(
        parsing=np.asarray(parsing, np.uint8),
        keypoints=keypoints.astype(np.float32),
        silhouette=np.asarray(silhouette, np.float32) / 255,
    )


def _png(labels: np.ndarray) -> np.ndarray:
    return np.frombuffer(cv2.imencode(".png", labels)[1].tobytes(), np.uint8)


def _garment(folder: Path, stem: str, size: tuple[int, int]) -> np.ndarray | None:
    """The given mask of the garment, shared by all colours of one photograph."""
    design, view = stem.split("-")[0], stem.rpartition("_")[2]
    path = folder / "garment_masks" / f"{design}_{view}.png"
    if not path.is_file():
        return None
    mask = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if mask is None:
        raise InputError(f"{path}: not a picture that OpenCV reads; fetch the data again")
    return cv2.resize(mask, size[::-1], interpolation=cv2.INTER_AREA) > 127
