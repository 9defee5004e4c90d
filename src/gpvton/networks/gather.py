"""Bilinear sampling as weighted sums of whole pixels: the fast way on a CPU at inference.

Ours: in channels-last memory a pixel is one row of a table, and a sample is the weighted sum of a
few rows, which the library's embedding bag reads one after the other.  In an exported graph the
same sum is written out, which ONNX Runtime does several times faster on a CPU than its GridSample.
The values are those of `grid_sample` but for rounding.  Gradients and other devices use
`grid_sample` itself.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional

LEAST_CHANNELS = 16  # below that, a plane per channel is faster
MOST_CHANNELS = 64  # above that, the rows that a graph writes out take much memory


def can_gather(pictures: Float[Tensor, "b picture_part c h w"]) -> bool:
    """Whether sums of rows are possible, and faster, for these pictures here and now."""
    return (
        pictures.shape[2] >= LEAST_CHANNELS
        and pictures.device.type == "cpu"
        and pictures.dtype in (torch.float32, torch.float64)
        and not (torch.is_grad_enabled() or torch.compiler.is_compiling())
    )


def can_write_out(pictures: Float[Tensor, "b picture_part c h w"]) -> bool:
    """Whether a graph is made in which sums of rows are faster."""
    return pictures.shape[2] <= MOST_CHANNELS and torch.compiler.is_exporting()


def warp_gathered(
    picture: Float[Tensor, "b 1 c hs ws"], flow: Float[Tensor, "b part 2 h w"]
) -> Float[Tensor, "b part c h w"]:
    """One picture sampled with every part's flow, its border repeated outside."""
    batch, _, channels, high, wide = picture.shape
    x, y = flow.permute(2, 0, 3, 4, 1).to(picture.dtype)  # each b h w part
    left, across = _split(x, wide)
    top, down = _split(y, high)
    columns = torch.stack([left, (left + 1).clamp(max=wide - 1)], dim=-1)
    rows = torch.stack([top, (top + 1).clamp(max=high - 1)], dim=-1)
    index, weight = _product(
        rows,
        torch.stack([1 - down, down], -1),
        columns,
        torch.stack([1 - across, across], -1),
        wide,
    )
    index += torch.arange(batch).view(-1, *[1] * (index.dim() - 1)) * (high * wide)
    sampled = functional.embedding_bag(
        index.flatten(0, -2), _table(picture), mode="sum", per_sample_weights=weight.flatten(0, -2)
    )
    return sampled.view(*x.shape, channels).permute(0, 3, 4, 1, 2)


def warp_written_out(
    picture: Float[Tensor, "b 1 c hs ws"], flow: Float[Tensor, "b part 2 h w"]
) -> Float[Tensor, "b part c h w"]:
    """As `warp_gathered`, in operations that a graph can hold, for any batch."""
    batch, _, channels, high, wide = picture.shape
    x, y = (flow[:, :, axis].permute(0, 2, 3, 1).flatten(1) for axis in range(2))
    left, across = _split(x, wide)
    top, down = _split(y, high)
    right, bottom = (left + 1).clamp(max=wide - 1), (top + 1).clamp(max=high - 1)
    first = torch.arange(batch)[:, None] * (high * wide)
    table = _table(picture)
    corners = (
        (top, left, (1 - down) * (1 - across)),
        (top, right, (1 - down) * across),
        (bottom, left, down * (1 - across)),
        (bottom, right, down * across),
    )
    sampled = torch.zeros(())
    for row, column, weight in corners:
        sampled = sampled + table[first + row * wide + column] * weight[..., None]
    order = (batch, *flow.shape[-2:], flow.shape[1], channels)
    return sampled.reshape(order).permute(0, 3, 4, 1, 2)


def sum_doubled(
    pictures: Float[Tensor, "b part c hs ws"],
    flow: Float[Tensor, "b part 2 h w"],
    weight: Float[Tensor, "b part 1 h w"],
) -> Float[Tensor, "b c h w"]:
    """Sum over the parts of weight times the picture that was up-sampled x2 and then warped.

    Neither the up-sampled nor the warped pictures are made, and where the weight is 0, nothing is
    computed: a sample of an up-sampled picture is a sum of 3 x 3 pixels of the picture itself.
    """
    batch, parts, channels, high, wide = pictures.shape
    order = weight[:, :, 0].permute(0, 2, 3, 1)  # b h w part
    shown = order != 0
    x, y = (axis[shown] for axis in flow.permute(2, 0, 3, 4, 1).to(pictures.dtype))
    columns, across = _taps_of_doubled(x, wide)
    rows, down = _taps_of_doubled(y, high)
    index, weights = _product(rows, down, columns, across, wide)
    index += torch.arange(batch).view(-1, 1, 1, 1).expand(order.shape)[shown][:, None] * high * wide
    index = index * parts + torch.arange(parts).expand(order.shape)[shown][:, None]
    weights *= order[shown][:, None]
    counts = shown.sum(dim=-1).flatten()
    sums = functional.embedding_bag(
        index.flatten(),
        _table(pictures),
        (counts.cumsum(0) - counts) * index.shape[1],
        mode="sum",
        per_sample_weights=weights.flatten(),
    )
    return sums.view(*order.shape[:-1], channels).permute(0, 3, 1, 2)


def _table(pictures: Float[Tensor, "b part c h w"]) -> Float[Tensor, "row c"]:
    """A row per pixel, and within it per part; no copy where the memory is channels-last."""
    return pictures.permute(0, 3, 4, 1, 2).reshape(-1, pictures.shape[2])


def _split(coordinate: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Coordinates in [-1, 1] to whole pixels of `size` and the rest; clamped at the border."""
    place = (((coordinate + 1) * size - 1) / 2).clamp(0, size - 1)
    whole = place.floor()
    return whole.long(), place - whole


def _taps_of_doubled(
    coordinate: Float[Tensor, " n"], size: int
) -> tuple[Int[Tensor, "n 3"], Float[Tensor, "n 3"]]:
    """Which pixels of a line of `size` a sample of its up-sampled line reads, and their weights.

    Up-sampled pixel 2 k is 1/4 of pixel k - 1 and 3/4 of k, pixel 2 k + 1 is 3/4 of k and 1/4 of
    k + 1 (borders repeated); a sample lies between two of them.
    """
    whole, rest = _split(coordinate, 2 * size)
    odd = (whole % 2).to(rest)
    before = (1 - odd) * (0.25 - 0.25 * rest)
    after = 0.25 * rest + odd * (0.25 + 0.25 * rest)
    weight = torch.stack([before, 1 - before - after, after], dim=-1)
    reach = torch.arange(-1, 2)
    return (whole[:, None] // 2 + reach).clamp(0, size - 1), weight


def _product(
    rows: Int[Tensor, "*n taps"],
    down: Float[Tensor, "*n taps"],
    columns: Int[Tensor, "*n taps"],
    across: Float[Tensor, "*n taps"],
    wide: int,
) -> tuple[Int[Tensor, "*n taps2"], Float[Tensor, "*n taps2"]]:
    """Every row with every column: index in the flattened picture, and the product of weights."""
    index = rows[..., :, None] * wide + columns[..., None, :]
    weight = down[..., :, None] * across[..., None, :]
    return index.flatten(-2), weight.flatten(-2)
