"""A map that varies only inside a box: what lies outside is computed once, not per pixel.

Ours: the parts show in a box of the picture, and outside it the fused parts are constant.  Norms,
convolutions and sums keep that form (a convolution lets the box grow by a pixel, and the zeros
around the picture show in one more ring), so only the box need be computed.  The values are those
of the whole map but for rounding.
"""

from dataclasses import dataclass, replace

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from gpvton.networks.blocks import EPSILON, stretch_index

Box = tuple[int, int, int, int]
"""top, bottom, left, right; bottom and right are one beyond the last pixel."""


def box_of(weight: Float[Tensor, "b part 1 h w"]) -> Box:
    """Of all that is not 0; of one pixel where everything is."""
    shown = (weight != 0).flatten(0, 2).any(dim=0)
    sides = []
    for line in (shown.any(dim=1), shown.any(dim=0)):
        places = line.nonzero()
        sides += [int(places[0]), int(places[-1]) + 1] if len(places) else [0, 1]
    top, bottom, left, right = sides
    return top, bottom, left, right


@dataclass(frozen=True, kw_only=True)
class Patch:
    """A map of (height, width) = size.

    inside: (b, c, bottom - top, right - left), the box's pixels; outside: (b, c, s, s'), which
    stretched (`stretch_index`) is the map elsewhere: it varies in the outermost `reach` rings only.
    """

    inside: Tensor
    outside: Tensor
    box: Box
    size: tuple[int, int]
    reach: int = 0

    def whole(self) -> Float[Tensor, "b c h w"]:
        """The map itself."""
        return self._seen((0, self.size[0], 0, self.size[1]))

    def normalised(self) -> "Patch":
        """Its instance norm (`instance_norm`)."""
        pixels = self.inside.shape[-2] * self.inside.shape[-1]
        times = self._times()
        rest = times.sum()
        variance, mean = torch.var_mean(self.inside, dim=(2, 3), correction=0, keepdim=True)
        far = (self.outside * times).sum(dim=(2, 3), keepdim=True) / rest.clamp(min=1)
        spread = ((self.outside - far).square() * times).sum(dim=(2, 3), keepdim=True)
        count = pixels + rest
        between = (mean - far).square() * (pixels * rest / count)
        scale = torch.rsqrt((variance * pixels + spread + between) / count + EPSILON)
        shift = -(mean * pixels + far * rest) / count * scale
        return replace(
            self,
            inside=torch.addcmul(shift, self.inside, scale),
            outside=torch.addcmul(shift, self.outside, scale),
        )

    def rectified_(self) -> "Patch":
        """ReLU, in place."""
        self.inside.relu_()
        self.outside.relu_()
        return self

    def convolve(
        self, weight: Float[Tensor, "out c 3 3"], bias: Float[Tensor, " out"] | None = None
    ) -> "Patch":
        """3x3 convolution with zeros around the picture."""
        height, width = self.size
        top, bottom, left, right = grown = self._grow(self.box)
        seen = self._seen(self._grow(grown))
        zeros = [left == 0, right == width, top == 0, bottom == height]
        if any(zeros):
            seen = functional.pad(seen, [int(side) for side in zeros])
        return replace(
            self,
            inside=functional.conv2d(seen, weight, bias),
            outside=functional.conv2d(self._outside(self.reach + 1), weight, bias, padding=1),
            box=grown,
            reach=self.reach + 1,
        )

    def plus(self, other: "Patch") -> "Patch":
        """The sum; `other` has the larger box and reach, and is overwritten."""
        other.inside.add_(self._seen(other.box))
        other.outside.add_(self._outside(other.reach))
        return other

    def _grow(self, box: Box) -> Box:
        (top, bottom, left, right), (height, width) = box, self.size
        return max(top - 1, 0), min(bottom + 1, height), max(left - 1, 0), min(right + 1, width)

    def _index(self) -> tuple[tuple[int, Tensor], tuple[int, Tensor]]:
        device = self.outside.device
        height, width = self.size
        return stretch_index(height, self.reach, device), stretch_index(width, self.reach, device)

    def _seen(self, box: Box) -> Float[Tensor, "b c h2 w2"]:
        """The pixels of a box that contains this one's."""
        (_, rows), (_, columns) = self._index()
        rows, columns = rows[box[0] : box[1]], columns[box[2] : box[3]]
        seen = self.outside.permute(0, 2, 3, 1)[:, rows[:, None], columns].permute(0, 3, 1, 2)
        top, bottom, left, right = self.box
        seen[..., top - box[0] : bottom - box[0], left - box[2] : right - box[2]] = self.inside
        return seen

    def _outside(self, reach: int) -> Float[Tensor, "b c s s2"]:
        """`outside` in the size that a larger reach needs."""
        index = []
        for size in self.size:
            small = min(size, 2 * reach + 1)
            index.append(stretch_index(small, self.reach, self.outside.device)[1])
        return self.outside[..., index[0][:, None], index[1]]

    def _times(self) -> Float[Tensor, "s s2"]:
        """How many pixels outside the box each element of `outside` stands for."""
        (high, rows), (wide, columns) = self._index()
        top, bottom, left, right = self.box
        count = torch.outer(rows.bincount(minlength=high), columns.bincount(minlength=wide))
        count -= torch.outer(
            rows[top:bottom].bincount(minlength=high), columns[left:right].bincount(minlength=wide)
        )
        return count.to(self.outside)
