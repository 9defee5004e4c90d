"""The analyst with a graph that sees colours: what is red is a person's torso, blue on it a face.

The real network is tested on drawn people in the `shared` tests and in the benchmark.
"""

from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from gpvton.analysis.people import find_people
from gpvton.analysis.person import PersonAnalyst
from gpvton.domain.errors import InputError, PersonError, SeveralPeopleError
from gpvton.domain.keypoints import KEYPOINT_COUNT, KEYPOINT_INDEX
from gpvton.domain.labels import PersonLabel

SIZE = (96, 72)
PLACES = {  # share of the red box's width and height
    "nose": (0.5, 0.05),
    "left_shoulder": (0.9, 0.2),
    "right_shoulder": (0.1, 0.2),
    "left_hip": (0.8, 0.55),
    "right_hip": (0.2, 0.55),
    "left_ankle": (0.8, 0.97),
    "right_ankle": (0.2, 0.97),
    "left_small_toe": (0.9, 0.99),
}


class ColourGraph:
    """Answers like the network would, from the largest red box of the window."""

    config = SimpleNamespace(input_size=SIZE, mean=(127.5,) * 3, scale=(127.5,) * 3, settings={})

    def __init__(self, smallest=0):
        self.calls = 0
        self.smallest = smallest  # lower boxes are overlooked

    def __call__(self, image):
        self.calls += 1
        height, width = image.shape[2:]
        pixels = image[0].transpose(1, 2, 0)
        red = (pixels[..., 0] > 0.5) & (pixels[..., 1] < 0)
        half = cv2.resize(red.astype(np.float32), (width // 2, height // 2))
        parsing = np.full((29, *half.shape), -9, np.float32)
        parsing[PersonLabel.UPPER_TORSO] = 20 * half - 10
        parsing[PersonLabel.BACKGROUND] = 10 - 20 * half
        blue = red & (pixels[..., 2] > 0.5)
        parsing[PersonLabel.FACE] = 40 * cv2.resize(blue.astype(np.float32), half.shape[::-1]) - 20
        heat = np.full((KEYPOINT_COUNT, height // 4, width // 4), -9, np.float32)
        missing = np.full(KEYPOINT_COUNT, 20, np.float32)
        count, _, stats, _ = cv2.connectedComponentsWithStats(red.astype(np.uint8))
        if count > 1 and stats[1:, 3].max() >= self.smallest:
            x, y, wide, high, _ = stats[1 + int(stats[1:, 4].argmax())]
            for name, (u, v) in PLACES.items():
                place = (x + u * wide) / 4 - 0.5, (y + v * high) / 4 - 0.5
                rows, columns = np.mgrid[: heat.shape[1], : heat.shape[2]]
                distance = (columns - place[0]) ** 2 + (rows - place[1]) ** 2
                heat[KEYPOINT_INDEX[name]] = 10 - distance / 2
                missing[KEYPOINT_INDEX[name]] = -20
        return {
            "parsing": parsing[None],
            "silhouette": (20 * half - 10)[None, None],
            "heat": heat[None],
            "missing": missing[None],
        }


def _photo(*boxes, size=(600, 500)):
    photo = np.full((*size, 3), 90, np.uint8)
    for x0, y0, x1, y1 in boxes:
        photo[y0:y1, x0:x1] = (255, 20, 20)
    return photo


def _annotate(photo):
    return PersonAnalyst(ColourGraph())(photo)


def test_everything_lies_in_the_photos_own_pixels():
    annotation = _annotate(_photo((200, 100, 320, 480)))
    truth = np.zeros((600, 500), bool)
    truth[100:480, 200:320] = True
    found = annotation.parsing == PersonLabel.UPPER_TORSO
    assert (found & truth).sum() / (found | truth).sum() > 0.93
    assert ((annotation.silhouette > 0.5) & truth).sum() / truth.sum() > 0.93
    x, y = annotation.point("left_shoulder")
    assert (x, y) == pytest.approx((308, 176), abs=5)


@pytest.mark.parametrize("scale", [0.25, 3])
def test_a_larger_or_smaller_photo_gives_the_same_person(scale):
    photo = _photo((200, 100, 320, 480))
    other = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    one, two = _annotate(photo), _annotate(other)
    assert two.parsing.shape == other.shape[:2]
    assert two.point("left_hip") / scale == pytest.approx(one.point("left_hip"), abs=6)


def test_a_person_cut_by_the_photos_edge_is_not_continued():
    annotation = _annotate(_photo((0, 200, 150, 600)))
    assert annotation.parsing.shape == (600, 500)
    assert (annotation.keypoints[:, 0] >= 0).all() and (annotation.keypoints[:, 1] <= 599).all()


def test_untrained_points_stay_missing():
    annotation = _annotate(_photo((200, 100, 320, 480)))
    assert annotation.point("left_small_toe") is None
    assert tuple(annotation.keypoints[KEYPOINT_INDEX["right_wrist"]]) == (0, 0, 0)


def test_nobody_is_an_error():
    with pytest.raises(PersonError, match="no person"):
        _annotate(_photo())


def test_two_people_of_like_size_are_an_error():
    with pytest.raises(PersonError, match="more than one person"):
        _annotate(_photo((60, 100, 180, 480), (300, 120, 420, 470)))


@pytest.mark.parametrize(("side", "people"), [(70, None), (36, 2), (12, 1)])
def test_people_who_touch_are_told_by_their_faces(side, people):
    photo = _photo((150, 100, 350, 480))
    photo[110:180, 155:225] = photo[110 : 110 + side, 275 : 275 + side] = (255, 20, 255)
    if people is None:
        with pytest.raises(SeveralPeopleError, match="more than one"):
            _annotate(photo)
    else:
        assert _annotate(photo).view.people == people


def test_people_who_touch_are_offered_one_by_one():
    photo = _photo((150, 100, 350, 480))
    photo[110:180, 155:225] = photo[110:180, 275:345] = (255, 20, 255)
    first, second = find_people(PersonAnalyst(ColourGraph()), photo)
    assert first[2] == second[0] == pytest.approx(250, abs=6)
    assert first[0] == pytest.approx(150, abs=16) and second[2] == pytest.approx(350, abs=16)


def test_small_passers_by_do_no_harm_and_are_not_parsed():
    annotation = _annotate(_photo((200, 100, 320, 480), (420, 60, 470, 200)))
    assert (annotation.parsing[60:200, 420:470] == 0).all()
    assert (annotation.silhouette[60:200, 420:470] < 0.5).all()


def test_a_person_who_is_small_in_a_large_photo_is_found():
    photo = _photo((1300, 1200, 1380, 1400), size=(2000, 1700))
    graph = ColourGraph(smallest=12)
    annotation = PersonAnalyst(graph)(photo)
    assert graph.calls > 9
    assert annotation.parsing[1300, 1330] == PersonLabel.UPPER_TORSO


def test_the_photo_is_not_changed_and_the_answer_repeats():
    photo = _photo((200, 100, 320, 480))
    copy, analyst = photo.copy(), PersonAnalyst(ColourGraph())
    one, two = analyst(photo), analyst(photo)
    assert np.array_equal(photo, copy)
    assert np.array_equal(one.parsing, two.parsing) and np.array_equal(one.keypoints, two.keypoints)


def test_another_kind_of_array_is_refused():
    with pytest.raises(InputError, match="uint8"):
        _annotate(np.zeros((20, 20), np.uint8))


class TwoSizesGraph(ColourGraph):
    """Weights that look coarsely first; `blind`: a coarse look sees nothing."""

    config = SimpleNamespace(
        input_size=SIZE,
        mean=(127.5,) * 3,
        scale=(127.5,) * 3,
        settings={"coarse_size": [SIZE[0] // 2, SIZE[1] // 2]},
    )

    def __init__(self, blind=False):
        super().__init__()
        self.blind, self.sizes = blind, []

    def __call__(self, image):
        self.sizes.append(image.shape[2])
        small = image.shape[2] < SIZE[0]
        return super().__call__(np.full_like(image, -1) if small and self.blind else image)


def test_people_are_found_and_counted_coarsely_and_read_finely():
    graph = TwoSizesGraph()
    PersonAnalyst(graph)(_photo((150, 100, 300, 550)))
    assert graph.sizes == [SIZE[0] // 2, SIZE[0], SIZE[0] // 2]


def test_what_a_coarse_look_does_not_see_is_looked_for_finely():
    graph = TwoSizesGraph(blind=True)
    found = PersonAnalyst(graph)(_photo((150, 100, 300, 550)))
    assert graph.sizes[:3] == [SIZE[0] // 2, SIZE[0], SIZE[0]]
    assert found.silhouette.max() > 0.5
