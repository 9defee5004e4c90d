"""Quad meshes: smooth subdivision as sparse matrices, normals, triangles."""

import hashlib
from dataclasses import dataclass

import numpy as np
from scipy import sparse


@dataclass(frozen=True, kw_only=True)
class Subdivision:
    """A finer mesh: `matrix` (fine, coarse) maps any per-vertex value; `quads` (n, 4) are finer."""

    matrix: sparse.csr_matrix
    quads: np.ndarray


def _edges(quads: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Unique edges (e, 2), number of faces at each, and each quad's four edge numbers."""
    pairs = np.sort(np.stack([quads, np.roll(quads, -1, axis=1)], axis=2).reshape(-1, 2), axis=1)
    edges, inverse, count = np.unique(pairs, axis=0, return_inverse=True, return_counts=True)
    return edges, count, inverse.reshape(-1, 4)


def _rows(count: int, columns: np.ndarray, width: int) -> sparse.csr_matrix:
    size = columns.shape[1]
    values = np.full(columns.size, 1.0 / size)
    rows = np.repeat(np.arange(count), size)
    return sparse.csr_matrix((values, (rows, columns.ravel())), shape=(count, width))


def subdivide(quads: np.ndarray, vertex_count: int) -> Subdivision:
    """One Catmull-Clark step; borders become smooth curves."""
    edges, faces_at_edge, edge_of = _edges(quads)
    n, e, f = vertex_count, len(edges), len(quads)
    face_points = _rows(f, quads, n)
    middles = _rows(e, edges, n)
    inner = faces_at_edge == 2
    incidence = sparse.csr_matrix(
        (np.ones(4 * f), (edge_of.ravel(), np.repeat(np.arange(f), 4))), shape=(e, f)
    )
    edge_points = (
        sparse.diags(np.where(inner, 0.5, 1.0)) @ middles
        + sparse.diags(np.where(inner, 0.25, 0.0)) @ incidence @ face_points
    )
    at_vertex = sparse.csr_matrix(
        (np.ones(2 * e), (edges.ravel(), np.repeat(np.arange(e), 2))), shape=(n, e)
    )
    face_at = sparse.csr_matrix(
        (np.ones(4 * f), (quads.ravel(), np.repeat(np.arange(f), 4))), shape=(n, f)
    )
    border = at_vertex @ (~inner).astype(float)
    valence = np.maximum(np.asarray(at_vertex.sum(axis=1)).ravel(), 1)
    faces = np.maximum(np.asarray(face_at.sum(axis=1)).ravel(), 1)
    smooth = (
        sparse.diags((valence - 3) / valence)
        + sparse.diags(2 / valence**2) @ at_vertex @ middles
        + sparse.diags(1 / (valence * faces)) @ face_at @ face_points
    )
    along = (
        sparse.diags(0.5 * np.ones(n))
        + sparse.diags(0.5 / np.maximum(border, 1))
        @ at_vertex
        @ sparse.diags((~inner).astype(float))
        @ middles
    )
    is_border = border > 0
    new_vertices = (
        sparse.diags((~is_border).astype(float)) @ smooth
        + sparse.diags(is_border.astype(float)) @ along
    )
    stacked = sparse.vstack([new_vertices, edge_points, face_points])
    matrix = sparse.csr_matrix(stacked.tocsr().astype(np.float32))
    edge_id, face_id = n + edge_of, n + e + np.arange(f)
    fine = [
        np.stack([quads[:, k], edge_id[:, k], face_id, edge_id[:, k - 1]], axis=1) for k in range(4)
    ]
    # the four children of a face follow each other: renderers shade shared vertices once
    return Subdivision(matrix=matrix, quads=np.stack(fine, axis=1).reshape(-1, 4).astype(np.int32))


def compact(quads: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vertex numbers in use, and the quads renumbered into them."""
    used, inverse = np.unique(quads, return_inverse=True)
    return used, inverse.reshape(quads.shape).astype(np.int32)


def triangles(quads: np.ndarray) -> np.ndarray:
    """Each quad as two triangles that follow each other: int32 (2 n, 3)."""
    return quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3).astype(np.int32)


def coarse_triangles(points: np.ndarray, faces: np.ndarray, cell: float) -> np.ndarray:
    """Fewer triangles (k, 3) between some of the same points (n, 3): one point a cell is kept.

    For shadows; details below `cell` metres are lost.
    """
    _, first, number = np.unique(
        np.floor(points / cell).astype(np.int64), axis=0, return_index=True, return_inverse=True
    )
    merged = first[number.ravel()][faces].astype(np.int32)
    a, b, c = merged.T
    merged = merged[(a != b) & (b != c) & (a != c)]
    _, kept = np.unique(np.sort(merged, axis=1), axis=0, return_index=True)
    return np.ascontiguousarray(merged[np.sort(kept)])


def vertex_normals(points: np.ndarray, quads: np.ndarray) -> np.ndarray:
    """Unit normals (v, 3), area weighted."""
    a, b, c, d = (points.take(corner, axis=0) for corner in quads.T)
    (x, y, z), (u, v, w) = (c - a).T, (d - b).T
    diagonal = (y * w - z * v, z * u - x * w, x * v - y * u)
    corners = quads.ravel().astype(np.intp)
    normals = np.stack(
        [np.bincount(corners, np.repeat(part, 4), len(points)) for part in diagonal], axis=1
    )
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    return (normals / np.maximum(length, 1e-12)).astype(np.float32)


_REFINED: dict[bytes, Subdivision] = {}


def refined(quads: np.ndarray, vertex_count: int) -> Subdivision:
    """`subdivide`, kept for the mesh topologies in use."""
    key = hashlib.sha1(quads.tobytes(), usedforsecurity=False).digest()
    if key not in _REFINED:
        if len(_REFINED) > 16:
            _REFINED.clear()
        _REFINED[key] = subdivide(quads, vertex_count)
    return _REFINED[key]
