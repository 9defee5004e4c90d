import numpy as np
import pytest
from PIL import Image

from gpvton.analysis.annotation_files import read_garment, read_person
from gpvton.data.sources.check import check_source
from gpvton.data.sources.reader import open_source
from gpvton.data.sources.source import Pairing
from gpvton.data.sources.writer import LayoutWriter, WrittenLayout
from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.errors import InputError
from gpvton.domain.images import read_photo
from gpvton.domain.labels import GarmentLabel as G
from gpvton.domain.parts import Category

SIZE = (96, 72)
RNG = np.random.default_rng(3)


def person():
    points = np.zeros((25, 3), np.float32)
    points[:4] = [[30.5, 10.25, 0.5], [20, 30, 1.0], [5, 6, 0.25], [40, 90, 0.75]]
    parsing = RNG.integers(0, 29, SIZE).astype(np.uint8)
    return PersonAnnotation(
        parsing=parsing, keypoints=points, silhouette=(parsing > 0).astype(np.float32)
    )


def garment(category=Category.UPPER):
    parsing = np.zeros(SIZE, np.uint8)
    parsing[20:90, 20:50] = G.UPPER
    parsing[20:40, 50:66] = G.LEFT_SLEEVE
    parsing[20:40, 6:20] = G.RIGHT_SLEEVE
    mask = (parsing > 0).astype(np.float32)
    return GarmentAnnotation(mask=mask, parsing=parsing, category=category)


def photo(folder, name):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(RNG.integers(0, 256, (*SIZE, 3), dtype=np.uint8)).save(path)
    return path


def written(tmp_path, layout, names=(("anna", "shirt"), ("otto", "vest"))):
    writer = LayoutWriter(root=tmp_path / "set", layout=WrittenLayout(layout))
    people, garments, said = [], [], {}
    for who, what in names:
        place, worn = (
            photo(tmp_path / "in/a", f"{who}.jpg"),
            photo(tmp_path / "in/b", f"{what}.png"),
        )
        said[who], said[f"{what}!"] = person(), garment()
        people.append(writer.person(place, read_photo(place), who, "test", said[who]))
        garments.append(writer.garment(worn, read_photo(worn), what, "test", said[f"{what}!"]))
    writer.finish(people, garments)
    return writer, said


@pytest.mark.parametrize(("layout", "row"), [("vitonhd", "gpvton-viton-hd"), ("gpvton", "own")])
def test_what_is_written_is_recognised_and_read_back(tmp_path, layout, row):
    writer, said = written(tmp_path, layout)
    source = open_source(tmp_path / "set")
    assert source.layout == row
    pairs = source.pairs("test", Pairing.UNPAIRED)
    assert [(pair.person, pair.garment) for pair in pairs] == [("anna", "shirt"), ("otto", "vest")]
    for pair in pairs:
        found, truth = source.person_annotation(pair), said[pair.person]
        assert np.array_equal(found.parsing, truth.parsing)
        assert found.keypoints == pytest.approx(truth.keypoints, abs=1e-3)
        worn = source.garment_annotation(pair)
        assert np.array_equal(worn.parsing, said[f"{pair.garment}!"].parsing)
        again = read_person(writer.annotation("person", pair.person, "test"), SIZE)
        assert np.array_equal(again.parsing, truth.parsing)
        assert np.array_equal(
            read_garment(writer.annotation("garment", pair.garment, "test")).mask,
            said[f"{pair.garment}!"].mask,
        )
    report = check_source(source)
    assert not [c for entry in report.lists for c in entry.kinds.values() if c.broken]
    assert all(entry.usable == entry.pairs == 2 for entry in report.lists)


def test_equal_names_are_pairs_as_in_viton_hd(tmp_path):
    written(tmp_path, "vitonhd", (("01", "01"), ("02", "02")))
    source = open_source(tmp_path / "set")
    paired = source.pairs("test", Pairing.PAIRED)
    assert [(p.person, p.garment) for p in paired] == [("01", "01"), ("02", "02")]
    unpaired = source.pairs("test", Pairing.UNPAIRED)
    assert [(p.person, p.garment) for p in unpaired] == [("01", "02"), ("02", "01")]


def test_a_pair_list_that_is_there_stays(tmp_path):
    (tmp_path / "set").mkdir()
    table = "person,garment,category\notto,shirt,upper\n"
    (tmp_path / "set/pairs.csv").write_text(table)
    written(tmp_path, "gpvton")
    assert (tmp_path / "set/pairs.csv").read_text() == table


def test_photos_that_lie_in_place_are_not_copied(tmp_path):
    place = photo(tmp_path / "set/people", "anna.jpg")
    before = place.stat().st_mtime_ns
    writer = LayoutWriter(root=tmp_path / "set", layout=WrittenLayout.GPVTON)
    writer.person(place, read_photo(place), "anna", "test", person())
    assert place.stat().st_mtime_ns == before


def test_formats_that_the_layout_does_not_know_become_png(tmp_path):
    path = photo(tmp_path / "in", "anna.bmp")
    writer = LayoutWriter(root=tmp_path / "set", layout=WrittenLayout.GPVTON)
    entry = writer.person(path, read_photo(path), "anna", "test", person())
    assert entry.suffix == ".png"
    stored = np.array(Image.open(tmp_path / "set/people/anna.png"))
    assert np.array_equal(stored, read_photo(path).pixels)


def test_a_dress_does_not_fit_into_viton_hd(tmp_path):
    path = photo(tmp_path / "in", "dress.png")
    writer = LayoutWriter(root=tmp_path / "set", layout=WrittenLayout.VITONHD)
    with pytest.raises(InputError, match="--layout gpvton"):
        writer.garment(path, read_photo(path), "dress", "test", garment(Category.DRESS))
    assert not (tmp_path / "set").exists()
