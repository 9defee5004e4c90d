import pytest

from gpvton.data.sources.check import check_source
from gpvton.data.sources.reader import open_source

from .trees import TREES, labels


@pytest.mark.parametrize("layout", list(TREES))
def test_a_whole_tree_is_complete(tmp_path, layout):
    TREES[layout](tmp_path)
    report = check_source(open_source(tmp_path))
    assert report.complete, report.lines()
    assert all(entry.usable == entry.pairs for entry in report.lists)


def test_missing_and_broken_files_are_named_and_counted(tmp_path):
    TREES["gpvton-viton-hd"](tmp_path)
    test = tmp_path / "test"
    (test / "cloth" / "00008_00.jpg").unlink()
    (test / "image" / "00006_00.jpg").write_bytes(b"not a picture")
    (test / "openpose_json" / "00006_00_keypoints.json").write_text("{")
    labels(test / "parse-bytedance" / "00006_00.png", [0, 40])
    report = check_source(open_source(tmp_path))
    assert not report.complete
    train, paired, unpaired = report.lists
    assert train.usable == 1 and paired.usable == 0 and unpaired.usable == 0
    assert unpaired.kinds["garment"].missing == ["test/cloth/00008_00.jpg"]
    for kind in ("person", "keypoints", "person_parsing"):
        assert len(unpaired.kinds[kind].broken) == 1
        assert len(paired.kinds[kind].broken) == 1
    assert any("1 missing: test/cloth/00008_00.jpg" in line for line in report.lines())
    fast = check_source(open_source(tmp_path), decode=False)
    assert fast.lists[1].usable == 1 and fast.lists[2].usable == 0


def test_missing_labels_do_not_make_a_pair_useless(tmp_path):
    TREES["viton-hd"](tmp_path)
    for path in (tmp_path / "test" / "openpose_json").iterdir():
        path.unlink()
    report = check_source(open_source(tmp_path))
    assert report.lists[1].usable == 2
    assert len(report.lists[1].kinds["keypoints"].missing) == 2
