from dataclasses import replace

import numpy as np
import pytest

from gpvton.conditions.generation import (
    BASE,
    CHANNELS,
    CLASSES,
    GARMENT,
    KNOWN,
    POSE,
    GenerationView,
    base_picture,
    generator_inputs,
    known_mask,
    region_frame,
)
from gpvton.conditions.palms import palm_mask
from gpvton.conditions.skin import skin_colours
from gpvton.conditions.worn_classes import worn_classes, worn_parts
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.labels import WornClass
from gpvton.domain.parts import PART_TABLE, Category
from gpvton.geometry.body import body_from
from tests.figures import SKIN, person


def sleeveless_view() -> tuple[GenerationView, np.ndarray]:
    """A person in a T-shirt who is to wear its torso without the sleeves, and what is known."""
    pixels, annotation = person()
    parsing = annotation.parsing
    torso = worn_parts(parsing, Category.UPPER) * np.array([0, 1, 0])[:, None, None]
    bare = worn_classes(person(sleeve=0.0)[1].parsing, torso, Category.UPPER)
    front = np.isin(parsing, tuple(PART_TABLE[Category.UPPER].front))
    front |= palm_mask(parsing, body_from(annotation))
    garment = np.zeros((*parsing.shape, 4), np.float32)
    garment[torso[1] > 0] = (0.1, 0.5, 0.2, 1.0)
    view = GenerationView(
        pixels=pixels,
        parsing=parsing,
        front=front,
        garment=garment,
        classes=bare,
        skin=skin_colours(pixels, parsing),
        keypoints=annotation.keypoints,
    )
    return view, known_mask(parsing, front, bare, Category.UPPER, 3)


def test_the_old_garment_is_not_known_but_hands_face_and_trousers_are():
    view, known = sleeveless_view()
    old = worn_parts(view.parsing, Category.UPPER).any(axis=0)
    assert not known[old & ~view.front].any()
    assert known[view.front].all()
    trousers = np.isin(view.parsing, (P.LEFT_PANTS, P.RIGHT_PANTS))
    assert known[trousers].mean() > 0.9
    assert known[np.isin(view.parsing, (P.LEFT_ARM, P.RIGHT_ARM))].mean() > 0.7


def test_nothing_of_what_is_hidden_reaches_the_network():
    view, known = sleeveless_view()
    noise = np.random.default_rng(0).integers(0, 255, view.pixels.shape, np.uint8)
    other = replace(view, pixels=np.where(known[..., None], view.pixels, noise))
    first, second = (generator_inputs(v, known, base_picture(v, known)) for v in (view, other))
    assert np.array_equal(first, second)


def test_the_base_is_the_photo_skin_and_garment():
    view, known = sleeveless_view()
    base = base_picture(view, known)
    assert np.array_equal(base[known], view.pixels[known].astype(np.float32))
    torso = (view.classes == WornClass.MIDDLE_PART) & ~known
    assert np.abs(base[torso] - np.array([0.1, 0.5, 0.2]) * 255).max() < 1
    arm = np.isin(view.classes, (WornClass.LEFT_ARM, WornClass.RIGHT_ARM)) & ~known
    assert arm.sum() > 100 and np.abs(base[arm] - SKIN).mean() < 6


def test_a_gap_in_the_warp_is_filled_with_the_garment():
    view, known = sleeveless_view()
    torn = view.garment.copy()
    torn[170:180] = 0
    base = base_picture(replace(view, garment=torn), known)
    gap = (view.classes == WornClass.MIDDLE_PART) & ~known & (torn[..., 3] == 0)
    assert gap.sum() > 100 and np.abs(base[gap] - np.array([0.1, 0.5, 0.2]) * 255).mean() < 3


def test_channels_are_where_they_are_said_to_be():
    view, known = sleeveless_view()
    inputs = generator_inputs(view, known, base_picture(view, known))
    assert inputs.shape == (CHANNELS, *known.shape) and inputs.dtype == np.float32
    assert (inputs[:3, ~known] == 0).all() and np.array_equal(inputs[KNOWN] > 0, known)
    assert np.array_equal(inputs[CLASSES:BASE].argmax(axis=0), view.classes)
    inside = view.garment[..., 3] == 1
    seen = (inputs[GARMENT : GARMENT + 3, inside] + 1) / 2
    assert np.abs(seen.T - [0.1, 0.5, 0.2]).max() < 1e-6
    assert inputs[BASE:POSE].min() >= -1 and inputs[BASE:POSE].max() <= 1


@pytest.mark.parametrize("around", [1.0, 1.2])
def test_the_frame_holds_the_region(around):
    region = np.zeros((300, 500), bool)
    region[40:90, 100:300] = True
    frame = region_frame(region, (256, 192), around)
    corners = frame.points(np.array([[100, 40], [299, 89]], float))
    assert corners.min() > 0 and (corners < [191, 255]).all()
    wide = corners[1, 0] - corners[0, 0]
    assert wide == pytest.approx(192 / (1.3 * around), rel=0.03)


def test_a_map_put_back_lies_where_it_was_cut_out():
    rows, columns = np.mgrid[:200, :160].astype(np.float32)
    picture = np.sin(rows / 20) + np.cos(columns / 15)
    region = np.zeros(picture.shape, bool)
    region[50:150, 40:120] = True
    frame = region_frame(region, (128, 96))
    back = frame.put_back(frame.cut(picture, fill=None), (200, 160))
    assert np.abs(back - picture)[region].max() < 0.01
