"""One flow for the whole garment from the part flows, for training losses only (section 3.2)."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from gpvton.networks.heads import Head


class FlowFusion(nn.Module):
    """Attention over the parts: where each part's flow counts in the flow of the whole garment."""

    def __init__(self, head: Head):
        super().__init__()
        self.head = head

    def forward(
        self,
        garment: Float[Tensor, "b part c h w"],
        person: Float[Tensor, "b c h w"],
        flow: Float[Tensor, "b part 2 h w"],
    ) -> tuple[Float[Tensor, "b 1 2 h w"], Float[Tensor, "b part 1 h w"]]:
        """The fused flow, and the attention, which adds up to 1 over the parts.

        garment: the garment's map warped by each part's coarse flow (`LocalFlowStep.garment`).
        """
        joined = garment.flatten(1, 2)[:, None]
        scores = torch.tanh(self.head(joined, self.head.project(person)))
        attention = torch.softmax(scores.transpose(1, 2), dim=1)
        return (attention * flow).sum(dim=1, keepdim=True), attention
