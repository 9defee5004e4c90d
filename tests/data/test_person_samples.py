import numpy as np
import pytest

from gpvton.data.person_samples import person_names, person_samples
from gpvton.domain.errors import InputError
from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.domain.labels import PersonLabel as P
from tests.data.figures import SIZE, write_data_folder


@pytest.fixture
def folder(tmp_path):
    write_data_folder(tmp_path)
    return tmp_path


def test_validation_photos_are_held_out(folder):
    assert person_names(folder, "validation") == ["street/0010", "studio/mp03-blue_main"]
    train = person_names(folder, "train")
    assert "street_unlabelled/1005" in train and "street/0010" not in train
    assert len(person_names(folder)) == len(train) + 2


def test_every_group_brings_what_it_knows(folder):
    samples = {sample.name: sample for sample in person_samples(folder)}
    street = samples["street/0001"]
    assert street.image.shape == (*SIZE, 3)
    assert street.parsing[110, 100] == P.UPPER_TORSO and street.parsing[5, 5] == P.BACKGROUND
    assert street.keypoints[KEYPOINT_INDEX["nose"], 2] == 1
    assert set(np.unique(samples["street_unlabelled/1005"].parsing)) == {255}
    studio = samples["studio/mh01-red_main"]
    assert studio.garment is not None and studio.garment[110, 100]
    assert studio.parsing[110, 100] == P.UPPER_TORSO and studio.parsing[200, 100] == 254


def test_a_folder_without_photos_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"keypoints\.json"):
        person_names(tmp_path)
