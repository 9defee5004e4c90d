import numpy as np
import pytest

from gpvton.data.augment import change_colours, crop_matrix, degrade, paste, warp


def test_the_whole_picture_at_its_own_size_is_the_identity():
    matrix = crop_matrix((9.5, 4.5, 20, 10), (10, 20))
    assert matrix == pytest.approx(np.array([[1, 0, 0], [0, 1, 0]]), abs=1e-6)


def test_mirror_flips_the_picture():
    picture = np.random.default_rng(0).integers(0, 255, (10, 20, 3), dtype=np.uint8)
    matrix = crop_matrix((9.5, 4.5, 20, 10), (10, 20), mirror=True)
    assert np.array_equal(warp(picture, matrix, (10, 20), 0), picture[:, ::-1])


def test_what_lies_outside_is_filled():
    picture = np.full((10, 10, 3), 7, np.uint8)
    seen = warp(picture, crop_matrix((4.5, 4.5, 30, 30), (30, 30)), (30, 30), 127)
    assert seen[0, 0, 0] == 127 and seen[15, 15, 0] == 7


def test_random_changes_depend_on_the_generator_only():
    picture = np.random.default_rng(0).integers(0, 255, (16, 16, 3), dtype=np.uint8)

    def change(seed):
        rng = np.random.default_rng(seed)
        return degrade(change_colours(picture, rng), rng)

    assert np.array_equal(change(3), change(3))
    assert not np.array_equal(change(3), change(4))


def test_paste_by_alpha():
    front, back = np.full((2, 2, 3), 200, np.uint8), np.full((2, 2, 3), 100, np.uint8)
    alpha = np.array([[0, 1], [0.5, 0]], np.float32)
    assert paste(front, alpha, back)[..., 0].tolist() == [[100, 200], [150, 100]]
