"""Poses: where the limbs point, and the bone rotations that bring them there.

A pose is written as directions in the body's own axes (x to the wearer's left, y up, z to the
front), so that it means the same on every body; `resolve` turns it into rotations.
"""

import math
from dataclasses import dataclass, field, replace

import numpy as np

from gpvton.synthetic.bodies import Body, body_model, bone_transforms, posed_joints


@dataclass(frozen=True, kw_only=True)
class Arm:
    """Directions of the upper and the lower arm as for the left side; x is mirrored on the right.

    twist turns the hand about the forearm, curl bends the fingers; degrees.
    """

    upper: tuple[float, float, float] = (0.17, -0.97, -0.06)
    lower: tuple[float, float, float] = (0.06, -0.97, 0.22)
    twist: float = 0.0
    curl: float = 18.0


@dataclass(frozen=True, kw_only=True)
class Leg:
    """Directions of thigh and shin as for the left side, and how far the foot turns out."""

    upper: tuple[float, float, float] = (0.05, -1.0, 0.03)
    lower: tuple[float, float, float] = (0.03, -1.0, -0.05)
    turn_out: float = 10.0


@dataclass(frozen=True, kw_only=True)
class Pose:
    """A pose; angles in degrees: lean of the hips (roll), bend and twist of the back, head."""

    name: str
    left_arm: Arm = field(default_factory=Arm)
    right_arm: Arm = field(default_factory=Arm)
    left_leg: Leg = field(default_factory=Leg)
    right_leg: Leg = field(default_factory=Leg)
    hip_roll: float = 0.0
    bend: float = 0.0
    side_bend: float = 0.0
    twist: float = 0.0
    head: tuple[float, float, float] = (0.0, 0.0, 0.0)  # nod, turn, tilt
    seated: bool = False


def rotation(axis: np.ndarray, degrees: float) -> np.ndarray:
    """Rotation matrix about an axis (Rodrigues)."""
    x, y, z = (float(v) for v in axis)
    length = max(math.sqrt(x * x + y * y + z * z), 1e-9)
    x, y, z = x / length, y / length, z / length
    s, c = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    t = 1 - c
    return np.array(
        [
            [c + t * x * x, t * x * y - s * z, t * x * z + s * y],
            [t * x * y + s * z, c + t * y * y, t * y * z - s * x],
            [t * x * z - s * y, t * y * z + s * x, c + t * z * z],
        ]
    )


