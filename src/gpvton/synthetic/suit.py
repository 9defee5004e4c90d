"""The fitted suit: the surface that garments and shoes are cut from, and where its places are.

Ours: MakeHuman's helper suit covers a body from neck to soles without creases or toes.  Its
places (how far along an arm, how much of it is arm) belong to the topology and are the same on
every body.
"""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from scipy import sparse

from gpvton.synthetic.bodies import Body, body_model
from gpvton.synthetic.mesh import compact, subdivide, triangles


@dataclass(frozen=True, kw_only=True)
class Suit:
    """The suit, refined: `matrix` (n, coarse) from `used` body vertices, `quads`, weights, places.

    bones, weights (n, 8): skinning.  arm, leg: left and right share of the limb (n, 2).
    template: mean place (n, 3).
    """

    used: np.ndarray
    matrix: sparse.csr_matrix
    quads: np.ndarray
    triangles: np.ndarray
    bones: np.ndarray
    weights: np.ndarray
    arm: np.ndarray
    leg: np.ndarray
    template: np.ndarray

    def rest(self, body: Body) -> np.ndarray:
        """The suit on a body at rest, (n, 3)."""
        return self.matrix @ body.vertices[self.used]


def _limb_share(kind: str) -> np.ndarray:
    model = body_model()
    bones = {
        "arm": (
            "upperarm01",
            "upperarm02",
            "lowerarm01",
            "lowerarm02",
            "wrist",
            "metacarpal",
            "finger",
        ),
        "leg": ("upperleg01", "upperleg02", "lowerleg01", "lowerleg02", "foot"),
    }[kind]
    columns = []
    for side in (".L", ".R"):
        chosen = np.array([n.startswith(bones) and n.endswith(side) for n in model.bone_names])
        columns.append((model.skin_weights * chosen[model.skin_bones]).sum(axis=1))
    return np.stack(columns, axis=1)


@cache
def suit(levels: int = 1) -> Suit:
    """The suit refined `levels` times (about 2.7, 11 and 42 thousand vertices)."""
    model = body_model()
    used, quads = compact(model.quads["suit"])
    matrix = sparse.csr_matrix(sparse.identity(len(used), dtype="float32", format="csr"))
    for _ in range(levels):
        assert matrix.shape is not None
        step = subdivide(quads, matrix.shape[0])
        matrix, quads = sparse.csr_matrix(step.matrix @ matrix), step.quads
    dense = np.zeros((len(used), len(model.bone_names)), np.float32)
    np.put_along_axis(dense, model.skin_bones[used], model.skin_weights[used], axis=1)
    smooth = matrix @ dense
    top = np.argsort(-smooth, axis=1)[:, :6]
    weights = np.take_along_axis(smooth, top, axis=1)
    return Suit(
        used=used,
        matrix=matrix,
        quads=quads,
        triangles=triangles(quads),
        bones=top,
        weights=weights / weights.sum(axis=1, keepdims=True),
        arm=matrix @ _limb_share("arm")[used],
        leg=matrix @ _limb_share("leg")[used],
        template=matrix @ model.template[used],
    )


def along(points: np.ndarray, joints: list[np.ndarray]) -> np.ndarray:
    """Distance in metres along a chain of joints, of each point's foot on it (negative before)."""
    return along_and_axis(points, joints)[0]


def along_and_axis(points: np.ndarray, joints: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """As `along`, and each point's foot on the chain (n, 3), rounded at the middle joint."""
    best = np.full(len(points), np.inf)
    result = np.zeros(len(points))
    axis = np.zeros((len(points), 3))
    start = 0.0
    for k, (a, b) in enumerate(pairwise(joints)):
        length = float(np.linalg.norm(b - a))
        t = (points - a) @ (b - a) / length
        low = -np.inf if k == 0 else 0.0
        high = np.inf if k == len(joints) - 2 else length
        clipped = np.clip(t, low, high)
        foot = a + clipped[:, None] * (b - a) / length
        far = np.linalg.norm(points - foot, axis=1)
        closer = far < best
        axis = np.where(closer[:, None], foot, axis)
        result = np.where(closer, start + clipped, result)
        best = np.minimum(best, far)
        start += length
    return result, axis


def limb_joints(body: Body, kind: str, side: str) -> list[np.ndarray]:
    """Joints of an arm (shoulder, elbow, wrist) or a leg (hip, knee, ankle); side L or R."""
    names = {
        "arm": ("upperarm01", "lowerarm01", "wrist"),
        "leg": ("upperleg01", "lowerleg01", "foot"),
    }
    model = body_model()
    return [body.joints[model.bone(f"{name}.{side}")] for name in names[kind]]
