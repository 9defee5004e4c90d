import numpy as np
import pytest

from gpvton.geometry.mesh import Mesh, fold_count, rasterise, ruled, unfolded


def _straight(rows=6, columns=5, size=40.0) -> np.ndarray:
    edge = np.stack([np.zeros(rows), np.linspace(0, size, rows)], axis=1)
    return ruled(edge, edge + np.array([size, 0.0]), np.linspace(0, 1, columns))


def test_identical_grids_sample_every_pixel_at_itself():
    grid = _straight()
    places = rasterise(Mesh(target=grid, source=grid), 41, 41)
    rows, columns = np.mgrid[:41, :41]
    np.testing.assert_allclose(places[0], columns, atol=1e-4)
    np.testing.assert_allclose(places[1], rows, atol=1e-4)


def test_an_affine_map_is_reproduced_and_nothing_outside_is_touched():
    grid = _straight()
    source = grid @ np.array([[0.5, 0.2], [-0.1, 0.7]]) + [3.0, 9.0]
    places = rasterise(Mesh(target=grid + 5.0, source=source), 60, 60)
    known = np.isfinite(places[0])
    assert known[5:46, 5:46].all() and known.sum() == 41 * 41
    np.testing.assert_allclose(
        places[:, 25, 15],
        np.array([10.0, 20.0]) @ [[0.5, 0.2], [-0.1, 0.7]] + [3.0, 9.0],
        atol=1e-4,
    )


def test_a_straight_grid_has_no_folds_and_is_left_alone():
    grid = _straight()
    mesh = unfolded(Mesh(target=grid, source=grid))
    assert fold_count(mesh) == 0
    np.testing.assert_array_equal(mesh.target, grid)


def test_a_folded_corner_is_relaxed_and_the_far_side_stays():
    grid = _straight(12, 7)
    folded = grid.copy()
    folded[5, 3] = grid[5, 5] + [2.0, 0.0]
    assert fold_count(Mesh(target=folded, source=grid)) > 0
    mesh = unfolded(Mesh(target=folded, source=grid))
    assert fold_count(mesh) == 0
    np.testing.assert_array_equal(mesh.target[-1], grid[-1])


def test_a_hopeless_mesh_raises():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="folds"):
        unfolded(Mesh(target=rng.uniform(0, 9, (9, 9, 2)), source=_straight(9, 9)), rounds=3)
