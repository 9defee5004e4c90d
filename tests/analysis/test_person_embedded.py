"""The analyst with the weights that the package ships, on real photos."""

import numpy as np
import pytest
from skimage import data

from gpvton.analysis.person import EMBEDDED, PersonAnalyst
from gpvton.domain.annotations import Facing, Framing
from gpvton.domain.errors import PersonError
from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.domain.labels import PersonLabel as P

pytestmark = pytest.mark.skipif(not EMBEDDED.is_dir(), reason="no embedded person analyst")


@pytest.fixture(scope="module")
def analyst():
    return PersonAnalyst.from_folder(threads=1)


@pytest.fixture(scope="module")
def astronaut(analyst):
    """Half a body, facing us: 512 x 512, the face near (225, 120)."""
    return analyst(data.astronaut())


def test_a_stranger_in_an_unseen_place(astronaut):
    assert astronaut.parsing.shape == (512, 512)
    assert astronaut.parsing[120, 225] == P.FACE
    assert astronaut.parsing[40, 450] == P.BACKGROUND
    assert np.hypot(*(astronaut.point("nose") - (225, 130))) < 25


def test_left_is_the_wearers_left(astronaut):
    left, right = astronaut.point("left_shoulder"), astronaut.point("right_shoulder")
    assert left[0] > right[0] + 100


def test_what_is_outside_the_photo_is_missing(astronaut):
    feet = [KEYPOINT_INDEX[name] for name in ("left_ankle", "right_ankle", "left_knee")]
    assert (astronaut.keypoints[feet, 2] < 0.3).all()


@pytest.mark.parametrize("picture", ["chelsea", "coffee"])
def test_a_cat_or_a_cup_is_nobody(analyst, picture):
    with pytest.raises(PersonError, match="no person"):
        analyst(getattr(data, picture)())


def test_a_blank_picture_is_nobody(analyst):
    for level in (0, 128, 255):
        with pytest.raises(PersonError, match="no person"):
            analyst(np.full((400, 300, 3), level, np.uint8))


def test_mirroring_the_photo_mirrors_the_answer(analyst, astronaut):
    mirrored = analyst(np.ascontiguousarray(data.astronaut()[:, ::-1]))
    left, right = mirrored.point("left_shoulder"), astronaut.point("right_shoulder")
    assert np.hypot(511 - left[0] - right[0], left[1] - right[1]) < 20
    same = (mirrored.parsing[:, ::-1] > 0) == (astronaut.parsing > 0)
    assert same.mean() > 0.93


def test_how_the_person_is_seen(astronaut):
    assert astronaut.view.facing == Facing.FRONT
    assert astronaut.view.framing in (Framing.HEAD, Framing.HALF) and astronaut.view.people == 1
    assert sum(astronaut.view.facing_scores.values()) == pytest.approx(1, abs=1e-5)
    assert astronaut.view.parts["face"] > 0.7
    sure = astronaut.view.confidence
    assert sure.shape == (320, 320) and sure[75, 140] > sure.min()  # the face


def test_trousers_alone_are_nobody(analyst):
    from gpvton.domain.images import read_photo

    samples = EMBEDDED.parent.parent.parent / "samples" / "garments"
    with pytest.raises(PersonError, match="no person was found"):
        analyst(read_photo(samples / "blue-jeans.jpg").pixels)
