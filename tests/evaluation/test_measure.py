from dataclasses import replace

import numpy as np
import pytest

from gpvton.data.sources.source import Pairing
from gpvton.data.tryon_dataset import TryOnDataset
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import Category
from gpvton.evaluation.engines import AsIsEngine, Produced
from gpvton.evaluation.measure import Measures
from gpvton.evaluation.perceptual import EfficientNetDistance
from gpvton.evaluation.presets import preset
from gpvton.evaluation.strata import pose_strata
from gpvton.evaluation.visible_flow import part_masks, visible_flow
from gpvton.geometry.flow import identity_flow

from .. import figures
from . import scenes


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    source = scenes.make(tmp_path_factory.mktemp("set"))
    return TryOnDataset(source, "test", Pairing.PAIRED)[0]


def test_the_truth_itself_is_perfect(sample):
    measures = Measures(preset=preset("native"), analyse=lambda pixels: sample.person_annotation)
    numbers = measures(sample, Produced(image=sample.person.pixels))
    assert numbers["ssim"] == pytest.approx(1.0) and numbers["masked_ssim"] == pytest.approx(1.0)
    assert "psnr" not in numbers  # infinite
    assert numbers["mask_iou"] == numbers["iou_left"] == 1.0
    assert numbers["length_error"] == numbers["preserved_difference"] == 0.0
    assert not {"fold_over_rate", "changed_outside"} & set(numbers)  # nobody told


def test_a_spoilt_face_and_a_wrong_garment_show(sample):
    image, parsing = sample.person.pixels.copy(), sample.person_annotation.parsing.copy()
    image[parsing == P.FACE] = 0
    parsing[parsing == P.UPPER_LEFT_SLEEVE] = P.LEFT_ARM
    labels = replace(sample.person_annotation, parsing=parsing)
    measures = Measures(preset=preset("gpvton"), analyse=lambda pixels: labels)
    numbers = measures(sample, Produced(image=image))
    assert numbers["preserved_difference"] > 5
    assert numbers["iou_left"] == 0.0 and numbers["iou_right"] == 1.0
    assert 0.5 < numbers["mask_iou"] < 1.0


def test_results_are_labelled_by_the_analyst(sample):
    bare = Produced(image=sample.person.pixels)
    without = Measures(preset=preset("native"))(sample, bare)
    assert not {"mask_iou", "colour_error"} & set(without)
    measures = Measures(preset=preset("native"), analyse=lambda pixels: sample.person_annotation)
    assert measures(sample, bare)["mask_iou"] == 1.0
    refusing = Measures(preset=preset("native"), analyse=scenes.unneeded)
    assert refusing(sample, bare).keys() == without.keys()


def test_flow_counts_only_where_the_warped_garment_shows(sample):
    size = sample.person.pixels.shape[:2]
    parsing = sample.person_annotation.parsing
    truth = np.where(np.isin(parsing, [P.UPPER_TORSO, P.UPPER_LEFT_SLEEVE]), 0.0, np.nan)
    truth = np.repeat(truth[None], 2, axis=0).astype(np.float32)
    sample = replace(sample, truth_parsing=parsing, truth_flow=truth)
    upper = np.arange(size[0])[:, None] < np.median(np.nonzero(parsing == P.UPPER_TORSO)[0])
    flow = np.zeros((3, 2, *size), np.float32)
    flow[0, 0] = 0.1
    flow[:, :, ~upper[:, 0]] = np.random.default_rng(2).uniform(-1, 1, (3, 2, *size))[
        :, :, ~upper[:, 0]
    ]  # nonsense where nothing shows
    flow[2] = 0.9  # the right sleeve shows, but no true flow is known there
    parts = np.stack(part_masks(parsing, Category.UPPER)) & upper
    box = (0, 0, size[1], size[0])
    produced = Produced(image=sample.person.pixels, flow=flow, parts=parts, box=box)
    numbers = Measures(preset=preset("native"))(sample, produced)
    shift = 0.1 * sample.garment.size[1] / 2
    assert numbers["end_point_error_left"] == pytest.approx(shift, rel=0.02)
    assert numbers["end_point_error_middle"] == 0.0 and "end_point_error_right" not in numbers
    left, middle = (np.count_nonzero(part & np.isfinite(truth[0])) for part in parts[:2])
    expected = shift * left / (left + middle)
    assert numbers["end_point_error"] == pytest.approx(expected, rel=0.02)
    worn = np.isfinite(truth[0]).sum()
    assert numbers["flow_coverage"] == pytest.approx((left + middle) / worn)
    assert numbers["fold_over_rate"] in (0.0, 1.0)  # constant flow; the nonsense would be half


def test_parts_count_where_they_were_laid(sample):
    parts = np.stack(part_masks(sample.truth_parsing, Category.UPPER))
    measures = Measures(preset=preset("native"))
    laid = measures(sample, Produced(image=sample.person.pixels, parts=parts))
    assert laid["laid_iou"] == laid["laid_iou_left"] == 1.0
    parts[0] = False
    laid = measures(sample, Produced(image=sample.person.pixels, parts=parts))
    assert laid["laid_iou_left"] == 0.0 and laid["laid_iou"] == pytest.approx(2 / 3)


def test_what_has_to_change_is_judged_apart(sample):
    truth = sample.person.pixels.copy()
    truth[10:30, 10:30] = np.random.default_rng(0).integers(0, 256, (20, 20, 3))
    undressed = replace(sample, truth=replace(sample.person, pixels=truth))
    measures = Measures(preset=preset("native"), perceptual=EfficientNetDistance())
    as_is = measures(undressed, AsIsEngine().produce(undressed))
    assert as_is["edit_ssim"] < 0.7 < as_is["ssim"] and as_is["changed_outside"] == 0
    right = measures(undressed, Produced(image=truth))
    assert right["edit_ssim"] == pytest.approx(1.0)
    name = "perceptual_efficientnet_lite0"
    assert right[name] < 1e-6 and as_is[name] > 0.001


def test_the_visible_flow_takes_each_pixel_from_its_part():
    parsing = np.zeros((20, 16), np.uint8)
    parsing[5:15, 2:8], parsing[5:15, 8:12] = P.UPPER_LEFT_SLEEVE, P.UPPER_TORSO
    flow = np.stack([identity_flow(8, 8) * factor for factor in (0.5, 1.0, 0.25)])
    parts = np.stack(part_masks(parsing, Category.UPPER))
    shown = visible_flow(flow, (2, 4, 14, 18), parts)
    assert np.isnan(shown[:, parsing == 0]).all()
    assert np.isfinite(shown[:, parsing > 0]).all()
    assert np.abs(shown[:, parsing == P.UPPER_LEFT_SLEEVE]).max() <= 0.5


def test_poses_are_told_apart():
    def arms(**pose):
        return pose_strata(figures.person(**pose)[1])["arms"]

    assert arms(arm=12.0) == "free"
    assert arms(arm=150.0) == "raised"
    assert arms(arm=20.0, elbow=-110.0) == "in front"
    _, person = figures.person()
    assert pose_strata(person)["view"] == "front" and pose_strata(person)["shown"] == "whole"
    person.keypoints[:] = 0
    assert pose_strata(person) == {"arms": "unseen", "view": "unseen", "shown": "half"}
