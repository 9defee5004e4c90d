"""Dynamic gradient truncation, DGT (paper section 3.3).

A top that is tucked in ends at the trousers' edge.  A loss that compares warped and worn garment
there either punishes the part that is hidden, so the texture is squeezed into what shows (never
truncate), or looks away from the whole preserved region, so the texture may be stretched over it
(always truncate).  DGT decides by pair: it truncates where the worn garment looks shorter than the
flat one (`data.truncation_ratio`).

      loss looks at          never             always            dynamic
    worn = flat (r ~ 1)      all               not below hem     all, mostly
    tucked (r < t1)          all: squeezes     not below hem     not below hem
"""

from dataclasses import dataclass
from enum import StrEnum

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from gpvton.domain.errors import InputError


class Strategy(StrEnum):
    """When the gradient inside the preserved region is truncated."""

    NONE = "none"
    ALWAYS = "always"
    DYNAMIC = "dynamic"


@dataclass(frozen=True, kw_only=True)
class Truncation:
    """Thresholds and probabilities: below `low` always, up to `high` with probability `between`,
    from there with `beyond`.  The defaults are the published ones for VITON-HD.
    """

    strategy: Strategy = Strategy.DYNAMIC
    low: float = 0.9
    high: float = 0.95
    between: float = 0.5
    beyond: float = 0.1

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high:
            raise InputError(f"truncation: thresholds {self.low}, {self.high} must ascend from 0")
        if not (0 <= self.between <= 1 and 0 <= self.beyond <= 1):
            raise InputError("truncation: probabilities must lie in [0, 1]")

    def chosen(self, ratio: Float[Tensor, " b"], coin: Float[Tensor, " b"]) -> Bool[Tensor, " b"]:
        """Which pairs are truncated.  ratio: r of each; coin: uniform in [0, 1), seeded."""
        if self.strategy is Strategy.NONE:
            return torch.zeros_like(ratio, dtype=torch.bool)
        if self.strategy is Strategy.ALWAYS:
            return torch.ones_like(ratio, dtype=torch.bool)
        chance = torch.full_like(ratio, self.beyond)
        chance = torch.where(ratio < self.high, self.between, chance)
        chance = torch.where(ratio < self.low, 1.0, chance)
        return coin < chance
