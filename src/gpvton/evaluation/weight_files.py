"""Weights of networks that others trained and that we may not ship: files that the user names.

The file's SHA-256 begins with the digits that its publisher put into its name, which is how we
know that it is the network that published numbers were measured with.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from gpvton.domain.errors import WeightsError


@dataclass(frozen=True, kw_only=True)
class KnownFile:
    """name: as its publisher calls it; prefix: first hexadecimal digits of its SHA-256."""

    name: str
    prefix: str
    what: str


KNOWN_FILES = {
    "alex": KnownFile(
        name="alexnet-owt-7be5be79.pth", prefix="7be5be79", what="AlexNet, ImageNet, torchvision"
    ),
    "vgg": KnownFile(
        name="vgg16-397923af.pth", prefix="397923af", what="VGG-16, ImageNet, torchvision"
    ),
    "squeeze": KnownFile(
        name="squeezenet1_1-b8a52dc0.pth",
        prefix="b8a52dc0",
        what="SqueezeNet 1.1, ImageNet, torchvision",
    ),
    "inception": KnownFile(
        name="pt_inception-2015-12-05-6726825d.pth",
        prefix="6726825d",
        what="Inception of 2015, converted by pytorch-fid",
    ),
}


def file_digest(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_known(kind: str, path: str | Path) -> tuple[dict[str, Any], str]:
    """State dict and SHA-256 of a file of `KNOWN_FILES`.  Raises WeightsError."""
    known, path = KNOWN_FILES[kind], Path(path)
    if not path.is_file():
        raise WeightsError(f"there is no file {path}; expected {known.name} ({known.what})")
    digest = file_digest(path)
    if not digest.startswith(known.prefix):
        raise WeightsError(
            f"{path} has the SHA-256 {digest[:12]}..., expected {known.prefix}... of {known.name} "
            f"({known.what}): with other weights the numbers would not compare"
        )
    return torch.load(path, map_location="cpu", weights_only=True), digest
