import numpy as np
import pytest

from gpvton.dressing.lengths import natural, unstretched
from gpvton.geometry.mesh import Mesh, ruled


@pytest.mark.parametrize("after", [20.0, 60.0, 100.0, 130.0, 200.0])
@pytest.mark.parametrize("hem", [0.0, 30.0])
def test_cloth_begins_and_ends_where_it_did(after, hem):
    places = np.linspace(0.0, after, 2001)
    found = natural(places, 100.0, after, hem)
    assert found[0] == 0.0 and found[-1] == pytest.approx(100.0)
    assert found.min() >= 0.0 and found.max() <= 100.0
    rate = np.abs(np.diff(found)) / np.diff(places)
    assert np.mean(np.abs(rate - 1.0) < 1e-6) > 0.99  # never stretched; turns and one cut apart
    if after >= 100.0:
        assert rate.max() < 1.0 + 1e-6  # nothing is left out
    kept = min(max(hem, 0.12 * min(after, 100.0)), 0.45 * min(after, 100.0))
    last = places > after - 0.99 * kept
    np.testing.assert_allclose(found[last], places[last] - after + 100.0, atol=1e-6)


def _tube(length):
    rows = np.linspace(0.0, length, 12)
    left = np.stack([np.full(12, 10.0), rows], axis=1)
    grid = ruled(left, left + np.array([30.0, 0.0]), np.linspace(0, 1, 5))
    return Mesh(target=grid, source=grid)


def test_a_hem_that_does_not_reach_the_mesh_s_end_is_not_mirrored():
    cloth = np.ones((100, 50), bool)
    cloth[48:] = False  # of 60 rows
    places = unstretched(_tube(60.0), _tube(80.0), cloth)[1]
    shown = places[:, 25] < 48
    end = int(np.flatnonzero(shown)[-1])
    assert shown[:end].all() and 60 < end <= 68  # no gap, and twenty longer


def test_nothing_is_known_beside_the_mesh():
    places = unstretched(_tube(60.0), _tube(40.0), np.ones((100, 50), bool))
    known = np.isfinite(places[0])
    assert known[1:39, 12:38].all() and not known[44:].any() and not known[:, 45:].any()
