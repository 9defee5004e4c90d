"""Annotations given back to the pipeline, with the real geometry on drawn figures."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from gpvton.analysis.annotation_files import write_garment, write_person
from gpvton.cli.main import run
from gpvton.domain.annotations import Facing, PersonView
from gpvton.domain.errors import InputError, UnfitError
from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.domain.notices import NoticeKind, kinds
from gpvton.pipeline import TryOn
from tests import figures


def _nobody(*asked):
    raise AssertionError("nothing must be analysed")


TRY_ON = TryOn(_nobody, _nobody)


@pytest.fixture(scope="module")
def drawn():
    return figures.person(), figures.top()


def _files(tmp_path, drawn):
    (photo, person), (picture, garment) = drawn
    write_person(tmp_path / "anna.json", person)
    write_garment(tmp_path / "shirt.json", garment)
    Image.fromarray(photo).save(tmp_path / "anna.png")
    Image.fromarray(picture).save(tmp_path / "shirt.png")


def _dressed(tmp_path):
    return TRY_ON(
        TRY_ON.prepare_person(tmp_path / "anna.png", annotation=tmp_path / "anna.json"),
        TRY_ON.prepare_garment(tmp_path / "shirt.png", annotation=tmp_path / "shirt.json"),
    )


def test_files_give_what_the_values_give(tmp_path, drawn):
    _files(tmp_path, drawn)
    (photo, person), (picture, garment) = drawn
    direct = TRY_ON(
        TRY_ON.prepare_person(photo, annotation=person),
        TRY_ON.prepare_garment(picture, annotation=garment),
    )
    by_files = _dressed(tmp_path)
    difference = np.abs(by_files.image.astype(int) - direct.image)
    assert difference.max() <= 3  # points are stored to a thousandth, masks to 256 levels


def test_an_edited_point_and_an_edited_label_change_the_result(tmp_path, drawn):
    _files(tmp_path, drawn)
    before = _dressed(tmp_path)
    (_, person), _ = drawn
    points = person.keypoints.copy()
    points[KEYPOINT_INDEX["left_elbow"], :2] += (25, -25)
    write_person(tmp_path / "anna.json", replace(person, keypoints=points))
    moved = _dressed(tmp_path)
    assert (moved.edit_mask != before.edit_mask).any()
    path = tmp_path / "anna_parsing.png"
    write_person(tmp_path / "anna.json", person)
    with Image.open(path) as picture:
        labels, palette = np.array(picture), picture.getpalette()
    rows, columns = np.nonzero(before.edit_mask)
    middle = (int(rows.mean()), int(columns.mean()))
    bag = (slice(middle[0] - 12, middle[0] + 12), slice(middle[1] - 12, middle[1] + 12))
    labels[bag] = 23  # a bag hangs before the garment
    edited = Image.fromarray(labels)
    edited.putpalette(palette)
    edited.save(path)
    kept = _dressed(tmp_path)
    inner = (slice(middle[0] - 6, middle[0] + 6), slice(middle[1] - 6, middle[1] + 6))
    assert np.array_equal(kept.image[inner], kept.person.photo.pixels[inner])
    assert not np.array_equal(before.image[inner], kept.image[inner])


def test_an_annotation_of_another_size_is_refused(drawn):
    (photo, person), _ = drawn
    with pytest.raises(InputError, match="the photo that was annotated"):
        TRY_ON.prepare_person(photo[:-10], annotation=person)


@pytest.mark.parametrize(
    ("facing", "kind"), [(Facing.BACK, NoticeKind.BACK_VIEW), (Facing.SIDE, NoticeKind.TURNED)]
)
def test_a_front_on_a_back_or_a_side_is_a_typed_warning_and_strictly_refused(drawn, facing, kind):
    (photo, person), (picture, garment) = drawn
    turned = replace(person, view=PersonView(facing=facing))
    pair = (
        TRY_ON.prepare_person(photo, annotation=turned),
        TRY_ON.prepare_garment(picture, annotation=garment),
    )
    assert kind in kinds(TRY_ON(*pair).warnings)
    with pytest.raises(UnfitError, match=r"front|turned"):
        TRY_ON(*pair, strict=True)
    straight = TRY_ON.prepare_person(photo, annotation=person)
    assert not kinds(TRY_ON(straight, pair[1], strict=True).warnings) & {kind}
    if facing is Facing.BACK:
        backs = replace(pair[1], annotation=replace(garment, side=Facing.BACK))
        assert kind not in kinds(TRY_ON(pair[0], backs, strict=True).warnings)


def test_the_command_line_takes_annotations_and_is_strict(tmp_path, monkeypatch, drawn, capsys):
    monkeypatch.chdir(tmp_path)
    _files(tmp_path, drawn)
    monkeypatch.setattr("gpvton.cli.options.load", lambda *given, **how: TRY_ON)
    asked = ["try", "anna.png", "shirt.png", "--person-annotation", "anna.json"]
    asked += ["--garment-annotation", "shirt.json", "--strict", "-q"]
    with pytest.raises(SystemExit) as stop:
        run(asked)
    assert not stop.value.code
    made = np.array(Image.open("anna_shirt.png"))
    assert np.array_equal(made, _dressed(tmp_path).image)
    person = replace(drawn[0][1], view=PersonView(facing=Facing.BACK))
    write_person(tmp_path / "anna.json", person)
    for extra, match in ((["--strict"], "from behind"), (["--garment-annotation", "b"], "2 times")):
        with pytest.raises(SystemExit) as stop:
            run(asked[:-2] + extra + ["-o", "no.png"])
        assert stop.value.code == 2 and match in capsys.readouterr().err
    assert not (tmp_path / "no.png").exists()
