"""A 3x3 convolution of an up-sampled map, computed before the up-sampling.

Ours: up-sampling x2 is zero insertion followed by a fixed filter, and convolutions commute:
conv(filter(insert(x))) = filter(conv(insert(x))).  The inner one is a transposed convolution of the
small map with a quarter of the multiplications.  The values are the same but for rounding.
"""

from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

Mode = Literal["nearest", "bilinear"]

# Taps of the filter after zero insertion and their first offset: u[n] = sum_t tap[t] z[n + t + o].
_FILTERS: dict[Mode, tuple[tuple[float, ...], int]] = {
    "nearest": ((1.0, 1.0), -1),
    "bilinear": ((0.25, 0.75, 0.75, 0.25), -2),
}


def double_then_convolve(
    x: Float[Tensor, "b c h w"], weight: Float[Tensor, "out c 3 3"], mode: Mode
) -> Float[Tensor, "b out 2*h 2*w"]:
    """conv2d(interpolate(x, scale 2, mode), weight, padding=1), edges to edges, no bias."""
    taps, offset = _FILTERS[mode]
    padded = functional.pad(x, [1, 1, 1, 1], mode="replicate")
    inserted = functional.conv_transpose2d(
        padded, weight.flip(2, 3).transpose(0, 1), stride=2, padding=1
    )
    skip = 2 + offset  # the transposed convolution's result begins at -2
    length = [2 * size + len(taps) - 1 for size in x.shape[-2:]]
    inserted = inserted[..., skip : skip + length[0], skip : skip + length[1]]
    tap = torch.tensor(taps, dtype=x.dtype, device=x.device)
    kernel = (tap[:, None] * tap).expand(weight.shape[0], 1, -1, -1)
    out = functional.conv2d(inserted, kernel, groups=weight.shape[0])
    return _without_outside(out, x, weight, mode)


def _without_outside(out: Tensor, x: Tensor, weight: Tensor, mode: Mode) -> Tensor:
    """Take back what the four borders got from outside, where the convolution sees zeros."""
    top, bottom = _double_line(x[:, :, 0], mode), _double_line(x[:, :, -1], mode)
    left, right = _double_line(x[..., 0], mode), _double_line(x[..., -1], mode)
    # Rows take the two corners along; columns leave them out.
    row = functional.conv1d(functional.pad(top, [1, 1], mode="replicate"), weight[:, :, 0])
    out[:, :, 0] -= row
    row = functional.conv1d(functional.pad(bottom, [1, 1], mode="replicate"), weight[:, :, 2])
    out[:, :, -1] -= row
    out[..., 0] -= functional.conv1d(left, weight[..., 0], padding=1)
    out[..., -1] -= functional.conv1d(right, weight[..., 2], padding=1)
    return out


def _double_line(line: Float[Tensor, "b c n"], mode: Mode) -> Float[Tensor, "b c 2*n"]:
    name = "linear" if mode == "bilinear" else "nearest"
    return functional.interpolate(line, scale_factor=2.0, mode=name)
