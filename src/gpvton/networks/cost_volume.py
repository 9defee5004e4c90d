"""Cost volume: how well each garment position matches the person around it (after PF-AFN)."""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

TILE = 32  # columns whose matches are one matrix product


def cost_volume(
    garment: Float[Tensor, "b part c h w"], person: Float[Tensor, "b c h w"], radius: int = 3
) -> Float[Tensor, "b part n h w"]:
    """n = (2 radius + 1)^2 displacements, row-major (dy outer, from -radius to radius).

    Each is the mean over channels of garment at p times person at p + displacement; zeros outside.
    Ours: for each dy, a tile of a garment row times the window of the person's row around it is a
    matrix product; the wanted displacements are its band.  All parts share the window, and no
    displaced copy of the maps is made.
    """
    batch, parts, channels, height, width = garment.shape
    side = 2 * radius + 1
    tile = min(TILE, width)
    tiles = -(-width // tile)
    spare = tiles * tile - width
    if spare:
        garment = functional.pad(garment, [0, spare])
    # pixels of the tile in order, each with its parts: no copy of a channels-last garment
    rows = garment.permute(0, 3, 4, 1, 2).reshape(batch, height, tiles, tile * parts, channels)
    padded = functional.pad(person, [radius, radius + spare, radius, radius]).permute(0, 2, 3, 1)
    start = torch.arange(tiles, device=person.device) * tile
    columns = start[:, None] + torch.arange(tile + 2 * radius, device=person.device)
    windows = padded[:, :, columns].transpose(3, 4)  # b h+2r tiles c tile+2r
    bands = []
    for dy in range(side):
        products = torch.matmul(rows, windows[:, dy : dy + height])
        bands.append(_band(products.unflatten(3, (tile, parts)), side))
    volume = torch.stack(bands, dim=5)  # b h tiles tile part dy dx
    volume = volume.reshape(batch, height, tiles * tile, -1)[:, :, :width].permute(0, 3, 1, 2)
    return volume.div_(channels).unflatten(1, (parts, side * side))


def _band(
    products: Float[Tensor, "b h tiles tile part window"], side: int
) -> Float[Tensor, "b h tiles tile part side"]:
    """Of pixel i of each tile the matches i to i + side - 1, for every part."""
    tile, parts, window = products.shape[-3:]
    skewed = functional.pad(products.flatten(-3), [0, tile])
    skewed = skewed.unflatten(-1, (tile, parts * window + 1))[..., :-1]
    return skewed.unflatten(-1, (parts, window))[..., :side]
