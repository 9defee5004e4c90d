from dataclasses import replace

import numpy as np
import pytest

from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.errors import GarmentError
from gpvton.domain.labels import PersonLabel as P
from gpvton.domain.parts import Category
from gpvton.dressing.dress import dress
from tests.figures import (
    SKIN,
    joints,
    mirrored_garment,
    mirrored_person,
    person,
    skirt,
    top,
    trousers,
)

GREEN = np.array([40, 160, 80])


def _near(pixel, colour, tolerance=60) -> bool:
    return bool(np.abs(pixel.astype(int) - np.asarray(colour)).max() <= tolerance)


@pytest.mark.parametrize("garment", [top(), top(long=True), trousers(), skirt()])
def test_outside_the_edit_mask_every_pixel_is_the_photos(garment):
    photo, annotation = person()
    done = dress(photo, annotation, *garment)
    assert done.image.shape == photo.shape and done.edit_mask.any()
    np.testing.assert_array_equal(done.image[~done.edit_mask], photo[~done.edit_mask])


@pytest.mark.parametrize("garment", [top(), trousers(), skirt()])
def test_the_face_is_never_touched(garment):
    photo, annotation = person()
    done = dress(photo, annotation, *garment)
    inner = annotation.parsing == P.FACE
    inner[:-4] &= inner[4:]
    assert np.abs(done.image[inner].astype(int) - photo[inner]).max() <= 2


def test_the_torso_takes_the_new_garments_colours():
    photo, annotation = person()
    done = dress(photo, annotation, *top())
    chest = done.image[150:230, 175:210].reshape(-1, 3).astype(int)
    assert (chest[:, 1] > chest[:, 0]).mean() > 0.95
    assert done.warped[190, 192, 3] > 0.95


def test_short_over_long_sleeves_bares_the_forearm():
    photo, annotation = person(sleeve=1.95)
    x, y = (round(v) for v in joints()["left_elbow"])
    assert annotation.parsing[y + 20, x] == P.UPPER_LEFT_SLEEVE
    done = dress(photo, annotation, *top())
    assert _near(done.image[y + 20, x + 2], SKIN, 40)


def test_long_over_short_sleeves_covers_the_forearm_but_not_the_hand():
    photo, annotation = person(sleeve=0.4)
    done = dress(photo, annotation, *top(long=True))
    places = joints()
    elbow, wrist = np.array(places["left_elbow"]), np.array(places["left_wrist"])
    x, y = np.rint((elbow + wrist) / 2).astype(int)
    assert done.image[y, x, 1] > done.image[y, x, 0]
    x, y = np.rint(wrist + 0.25 * (wrist - elbow)).astype(int)
    assert _near(done.image[y, x], SKIN, 6)


def test_without_any_skin_the_old_sleeve_is_kept_with_a_warning():
    photo, annotation = person(sleeve=1.95)
    parsing = annotation.parsing.copy()
    parsing[np.isin(parsing, (P.FACE, P.NECK, P.LEFT_ARM, P.RIGHT_ARM))] = P.HAIR
    bare = PersonAnnotation(
        parsing=parsing, keypoints=annotation.keypoints, silhouette=annotation.silhouette
    )
    done = dress(photo, bare, *top())
    assert any("sleeve is kept" in warning for warning in done.warnings)


def test_a_tucked_hem_leaves_the_trousers_in_sight():
    photo, annotation = person()
    loose = dress(photo, annotation, *top(), tucked=False)
    tucked = dress(photo, annotation, *top(), tucked=True)
    x, y = 175, 290
    assert loose.warped[y, x, 3] > 0.9 and tucked.warped[y, x, 3] < 0.1
    np.testing.assert_array_equal(tucked.image[y, x], photo[y, x])


def test_a_jacket_hangs_where_a_shirt_would_be_tucked_in():
    photo, annotation = person()
    parsing = annotation.parsing.copy()
    hips = joints()["mid_hip"]
    rows, columns = np.mgrid[: parsing.shape[0], : parsing.shape[1]]
    waist = (rows > hips[1] - 30) & np.isin(parsing, (P.UPPER_TORSO, P.LEFT_PANTS, P.RIGHT_PANTS))
    parsing[waist] = np.where(columns[waist] < hips[0], P.RIGHT_PANTS, P.LEFT_PANTS)
    high = replace(annotation, parsing=parsing)
    pixels, garment = top()
    shirt = dress(photo, high, pixels, replace(garment, type_scores={"Shirt": 1.0}))
    jacket = dress(photo, high, pixels, replace(garment, type_scores={"Outwear": 1.0}))
    x, y = 175, 290
    assert shirt.warped[y, x, 3] < 0.1 and jacket.warped[y, x, 3] > 0.9
    shut = dress(photo, high, pixels, replace(garment, type_scores={"Outwear": 1.0}), tucked=True)
    assert shut.warped[y, x, 3] < 0.1


def test_trousers_go_under_the_top():
    photo, annotation = person()
    done = dress(photo, annotation, *trousers())
    assert _near(done.image[200, 192], photo[200, 192], 2)
    assert done.image[380, 218, 2] < 100


def test_mirrored_input_gives_a_mirrored_result():
    photo, annotation = person(30, -20)
    garment = top()
    image = dress(photo, annotation, *garment).image.astype(int)
    other = mirrored_person(photo, annotation)
    twin = dress(*other, *mirrored_garment(*garment)).image[:, ::-1].astype(int)
    assert np.abs(image - twin).mean() < 1.0


def test_a_view_from_behind_is_a_warning():
    photo, annotation = person()
    swapped = mirrored_person(photo, annotation)[1]
    behind = PersonAnnotation(
        parsing=swapped.parsing[:, ::-1].copy(),
        keypoints=swapped.keypoints * [-1, 1, 1] + (swapped.keypoints[:, 2:] > 0) * [383, 0, 0],
        silhouette=annotation.silhouette,
    )
    done = dress(photo, behind, *top())
    assert any("behind" in warning for warning in done.warnings)


def test_a_garment_of_another_category_is_an_error():
    photo, annotation = person()
    with pytest.raises(GarmentError, match="category"):
        dress(photo, annotation, *top(), category=Category.LOWER)


def test_the_garments_background_never_shows():
    photo, annotation = person()
    pixels, garment = top()
    pixels = np.where(garment.mask[..., None] > 0, pixels, [255, 0, 255]).astype(np.uint8)
    done = dress(photo, annotation, pixels, GarmentAnnotation(**vars(garment)))
    magenta = (done.image[..., 0] > 170) & (done.image[..., 1] < 60) & (done.image[..., 2] > 170)
    assert not magenta.any()
