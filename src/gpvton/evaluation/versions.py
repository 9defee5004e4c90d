"""Versions that numbers depend on."""

import platform
from importlib import metadata

_PACKAGES = (
    "gpvton",
    "numpy",
    "pillow",
    "opencv-python-headless",
    "onnxruntime",
    "torch",
    "torchmetrics",
)


def versions() -> dict[str, str]:
    """Package to version; those that are not installed are left out."""
    from gpvton import __version__

    found = {"python": platform.python_version(), "gpvton": __version__}
    for name in _PACKAGES[1:]:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
