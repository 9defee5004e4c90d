import numpy as np

from gpvton.conditions.worn_classes import worn_parts
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.labels import WornClass
from gpvton.domain.parts import Category
from gpvton.dressing.bare_classes import geometric_classes, with_parsing, without_gaps
from gpvton.dressing.scene import frame
from gpvton.dressing.uncover import old_garment
from tests.figures import person


def test_under_long_sleeves_the_geometry_sees_arms_chest_and_trousers():
    pixels, annotation = person(sleeve=1.9)
    scene = frame(pixels, annotation, Category.UPPER)
    classes = geometric_classes(scene, np.zeros((3, *scene.size), np.float32), {})
    sleeve = scene.shows(P.UPPER_LEFT_SLEEVE)
    assert (classes[sleeve] == WornClass.LEFT_ARM).mean() > 0.6
    assert (classes == WornClass.NECK).sum() > 1.5 * scene.shows(P.NECK).sum()
    hem = scene.shows(P.UPPER_TORSO) & (np.arange(scene.size[0])[:, None] > 235)
    assert (classes[hem] == WornClass.OTHER_GARMENT).mean() > 0.5


def test_sleeves_and_torso_lie_over_everything():
    pixels, annotation = person()
    scene = frame(pixels, annotation, Category.UPPER)
    parts = worn_parts(scene.parsing, Category.UPPER).astype(np.float32)
    classes = geometric_classes(scene, parts, {"left": 0.6, "right": 0.6})
    for index in range(3):
        seen = classes[(parts[index] > 0) & ~(parts[[0, 2]].max(axis=0) > 0)]
        assert index != 1 or (seen == WornClass.MIDDLE_PART).all()
    assert (classes[parts[0] > 0] == WornClass.LEFT_PART).all()


def test_a_narrow_gap_between_parts_closes_and_a_wide_one_does_not():
    classes = np.zeros((60, 80), np.uint8)
    classes[10:50, 5:30] = WornClass.LEFT_PART
    classes[10:50, 34:50] = WornClass.MIDDLE_PART
    classes[10:50, 70:78] = WornClass.RIGHT_PART
    person_here = np.ones(classes.shape, bool)
    person_here[40:] = False
    closed = without_gaps(classes, person_here, 3)
    assert (closed[15:38, 30:34] > 0).all()
    assert (closed[42:48, 30:34] == 0).all()
    assert (closed[15:38, 53:67] == 0).all()
    assert np.array_equal(closed[classes > 0], classes[classes > 0])


def test_a_parsing_fills_only_what_is_open_inside_the_old_garment():
    scene = frame(*person(sleeve=1.9), Category.UPPER)
    old = old_garment(scene)
    assert old.any() and not old.all()
    classes = np.zeros(scene.size, np.uint8)
    row = np.flatnonzero(old.any(axis=1))[len(np.flatnonzero(old.any(axis=1))) // 2]
    classes[:row] = WornClass.NECK
    shown = np.full(scene.size, WornClass.OTHER_GARMENT, np.uint8)
    found = with_parsing(scene, classes, shown)
    assert (found[:row] == WornClass.NECK).all()
    assert (found[row:][old[row:]] == WornClass.OTHER_GARMENT).all()
    assert (found[row:][~old[row:]] == WornClass.REST).all()


def test_a_parsing_adds_cloth_only_next_to_cloth():
    scene = frame(*person(sleeve=1.9), Category.UPPER)
    old = old_garment(scene)
    rows = np.flatnonzero(old.any(axis=1))
    classes = np.zeros(scene.size, np.uint8)
    classes[: rows[0] + 10] = WornClass.MIDDLE_PART
    shown = np.full(scene.size, WornClass.MIDDLE_PART, np.uint8)
    found = with_parsing(scene, classes, shown)
    near, far = rows[0] + 11, rows[-1] - 5
    assert (found[near][old[near]] == WornClass.MIDDLE_PART).all()
    assert (found[far] == WornClass.REST).all()
