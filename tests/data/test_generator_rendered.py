"""Rendered pairs, drawn, as the generator's training reads them."""

import json

import cv2
import numpy as np
import pytest

from gpvton.data.generator_rendered import pack_rendered_splits, rendered_pair, rendered_pairs
from gpvton.data.generator_shards import GeneratorShards
from gpvton.data.sources.reader import open_source
from gpvton.domain.errors import InputError
from gpvton.domain.writing import write_image
from tests.data.sources import trees
from tests.figures import person, top

SCALE, SHIFT = 32.0, 128.0


@pytest.fixture
def root(tmp_path):
    """Pair 0 (held out) and pair 1: short and long sleeves; the flow is the worn garment's own."""
    lines = []
    for number in range(2):
        folder = tmp_path / "some" / "pairs" / f"{number:06d}"
        folder.mkdir(parents=True)
        for side, sleeve in (("a", 0.6), ("b", 1.5)):
            pixels, annotation = person(sleeve=sleeve)
            flat, lying = top()
            write_image(folder / f"person_{side}.jpg", pixels)
            write_image(folder / f"flat_{side}.jpg", flat)
            write_image(folder / f"parsing_{side}.png", annotation.parsing)
            write_image(folder / f"flat_parsing_{side}.png", lying.parsing)
            worn = np.isin(annotation.parsing, (5, 21, 22))
            y, x = np.mgrid[: worn.shape[0], : worn.shape[1]]
            stored = np.zeros((*worn.shape, 3), np.uint16)
            for channel, place in ((2, 150 + 0 * x), (1, 100 + 0 * y)):  # one place of the flat
                stored[..., channel] = ((place + SHIFT) * SCALE * worn).astype(np.uint16)
            stored[..., 0] = 2 * worn
            cv2.imwrite(str(folder / f"flow_{side}.png"), stored)
            points = {"people": [{"pose_keypoints_2d": annotation.keypoints.ravel().tolist()}]}
            (folder / "keypoints.json").write_text(json.dumps(points))
        lines.append(f"{number:06d} upper easy")
    (tmp_path / "some" / "pairs.txt").write_text("\n".join(lines) + "\n")
    return tmp_path / "some"


def test_both_outfits_come_with_their_garment_where_the_true_flow_lays_it(root):
    source = open_source(root)
    read = rendered_pair(source, rendered_pairs(source, validation=None)[1])
    flat, _ = top()
    for name, sleeve in (("a", 0.6), ("b", 1.5)):
        side = read.sides[name]
        _, annotation = person(sleeve=sleeve)
        assert np.array_equal(side.person.parsing, annotation.parsing)
        worn = np.isin(annotation.parsing, (5, 21, 22))
        assert np.array_equal(side.garment[..., 3] > 0, worn)
        off = np.abs(side.garment[worn][:, :3].astype(int) - flat[100, 150].astype(int))
        assert off.max() < 12  # the flat picture was stored as JPEG


def test_every_twentieth_pair_is_held_out_and_a_packed_one_is_kept(root, tmp_path):
    told: list[str] = []
    counts = pack_rendered_splits(root, tmp_path / "shards", told.append)
    assert counts == {"train-rendered-some": 2, "validation-rendered-some": 2}
    shards = GeneratorShards([tmp_path / "shards" / "train-rendered-some"])
    assert len(shards) == 2 and shards.group(0) == [0, 1]
    assert all(name.startswith("rendered/some_000001") for name in shards.names)
    assert pack_rendered_splits(root, tmp_path / "shards", told.append) == counts
    assert len(told) == 2


def test_another_layout_is_refused(tmp_path):
    trees.own(tmp_path)
    with pytest.raises(InputError, match="expected what gpvton synthesize writes"):
        rendered_pairs(open_source(tmp_path), validation=None)
