import numpy as np
import pytest

from gpvton.analysis.pose_files import read_dresscode_keypoints, read_openpose
from gpvton.data.sources.layouts import LAYOUTS
from gpvton.data.sources.reader import open_source
from gpvton.data.sources.source import Kind, Pairing
from gpvton.domain.errors import InputError
from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.domain.parts import Category

from .trees import SIZE, TREES, picture, text


@pytest.fixture(params=list(TREES))
def source(request, tmp_path):
    TREES[request.param](tmp_path)
    return open_source(tmp_path)


def test_every_layout_has_a_tree():
    assert set(TREES) == set(LAYOUTS)


def test_the_layout_is_recognised_and_every_file_is_where_it_says(source, request):
    assert source.layout == request.node.callspec.params["source"]
    assert source.splits()
    for split, pairing in source.splits():
        pairs = source.pairs(split, pairing)
        assert pairs
        for pair in pairs:
            places = {kind: source.path(pair, kind) for kind in Kind}
            for kind, path in places.items():
                assert path is None or path.is_file(), (kind, path)
            assert places[Kind.PERSON] != places[Kind.GARMENT]
            assert (places[Kind.TRUTH] is None) == (pairing == "unpaired" and pair.truth is None)
            if pairing == Pairing.PAIRED:
                assert places[Kind.TRUTH] == places[Kind.PERSON]


def test_viton_hd_pairs_a_person_with_its_own_garment(tmp_path):
    TREES["viton-hd"](tmp_path)
    source = open_source(tmp_path)
    paired = source.pairs("test", Pairing.PAIRED)
    assert [(p.person, p.garment) for p in paired] == [("00006_00",) * 2, ("00008_00",) * 2]
    unpaired = source.pairs("test", Pairing.UNPAIRED)
    assert [(p.person, p.garment) for p in unpaired] == [
        ("00006_00", "00008_00"),
        ("00008_00", "00006_00"),
    ]
    assert {p.category for p in unpaired} == {Category.UPPER}
    assert source.person_annotation(paired[0]) is None  # 20 labels: no sleeves, no sides


@pytest.mark.parametrize("layout", ["dresscode", "gpvton-dresscode"])
def test_categories_come_from_folders_or_words(tmp_path, layout):
    TREES[layout](tmp_path)
    pairs = open_source(tmp_path).pairs("test", Pairing.UNPAIRED)
    assert [p.category for p in pairs] == [Category.UPPER, Category.LOWER, Category.DRESS]
    assert len({p.name for p in pairs}) == 3


def test_authors_labels_become_annotations(tmp_path):
    TREES["gpvton-viton-hd"](tmp_path)
    source = open_source(tmp_path)
    pair = source.pairs("train", Pairing.PAIRED)[0]
    person, garment = source.person_annotation(pair), source.garment_annotation(pair)
    assert sorted(np.unique(person.parsing)) == [0, 5, 14, 21, 22]
    assert person.point("nose") == pytest.approx([30.0, 12.0])
    assert person.point("neck") is None
    assert garment.category == Category.UPPER and garment.landmarks["hem_left"][1] > 60
    assert source.ratio(pair) == pytest.approx(0.93)
    assert source.ratio(source.pairs("test", Pairing.PAIRED)[0]) is None


def test_our_table_carries_truth_and_strata(tmp_path):
    TREES["own"](tmp_path)
    source = open_source(tmp_path)
    assert source.splits() == (("test", "unpaired"), ("test", "paired"))
    (pair,) = source.pairs("test", Pairing.UNPAIRED)
    assert pair.strata == {"pose": "raised"}
    assert source.path(pair, Kind.TRUTH).name == "anna_in_shirt.png"


def test_dresscode_points_are_scaled_to_the_photo(tmp_path):
    TREES["dresscode"](tmp_path)
    points = read_dresscode_keypoints(tmp_path / "upper_body/keypoints/000001_2.json", (1024, 768))
    assert points[KEYPOINT_INDEX["nose"]] == pytest.approx([384.0, 256.0, 1.0])
    assert points[KEYPOINT_INDEX["mid_hip"]] == pytest.approx([384.0, 512.0, 1.0])
    assert points[KEYPOINT_INDEX["neck"]] == pytest.approx([0, 0, 0])


def test_openpose_without_people_gives_no_points(tmp_path):
    text(tmp_path / "a.json", ['{"people": []}'])
    assert not read_openpose(tmp_path / "a.json").any()
    text(tmp_path / "a.json", ['{"people": [{"pose_keypoints_2d": [1, 2, 3]}]}'])
    with pytest.raises(InputError, match="1 key points"):
        read_openpose(tmp_path / "a.json")


def test_what_cannot_be_recognised_is_said(tmp_path):
    with pytest.raises(InputError, match="none of the pair lists"):
        open_source(tmp_path)
    with pytest.raises(InputError, match="no folder"):
        open_source(tmp_path / "nowhere")
    with pytest.raises(InputError, match="one of viton-hd"):
        open_source(tmp_path, "imagenet")
    TREES["viton-hd"](tmp_path)
    TREES["own"](tmp_path)
    with pytest.raises(InputError, match="viton-hd, own; say which"):
        open_source(tmp_path)
    assert open_source(tmp_path, "own").layout == "own"
    with pytest.raises(InputError, match="there: train paired"):
        open_source(tmp_path, "viton-hd").pairs("valid", Pairing.PAIRED)


def test_broken_lists_name_the_line(tmp_path):
    TREES["gpvton-dresscode"](tmp_path)
    text(tmp_path / "test_pairs_paired_1008.txt", ["a.png b.png upper", "a.png b.png hats"])
    with pytest.raises(InputError, match="line 2: no category"):
        open_source(tmp_path).pairs("test", Pairing.PAIRED)
    text(tmp_path / "test_pairs_paired_1008.txt", ["a.png"])
    with pytest.raises(InputError, match="line 1"):
        open_source(tmp_path).pairs("test", Pairing.PAIRED)
    picture(tmp_path / "own" / "people" / "a.png", SIZE)
    text(tmp_path / "own" / "pairs.csv", ["person,garment,category", "a,b,shoe"])
    with pytest.raises(InputError, match="line 2"):
        open_source(tmp_path / "own").pairs("test", Pairing.UNPAIRED)
