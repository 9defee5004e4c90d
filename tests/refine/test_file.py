"""Adjustments as a file: what is written is read again; what is wrong is named."""

import json

import numpy as np
import pytest
from PIL import Image

from gpvton.domain.errors import InputError
from gpvton.refine.adjustments import Adjustments, Tuck
from gpvton.refine.file import read_adjustments, write_adjustments


def test_what_is_written_is_read_again(tmp_path):
    keep = np.zeros((20, 30), bool)
    keep[3:9, 4:20] = True
    parsing = np.full((20, 30), 255, np.uint8)
    parsing[5:7, 5:7] = 23
    wanted = Adjustments(
        keypoints={"left_elbow": (np.float32(4.5), np.float32(8)), "right_wrist": None},
        landmarks={"hem_left": (3.0, 9.0)},
        parsing=parsing,
        keep=keep,
        hem_length=0.85,
        tuck=Tuck.IN,
        in_front_of=frozenset({"hair", "bag"}),
    )
    written = write_adjustments(tmp_path / "look.json", wanted)
    assert sorted(path.name for path in written) == [
        "look-keep.png",
        "look-parsing.png",
        "look.json",
    ]
    back = read_adjustments(tmp_path / "look.json")
    for name in ("keypoints", "landmarks", "hem_length", "sleeve_length", "tuck", "in_front_of"):
        assert getattr(back, name) == getattr(wanted, name)
    np.testing.assert_array_equal(back.keep, keep)
    np.testing.assert_array_equal(back.parsing, parsing)
    assert back.free is None


def test_an_empty_file_changes_nothing(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("{}")
    assert json.loads(write_adjustments(path, read_adjustments(path))[0].read_text()) == {}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is no JSON"),
        ("[1]", "a list, expected an object"),
        ('{"hem": 1}', "unknown field 'hem', expected some of keypoints"),
        ('{"hem_length": "long"}', 'hem_length is "long", expected a number'),
        ('{"hem_length": true}', "hem_length is true"),
        ('{"sleeve_length": 9}', r"sleeve_length is 9\.0, expected a factor"),
        ('{"tuck": "half"}', 'tuck is "half", expected one of auto, in, out'),
        ('{"in_front_of": "hair"}', 'in_front_of is "hair", expected a list'),
        ('{"keypoints": [1, 2]}', "keypoints is a list"),
        ('{"keypoints": {"left_elbow": [1]}}', r"keypoints\.left_elbow is \[1\]"),
        ('{"keypoints": {"elbow": [1, 2]}}', "keypoints names 'elbow'"),
        ('{"landmarks": {"hem_left": null}}', r"landmarks\.hem_left is null"),
        ('{"keep": "gone.png"}', "keep: cannot read"),
        ('{"keep": 3}', "keep is the value 3, expected the name of a picture"),
        ('{"parsing": "labels.png"}', "parsing holds the value 99"),
    ],
)
def test_the_bad_field_is_named(tmp_path, content, message):
    Image.fromarray(np.full((4, 5), 99, np.uint8)).save(tmp_path / "labels.png")
    path = tmp_path / "a.json"
    path.write_text(content)
    with pytest.raises(InputError, match=message) as caught:
        read_adjustments(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"cannot read .*none\.json"):
        read_adjustments(tmp_path / "none.json")
