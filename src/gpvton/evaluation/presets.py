"""Protocols by name: the same measure differs between papers, so each says what it does.

What the rows follow: the evaluation sections and published evaluation settings of the methods they
are named after.  Where a paper is silent, the note says what we took.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from PIL import Image

from gpvton.domain.errors import InputError

FILTERS = {
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}


@dataclass(frozen=True, kw_only=True)
class Preset:
    """One protocol.

    size: (height, width) that both pictures are brought to, None keeps the truth's.
    resize: Pillow's filter, which averages when it shrinks ("clean" resizing, Parmar et al., 2022).
    ssim: "colour" or "grey"; ssim_border: whether the border counts (see `image_metrics.ssim`).
    lpips: network; lpips_size: (height, width) that LPIPS alone is computed at, None for `size`.
    """

    name: str
    note: str
    size: tuple[int, int] | None = None
    resize: str = "bicubic"
    ssim: str = "colour"
    ssim_border: bool = True
    lpips: str = "alex"
    lpips_size: tuple[int, int] | None = None

    def describe(self) -> dict[str, Any]:
        """The fields as JSON values."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}

    def resized(self, pixels: np.ndarray, like: tuple[int, int]) -> np.ndarray:
        """A picture, uint8 (h, w, 3), at the protocol's size, or at `like` where it has none."""
        size = self.size or like
        if pixels.shape[:2] == size:
            return pixels
        return np.asarray(Image.fromarray(pixels).resize((size[1], size[0]), FILTERS[self.resize]))


PRESETS = {
    row.name: row
    for row in (
        Preset(
            name="native",
            note="Ours: at the size of the true photo, nothing resized; SSIM as in Wang et al.",
            ssim_border=False,
        ),
        Preset(
            name="catvton",
            note="CatVTON (Chong et al., 2024): 512 x 384, SSIM by torchmetrics, LPIPS-squeeze.",
            size=(512, 384),
            lpips="squeeze",
        ),
        Preset(
            name="ladi",
            note="LaDI-VTON (Morelli et al., 2023): 512 x 384, SSIM by torchmetrics, LPIPS-alex.",
            size=(512, 384),
        ),
        Preset(
            name="hrviton",
            note="HR-VITON (Lee et al., 2022): 1024 x 768, grey SSIM without the border, "
            "LPIPS-alex at 128 x 128.",
            size=(1024, 768),
            ssim="grey",
            ssim_border=False,
            lpips_size=(128, 128),
        ),
        Preset(
            name="gpvton",
            note="GP-VTON (Xie et al., 2023): 512 x 384.  The paper names SSIM, LPIPS and FID, "
            "not their settings; we take colour SSIM without the border and LPIPS-alex.",
            size=(512, 384),
            ssim_border=False,
        ),
    )
}


def preset(name: str) -> Preset:
    """A row of `PRESETS`.  Raises InputError for an unknown name."""
    if name not in PRESETS:
        raise InputError(f"preset {name!r}, expected one of {', '.join(PRESETS)}")
    return PRESETS[name]
