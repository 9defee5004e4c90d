import json

import numpy as np
import pytest
from PIL import Image

from gpvton.analysis.annotation_files import (
    outline_after,
    read_garment,
    read_person,
    write_garment,
    write_person,
)
from gpvton.analysis.palette import GARMENT_COLOURS, PERSON_COLOURS
from gpvton.domain.annotations import (
    Facing,
    Framing,
    GarmentAnnotation,
    PersonAnnotation,
    PersonView,
)
from gpvton.domain.errors import InputError
from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.domain.labels import GarmentLabel as G
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.notices import Notice, NoticeKind, kinds
from gpvton.domain.parts import Category


@pytest.fixture
def person():
    parsing = np.zeros((90, 70), np.uint8)
    parsing[20:80, 15:55] = P.UPPER_TORSO
    parsing[5:20, 25:45] = P.FACE
    silhouette = (parsing > 0).astype(np.float32)
    silhouette[:, 54] *= 0.4
    points = np.zeros((25, 3), np.float32)
    points[KEYPOINT_INDEX["nose"]] = 34.25, 12.5, 0.875
    view = PersonView(
        facing=Facing.SIDE,
        facing_scores={Facing.FRONT: 0.25, Facing.SIDE: 0.75},
        framing=Framing.HALF,
        people=2,
        parts={"face": 0.5},
    )
    notice = Notice(NoticeKind.TURNED, "turned away")
    return PersonAnnotation(
        parsing=parsing,
        keypoints=points,
        silhouette=silhouette,
        view=view,
        warnings=(notice, "a plain one"),
    )


@pytest.fixture
def garment():
    parsing = np.zeros((90, 70), np.uint8)
    parsing[20:80, 15:55] = G.UPPER
    parsing[20:26, 30:40] = G.INNER_COLLAR
    mask = ((parsing > 0) & (parsing != G.INNER_COLLAR)).astype(np.float32)
    return GarmentAnnotation(
        mask=mask,
        parsing=parsing,
        category=Category.UPPER,
        category_scores={Category.UPPER: 0.75, Category.DRESS: 0.25},
        worn=0.125,
        landmarks={"hem_left": (54.25, 79.5)},
        type_scores={"Polo": 0.75, "Shirt": 0.25},
        side=Facing.FRONT,
        pieces=2,
    )


def test_a_person_comes_back_as_it_was(tmp_path, person):
    write_person(tmp_path / "anna.json", person)
    back = read_person(tmp_path / "anna.json", (90, 70))
    assert np.array_equal(back.parsing, person.parsing)
    assert np.array_equal(back.keypoints, person.keypoints)
    assert np.abs(back.silhouette - person.silhouette).max() <= 0.5 / 255 + 1e-6
    assert back.view == person.view and back.warnings == person.warnings
    assert kinds(back.warnings) == {NoticeKind.TURNED}


def test_a_garment_comes_back_as_it_was(tmp_path, garment):
    write_garment(tmp_path / "shirt.json", garment)
    back = read_garment(tmp_path / "shirt.json", (90, 70))
    assert np.array_equal(back.parsing, garment.parsing)
    assert np.abs(back.mask - garment.mask).max() <= 0.5 / 255 + 1e-6
    for name in ("category", "category_scores", "worn", "landmarks", "type", "side", "pieces"):
        assert getattr(back, name) == getattr(garment, name)


