"""Local flow: one level's flow of every part (paper section 3.2, figure 3, middle)."""

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor, nn

from gpvton.networks.blocks import leaky_
from gpvton.networks.cost_volume import cost_volume
from gpvton.networks.flow import FlowConvention, compose, flow_from_offset, warp
from gpvton.networks.heads import Head


@dataclass(frozen=True, kw_only=True)
class LocalFlowStep:
    """What one level estimates; h, w are the level's own size.

    flow: (b, part, 2, h, w); coarse_offset and fine_offset: (b, part, 2, h, w) in its pixels;
    garment: (b, part, c, h, w), the garment's map warped by the coarse flow.
    """

    flow: Tensor
    coarse_offset: Tensor
    fine_offset: Tensor
    garment: Tensor


class LocalFlow(nn.Module):
    """Coarse estimate from the cost volume, then a fine one from the warped features.

    Every part has heads of its own: `coarse` and `fine` hold one set of weights per part.
    """

    def __init__(self, coarse: Head, fine: Head, *, radius: int, convention: FlowConvention):
        super().__init__()
        self.coarse = coarse
        self.fine = fine
        self.radius = radius
        self.convention = convention

    def forward(
        self,
        garment: Float[Tensor, "b 1 c h w"],
        person: Float[Tensor, "b c h w"],
        person_projected: Float[Tensor, "b part out h w"],
        flow: Float[Tensor, "b part 2 h w"] | None = None,
        condition: Tensor | None = None,
    ) -> LocalFlowStep:
        """Refine `flow`, the next coarser level's, up-sampled; None at the coarsest level.

        person_projected: `fine.project(person)`.
        """
        # The matching sees a warped garment, but no gradient flows through that warp.
        seen = garment if flow is None else warp(garment, flow.detach(), padding="border")
        matching = leaky_(cost_volume(seen, person, self.radius))
        coarse_offset = self.coarse(matching, None, condition)
        flow = self._displace(flow, coarse_offset)
        warped = warp(garment, flow, padding="border")
        fine_offset = self.fine(warped, person_projected, condition)
        return LocalFlowStep(
            flow=self._displace(flow, fine_offset),
            coarse_offset=coarse_offset,
            fine_offset=fine_offset,
            garment=warped,
        )

    def _displace(self, flow: Tensor | None, offset: Tensor) -> Tensor:
        coordinates = flow_from_offset(offset, self.convention)
        return coordinates if flow is None else compose(flow, coordinates)
