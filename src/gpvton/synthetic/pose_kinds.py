"""Kinds of poses and how people vary within them."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gpvton.synthetic.poses import Arm, Leg, Pose


def _jitter(values: tuple, rng: np.random.Generator, size: float) -> tuple:
    return tuple(float(v) for v in np.asarray(values) + rng.normal(0, size, 3))


def _relaxed(rng: np.random.Generator) -> Pose:
    out = rng.uniform(0.10, 0.26)
    arm = Arm(upper=(out, -0.97, -0.05), lower=(out * 0.3, -0.95, rng.uniform(0.12, 0.32)))
    return Pose(name="relaxed", left_arm=arm, right_arm=arm)


def _contrapposto(rng: np.random.Generator) -> Pose:
    roll = rng.uniform(2, 5) * rng.choice([-1, 1])
    free = Leg(upper=(0.16, -1.0, 0.16), lower=(0.06, -1.0, -0.16), turn_out=22)
    firm = Leg(upper=(-0.01, -1.0, 0.0), lower=(0.0, -1.0, -0.03))
    legs = (firm, free) if roll > 0 else (free, firm)
    pose = replace(_relaxed(rng), name="contrapposto", hip_roll=roll, side_bend=-roll * 0.5)
    return replace(pose, left_leg=legs[0], right_leg=legs[1], twist=rng.normal(0, 3))


def _walking(rng: np.random.Generator) -> Pose:
    step = rng.uniform(0.18, 0.34)
    front = Leg(upper=(0.03, -1.0, step), lower=(0.0, -1.0, step * 0.25), turn_out=6)
    back = Leg(upper=(0.03, -1.0, -step * 0.5), lower=(0.0, -1.0, -step * 1.7), turn_out=6)
    swing = step * 1.2
    arms = [
        Arm(upper=(0.14, -0.96, s * swing), lower=(0.05, -0.9, s * swing + 0.25)) for s in (1, -1)
    ]
    if rng.random() < 0.5:
        return Pose(
            name="walking", left_leg=front, right_leg=back, left_arm=arms[1], right_arm=arms[0]
        )
    return Pose(name="walking", left_leg=back, right_leg=front, left_arm=arms[0], right_arm=arms[1])


_ON_HIP = Arm(upper=(0.70, -0.68, -0.24), lower=(-0.80, -0.50, 0.26), twist=-30, curl=30)
_POCKET = Arm(upper=(0.36, -0.90, -0.22), lower=(-0.22, -0.93, 0.26), curl=35)
_BEHIND = Arm(upper=(0.34, -0.88, -0.32), lower=(-0.66, -0.66, -0.36), curl=30)
_RAISED = Arm(upper=(0.72, 0.45, 0.10), lower=(0.25, 0.95, 0.10), curl=15)
_SIDE = Arm(upper=(0.86, -0.20, 0.06), lower=(0.80, -0.10, 0.45), curl=12)
_FRONT = Arm(upper=(0.22, -0.94, 0.16), lower=(-0.42, -0.62, 0.66), curl=18)
_CROSSED = (
    Arm(upper=(0.24, -0.86, 0.40), lower=(-0.86, 0.20, 0.42), curl=10),
    Arm(upper=(0.24, -0.80, 0.52), lower=(-0.84, 0.10, 0.52), curl=20),
)


def _with_arms(name: str, left: Arm, right: Arm) -> Callable[[np.random.Generator], Pose]:
    def make(rng: np.random.Generator) -> Pose:
        base = _contrapposto(rng) if rng.random() < 0.5 else _relaxed(rng)
        return replace(base, name=name, left_arm=left, right_arm=right)

    return make


def _one_arm(name: str, arm: Arm) -> Callable[[np.random.Generator], Pose]:
    def make(rng: np.random.Generator) -> Pose:
        base = _contrapposto(rng) if rng.random() < 0.6 else _relaxed(rng)
        if rng.random() < 0.5:
            return replace(base, name=name, left_arm=arm)
        return replace(base, name=name, right_arm=arm)

    return make


def _seated(rng: np.random.Generator) -> Pose:
    spread = rng.uniform(0.08, 0.22)
    leg = Leg(upper=(spread, -0.10, 0.99), lower=(0.02, -1.0, rng.uniform(-0.1, 0.15)))
    arm = Arm(upper=(0.16, -0.92, 0.22), lower=(-0.12, -0.50, 0.85), curl=20)
    return Pose(
        name="seated",
        left_leg=leg,
        right_leg=leg,
        left_arm=arm,
        right_arm=arm,
        seated=True,
        bend=rng.uniform(0, 6),
    )


POSES: dict[str, Callable[[np.random.Generator], Pose]] = {
    "relaxed": _relaxed,
    "contrapposto": _contrapposto,
    "walking": _walking,
    "hands_on_hips": _with_arms("hands_on_hips", _ON_HIP, _ON_HIP),
    "one_hand_on_hip": _one_arm("one_hand_on_hip", _ON_HIP),
    "hands_in_pockets": _with_arms("hands_in_pockets", _POCKET, _POCKET),
    "hands_behind_back": _with_arms("hands_behind_back", _BEHIND, _BEHIND),
    "arms_crossed": _with_arms("arms_crossed", *_CROSSED),
    "arms_in_front": _with_arms("arms_in_front", _FRONT, _FRONT),
    "one_arm_raised": _one_arm("one_arm_raised", _RAISED),
    "arms_out": _with_arms("arms_out", _SIDE, _SIDE),
    "seated": _seated,
}


def sample_pose(rng: np.random.Generator, name: str) -> Pose:
    """A pose of the kind `name` with a person's own variation."""
    pose = POSES[name](rng)

    def arm(value: Arm) -> Arm:
        return replace(
            value,
            upper=_jitter(value.upper, rng, 0.03),
            lower=_jitter(value.lower, rng, 0.03),
            curl=value.curl + rng.normal(0, 4),
        )

    head = (rng.normal(2, 4), rng.normal(0, 9), rng.normal(0, 3))
    return replace(
        pose,
        left_arm=arm(pose.left_arm),
        right_arm=arm(pose.right_arm),
        bend=pose.bend + rng.normal(0, 1.5),
        head=_jitter(head, rng, 0.1),
    )
