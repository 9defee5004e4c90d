from gpvton.domain.keypoints import KEYPOINT_COUNT, KEYPOINT_MIRROR
from gpvton.domain.labels import GARMENT_MIRROR, PERSON_LABEL_COUNT, PERSON_MIRROR, PersonLabel
from gpvton.domain.parts import PART_TABLE, Category


def test_there_are_29_person_labels_in_order():
    assert [int(label) for label in PersonLabel] == list(range(PERSON_LABEL_COUNT))


def test_mirroring_twice_changes_nothing():
    for table in (PERSON_MIRROR, GARMENT_MIRROR, KEYPOINT_MIRROR):
        assert [table[table[i]] for i in range(len(table))] == list(range(len(table)))
    assert len(KEYPOINT_MIRROR) == KEYPOINT_COUNT


def test_every_category_has_a_row_and_its_parts_do_not_overlap():
    assert set(PART_TABLE) == set(Category)
    for row in PART_TABLE.values():
        for parts in (row.flat, row.worn):
            assert sum(map(len, parts)) == len(frozenset().union(*parts))
        assert frozenset().union(*row.worn) <= row.replaced
        assert not row.replaced & row.hidden


def test_left_and_right_parts_are_mirror_images():
    for row in PART_TABLE.values():
        assert {PERSON_MIRROR[label] for label in row.worn[0]} == set(row.worn[2])
        assert {PERSON_MIRROR[label] for label in row.worn[1]} == set(row.worn[1])
        assert {GARMENT_MIRROR[label] for label in row.flat[0]} == set(row.flat[2])
