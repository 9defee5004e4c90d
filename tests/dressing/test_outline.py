import numpy as np

from gpvton.dressing.cutout import Cutout
from gpvton.dressing.outline import evened, slender
from gpvton.dressing.warp import WarpedPart

SIZE, SPAN = (120, 100), 160.0  # pixels: the blur's deviation is 4


def part(alpha, colour=(200.0, 100.0, 50.0)):
    alpha = np.asarray(alpha, np.float32)
    return WarpedPart(colour=alpha[..., None] * np.float32(colour), alpha=alpha)


def box(top, bottom, left, right):
    alpha = np.zeros(SIZE, np.float32)
    alpha[top:bottom, left:right] = 1.0
    return alpha


def test_a_notch_is_filled_with_the_nearest_cloth_and_a_tip_goes():
    middle = box(20, 100, 20, 80)
    middle[97:, 49:51] = 0.0
    middle[100:104, 30:33] = 1.0
    _, even, _ = evened([part(0 * middle), part(middle), part(0 * middle)], SPAN)
    assert (even.alpha[97:99, 49:51] > 0.9).all() and not even.alpha[102:, 30:33].any()
    assert np.abs(even.colour[97, 50] - [200, 100, 50]).max() < 25
    straight = np.abs(even.alpha - box(20, 100, 20, 80))[30:90]
    assert straight.max() < 0.25 and not straight[:, 25:75].any()  # a side stays where it is
    assert even.alpha.max() <= 1.0


def test_seams_between_the_parts_stay():
    left, middle = box(20, 100, 10, 50), box(20, 100, 50, 90)
    blue = (0.0, 0.0, 250.0)
    even = evened([part(left, blue), part(middle), part(0 * left)], SPAN)
    inner = np.s_[30:90, 15:85]
    assert np.array_equal(even[0].alpha[inner], left[inner])
    assert np.array_equal(even[1].alpha[inner], middle[inner])


def test_nothing_to_even():
    nothing = [part(np.zeros(SIZE)) for _ in range(3)]
    assert evened(nothing, SPAN) is nothing


def test_a_strap_is_spared():
    vest = box(40, 110, 20, 80) + box(0, 40, 30, 32)
    alphas = np.stack([0 * vest, vest, 0 * vest])
    y, x = np.mgrid[: SIZE[0], : SIZE[1]].astype(np.float32)
    cutout = Cutout(colour=np.full((*SIZE, 3), 90.0), part_alpha=alphas, scale=1.0)
    spared = slender(cutout, np.repeat(np.stack([x, y])[None], 3, axis=0), SIZE)
    assert spared is not None and (spared[5:30, 30:32] > 0.9).all()
    assert not spared[50:].any()
    parts = [part(alpha) for alpha in alphas]
    assert (evened(parts, SPAN, spared)[1].alpha[5:30, 30:32] > 0.9).all()
    assert not (evened(parts, SPAN)[1].alpha[5:30, 30:32] > 0.9).any()


def test_a_garment_without_straps_has_none():
    alphas = np.stack([box(0, 1, 0, 1) * 0, box(20, 110, 20, 80), box(0, 1, 0, 1) * 0])
    cutout = Cutout(colour=np.full((*SIZE, 3), 90.0), part_alpha=alphas, scale=1.0)
    y, x = np.mgrid[: SIZE[0], : SIZE[1]].astype(np.float32)
    assert slender(cutout, np.repeat(np.stack([x, y])[None], 3, axis=0), SIZE) is None