def test_edits_of_labels_and_points_count(tmp_path, person):
    write_person(tmp_path / "anna.json", person)
    with Image.open(tmp_path / "anna_parsing.png") as picture:
        labels, palette = np.array(picture), picture.getpalette()
    labels[60:80, 15:55] = P.BACKGROUND  # what was taken for the person is a chair
    labels[30:40, 57:69] = P.LEFT_ARM  # an arm was overlooked
    edited = Image.fromarray(labels)
    edited.putpalette(palette)
    edited.save(tmp_path / "anna_parsing.png")
    values = json.loads((tmp_path / "anna.json").read_text())
    values["keypoints"] = {"left_wrist": [66, 35]}
    (tmp_path / "anna.json").write_text(json.dumps(values))
    back = read_person(tmp_path / "anna.json")
    assert np.array_equal(back.parsing, labels)
    assert back.silhouette[70, 35] == 0 and back.silhouette[35, 63] == 1
    assert back.silhouette[35, 35] == 1 and back.silhouette[50, 54] == pytest.approx(0.4, abs=0.01)
    assert tuple(back.keypoints[KEYPOINT_INDEX["left_wrist"]]) == (66, 35, 1)
    assert back.keypoints[KEYPOINT_INDEX["nose"], 2] == 0


def test_a_parsing_saved_in_colours_is_read(tmp_path, person):
    write_person(tmp_path / "anna.json", person)
    path = tmp_path / "anna_parsing.png"
    with Image.open(path) as picture:
        picture.convert("RGB").save(path)
    assert np.array_equal(read_person(tmp_path / "anna.json").parsing, person.parsing)
    pixels = np.array(Image.open(path))
    pixels[0, 0] = 1, 2, 3
    Image.fromarray(pixels).save(path)
    with pytest.raises(InputError, match="#010203"):
        read_person(tmp_path / "anna.json")


@pytest.mark.parametrize("colours", [PERSON_COLOURS, GARMENT_COLOURS])
def test_every_label_has_its_own_colour(colours):
    assert len(set(colours.values())) == len(colours)


def test_without_a_silhouette_the_parsing_decides(tmp_path, person):
    write_person(tmp_path / "anna.json", person)
    values = json.loads((tmp_path / "anna.json").read_text())
    del values["silhouette"]
    (tmp_path / "anna.json").write_text(json.dumps(values))
    back = read_person(tmp_path / "anna.json")
    assert np.array_equal(back.silhouette, (person.parsing > 0).astype(np.float32))


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"kind": "garment"}, "expected the annotation of a person"),
        ({"keypoints": {"tail": [1, 2, 1]}}, "unknown key point 'tail'"),
        ({"keypoints": {"nose": [1]}}, "keypoints.nose"),
        ({"keypoints": {"nose": "left"}}, "keypoints.nose"),
        ({"keypoints": [1, 2]}, "keypoints is a list"),
        ({"view": {"facing": "up"}}, "view"),
        ({"parsing": None}, "expected the name of a picture"),
        ({"parsing": "none.png"}, "cannot be read"),
        ({"warnings": [{"kind": "odd", "text": "?"}]}, "warnings"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(tmp_path, person, change, match):
    write_person(tmp_path / "anna.json", person)
    values = json.loads((tmp_path / "anna.json").read_text())
    (tmp_path / "anna.json").write_text(json.dumps(values | change))
    with pytest.raises(InputError, match=match):
        read_person(tmp_path / "anna.json")


def test_an_annotation_of_another_photo_is_refused(tmp_path, person, garment):
    write_person(tmp_path / "anna.json", person)
    with pytest.raises(InputError, match="70 x 90 pixels, the photo has 80 x 90"):
        read_person(tmp_path / "anna.json", (90, 80))
    write_garment(tmp_path / "shirt.json", garment)
    values = json.loads((tmp_path / "shirt.json").read_text())
    (tmp_path / "shirt.json").write_text(json.dumps(values | {"category": "hat"}))
    with pytest.raises(InputError, match="hat"):
        read_garment(tmp_path / "shirt.json")


def test_outlines_stay_soft_where_nothing_was_edited():
    solid = np.zeros((40, 40), bool)
    solid[10:30, 10:30] = True
    soft = np.clip(solid + np.linspace(-0.3, 0.3, 40)[None], 0, 1).astype(np.float32)
    assert np.array_equal(outline_after(soft, solid), soft)
    grown = solid.copy()
    grown[10:30, 30:39] = True
    follows = outline_after(soft, grown)
    assert (follows[14:26, 31:39] == 1).all() and np.array_equal(follows[:, :8], soft[:, :8])
