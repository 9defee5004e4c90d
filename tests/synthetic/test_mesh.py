import numpy as np

from gpvton.synthetic.mesh import subdivide, triangles, vertex_normals
from gpvton.synthetic.suit import suit


def _cube():
    points = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
    quads = np.array(
        [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]
    )
    return points, quads


def test_subdivision_keeps_constants_and_rounds_a_cube():
    points, quads = _cube()
    step = subdivide(quads, len(points))
    np.testing.assert_allclose(step.matrix @ np.ones(8), 1.0, atol=1e-6)
    fine = step.matrix @ points
    assert len(step.quads) == 24
    assert np.linalg.norm(fine, axis=1).max() < np.sqrt(3)
    np.testing.assert_allclose(fine.mean(axis=0), 0, atol=1e-6)


def test_normals_of_the_suit_point_outwards():
    base = suit()
    normal = vertex_normals(base.template, base.quads)
    chest = (np.abs(base.template[:, 0]) < 0.1) & (base.arm.sum(axis=1) < 0.1)
    chest &= (base.template[:, 1] > 1.2) & (base.template[:, 1] < 1.4)
    front = chest & (base.template[:, 2] > 0.08)
    assert (normal[front, 2] > 0).mean() > 0.99


def test_triangles_cover_each_quad_twice():
    _, quads = _cube()
    assert triangles(quads).shape == (12, 3)
