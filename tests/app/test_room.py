"""The fitting room without its page: visits, previews, strokes."""

import zipfile

import numpy as np
import pytest

from gpvton.app import room
from gpvton.app.preview import brought_to, preview_of
from gpvton.app.strokes import Stroke
from gpvton.domain.errors import InputError, PersonError, SeveralPeopleError
from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.domain.labels import PersonLabel
from gpvton.pipeline import TryOn
from gpvton.refine.adjustments import Adjustments
from gpvton.refine.file import read_adjustments
from tests.figures import person, top


def pipeline(garment=None, refuse=None):
    wearer = person()[1]
    worn = (garment or top())[1]

    def analyse(pixels):
        if refuse is not None:
            raise refuse
        return wearer

    return TryOn(analyse, lambda pixels, alpha: worn)


def visited(garment=None):
    garment = garment or top()
    try_on = pipeline(garment)
    return room.dressed(room.greet(try_on, person()[0]), try_on, garment[0], None), try_on


def test_a_preview_shows_the_same_in_small():
    import cv2

    visit, _ = visited()
    result = visit.look.result.refine(hem_length=0.8)
    small = preview_of(result, 320)
    assert max(small.image.shape) == 320 and small.adjustments.hem_length == 1.0
    shown = small.refine(brought_to(result.adjustments, result, small))
    target = cv2.resize(result.image, shown.image.shape[1::-1], interpolation=cv2.INTER_AREA)
    assert np.abs(shown.image.astype(int) - target).mean() < 3.0


def test_a_preview_is_never_larger():
    visit, _ = visited()
    assert preview_of(visit.look.result, 4000) is visit.look.result


def test_places_and_masks_are_brought_to_the_other_size():
    visit, _ = visited()
    result = visit.look.result
    small = preview_of(result, 256)
    keep = np.zeros(result.image.shape[:2], bool)
    keep[100:200] = True
    wanted = Adjustments(keypoints={"left_elbow": (200.5, 100.5), "neck": None}, keep=keep)
    there = brought_to(wanted, result, small)
    assert there.keypoints["left_elbow"] == pytest.approx((100.0, 50.0))
    assert there.keypoints["neck"] is None
    assert there.keep.shape == small.image.shape[:2] and there.keep[60].all()
    assert there.keep.mean() == pytest.approx(keep.mean(), abs=0.01)


def test_changes_are_made_to_the_preview_and_then_to_the_whole():
    visit, _ = visited()
    look = visit.look.changed(hem_length=0.7).changed(keypoints={"left_elbow": (280.0, 170.0)})
    look = look.changed(keypoints={"right_elbow": (100.0, 170.0)})
    assert set(look.wanted.keypoints) == {"left_elbow", "right_elbow"}
    full = look.full()
    assert full.adjustments.hem_length == 0.7
    index = KEYPOINT_INDEX["left_elbow"]
    assert tuple(full.person.annotation.keypoints[index, :2]) == (280.0, 170.0)


def test_the_history_keeps_what_was_seen():
    visit, try_on = visited()
    visit = room.dressed(visit, try_on, top(colour=(10, 10, 200))[0], None)
    assert len(visit.looks) == len(visit.history) == 2 and visit.current == 1
    changed = visit.look.changed(hem_length=0.8)
    visit = visit.with_look(changed)
    assert visit.history[0] is changed and visit.looks[1] is changed
    again = room.shown_from_history(visit, 1)
    assert again.look is visit.history[1] and again.history == visit.history
    assert room.shown_from_history(visit, 99) is visit


def test_another_category_takes_the_looks_place():
    visit, try_on = visited()
    other = room.as_category(visit, try_on, "dress")
    assert other.look.result.category == "dress"
    assert len(other.looks) == 1 and len(other.history) == 1


def test_without_a_person_there_is_nothing_to_dress():
    with pytest.raises(InputError, match="person first"):
        room.dressed(room.Visit(), pipeline(), top()[0], None)


def test_several_people_are_offered(monkeypatch):
    boxes = ((0, 0, 100, 300), (120, 0, 250, 300))
    try_on = pipeline(refuse=SeveralPeopleError("two"))
    monkeypatch.setattr(TryOn, "find_people", lambda self, photo: boxes)
    visit = room.greet(try_on, person()[0])
    assert visit.people == boxes and visit.person is None
    monkeypatch.setattr(TryOn, "find_people", lambda self, photo: boxes[:1])
    with pytest.raises(SeveralPeopleError):
        room.greet(try_on, person()[0])
    with pytest.raises(PersonError, match="nobody"):
        room.greet(pipeline(refuse=PersonError("nobody")), person()[0])


def test_painting_is_part_of_the_wishes_until_it_is_taken_back():
    look = visited()[0].look
    bag = Stroke(brush="bag", width=0.08, path=((0.5, 0.34),))
    done = look.changed(strokes=(bag,)).changed(hem_length=0.9)
    assert done.strokes == (bag,)
    assert done.wanted.parsing[174, 192] == PersonLabel.BAG and done.wanted.hem_length == 0.9
    photo = done.result.person.photo.pixels
    np.testing.assert_array_equal(done.full().image[168:180, 186:198], photo[168:180, 186:198])
    back = done.changed(strokes=()).changed(hem_length=1.0)
    assert back.wanted.parsing is None
    np.testing.assert_array_equal(back.full().image, look.full().image)


def test_all_files_of_the_corrections_come_together(tmp_path):
    look = visited()[0].look.changed(hem_length=0.9)
    alone = room.write_wishes(tmp_path, "plain", look.wanted)
    assert read_adjustments(alone).hem_length == 0.9
    look = look.changed(strokes=(Stroke(brush="keep", width=0.1, path=((0.5, 0.5),)),))
    with zipfile.ZipFile(room.write_wishes(tmp_path, "painted", look.wanted)) as files:
        files.extractall(tmp_path / "there")
    again = read_adjustments(tmp_path / "there" / "painted.json")
    np.testing.assert_array_equal(again.keep, look.wanted.keep)


def test_the_samples_are_there():
    from pathlib import Path

    files = room.sample_people() + room.sample_garments()
    assert len(files) >= 10 and all(Path(path).is_file() for path in files)


def test_a_huge_picture_is_made_smaller_and_that_is_said(monkeypatch):
    monkeypatch.setattr(room, "LARGEST", 200)
    pixels = person()[0]
    photo = room.taken_in(pixels, pipeline())
    assert max(photo.size) == 200 < max(pixels.shape)
    assert photo.size[0] / photo.size[1] == pytest.approx(pixels.shape[0] / pixels.shape[1], 0.02)
    assert f"{photo.size[1]} x {photo.size[0]}" in photo.warnings[-1]
    monkeypatch.setattr(room, "LARGEST", 10_000)
    same = room.taken_in(pixels, pipeline())
    np.testing.assert_array_equal(same.pixels, pixels)
    assert not same.warnings
