import numpy as np
import pytest

from gpvton.analysis.decode import (
    WORK_SIDE,
    agree,
    decode_points,
    guided,
    labels_in_photo,
    largest_part,
    map_in_photo,
    strongest,
    work_size,
)
from gpvton.analysis.framing import padded, whole


def _gaussian(x, y, size=(24, 18), sigma=1.0):
    rows, columns = np.mgrid[: size[0], : size[1]]
    return -((columns - x) ** 2 + (rows - y) ** 2) / (2 * sigma**2)


def test_points_are_found_between_cells():
    heat = np.stack([_gaussian(7.3, 11.6)]).astype(np.float32)
    x, y, confidence = decode_points(heat, np.float32([-20]))[0]
    assert (x, y) == pytest.approx((7.3, 11.6), abs=0.1)
    assert 0.9 < confidence <= 1


def test_a_missing_point_has_no_confidence_and_two_peaks_share_it():
    one, two = _gaussian(4, 4), _gaussian(13, 20)
    heat = np.stack([one, np.logaddexp(one, two)]).astype(np.float32)
    points = decode_points(heat, np.float32([20, -20]))
    assert points[0, 2] < 0.01
    assert points[1, 2] == pytest.approx(0.5, abs=0.05)


def test_labels_fill_the_photo_and_only_the_window():
    probability = np.zeros((29, 40, 30), np.float32)
    probability[0, :, :15] = 1
    probability[5, :, 15:] = 1
    frame = padded((30, 20, 60, 60), 0.75, 0.0)
    labels = labels_in_photo(probability, frame, (100, 90))
    assert labels[40, 35] == 0 and labels[40, 55] == 5
    assert labels[40, 80] == 0 and labels[90, 55] == 0


def test_large_photos_are_labelled_at_their_size():
    probability = np.zeros((29, 40, 30), np.float32)
    probability[7] = 1
    size = (2 * WORK_SIDE, WORK_SIDE)
    labels = labels_in_photo(probability, whole(size, 0.75), size)
    assert labels.shape == size and (labels == 7).all()
    assert max(work_size(size)) == WORK_SIDE


def test_a_map_is_zero_outside_its_window():
    frame = padded((30, 20, 60, 60), 0.75, 0.0)
    back = map_in_photo(np.ones((8, 6), np.float32), frame, (100, 90))
    assert back[40, 45] == 1 and back[40, 80] == 0 and back[5, 45] == 0


def test_the_guided_filter_moves_an_edge_to_the_pictures_edge():
    guide = np.zeros((40, 40), np.float32)
    guide[:, 20:] = 1
    rough = np.zeros((40, 40), np.float32)
    rough[:, 17:] = 1
    better = guided(rough, guide, 8, 1e-3) > 0.5
    truth = guide > 0.5
    assert (better != truth).sum() < ((rough > 0.5) != truth).sum()


def test_the_largest_part_bridges_small_gaps_only():
    mask = np.zeros((30, 30), bool)
    mask[2:12, 2:12] = mask[14:20, 2:12] = True
    mask[25:28, 25:28] = True
    kept = largest_part(mask, 4)
    assert kept[16, 5] and not kept[26, 26]
    assert not largest_part(mask, 0)[16, 5]


def _two_kinds():
    probability = np.zeros((4, 10, 10), np.float32)
    probability[0] = 0.1
    probability[1], probability[2] = 0.7, 0.2
    probability[1, 4:6, 4:6], probability[2, 4:6, 4:6] = 0.4, 0.5
    return probability


def test_a_patch_of_a_rare_kind_joins_the_common_one():
    agreed = agree(_two_kinds(), [[[1], [2, 3]]], 0.5)
    assert (agreed.argmax(0) == 1).all()
    assert agreed.sum(0) == pytest.approx(np.ones((10, 10)), abs=1e-5)
    assert np.array_equal(agreed[0], _two_kinds()[0])


def test_without_strength_nothing_changes():
    assert agree(_two_kinds(), [[[1], [2, 3]]], 0.0) == pytest.approx(_two_kinds(), abs=1e-6)


def test_a_broad_hill_wins_over_a_lone_cell_and_its_middle_is_found():
    heat = np.zeros((1, 40, 40), np.float32)
    ys, xs = np.mgrid[:40, :40]
    heat[0] = 10 * np.exp(-((xs - 10.4) ** 2 + (ys - 20.0) ** 2) / 18)
    heat[0, 5, 33] = 10.2
    x, y, confidence = decode_points(heat, np.array([0.0], np.float32))[0]
    assert np.hypot(x - 10.4, y - 20) < 0.3 and 0.2 < confidence < 0.9


def test_two_points_on_one_place_are_parted_where_there_is_a_second():
    heat = np.full((2, 24, 24), -6.0, np.float32)
    heat[0, 10, 5], heat[0, 10, 18] = 6.0, 4.5
    heat[1, 10, 5], heat[1, 10, 18] = 6.0, 5.5  # more of it on the second place
    absent = np.full(2, -9.0, np.float32)
    together = decode_points(heat, absent)
    assert np.abs(together[0, :2] - together[1, :2]).max() < 0.5
    apart = decode_points(heat, absent, pairs=[(0, 1)])
    assert np.abs(apart[0, :2] - (5, 10)).max() < 0.5
    assert np.abs(apart[1, :2] - (18, 10)).max() < 0.5 and apart[1, 2] < apart[0, 2]
    heat[:, 10, 18] = -6.0  # a side: one place is all there is
    same = decode_points(heat, absent, pairs=[(0, 1)])
    assert np.array_equal(same, decode_points(heat, absent))


def test_the_strongest_label_is_argmax_and_max():
    probability = np.random.default_rng(0).random((7, 9, 11)).astype(np.float32).round(1)
    label, best = strongest(probability)
    assert (label == probability.argmax(0)).all() and (best == probability.max(0)).all()
