import numpy as np
import pytest

from gpvton.evaluation.features import efficientnet_features

RNG = np.random.default_rng(6)


@pytest.fixture(scope="module")
def network():
    return efficientnet_features()


def test_features_depend_on_the_picture_and_repeat(network):
    one, two = (RNG.integers(0, 256, (96, 72, 3)).astype(np.uint8) for _ in range(2))
    assert network(one).shape == (320,)
    assert np.array_equal(network(one), network(one))
    assert not np.allclose(network(one), network(two))


def test_nothing_but_inception_is_called_fid(network):
    assert "fid" not in network.frechet_name and "kid" not in network.kernel_name
