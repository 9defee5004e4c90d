import numpy as np
import pytest

from gpvton.analysis.faces import clear_faces
from gpvton.domain.labels import PersonLabel


def _parsing(*boxes):
    """Probabilities with faces: x0, y0, x1, y1, how sure."""
    parsing = np.zeros((29, 60, 80), np.float32)
    for x0, y0, x1, y1, sure in boxes:
        parsing[PersonLabel.FACE, y0:y1, x0:x1] = sure
    parsing[PersonLabel.BACKGROUND] = 1 - parsing.sum(0)
    return parsing


@pytest.mark.parametrize(
    ("other", "count"),
    [
        ((40, 10, 50, 20, 0.9), 2),
        ((40, 10, 50, 20, 0.6), 1),  # not sure
        ((40, 10, 43, 13, 0.9), 1),  # a hand, say
        ((22, 10, 32, 20, 0.9), 1),  # the same face, cut by hair
    ],
)
def test_clear_faces_count(other, count):
    parsing = _parsing((10, 10, 20, 20, 0.95), other)
    faces = clear_faces(parsing, np.ones((60, 80), bool))
    assert len(faces) == count
    assert (faces[0].x, faces[0].y, faces[0].side) == (14.5, 14.5, 10)


def test_faces_of_passers_by_and_glasses():
    parsing = _parsing((10, 10, 20, 20, 0.95), (40, 10, 50, 20, 0.9))
    person = np.zeros((60, 80), bool)
    person[:, :30] = True
    assert len(clear_faces(parsing, person)) == 1
    parsing[[PersonLabel.FACE, PersonLabel.GLASSES], 14, 10:20] = [[0.1], [0.85]]
    assert clear_faces(parsing, person)[0].side == 10  # one face, not two halves
    assert clear_faces(np.zeros_like(parsing), person) == []
