import torch

from gpvton.losses.warping import image_terms, outline_loss
from gpvton.networks.flow import identity_flow
from tests.training.test_truncation import scene


def test_in_a_mixture_only_photos_are_judged_by_their_pixels():
    batch = {name: value.repeat(2, *[1] * (value.ndim - 1)) for name, value in scene().items()}
    flow = identity_flow(2, 3, 16, 12, like=batch["kept"]).requires_grad_()
    batch["unpaired"] = torch.tensor([0.0, 1.0])
    terms = image_terms(flow * 1.05, batch, torch.tensor([False, False]))
    (terms["part"] + terms["part_mask"]).backward()
    assert flow.grad[0].abs().sum() == 0 and flow.grad[1].abs().sum() > 0


def test_the_outline_is_that_of_the_true_flow_and_counts_only_where_it_is_taught():
    parts = torch.zeros(1, 3, 16, 12)
    parts[:, 1, 4:12, 3:9] = 1
    truth = identity_flow(1, 3, 16, 12, like=parts)
    longer = truth.clone()
    longer[:, 1, 1] *= 0.8  # the same garment, a fifth larger
    taught = torch.ones(1, 3, 16, 12)
    assert outline_loss(truth, truth, parts, taught) == 0
    assert outline_loss(longer, truth, parts, taught) > 0.01
    taught[:, 1, :5] = taught[:, 1, 11:] = 0  # hems are not taught here
    assert outline_loss(longer, truth, parts, taught) < 1e-3
