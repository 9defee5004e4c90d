import cv2
import numpy as np
import pytest

from gpvton.data.sources.check import check_source
from gpvton.data.sources.reader import open_source
from gpvton.data.sources.rendered import read_flow_picture
from gpvton.data.sources.source import Pairing
from gpvton.data.tryon_dataset import TryOnDataset
from gpvton.domain.errors import InputError
from gpvton.geometry.flow import identity_flow, pixels_from_flow

from .test_reader import SIZE
from .trees import garment_outline, labels, openpose, picture, text


def write_flow(path, offset=(0.0, 0.0)):
    """The identity moved by `offset` (x, y) pixels, in the right half of the picture."""
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    seen = x >= SIZE[1] // 2
    place = np.stack([x + offset[0], y + offset[1]], axis=-1)
    stored = np.zeros((*SIZE, 3), np.uint16)
    stored[..., 2], stored[..., 1] = ((place + 128) * 32).transpose(2, 0, 1) * seen  # BGR
    stored[..., 0] = 2 * seen
    cv2.imwrite(str(path), stored)


@pytest.fixture
def root(tmp_path):
    for number in ("000000", "000001"):
        folder = tmp_path / "pairs" / number
        for side in "ab":
            picture(folder / f"person_{side}.jpg")
            picture(folder / f"flat_{side}.jpg")
            labels(folder / f"parsing_{side}.png", [0, 5 if side == "a" else 7, 15])
            garment_outline(folder / f"flat_parsing_{side}.png")
            write_flow(folder / f"flow_{side}.png", (1.5, -2.0))
        openpose(folder / "keypoints.json")
    text(tmp_path / "pairs.txt", ["000000 upper easy", "000001 dress turned"])
    return tmp_path


def test_the_wearer_of_a_in_b_has_a_truth(root):
    source = open_source(root)
    assert source.layout == "rendered" and check_source(source).complete
    sample = TryOnDataset(source, "test", Pairing.UNPAIRED)[1]
    assert sample.pair.strata == {"difficulty": "turned"} and sample.pair.category == "dress"
    assert not np.array_equal(sample.truth.pixels, sample.person.pixels)
    assert 7 in sample.truth_parsing and 7 not in sample.person_annotation.parsing
    assert sample.person_annotation.point("nose") == pytest.approx([30.0, 12.0])
    paired = TryOnDataset(source, "test", Pairing.PAIRED)[1]
    assert np.array_equal(paired.truth.pixels, paired.person.pixels)


def test_the_flow_is_read_where_the_garment_shows(root):
    sample = TryOnDataset(open_source(root), "test", Pairing.UNPAIRED)[0]
    half = SIZE[1] // 2
    assert np.isnan(sample.truth_flow[:, :, :half]).all()
    moved = pixels_from_flow(sample.truth_flow, SIZE) - pixels_from_flow(identity_flow(*SIZE), SIZE)
    assert moved[0, :, half:] == pytest.approx(1.5, abs=1e-3)
    assert moved[1, :, half:] == pytest.approx(-2.0, abs=1e-3)


def test_what_is_broken_is_told(root):
    with pytest.raises(InputError, match="no flow picture"):
        read_flow_picture(root / "pairs" / "000000" / "parsing_a.png")
    (root / "pairs" / "000001" / "flat_b.jpg").unlink()
    report = check_source(open_source(root))
    assert report.lists[0].usable == 1 and report.lists[1].usable == 2
    text(root / "pairs.txt", ["000000 hats easy"])
    with pytest.raises(InputError, match="line 1"):
        open_source(root).pairs("test", Pairing.UNPAIRED)
