import json

import cv2
import numpy as np
import pytest

from gpvton.data.sources.reader import open_source
from gpvton.data.sources.source import Kind, Pairing
from gpvton.data.tryon_dataset import TryOnDataset
from gpvton.domain.errors import InputError, OutputError
from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.geometry.flow import pixels_from_flow
from gpvton.synthetic.checksums import checksum, truths
from gpvton.synthetic.layouts import (
    LAYOUTS,
    VITONHD_LABELS,
    is_complete,
    read_flow,
    relabel,
    write_pair,
)
from gpvton.synthetic.pairs import PairSettings
from gpvton.synthetic.synthesize import RenderedPairs, parse_categories, synthesize


def test_flow_picture_keeps_a_thirtieth_of_a_pixel(pairs, tmp_path):
    write_pair(pairs[0], tmp_path, "rendered")
    flow, part = read_flow(tmp_path / "pairs" / "000000" / "flow_a.png")
    worn = pairs[0].a
    np.testing.assert_array_equal(part, worn.part)
    size = worn.part.shape
    error = np.abs(pixels_from_flow(flow, size) - pixels_from_flow(worn.flow, size))
    assert error[:, part > 0].max() < 1 / 30


def test_wrong_flow_file_is_named(tmp_path):
    with pytest.raises(OutputError, match="flow picture"):
        read_flow(tmp_path / "nothing.png")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_complete(pairs, tmp_path, layout):
    for pair in pairs:
        write_pair(pair, tmp_path, layout)
        assert is_complete(tmp_path, pair.index)
    pictures = [path for path in tmp_path.rglob("*") if path.suffix in (".jpg", ".png")]
    assert len(pictures) >= 2 * 4 * 3
    for path in pictures:
        picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        assert picture is not None and picture.shape[:2] == pairs[0].a.part.shape
    points = next(iter(tmp_path.rglob("*_keypoints.json")), None)
    if points is not None:
        people = json.loads(points.read_text())["people"]
        assert len(people[0]["pose_keypoints_2d"]) == 75


def test_labels_of_vitonhd_keep_left_and_right():
    parsing = np.array([[15, 16, 21, 22, 11, 0]], np.uint8)
    np.testing.assert_array_equal(relabel(parsing, VITONHD_LABELS), [[14, 15, 5, 5, 10, 0]])


def test_synthesis_resumes_and_refuses_other_settings(gl, tmp_path):
    settings = PairSettings(seed=5, size=(128, 96))
    assert synthesize(settings, 1, tmp_path) == 1
    first = (tmp_path / "pairs" / "000000" / "person_a.jpg").stat().st_mtime_ns
    assert synthesize(settings, 2, tmp_path) == 1
    assert (tmp_path / "pairs" / "000000" / "person_a.jpg").stat().st_mtime_ns == first
    assert len((tmp_path / "pairs.txt").read_text().split("\n")) == 3
    with pytest.raises(InputError, match="other settings"):
        synthesize(PairSettings(seed=6, size=(128, 96)), 2, tmp_path)


@pytest.mark.slow
def test_workers_do_not_change_the_pairs(gl, tmp_path):
    settings = PairSettings(seed=9, size=(128, 96))
    synthesize(settings, 3, tmp_path / "one", workers=1)
    synthesize(settings, 3, tmp_path / "two", workers=2)
    sums = [json.loads((tmp_path / n / "checksums.json").read_text()) for n in ("one", "two")]
    assert sums[0] == sums[1] and len(set(sums[0].values())) == 3


def test_pairs_in_memory_are_kept(gl):
    data = RenderedPairs(PairSettings(seed=5, size=(128, 96)), 4, keep=1)
    assert len(data) == 4
    assert data[0] is data[0]
    assert checksum(truths(data[0])) != checksum(truths(data[1]))
    with pytest.raises(IndexError):
        data[4]


def test_categories_are_checked():
    assert len(parse_categories("upper, dress")) == 2
    with pytest.raises(InputError, match="unknown category"):
        parse_categories("hat")


@pytest.mark.parametrize(
    ("layout", "reader", "categories"),
    [
        ("vitonhd", "viton-hd", "upper"),
        ("dresscode", "dresscode", "upper,lower,dress"),
        ("gpvton", "gpvton-dresscode", "upper,lower,dress"),
    ],
)
def test_what_is_written_for_the_field_is_read_as_the_fields(
    gl, tmp_path, layout, reader, categories
):
    chosen = parse_categories(categories)
    settings = PairSettings(seed=5, size=(128, 96), categories=chosen)
    synthesize(settings, len(chosen), tmp_path, layout=layout)
    source = open_source(tmp_path)
    assert source.layout == reader
    found = source.pairs("train", Pairing.PAIRED)
    assert [pair.category for pair in found] == [c for c in chosen for _ in "ab"]
    sample = TryOnDataset(source, "train", Pairing.PAIRED).load(found[-1])
    assert sample.person.pixels.shape == sample.garment.pixels.shape == (128, 96, 3)
    paths = [source.path(pair, kind) for pair in found for kind in Kind]
    assert all(path.is_file() for path in paths if path is not None)
    if layout == "gpvton":  # the one with our labels
        assert sample.person_annotation is not None and sample.garment_annotation is not None
        assert sample.person_annotation.keypoints[KEYPOINT_INDEX["left_hip"], 2] > 0


def test_viton_hd_holds_upper_garments_only(tmp_path):
    with pytest.raises(InputError, match="--categories upper"):
        synthesize(PairSettings(seed=5, size=(128, 96)), 3, tmp_path, layout="vitonhd")
