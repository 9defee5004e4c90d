import torch

from gpvton.losses.warping import image_terms
from gpvton.networks.flow import identity_flow
from tests.training.test_truncation import scene


def test_in_a_mixture_only_photos_are_judged_by_their_pixels():
    batch = {name: value.repeat(2, *[1] * (value.ndim - 1)) for name, value in scene().items()}
    flow = identity_flow(2, 3, 16, 12, like=batch["kept"]).requires_grad_()
    batch["unpaired"] = torch.tensor([0.0, 1.0])
    terms = image_terms(flow * 1.05, batch, torch.tensor([False, False]))
    (terms["part"] + terms["part_mask"]).backward()
    assert flow.grad[0].abs().sum() == 0 and flow.grad[1].abs().sum() > 0
