import pytest
import torch

from gpvton.losses.person_analyst import (
    IGNORE,
    PERSON,
    PersonLossConfig,
    dice_loss,
    facing_loss,
    heat_target,
    keypoint_loss,
    parsing_terms,
)

CONFIG = PersonLossConfig(smoothing=0.0)


def _perfect(labels):
    return 20.0 * torch.nn.functional.one_hot(labels, 29).permute(0, 3, 1, 2).float()


def test_a_perfect_parsing_costs_nothing():
    labels = torch.randint(0, 29, (2, 8, 8))
    terms = parsing_terms(_perfect(labels), labels, CONFIG)
    assert terms["parsing"] < 1e-4 and terms["dice"] < 1e-3


def test_ignored_pixels_have_no_gradient():
    logits = torch.randn(1, 29, 4, 4, requires_grad=True)
    labels = torch.zeros(1, 4, 4, dtype=torch.long)
    labels[0, 2] = IGNORE
    sum(parsing_terms(logits, labels, CONFIG).values()).backward()
    assert logits.grad[0, :, 2].abs().sum() == 0 and logits.grad[0, :, 1].abs().sum() > 0


def test_a_person_of_unknown_label_only_pushes_the_background_down():
    logits = torch.zeros(1, 29, 1, 1, requires_grad=True)
    labels = torch.full((1, 1, 1), PERSON)
    sum(parsing_terms(logits, labels, CONFIG).values()).backward()
    gradient = logits.grad[0, :, 0, 0]
    assert gradient[0] > 0
    assert torch.allclose(gradient[1:], gradient[1].expand(28)) and gradient[1] < 0


def test_dice_counts_only_labels_that_are_present():
    labels = torch.zeros(1, 4, 4, dtype=torch.long)
    assert dice_loss(_perfect(labels).softmax(1), labels) == pytest.approx(0, abs=1e-3)


def test_heat_targets_are_distributions():
    points = torch.tensor([[[3.0, 2.0, 1.0], [0.0, 0.0, 0.0]]])
    target = heat_target(points, 6, 8, 1.0)
    assert torch.allclose(target.sum(-1), torch.ones(1, 2))
    assert target[0, 0].argmax() == 2 * 8 + 3
    assert target[0, 1, -1] == 1


def test_keypoint_loss_is_zero_at_the_target_and_skips_unknown_points():
    points = torch.tensor([[[3.0, 2.0, 1.0], [0.0, 0.0, 0.0], [1.0, 1.0, -1.0]]])
    target = heat_target(points, 6, 8, 1.0).clamp(min=1e-30).log()
    heat = target[..., :-1].reshape(1, 3, 6, 8)
    heat[:, 2] = torch.randn(6, 8)
    missing = target[..., -1]
    assert keypoint_loss(heat, missing, points, 1.0) == pytest.approx(0, abs=1e-4)
    far = points.clone()
    far[0, 0, 0] = 6
    assert keypoint_loss(heat, missing, far, 1.0) > 1


def test_facing_leaves_unknown_photos_out_and_weighs_rare_views_more():
    logits = torch.zeros(3, 3, requires_grad=True)
    facing_loss(logits, torch.tensor([0, -1, 2])).backward()
    assert logits.grad[1].abs().sum() == 0
    assert logits.grad[2].abs().sum() == pytest.approx(3 * float(logits.grad[0].abs().sum()))
    right = facing_loss(torch.tensor([[9.0, 0, 0]]), torch.tensor([0]))
    assert right < facing_loss(torch.tensor([[0.0, 9, 0]]), torch.tensor([0]))
    assert facing_loss(logits, torch.tensor([-1, -1, -1])) == 0
