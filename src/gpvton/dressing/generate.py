"""From an arrangement to the generator's rendering of it."""

from collections.abc import Mapping

import numpy as np

from gpvton.domain.annotations import PersonAnnotation
from gpvton.dressing.bare_classes import geometric_classes, with_parsing
from gpvton.dressing.compose import Arranged, Composed
from gpvton.dressing.generation import LearnedGenerator, WornView
from gpvton.dressing.scene import Scene


def generated(
    generator: LearnedGenerator,
    scene: Scene,
    person: PersonAnnotation,
    arranged: Arranged,
    reach: Mapping[str, float],
    shown: np.ndarray | None = None,
) -> Composed | None:
    """The arrangement rendered; None where no skin shows, so that nothing can be.

    person: of the whole photo.  shown: what a learned global parsing sees, see `Laid`.
    """
    classes = geometric_classes(scene, arranged.parts, reach)
    if shown is not None:
        classes = with_parsing(scene, classes, shown)
    worn = WornView(
        garment=arranged.plain,
        classes=classes,
        front=arranged.front > 0.5,
        kept=arranged.kept,
        keypoints=_in_crop(person.keypoints, scene),
    )
    made = generator(scene, worn)
    if made is None:
        return None
    changed = made.changed & (np.abs(made.colour - scene.pixels).max(axis=2) > 0.5)
    return Composed(colour=made.colour, changed=changed, garment=made.garment)


def _in_crop(keypoints: np.ndarray, scene: Scene) -> np.ndarray:
    moved = keypoints.copy()
    moved[:, :2] -= np.array(scene.box[:2], np.float32)
    moved[keypoints[:, 2] == 0] = 0
    return moved
