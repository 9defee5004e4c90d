import pytest
import torch

from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.networks.facing_head import GROUPS, FacingHead


@pytest.fixture
def head():
    torch.manual_seed(0)
    return FacingHead(5)


def _heat(row, column, size=(24, 16)):
    """All points sharply in one cell of the heat maps."""
    heat = torch.zeros(1, 25, *size)
    heat[:, :, row, column] = 40.0
    return heat


def test_features_are_read_where_the_points_are(head):
    features = torch.randn(1, 5, 6, 4)
    silhouette = torch.full((1, 1, 48, 32), -20.0)
    silhouette[:, :, 8:16, 24:32] = 20.0  # one cell of the features
    pooled = head.pooled(features, _heat(13, 6), silhouette)
    assert pooled.shape == (1, len(GROUPS) + 1, 5)
    assert torch.allclose(pooled[0, :-1], features[0, :, 3, 1].expand(len(GROUPS), -1), atol=1e-4)
    assert torch.allclose(pooled[0, -1], features[0, :, 1, 3], atol=1e-4)


def test_a_group_is_the_mean_of_its_points(head):
    features = torch.randn(1, 5, 6, 4)
    heat = _heat(0, 0)
    moved = KEYPOINT_INDEX["left_knee"]
    heat[:, moved] = 0.0
    heat[:, moved, 23, 15] = 40.0
    pooled = head.pooled(features, heat, torch.zeros(1, 1, 48, 32))
    knees = next(i for i, names in enumerate(GROUPS) if "left_knee" in names)
    both = (features[0, :, 0, 0] + features[0, :, 5, 3]) / 2
    assert torch.allclose(pooled[0, knees], both, atol=1e-4)


def test_a_picture_of_nobody_has_finite_scores(head):
    out = head(torch.randn(2, 5, 6, 4), torch.zeros(2, 25, 24, 16), torch.full((2, 1, 48, 32), -90))
    assert out.shape == (2, 3) and torch.isfinite(out).all()


def test_the_maps_are_not_trained_through(head):
    heat = _heat(5, 5).requires_grad_()
    silhouette = torch.zeros(1, 1, 48, 32, requires_grad=True)
    features = torch.randn(1, 5, 6, 4, requires_grad=True)
    head(features, heat, silhouette).sum().backward()
    assert heat.grad is None and silhouette.grad is None and features.grad is not None
