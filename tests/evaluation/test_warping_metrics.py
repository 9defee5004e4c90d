import numpy as np
import pytest

from gpvton.domain.errors import InputError
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import Category
from gpvton.evaluation import warping_metrics as metrics
from gpvton.geometry.flow import flow_from_pixels, identity_flow

SIZE = (40, 30)
ALL = np.ones(SIZE, bool)


def affine_flow(matrix, garment_size=(80, 60)):
    y, x = np.mgrid[: SIZE[0], : SIZE[1]].astype(np.float64)
    return flow_from_pixels(np.stack(np.einsum("ij,jhw->ihw", matrix, [x, y])), garment_size)


def test_iou_of_known_rectangles():
    first, second = np.zeros(SIZE, bool), np.zeros(SIZE, bool)
    first[:10, :10], second[5:15, :10] = True, True
    assert metrics.mask_iou(first, second) == pytest.approx(50 / 150)
    assert metrics.mask_iou(first & False, second & False) is None
    with pytest.raises(InputError):
        metrics.mask_iou(first, second[1:])


def test_parts_follow_the_table():
    first, second = np.zeros(SIZE, np.uint8), np.zeros(SIZE, np.uint8)
    first[:10], second[:5] = P.UPPER_LEFT_SLEEVE, P.COAT_LEFT_SLEEVE
    second[20:], first[20:] = P.UPPER_TORSO, P.LEFT_PANTS
    ious = metrics.part_ious(first, second, Category.UPPER)
    assert ious == {"left": pytest.approx(0.5), "middle": 0.0}
    assert metrics.worn_mask(first, Category.LOWER).sum() == 20 * SIZE[1]


def test_a_dress_may_be_called_a_top_and_a_skirt():
    dress, called = np.zeros(SIZE, np.uint8), np.zeros(SIZE, np.uint8)
    dress[5:30], dress[:5] = P.DRESS_TORSO, P.DRESS_LEFT_SLEEVE
    called[5:15], called[15:30], called[:5] = P.COAT_TORSO, P.SKIRT, P.UPPER_LEFT_SLEEVE
    assert metrics.part_ious(called, dress, Category.DRESS) == {"left": 1.0, "middle": 1.0}
    assert metrics.part_ious(called, dress, Category.UPPER) == {"left": 0.0, "middle": 0.0}


def test_the_identity_neither_folds_nor_stretches():
    flow = identity_flow(*SIZE)
    assert metrics.fold_over_rate(flow, SIZE, ALL) == 0.0
    assert metrics.stretch(flow, SIZE, ALL) == pytest.approx(1.0, abs=1e-4)
    assert metrics.end_point_error(flow, flow, SIZE, ALL) == 0.0


@pytest.mark.parametrize("angle", [0.0, 0.4, 1.9])
@pytest.mark.parametrize("mirror", [1.0, -1.0])
def test_stretch_is_the_ratio_of_the_scales(angle, mirror):
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    flow = affine_flow(turn @ np.diag([1.5 * mirror, 0.5]))
    assert metrics.stretch(flow, (80, 60), ALL) == pytest.approx(3.0, abs=1e-3)
    assert metrics.fold_over_rate(flow, (80, 60), ALL) == 0.0


def test_a_fold_is_counted():
    y, x = np.mgrid[: SIZE[0], : SIZE[1]].astype(np.float64)
    back = np.where(x < 20, x, 40 - x)  # goes back from column 20 on
    flow = flow_from_pixels(np.stack([back, y]), SIZE)
    columns = SIZE[1] - 1
    assert metrics.fold_over_rate(flow, SIZE, ALL) == pytest.approx((columns - 20) / columns)
    assert metrics.fold_over_rate(flow, SIZE, ALL & False) is None


def test_end_point_error_is_the_shift():
    y, x = np.mgrid[: SIZE[0], : SIZE[1]].astype(np.float64)
    flow = flow_from_pixels(np.stack([x + 3, y + 4]), SIZE)
    assert metrics.end_point_error(flow, identity_flow(*SIZE), SIZE, ALL) == pytest.approx(
        5.0, abs=1e-4
    )
    assert metrics.end_point_error(flow, flow, SIZE, ALL & False) is None