def between(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Smallest rotation from one direction to another."""
    a, b = [float(v) for v in start], [float(v) for v in end]
    axis = np.array(
        [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
    )
    sine, cosine = math.sqrt(float(axis @ axis)), sum(p * q for p, q in zip(a, b, strict=True))
    angle = math.degrees(math.atan2(sine, cosine))
    return np.eye(3) if angle < 1e-4 else rotation(axis, angle)


X, Y, Z = np.eye(3)


class _Solver:
    """Fills in bone rotations from the root outwards, keeping track of where things point."""

    def __init__(self, body: Body) -> None:
        self.joints, self.model = body.joints, body_model()
        self.local: dict[str, np.ndarray] = {}

    def world(self, name: str) -> np.ndarray:
        """Rotation (3, 3) of a bone with what is set so far."""
        matrix, bone = np.eye(3), self.model.bone(name)
        while bone >= 0:
            matrix = self.local.get(self.model.bone_names[bone], np.eye(3)) @ matrix
            bone = int(self.model.bone_parents[bone])
        return matrix

    def aim(self, name: str, tip: str, target: np.ndarray, share: tuple[str, ...] = ()) -> None:
        """Turn bone `name` so that `tip` lies in direction `target`; `share` take some of it."""
        rest = self.joints[self.model.bone(tip)] - self.joints[self.model.bone(name)]
        for helper in share:
            turn = between(rest, self.world(helper).T @ target)
            self.local[helper] = _part(turn, 0.12) @ self.local.get(helper, np.eye(3))
        self.local.pop(name, None)
        self.local[name] = between(rest, self.world(name).T @ target)

    def fingers(self, side: str, curl: float) -> None:
        """Bend the fingers towards the palm."""
        joint = {
            n: self.joints[self.model.bone(f"{n}.{side}")]
            for n in ("wrist", "finger2-1", "finger5-1", "finger3-1", "finger3-3")
        }
        palm = np.cross(joint["finger2-1"] - joint["wrist"], joint["finger5-1"] - joint["wrist"])
        palm = palm if side == "R" else -palm
        for finger in (2, 3, 4, 5):
            base = self.joints[self.model.bone(f"finger{finger}-1.{side}")]
            tip = self.joints[self.model.bone(f"finger{finger}-3.{side}")]
            axis = np.cross(tip - base, palm)
            for joint_number, factor in ((1, 0.7), (2, 1.3), (3, 0.8)):
                turn = rotation(axis, -curl * factor * (1 + 0.12 * (finger - 2)))
                self.local[f"finger{finger}-{joint_number}.{side}"] = turn
        base = self.joints[self.model.bone(f"finger1-1.{side}")]
        axis = np.cross(self.joints[self.model.bone(f"finger1-3.{side}")] - base, palm)
        self.local[f"finger1-2.{side}"] = rotation(axis, -curl * 0.5)


def _part(matrix: np.ndarray, share: float) -> np.ndarray:
    angle = np.degrees(np.arccos(np.clip((np.trace(matrix) - 1) / 2, -1, 1)))
    axis = np.array(
        [matrix[2, 1] - matrix[1, 2], matrix[0, 2] - matrix[2, 0], matrix[1, 0] - matrix[0, 1]]
    )
    return np.eye(3) if angle < 1e-4 else rotation(axis, angle * share)


def resolve(pose: Pose, body: Body) -> np.ndarray:
    """Bone transforms (bones, 3, 4) of `body` in `pose`, feet (or seat) on the floor."""
    solver = _Solver(body)
    local = solver.local
    local["root"] = rotation(Z, pose.hip_roll)
    for bone, share in (("spine04", 0.3), ("spine03", 0.3), ("spine02", 0.4)):
        local[bone] = (
            rotation(X, pose.bend * share)
            @ rotation(Y, pose.twist * share)
            @ rotation(Z, (pose.side_bend - pose.hip_roll) * share)
        )
    nod, turn, tilt = pose.head
    for bone, share in (("neck01", 0.3), ("neck03", 0.3), ("head", 0.4)):
        local[bone] = (
            rotation(Y, turn * share)
            @ rotation(X, (nod - 0.6 * pose.bend) * share)
            @ rotation(Z, (tilt - 0.5 * pose.side_bend) * share)
        )
    for side, sign, arm, leg in (
        ("L", 1, pose.left_arm, pose.left_leg),
        ("R", -1, pose.right_arm, pose.right_leg),
    ):
        mirror = np.array([sign, 1, 1])
        trunk = solver.world("spine01")
        share = (f"clavicle.{side}", f"shoulder01.{side}")
        solver.aim(f"upperarm01.{side}", f"lowerarm01.{side}", trunk @ (arm.upper * mirror), share)
        solver.aim(f"lowerarm01.{side}", f"wrist.{side}", trunk @ (arm.lower * mirror))
        forearm = (
            solver.joints[solver.model.bone(f"wrist.{side}")]
            - solver.joints[solver.model.bone(f"lowerarm01.{side}")]
        )
        for bone in (f"lowerarm02.{side}", f"wrist.{side}"):
            local[bone] = rotation(forearm, -sign * arm.twist / 2)
        solver.fingers(side, arm.curl)
        solver.aim(f"upperleg01.{side}", f"lowerleg01.{side}", np.asarray(leg.upper) * mirror)
        solver.aim(f"lowerleg01.{side}", f"foot.{side}", np.asarray(leg.lower) * mirror)
        foot = rotation(Y, sign * leg.turn_out)
        if pose.name == "walking" and leg.lower[2] < -0.2:
            foot = foot @ rotation(X, 25)
        local[f"foot.{side}"] = solver.world(f"lowerleg02.{side}").T @ foot
    transforms = bone_transforms(body.joints, local)
    return _on_floor(transforms, body)


FREE_ARMS = ("relaxed", "contrapposto", "walking", "one_hand_on_hip", "one_arm_raised")


def clear_arms(pose: Pose, body: Body, room: float) -> Pose:
    """Hanging arms moved outwards until hands and forearms are `room` metres clear of the hips."""
    from gpvton.synthetic.bodies import skin
    from gpvton.synthetic.profile import measure

    if pose.name not in FREE_ARMS:
        return pose
    model = body_model()
    trunk = model.weight_of("root", "pelvis", "spine", "upperleg") > 0.6
    for _ in range(8):
        transforms = resolve(pose, body)
        posed = skin(body.vertices, model.skin_bones, model.skin_weights, transforms)
        core = posed[trunk]
        profile = measure(core, float(core[:, 1].min()), float(core[:, 1].max()))
        moved = False
        for name, side in (("left_arm", "L"), ("right_arm", "R")):
            chosen = np.array(
                [
                    n.startswith(("wrist", "finger", "metacarpal", "lowerarm02"))
                    and n.endswith(side)
                    for n in model.bone_names
                ]
            )
            hand = posed[(model.skin_weights * chosen[model.skin_bones]).sum(axis=1) > 0.5]
            hand = hand[(hand[:, 1] > profile.low) & (hand[:, 1] < core[:, 1].max())]
            arm = getattr(pose, name)
            if len(hand) == 0 or arm.upper[0] > 0.55:
                continue
            z = hand[:, 2] - profile.axis(hand[:, 1])
            reach = profile.at(hand[:, 1], np.arctan2(hand[:, 0], z))
            if (np.hypot(hand[:, 0], z) < reach + room).any():
                wider = (arm.upper[0] + 0.05, *arm.upper[1:])
                outer = (arm.lower[0] + 0.03, *arm.lower[1:])
                pose = replace(pose, **{name: replace(arm, upper=wider, lower=outer)})
                moved = True
        if not moved:
            break
    return pose


def _on_floor(transforms: np.ndarray, body: Body) -> np.ndarray:
    """Lowest sole point at y = 0, hips over x = z = 0."""
    model = body_model()
    soles = np.flatnonzero((model.weight_of("foot") > 0.9) & (model.template[:, 1] < 0.03))
    bones, weights = model.skin_bones[soles], model.skin_weights[soles]
    blended = np.einsum("nk,nkij->nij", weights, transforms[bones])
    points = np.einsum("nij,nj->ni", blended[:, :, :3], body.vertices[soles]) + blended[:, :, 3]
    root = posed_joints(body.joints, transforms)[0]
    shift = np.array([-root[0], -points[:, 1].min(), -root[2]])
    moved = transforms.copy()
    moved[:, :, 3] += shift
    return moved
