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
    rows = functional.pad(garment, [0, spare]).permute(0, 3, 4, 1, 2)
    rows = rows.unflatten(2, (tiles, tile)).transpose(3, 4)  # b h tiles part tile c
    rows = rows.reshape(batch, height, tiles, parts * tile, channels)
    padded = functional.pad(person, [radius, radius + spare, radius, radius]).permute(0, 2, 3, 1)
    start = torch.arange(tiles, device=person.device) * tile
    columns = start[:, None] + torch.arange(tile + 2 * radius, device=person.device)
    windows = padded[:, :, columns].transpose(3, 4)  # b h+2r tiles c tile+2r
    bands = []
    for dy in range(side):
        products = torch.matmul(rows, windows[:, dy : dy + height])
        bands.append(_band(products.unflatten(3, (parts, tile)), side))
    volume = torch.stack(bands, dim=5)  # b h tiles part tile dy dx
    volume = volume.permute(0, 1, 2, 4, 3, 5, 6).reshape(batch, height, tiles * tile, -1)
    volume = volume[:, :, :width].permute(0, 3, 1, 2) / channels
    return volume.unflatten(1, (parts, side * side))


def _band(
    products: Float[Tensor, "b h tiles part tile window"], side: int
) -> Float[Tensor, "b h tiles part tile side"]:
    """Element (i, i + d) of each tile x window matrix, for d from 0 to side - 1."""
    tile, window = products.shape[-2:]
    skewed = functional.pad(products.flatten(-2), [0, tile])
    return skewed.unflatten(-1, (tile, window + 1))[..., :side]
