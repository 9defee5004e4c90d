"""Who stands how before which camera, by the pair's difficulty."""

import numpy as np

from gpvton.domain.parts import Category
from gpvton.synthetic import people, poses, view
from gpvton.synthetic.bodies import body_model
from gpvton.synthetic.camera import Framing, frame_camera
from gpvton.synthetic.light import sample_lighting
from gpvton.synthetic.pose_kinds import sample_pose

POSE_CHOICE = {
    "easy": ("relaxed", "contrapposto", "walking"),
    "arms_in_front": (
        "arms_crossed",
        "hands_in_pockets",
        "one_hand_on_hip",
        "arms_in_front",
        "seated",
    ),
    "turned": ("relaxed", "contrapposto", "walking", "hands_on_hips"),
    "loose": ("relaxed", "contrapposto", "one_arm_raised", "hands_behind_back"),
    "tucked": ("relaxed", "contrapposto", "hands_on_hips"),
    "unusual_body": ("relaxed", "contrapposto", "hands_on_hips", "one_arm_raised"),
}


def _body_for(rng: np.random.Generator, difficulty: str, category: Category) -> int:
    """A body for the difficulty; dresses are mostly worn by women."""
    facts = body_model().facts
    unusual = (facts[:, 2] < 0.28) | (facts[:, 2] > 0.68) | (facts[:, 1] > 0.88)
    fits = unusual if difficulty == "unusual_body" else ~unusual
    if category == Category.DRESS and rng.random() < 0.95:
        fits &= facts[:, 0] > 0.5
    chosen = np.flatnonzero(fits)
    return int(chosen[rng.integers(len(chosen))])


def _turn(rng: np.random.Generator, difficulty: str) -> float:
    if difficulty == "turned":
        if rng.random() < 0.2:
            return float(180 + rng.normal(0, 20))
        return float(rng.uniform(25, 75) * rng.choice([-1, 1]))
    return float(rng.normal(0, 9))


def sample_setting(
    rng: np.random.Generator,
    difficulty: str,
    size: tuple[int, int],
    category: Category,
    fine: bool = False,
) -> view.Setting:
    """A person in a pose before a camera."""
    person = people.sample_person(rng, _body_for(rng, difficulty, category))
    choice = POSE_CHOICE[difficulty]
    if category == Category.DRESS:
        choice = tuple(name for name in choice if name != "seated")  # skirts hang straight
    pose = sample_pose(rng, choice[rng.integers(len(choice))])
    pose = poses.clear_arms(pose, person.body, 0.035)
    transforms = poses.resolve(pose, person.body)
    seed = int(rng.integers(1 << 30))
    bare = people.person_items(person, transforms)
    points = view.body_surface(person, transforms)[np.unique(body_model().quads["body"])]
    half = 0.0 if category == Category.LOWER else 0.15
    chance = [0.65 - half, 0.35, half]
    framing = Framing(rng.choice(["full", "three_quarter", "half"], p=chance))
    camera = frame_camera(
        points,
        framing,
        azimuth=_turn(rng, difficulty),
        pitch=float(rng.normal(3, 4)),
        distance=rng.uniform(3.2, 6.0),
        size=size,
        shift=(float(rng.normal(0, 0.02)), float(rng.normal(0, 0.01))),
    )
    if pose.seated:
        bare = [*bare, view.stool(rng, points)]
    kind = str(rng.choice(["studio", "room", "street"], p=[0.55, 0.25, 0.2]))
    lighting = sample_lighting(rng, np.array([0, 0.95, 0]), 1.3, studio=kind == "studio", fine=fine)
    return view.Setting(
        person=person,
        pose=pose,
        transforms=transforms,
        camera=camera,
        lighting=lighting,
        backdrop=view.paint_backdrop(rng, kind, camera, size),
        size=size,
        seed=seed,
        bare=bare,
    )
