"""Refining a result: only dressing is done again, and every handle moves what it should."""

from dataclasses import replace

import numpy as np
import pytest

from gpvton.domain.errors import InputError
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import Category
from gpvton.dressing import uncover
from gpvton.geometry.silhouette import as_category
from gpvton.pipeline import TryOn
from gpvton.refine import kept as kept_module
from gpvton.refine.adjustments import UNCHANGED, Adjustments, Tuck, tuck_of
from gpvton.result import TryOnResult
from tests.figures import joints, person, skirt, top, trousers


class Analysts:
    def __init__(self, wearer, worn):
        self.wearer, self.worn, self.asked = wearer, worn, 0

    def person(self, pixels):
        self.asked += 1
        return self.wearer

    def garment(self, pixels, alpha):
        self.asked += 1
        return self.worn


def tried(garment, arm=20.0, elbow=0.0, sleeve=0.6, tucked=None):
    photo, annotation = person(arm, elbow, sleeve)
    pixels, worn = garment
    analysts = Analysts(annotation, worn)
    return TryOn(analysts.person, analysts.garment)(photo, pixels, tucked=tucked), analysts


def as_dress(garment):
    pixels, annotation = garment
    return pixels, as_category(annotation, Category.DRESS)


def test_nothing_is_analysed_again():
    result, analysts = tried(top())
    before = analysts.asked
    refined = result.refine(hem_length=0.8).refine(sleeve_length=0.7)
    assert analysts.asked == before
    assert (refined.image != result.image).any()


def test_without_changes_the_picture_is_the_same():
    result, _ = tried(top())
    np.testing.assert_array_equal(result.refine().image, result.image)
    back = result.refine(hem_length=0.7).refine(Adjustments())
    np.testing.assert_array_equal(back.image, result.image)


def test_changes_add_up_in_any_order():
    result, _ = tried(top(long=True))
    one = result.refine(hem_length=0.8).refine(sleeve_length=0.6)
    other = result.refine(sleeve_length=0.6).refine(hem_length=0.8)
    both = result.refine(hem_length=0.8, sleeve_length=0.6)
    np.testing.assert_array_equal(one.image, both.image)
    np.testing.assert_array_equal(other.image, both.image)
    assert one.origin is result and one.adjustments.hem_length == 0.8


def test_the_tuck_of_the_call_stays_until_it_is_changed():
    result, _ = tried(top(), tucked=True)
    assert result.refine(hem_length=0.9).adjustments.tuck is Tuck.IN
    loose = result.refine(tuck="out")
    assert loose.warped[290, 175, 3] > 0.9 > 0.1 > result.warped[290, 175, 3]


def test_a_moved_elbow_takes_the_sleeve_along():
    result, _ = tried(top(long=True))
    x, y = joints(20.0)["left_elbow"]
    moved = result.refine(keypoints={"left_elbow": (x + 25, y - 10)})
    sleeves = [r.parsing == P.UPPER_LEFT_SLEEVE for r in (result, moved)]
    centres = [np.argwhere(mask).mean(axis=0)[1] for mask in sleeves]
    assert centres[1] > centres[0] + 4
    assert moved.person.annotation.point("left_elbow")[0] == pytest.approx(x + 25)
    assert result.person.annotation.point("left_elbow")[0] == pytest.approx(x)


def test_a_point_can_be_taken_away():
    result, _ = tried(top(long=True))
    without = result.refine(keypoints={"left_elbow": None})
    assert without.person.annotation.point("left_elbow") is None
    assert (without.image != result.image).any()


def test_a_moved_landmark_moves_what_lies_there():
    result, _ = tried(top(), tucked=False)
    marks = result.garment.annotation.landmarks
    cut = {f"hem_{side}": (marks[f"hem_{side}"][0], 230.0) for side in ("left", "right")}
    moved = result.refine(landmarks=cut)
    assert moved.garment.annotation.landmarks["hem_left"][1] == 230.0
    assert (moved.image != result.image).sum() > 1000


