import pytest
import torch
from torch import nn

from gpvton.losses.garment_analyst import (
    IGNORE,
    UNKNOWN_PART,
    GarmentLoss,
    GarmentLossConfig,
    choice,
    parsing_terms,
    yes_no,
)
from gpvton.networks.garment_analyst import GarmentMaps

CONFIG = GarmentLossConfig()


def logits_for(labels: torch.Tensor, strength: float = 12.0) -> torch.Tensor:
    logits = torch.zeros(*labels.shape, 9)
    logits.scatter_(-1, labels.clamp(max=8)[..., None], strength)
    return logits.permute(0, 3, 1, 2)


def test_the_right_answer_costs_least():
    labels = torch.randint(0, 9, (2, 8, 8))
    right = parsing_terms(logits_for(labels), labels, CONFIG)
    wrong = parsing_terms(logits_for((labels + 1) % 9), labels, CONFIG)
    assert right["parsing"] < 0.3 < 5 < wrong["parsing"]
    assert right["dice"] < 0.01 < 0.9 < wrong["dice"]


def test_what_is_unknown_has_no_gradient():
    labels = torch.full((1, 4, 4), IGNORE)
    labels[0, 0] = 1
    logits = torch.randn(1, 9, 4, 4, requires_grad=True)
    sum(parsing_terms(logits, labels, CONFIG).values()).backward()
    assert (logits.grad[0, :, 1:] == 0).all() and (logits.grad[0, :, 0] != 0).any()


def test_an_unknown_part_may_be_any_part_but_not_background():
    labels = torch.full((1, 4, 4), UNKNOWN_PART)
    costs = [
        float(parsing_terms(logits_for(torch.full((1, 4, 4), c)), labels, CONFIG)["garment"])
        for c in range(9)
    ]
    assert costs[0] > 5 and max(costs[1:]) < 0.01


def test_unknown_answers_are_left_out():
    known, unknown = torch.tensor([1, 0]), torch.tensor([1, -1])
    logit = torch.tensor([[3.0], [50.0]])
    assert yes_no(logit, unknown) == yes_no(logit[:1], known[:1]) < yes_no(logit, known)
    scores = torch.tensor([[0.0, 5.0], [50.0, 0.0]])
    assert choice(scores, unknown) == choice(scores[:1], known[:1])
    assert yes_no(logit, torch.tensor([-1, -1])) == 0 == choice(scores, torch.tensor([-1, -1]))


def test_the_total_is_the_weighted_sum_and_finite_when_nothing_is_known():
    class Still(nn.Module):
        def forward(self, image):
            b, _, h, w = image.shape
            zeros = torch.zeros
            return GarmentMaps(
                zeros(b, 9, h // 2, w // 2), zeros(b, 1, h // 2, w // 2),
                zeros(b, 3), zeros(b, 16), zeros(b, 1), zeros(b, 1),
            )  # fmt: skip

    batch = {
        "image": torch.zeros(2, 3, 8, 8),
        "labels": torch.full((2, 4, 4), IGNORE, dtype=torch.uint8),
        "answers": torch.full((2, 4), -1),
    }
    terms = GarmentLoss(CONFIG)(Still(), batch)
    assert float(terms["total"]) == 0.0
    batch["labels"][:] = 0
    batch["answers"][:] = 1
    terms = GarmentLoss(CONFIG)(Still(), batch)
    parts = {name: value for name, value in terms.items() if name != "total"}
    expected = sum(getattr(CONFIG, name) * float(value) for name, value in parts.items())
    assert float(terms["total"]) == pytest.approx(expected, rel=1e-5)
