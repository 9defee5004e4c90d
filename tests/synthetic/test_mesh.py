from dataclasses import replace

import numpy as np

from gpvton.synthetic.items import (
    Item,
    Material,
    casting_triangles,
    drawn_triangles,
    in_view,
    vertices,
)
from gpvton.synthetic.mesh import coarse_triangles, subdivide, triangles, vertex_normals
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


def test_coarse_triangles_keep_the_shape_with_fewer():
    base = suit()
    coarse = coarse_triangles(base.template, base.triangles, 0.04)
    assert 0.02 * len(base.triangles) < len(coarse) < 0.5 * len(base.triangles)
    a, b, c = base.template[coarse].transpose(1, 0, 2)
    assert (coarse[:, 0] != coarse[:, 1]).all()
    assert max(np.linalg.norm(a - b, axis=1).max(), np.linalg.norm(b - c, axis=1).max()) < 0.25
    high, low = base.template.max(axis=0), base.template.min(axis=0)
    kept = base.template[np.unique(coarse)]
    np.testing.assert_allclose(kept.max(axis=0), high, atol=0.04)
    np.testing.assert_allclose(kept.min(axis=0), low, atol=0.04)


def test_what_is_hidden_casts_no_shadow():
    faces = np.array([[0, 1, 2], [1, 2, 3], [2, 3, 4]])
    block = vertices(np.zeros((5, 3)), np.zeros((5, 3)), c=np.c_[np.zeros(5), [-1, 1, 1, 1, 1]])
    item = Item(material=Material.SKIN, vertices=block, triangles=faces)
    np.testing.assert_array_equal(drawn_triangles(item), faces[:1])
    np.testing.assert_array_equal(casting_triangles(item, faces[:1]), faces[:1])
    coarse = replace(item, casters=faces[1:])
    assert len(casting_triangles(coarse, faces[:1])) == 0


def test_triangles_beyond_the_picture_are_left_out():
    places = [[-3, 0, 0], [-2, 1, 0], [-2, -1, 0], [0, 1, 0], [0, -1, 0], [3, 0, 0]]
    faces = np.array([[2, 3, 4], [0, 1, 2], [3, 4, 5], [0, 3, 5]])  # the second lies beside it
    item = Item(
        material=Material.SHOE,
        vertices=vertices(np.array(places), np.zeros((6, 3))),
        triangles=faces,
    )
    np.testing.assert_array_equal(in_view(item, faces, np.eye(4)), faces[[0, 2, 3]])
    np.testing.assert_array_equal(in_view(item, faces, np.diag([0.3, 1, 1, 1])), faces)
    floor = replace(item, material=Material.GROUND, uniforms={"style": (0.2, 0.5, 0.6, 0.03)})
    seen = in_view(floor, faces, np.diag([0.1, 1, 1, 1]))
    np.testing.assert_array_equal(seen, faces[[0, 2, 3]])
