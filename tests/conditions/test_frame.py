import numpy as np
import pytest

from gpvton.conditions.frame import Frame, frame_around, garment_frame


def test_points_and_places_go_there_and_back():
    frame = Frame(left=3.5, top=-2.0, rate=0.7, size=(20, 16))
    places = np.array([[0.0, 0.0], [7.25, 3.5]])
    assert np.allclose(frame.points_back(frame.points(places)), places)
    coordinates = frame.coordinates()
    assert np.allclose(frame.places(frame.flow(coordinates)), coordinates, atol=1e-4)


def test_the_frames_own_pixels_flow_to_themselves():
    frame = Frame(left=5.0, top=1.0, rate=2.0, size=(8, 6))
    flow = frame.flow(frame.coordinates())
    assert np.allclose(flow[0, 0], (2 * np.arange(6) + 1) / 6 - 1, atol=1e-5)


@pytest.mark.parametrize("rate", [2.0, 1.0, 0.31])
def test_a_cut_shows_what_lies_at_its_coordinates(rate):
    y, x = np.mgrid[:90, :120].astype(np.float32)
    frame = Frame(left=20.0, top=12.0, rate=rate, size=(20, 16))
    cut = frame.cut(x + 2 * y)
    at = frame.coordinates()
    inside = (at[0] < 115) & (at[1] < 85)
    assert np.abs(cut - (at[0] + 2 * at[1]))[inside].max() < 0.15 / min(rate, 1)


def test_labels_are_not_mixed_and_outside_is_filled():
    labels = np.full((10, 10), 7, np.uint8)
    cut = Frame(left=-5.0, top=-5.0, rate=1.3, size=(20, 20)).cut(labels, labels=True, fill=3)
    assert set(np.unique(cut)) == {3, 7}


def test_a_frame_holds_its_box_and_a_garment_fills_it():
    frame = frame_around(np.array([10.0, 20.0]), np.array([30.0, 90.0]), (256, 192))
    corners = frame.points(np.array([[10.0, 20.0], [30.0, 90.0]]))
    assert (corners > -1).all() and (corners < [192, 256]).all()
    mask = np.zeros((100, 80), np.float32)
    mask[30:70, 20:60] = 1
    cut = garment_frame(mask, (256, 192)).cut(mask)
    assert 0.5 < (cut > 0.5).mean() < 0.75
