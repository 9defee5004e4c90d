"""Key points from a look and from its mirror image."""

from types import SimpleNamespace

import numpy as np

from gpvton.analysis.framing import whole
from gpvton.analysis.person_look import Look, beside, look_at, mirrored
from gpvton.domain.keypoints import KEYPOINT_COUNT, KEYPOINT_INDEX

SIZE = (96, 64)
LEFT, RIGHT = (KEYPOINT_INDEX[f"{side}_wrist"] for side in ("left", "right"))


class DotGraph:
    """Takes the bright dot on the picture's right for the left wrist, the other for the right.

    shift: by how many cells it is off to the picture's right, whatever it looks at.
    """

    def __init__(self, shift=0, **settings):
        self.shift, self.sizes = shift, []
        self.config = SimpleNamespace(
            input_size=SIZE, mean=(0.0,) * 3, scale=(255.0,) * 3, settings=settings
        )

    def __call__(self, image):
        self.sizes.append(image.shape[2:])
        grey = image[0].mean(axis=0)
        cells = grey.reshape(grey.shape[0] // 4, 4, grey.shape[1] // 4, 4).mean(axis=(1, 3))
        cells = np.roll(cells, self.shift, axis=1)
        half = cells.shape[1] // 2
        heat = np.full((1, KEYPOINT_COUNT, *cells.shape), -20.0, np.float32)
        heat[0, LEFT, :, half:] = 40 * cells[:, half:]
        heat[0, RIGHT, :, :half] = 40 * cells[:, :half]
        return {
            "parsing": np.zeros((1, 29, *cells.shape), np.float32),
            "silhouette": np.zeros((1, 1, *cells.shape), np.float32),
            "heat": heat,
            "missing": np.zeros((1, KEYPOINT_COUNT), np.float32),
        }


def photo():
    pixels = np.zeros((*SIZE, 3), np.uint8)
    pixels[40:52, 44:52] = 255  # the wearer's left wrist
    pixels[64:76, 12:20] = 255
    return pixels


def looks(graph):
    first = look_at(graph, photo(), whole(SIZE, SIZE[1] / SIZE[0]), SIZE)
    return first, mirrored(graph, photo(), first)


def test_the_mirror_says_left_where_the_picture_does():
    graph = DotGraph(size_multiple=32)
    first, both = looks(graph)
    assert graph.sizes == [SIZE, (64, 64)]
    assert np.abs(both.points[[LEFT, RIGHT], :2] - [(47.5, 45.5), (15.5, 69.5)]).max() < 3
    assert np.abs(both.points - first.points)[[LEFT, RIGHT], :2].max() < 3
    assert both.points[[LEFT, RIGHT], 2].min() > 0.3


def test_what_is_off_to_one_side_is_so_to_the_other_in_the_mirror():
    first, both = looks(DotGraph(shift=1, size_multiple=16))
    true = np.array([47.5, 15.5])
    assert (first.points[[LEFT, RIGHT], 0] - true > 2.5).all()
    off, mean = (np.abs(look.points[[LEFT, RIGHT], 0] - true) for look in (first, both))
    assert (mean < off - 1).all()


def test_weights_for_one_size_look_once():
    graph = DotGraph()
    first, both = looks(graph)
    assert both is first and len(graph.sizes) == 1


def test_what_lies_where_somebody_was_painted_out_does_not_count():
    hidden = np.zeros((120, 80), np.uint8)
    hidden[:, :40] = 1
    points = np.zeros((KEYPOINT_COUNT, 3), np.float32)
    points[LEFT], points[RIGHT] = (60, 50, 0.9), (20, 50, 0.9)
    look = Look(
        logits=np.zeros((29, 24, 16), np.float32),
        silhouette=np.ones((24, 16), np.float32),
        heat=np.zeros((KEYPOINT_COUNT, 12, 8), np.float32),
        missing=np.zeros(KEYPOINT_COUNT, np.float32),
        points=points,
        frame=whole((120, 80), SIZE[1] / SIZE[0]),
    )
    left = beside(look, hidden)
    assert (left.silhouette[:, :8] == 0).all() and (left.silhouette[:, 8:] == 1).all()
    assert left.points[LEFT, 2] > 0 and left.points[RIGHT, 2] == 0
    assert (look.silhouette == 1).all()
