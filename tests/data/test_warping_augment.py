import numpy as np
import pytest

from gpvton.conditions.warping import FRAME_SIZE, START_STEP
from gpvton.data.warping_augment import moved
from gpvton.data.warping_dataset import example
from gpvton.data.warping_records import RECORD, mirrored
from gpvton.geometry.flow import identity_flow

H, W = FRAME_SIZE


@pytest.fixture
def record():
    """A garment worn exactly as it lies: true flow and start are the identity."""
    made = np.zeros((), RECORD)
    made["garment_parts"][60:200, 60:130] = 2
    made["garment_parts"][60:120, 30:60] = 1
    y, x = np.mgrid[:H, :W]
    made["garment"] = np.stack([x, y // 2, (x + y) // 4], axis=2)
    made["garment"] *= (made["garment_parts"] > 0)[..., None]
    made["start"] = identity_flow(H // START_STEP, W // START_STEP)
    made["start"][2] = 3.0
    made["truth_flow"] = identity_flow(H, W)
    made["truth_classes"] = made["garment_parts"]
    made["truth_seen"] = made["garment_parts"] > 0
    made["clothing"] = 7 * (made["garment_parts"] > 0)
    made["keypoints"][:] = (80, 100, 1)
    return made


def start_error(record):
    tensors = {k: v.numpy() for k, v in example(record, 0.0).items()}
    where = tensors["seen"] * (tensors["classes"][1:3] > 0.99)
    away = (tensors["start"][:2] - tensors["flow"]) * np.array([W, H])[:, None, None] / 2
    return (np.hypot(away[:, 0], away[:, 1]) * where).sum() / where.sum()


@pytest.mark.parametrize("seed", range(4))
def test_start_and_truth_move_together(record, seed):
    assert start_error(record) < 0.3
    assert start_error(moved(record, np.random.default_rng(seed))) < 0.6


def test_the_true_flow_still_finds_the_garment(record):
    other = moved(record, np.random.default_rng(7))
    seen = other["truth_seen"].astype(bool)
    flow = other["truth_flow"].astype(np.float32)
    x = np.rint(((flow[0] + 1) * W - 1) / 2).astype(int)[seen].clip(0, W - 1)
    y = np.rint(((flow[1] + 1) * H - 1) / 2).astype(int)[seen].clip(0, H - 1)
    part = other["garment_parts"][y, x]
    assert (part == other["truth_classes"][seen]).mean() > 0.96


def test_an_absent_part_stays_absent_when_moved_and_mirrored(record):
    other = moved(record, np.random.default_rng(1))
    assert (other["start"][2] == 3).all()
    assert (mirrored(other)["start"][0] == 3).all()


def test_the_same_random_numbers_give_the_same_record(record):
    first, again = (moved(record, np.random.default_rng(3)) for _ in range(2))
    assert first.tobytes() == again.tobytes()


def test_what_is_worn_can_be_left_out(record):
    told, untold = example(record, 0.0), example(record, 0.0, agnostic=True)
    assert told["condition"].sum() > untold["condition"].sum()
    record["category"] = 2  # a dress: never told
    assert (
        example(record, 0.0)["condition"].sum()
        == example(record, 0.0, agnostic=True)["condition"].sum()
    )
