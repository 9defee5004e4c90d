import pytest
import torch

from gpvton.domain.errors import InputError
from gpvton.losses.warping import image_terms
from gpvton.training.truncation import Strategy, Truncation


def shares(ratio, truncation, count=4000):
    coin = torch.rand(count, generator=torch.Generator().manual_seed(1))
    return float(truncation.chosen(torch.full((count,), ratio), coin).float().mean())


def test_the_published_table():
    dynamic = Truncation()
    assert shares(0.5, dynamic) == 1
    assert shares(0.92, dynamic) == pytest.approx(0.5, abs=0.03)
    assert shares(1.2, dynamic) == pytest.approx(0.1, abs=0.02)
    assert shares(0.9, dynamic) == pytest.approx(0.5, abs=0.03)  # t1 itself is not below t1
    assert shares(0.5, Truncation(strategy=Strategy.NONE)) == 0
    assert shares(1.5, Truncation(strategy=Strategy.ALWAYS)) == 1


def test_the_same_coin_decides_the_same():
    ratio, coin = torch.tensor([0.92, 0.92]), torch.tensor([0.3, 0.7])
    assert Truncation().chosen(ratio, coin).tolist() == [True, False]


def test_bad_numbers_are_refused():
    with pytest.raises(InputError, match="ascend"):
        Truncation(low=1.0, high=0.9)
    with pytest.raises(InputError, match="probabilities"):
        Truncation(between=1.5)


def scene():
    """A flat garment of the frame's whole height, worn tucked: only its upper half shows."""
    size = (16, 12)
    ones = torch.ones(1, 3, *size)
    classes = torch.zeros(1, 10, *size)
    classes[:, 2, :8] = 1
    classes[:, 9, 8:] = 1
    kept = torch.zeros(1, *size)
    kept[:, 8:] = 1
    parts = torch.zeros(1, 3, *size)
    parts[:, 1] = 1
    return {
        "garment": ones * 0.5,
        "parts": parts,
        "picture": ones * 0.5,
        "classes": classes,
        "kept": kept,
        "front": torch.zeros(1, *size),
    }


@pytest.mark.parametrize("truncated", [True, False])
def test_no_gradient_where_truncation_says_so(truncated):
    from gpvton.networks.flow import identity_flow

    batch = scene()
    flow = identity_flow(1, 3, 16, 12, like=batch["kept"]).requires_grad_()
    terms = image_terms(flow * 1.01, batch, torch.tensor([truncated]))
    (terms["part"] + terms["part_mask"]).backward()
    below = flow.grad[:, :, :, 9:].abs().sum()
    assert (below == 0) == truncated
