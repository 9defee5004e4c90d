import json

import numpy as np
import pytest
from PIL import Image

from gpvton.analysis.pose_files import openpose_values
from gpvton.data.rendered_people import rendered_people
from gpvton.domain.errors import InputError


def test_both_photos_of_every_finished_pair(tmp_path):
    folder = tmp_path / "some" / "pairs" / "000007"
    folder.mkdir(parents=True)
    with pytest.raises(InputError, match="gpvton synthesize"):
        list(rendered_people(tmp_path))
    points = np.zeros((25, 3), np.float32)
    points[0], points[4] = (5, 6, 1.0), (7, 8, 0.5)
    (folder / "keypoints.json").write_text(json.dumps(openpose_values(points)))
    for letter in "ab":
        Image.fromarray(np.full((80, 64, 3), 9, np.uint8)).save(folder / f"person_{letter}.jpg")
    labels = np.zeros((80, 64), np.uint8)
    labels[10:70, 20:40] = 6
    Image.fromarray(labels).save(folder / "parsing_a.png")
    (sample,) = rendered_people(tmp_path)  # b has no labels yet
    assert sample.name == "rendered/some_000007_a"
    assert np.array_equal(sample.parsing, labels) and np.array_equal(sample.person, labels > 0)
    assert sample.keypoints[[0, 4, 5], 2].tolist() == [1, 1, 0]  # hidden points are known too