def test_a_painted_parsing_frees_the_garment():
    result, _ = tried(top())
    edit = np.full(result.image.shape[:2], UNCHANGED, np.uint8)
    edit[150:200, 180:205] = P.BAG
    covered = result.refine(parsing=edit)
    np.testing.assert_array_equal(
        covered.image[155:195, 185:200], result.person.photo.pixels[155:195, 185:200]
    )


def test_kept_pixels_are_the_photos():
    result, _ = tried(top())
    keep = np.zeros(result.image.shape[:2], bool)
    keep[150:200, 180:205] = True
    refined = result.refine(keep=keep)
    np.testing.assert_array_equal(refined.image[keep], result.person.photo.pixels[keep])
    outside = ~refined.edit_mask
    np.testing.assert_array_equal(refined.image[outside], result.person.photo.pixels[outside])


def test_a_scene_is_framed_once_for_all_changes_of_the_garment(monkeypatch):
    framed = []
    original = kept_module.frame
    monkeypatch.setattr(kept_module, "frame", lambda *a: framed.append(1) or original(*a))
    result, _ = tried(top())
    for factor in (0.7, 0.8, 0.9):
        result.refine(hem_length=factor, tuck="out", in_front_of=["hair"])
    assert len(framed) == 1
    for factor in (0.7, 0.8):
        result.refine(keypoints={"left_elbow": (270.0, 180.0)}, hem_length=factor)
    assert len(framed) == 2
    result.refine(hem_length=0.75)
    assert len(framed) == 2
    result.refine(keypoints={"left_elbow": (275.0, 180.0)})
    result.refine(hem_length=0.75)
    assert len(framed) == 3 and len(result.kept.known) == 2


def test_what_is_kept_changes_no_picture():
    """Whatever was corrected before, a correction gives the picture that it gives at first."""
    result, _ = tried(top(long=True))
    edit = np.full(result.image.shape[:2], UNCHANGED, np.uint8)
    edit[150:200, 180:205] = P.BAG
    (x, y), (a, b) = (joints(20.0)[f"left_{name}"] for name in ("elbow", "shoulder"))
    changes = [
        {"keypoints": {"left_elbow": (x + 12, y)}},
        {"keypoints": {"left_elbow": (x + 12, y), "left_shoulder": (a + 9, b + 6)}},
        {"keypoints": {"left_elbow": (x + 20, y)}, "parsing": edit},
        {"landmarks": {"hem_left": (250.0, 230.0)}, "hem_length": 0.9},
    ]
    first = [tried(top(long=True))[0].refine(**change) for change in changes]
    for turn in (3, 0, 1, 2, 0):
        got, new = result.refine(**changes[turn]), first[turn]
        np.testing.assert_array_equal(got.image, new.image)
        np.testing.assert_array_equal(got.flow, new.flow)


def test_a_result_may_be_written_to_without_harm_to_the_next():
    result, _ = tried(top())
    first = result.refine(in_front_of=["hair"])
    image, flow = first.image.copy(), first.flow.copy()
    for values in (first.image, first.flow, first.warped, first.parsing, first.preserve_mask):
        values[...] = 0
    again = result.refine(in_front_of=["hair"])
    np.testing.assert_array_equal(again.image, image)
    np.testing.assert_array_equal(again.flow, flow)


def test_a_moved_elbow_leaves_the_background_as_it_was_filled(monkeypatch):
    filled = []
    original = uncover.background_fill
    monkeypatch.setattr(uncover, "background_fill", lambda *a: filled.append(1) or original(*a))
    result, _ = tried(top(long=True))
    filled.clear()
    for x in (270.0, 272.0, 274.0):
        result.refine(keypoints={"left_elbow": (x, 180.0)})
    assert len(filled) == 1
    result.refine(keypoints={"left_shoulder": (260.0, 110.0)})  # the span is another
    assert len(filled) == 2


