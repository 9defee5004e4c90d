import numpy as np

from gpvton.domain.labels import WornClass
from gpvton.dressing.cover import GAP, closed
from gpvton.dressing.cutout import Cutout

SIZE = 100
TOP = 30


def cutout(scale=1.0):
    """A middle part below row `TOP`, all other parts missing."""
    alpha = np.zeros((3, SIZE, SIZE), np.float32)
    alpha[1, TOP:] = 1
    return Cutout(colour=np.zeros((SIZE, SIZE, 3), np.float32), part_alpha=alpha, scale=scale)


def coordinates():
    rows, columns = np.mgrid[:SIZE, :SIZE].astype(np.float32)
    places = np.full((3, 2, SIZE, SIZE), np.nan, np.float32)
    places[1] = np.stack([columns, rows])
    return places


def test_a_small_gap_takes_the_nearest_cloth_and_a_wide_one_stays_bare():
    shown = np.full((SIZE, SIZE), WornClass.MIDDLE_PART, np.uint8)
    found = closed(coordinates(), cutout(), shown)[1]
    gap = int(GAP * SIZE)
    assert TOP < found[1, TOP - gap + 2, 50] < TOP + 4  # onto the cloth, near its edge
    assert found[0, TOP - gap + 2, 50] == 50
    assert (found[:, : TOP - gap - 1] == coordinates()[1, :, : TOP - gap - 1]).all()
    assert (found[:, TOP + 1 :] == coordinates()[1, :, TOP + 1 :]).all()  # covered: as it was


def test_only_where_the_parsing_sees_the_part():
    shown = np.full((SIZE, SIZE), WornClass.REST, np.uint8)
    shown[:, :50] = WornClass.LEFT_PART  # a part that is not there
    found = closed(coordinates(), cutout(), shown)
    assert np.array_equal(found, coordinates(), equal_nan=True)


def test_garment_pixels_whatever_the_scale_of_the_cutout():
    shown = np.full((SIZE, SIZE), WornClass.MIDDLE_PART, np.uint8)
    places = 2 * (coordinates() + 0.5) - 0.5  # a picture twice as large as the cutout
    found = closed(places, cutout(scale=0.5), shown)[1]
    assert 2 * TOP < found[1, TOP - 2, 50] < 2 * TOP + 8


def test_below_its_hem_the_middle_part_has_ended():
    made = cutout()
    made.part_alpha[1, SIZE - 30 :] = 0
    shown = np.full((SIZE, SIZE), WornClass.MIDDLE_PART, np.uint8)
    found = closed(coordinates(), made, shown)[1]
    assert np.array_equal(found[:, SIZE - 29 :], coordinates()[1, :, SIZE - 29 :])
    assert found[1, TOP - 2, 50] > TOP  # above, gaps are closed as before
