"""Flows in torch: the coordinate conventions, and the only place that knows the sampler's layout.

A flow is float (b, part, 2, h, w): absolute sampling coordinates in [-1, 1], x first, of any
picture whatever its size.  An offset is a displacement in pixels of the flow's own size.  Under
our own convention (`geometry.flow`) a zero offset is exactly the identity.
"""

from enum import StrEnum
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from gpvton.networks.gather import can_gather, can_write_out, warp_gathered, warp_written_out

Padding = Literal["border", "zeros"]


class FlowConvention(StrEnum):
    """How pixel i + offset of n becomes a coordinate in [-1, 1].

    EDGES: ours; -1 and 1 are the outer edges of the picture: (2 (i + offset) + 1) / n - 1.
    PUBLISHED: the authors'; -1 and 1 are the centres of the outermost pixels:
        (i + offset) / ((n - 1) / 2) - 1.
    Quirk: every picture is sampled by the edges, so under PUBLISHED a zero offset moves the picture
    by up to half a pixel.  The released weights were trained with that.
    """

    EDGES = "edges"
    PUBLISHED = "published"


def _axis(size: int, convention: FlowConvention, like: Tensor) -> tuple[Tensor, float]:
    """Coordinates of an axis's pixels, (size,), and the coordinate distance of one pixel."""
    index = torch.arange(size, dtype=like.dtype, device=like.device)
    if convention is FlowConvention.EDGES:
        return (2 * index + 1) / size - 1, 2 / size
    return index / ((size - 1) / 2) - 1, 2 / (size - 1)


def flow_from_offset(
    offset: Float[Tensor, "b part 2 h w"], convention: FlowConvention
) -> Float[Tensor, "b part 2 h w"]:
    """Each pixel displaced by its offset (pixels of this size, x first) as a flow.

    At least float32: in half precision a coordinate would be off by pixels.
    """
    offset = offset.to(torch.promote_types(offset.dtype, torch.float32))
    x, step_x = _axis(offset.shape[-1], convention, offset)
    y, step_y = _axis(offset.shape[-2], convention, offset)
    column = x + offset[:, :, 0] * step_x
    row = y[:, None] + offset[:, :, 1] * step_y
    return torch.stack([column, row], dim=2)


def identity_flow(
    batch: int, parts: int, height: int, width: int, *, like: Tensor
) -> Float[Tensor, "b part 2 h w"]:
    """The flow that changes nothing (dtype and device of `like`)."""
    zero = torch.zeros(batch, parts, 2, height, width, dtype=like.dtype, device=like.device)
    return flow_from_offset(zero, FlowConvention.EDGES)


def warp(
    pictures: Float[Tensor, "b picture_part c hs ws"],
    flow: Float[Tensor, "b flow_part 2 h w"],
    *,
    padding: Padding,
    nearest: bool = False,
) -> Float[Tensor, "b part c h w"]:
    """Sample each part's picture with that part's flow; a part axis of 1 serves all parts.

    padding: what lies outside the picture: its border repeated, or zeros.
    nearest: the nearest pixel in place of bilinear interpolation (for masks and labels).
    """
    one = pictures.shape[1] == 1 and padding == "border" and not nearest
    if one and can_gather(pictures):
        return warp_gathered(pictures, flow)
    if one and can_write_out(pictures):
        return warp_written_out(pictures, flow)
    parts = max(pictures.shape[1], flow.shape[1])
    pictures, flow = _share(pictures, parts), _share(flow, parts)
    # Part by part and joined on the channels: that keeps channels-last memory as it is.
    sampled = [
        functional.grid_sample(
            pictures[:, part],
            flow[:, part].permute(0, 2, 3, 1),
            mode="nearest" if nearest else "bilinear",
            padding_mode=padding,
            align_corners=False,
        )
        for part in range(parts)
    ]
    joined = torch.cat(sampled, dim=1) if parts > 1 else sampled[0]
    return joined.unflatten(1, (parts, pictures.shape[2]))


def _share(tensor: Tensor, parts: int) -> Tensor:
    return tensor if tensor.shape[1] == parts else tensor.expand(-1, parts, -1, -1, -1)


def compose(
    flow: Float[Tensor, "b part 2 hs ws"], coordinates: Float[Tensor, "b part 2 h w"]
) -> Float[Tensor, "b part 2 h w"]:
    """`flow` read at `coordinates`: what samples as first `coordinates`, then `flow`, would."""
    return warp(flow, coordinates, padding="border")


def resize(
    pictures: Float[Tensor, "b part c hs ws"], height: int, width: int
) -> Float[Tensor, "b part c h w"]:
    """Bilinear, edges to edges.  Flows keep their values, since coordinates are absolute."""
    if pictures.shape[-2:] == (height, width):
        return pictures
    resized = functional.interpolate(
        pictures.flatten(0, 1), size=(height, width), mode="bilinear", align_corners=False
    )
    return resized.unflatten(0, pictures.shape[:2])


def double(pictures: Float[Tensor, "b part c h w"]) -> Float[Tensor, "b part c 2*h 2*w"]:
    """Up-sampled x2, bilinear."""
    return resize(pictures, 2 * pictures.shape[-2], 2 * pictures.shape[-1])


def second_differences(
    flow: Float[Tensor, "b part 2 h w"],
) -> Float[Tensor, "b part 2 4 h-2 w-2"]:
    """Of each coordinate along four directions, unscaled (paper section 3.2, after PF-AFN).

    f(p - d) - 2 f(p) + f(p + d) with d horizontal, vertical, on the main and the anti-diagonal.
    """
    rows = (flow[..., :-2, :], flow[..., 1:-1, :], flow[..., 2:, :])
    (above_left, above, above_right), (left, middle, right), (below_left, below, below_right) = (
        (row[..., :-2], row[..., 1:-1], row[..., 2:]) for row in rows
    )
    pairs = (left + right, above + below, above_left + below_right, above_right + below_left)
    return torch.stack([pair - 2 * middle for pair in pairs], dim=3)