def test_a_top_is_tucked_into_new_trousers():
    result, _ = tried(trousers())
    photo, wearer = result.person.photo.pixels, result.person.annotation
    hem = (wearer.parsing == P.UPPER_TORSO) & (np.arange(512)[:, None] > 232)
    tucked, loose = result.refine(tuck="in"), result.refine(tuck="out")
    assert np.abs(result.image[hem].astype(int) - photo[hem]).max() < 16  # it hangs over them
    np.testing.assert_array_equal(loose.image, result.image)
    left = (np.abs(tucked.image[hem].astype(int) - photo[hem]).max(axis=1) < 8).mean()
    assert left < 0.05
    above = (wearer.parsing == P.UPPER_TORSO) & (np.arange(512)[:, None] < 180)
    np.testing.assert_array_equal(tucked.image[above], photo[above])
    np.testing.assert_array_equal(tucked.person.annotation.parsing, wearer.parsing)


def test_a_top_that_is_tucked_in_has_no_hem_to_lay_over_new_trousers():
    photo, wearer = person(20.0)
    high = (wearer.parsing == P.UPPER_TORSO) & (np.arange(512)[:, None] > 215)
    left = np.arange(384)[None] > 192
    parsing = np.where(high, np.where(left, P.LEFT_PANTS, P.RIGHT_PANTS), wearer.parsing)
    analysts = Analysts(replace(wearer, parsing=parsing.astype(np.uint8)), trousers()[1])
    result = TryOn(analysts.person, analysts.garment)(photo, trousers()[0])
    assert not result.warnings
    assert any("tucked in" in text for text in result.refine(tuck="out").warnings)


def test_wishes_without_effect_are_warnings():
    result, _ = tried(skirt())
    assert any("no sleeves" in text for text in result.refine(sleeve_length=0.5).warnings)
    np.testing.assert_array_equal(result.refine(sleeve_length=0.5).image, result.image)
    dress, _ = tried(as_dress(top()))
    refined = dress.refine(tuck="in")
    assert any("nothing is tucked in" in text for text in refined.warnings)
    np.testing.assert_array_equal(refined.image, dress.image)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"keypoints": {"left_knee_cap": (1.0, 1.0)}}, "keypoints names 'left_knee_cap'"),
        ({"keypoints": {"left_knee": (9999.0, 1.0)}}, r"keypoints\.left_knee is \(9999, 1\)"),
        ({"keypoints": {"left_knee": (float("nan"), 1.0)}}, r"keypoints\.left_knee is"),
        ({"landmarks": {"hem": (1.0, 1.0)}}, "landmarks names 'hem'"),
        ({"landmarks": {"hem_left": (-5.0, 1.0)}}, r"landmarks\.hem_left is \(-5, 1\)"),
        ({"hem_length": 5.0}, r"hem_length is 5\.0"),
        ({"tuck": "half"}, "tuck is 'half'"),
        ({"in_front_of": ["hat"]}, "in_front_of names hat"),
        ({"keep": np.ones((3, 4), bool)}, r"keep is \(3, 4\), expected \(512, 384\)"),
        ({"keep": np.ones((512, 384), np.uint8)}, "keep is uint8"),
        ({"parsing": np.full((512, 384), 40, np.uint8)}, "parsing holds the value 40"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(changes, message):
    result, _ = tried(top())
    with pytest.raises(InputError, match=message):
        result.refine(**changes)


def test_results_of_other_networks_say_that_they_cannot_be_refined():
    result, _ = tried(top())
    foreign = TryOnResult(
        person=result.person,
        garment=result.garment,
        dressed=result.dressed,
        provenance=result.provenance,
    )
    with pytest.raises(InputError, match="cannot be refined"):
        foreign.refine(hem_length=0.9)


def test_tuck_and_its_inverse():
    assert [tuck_of(Adjustments(tuck=tuck).tucked) for tuck in Tuck] == list(Tuck)


def test_a_refinement_can_be_ended_after_any_step():
    result, _ = tried(top())
    steps = []

    def stop(step):
        steps.append(step)
        if step == "warp":
            raise TimeoutError

    with pytest.raises(TimeoutError):
        result.refine(hem_length=0.8, after_step=stop)
    assert steps == ["flow", "warp"]
    whole = result.refine(hem_length=0.8, after_step=steps.append)
    assert steps[2:] == [step for step in whole.timings if step not in ("person", "garment")]
    np.testing.assert_array_equal(whole.image, tried(top())[0].refine(hem_length=0.8).image)
