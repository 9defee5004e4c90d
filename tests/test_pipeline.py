"""The pipeline's own promises, with analysts and dressing that are simple enough to foresee."""

from dataclasses import replace

import numpy as np
import pytest

from gpvton import pipeline as module
from gpvton.domain.annotations import GarmentAnnotation, PersonAnnotation
from gpvton.domain.errors import ImageError, InputError, WeightsError
from gpvton.domain.labels import GarmentLabel
from gpvton.domain.parts import Category
from gpvton.domain.provenance import Provenance
from gpvton.dressing.dress import Dressed
from gpvton.pipeline import TryOn

RNG = np.random.default_rng(0)
PERSON = RNG.integers(0, 256, (160, 120, 3), dtype=np.uint8)
GARMENT = RNG.integers(0, 256, (100, 90, 3), dtype=np.uint8)


class Analysts:
    """Count what they are asked."""

    def __init__(self):
        self.people = self.garments = 0

    def person(self, pixels):
        self.people += 1
        size = pixels.shape[:2]
        return PersonAnnotation(
            parsing=np.zeros(size, np.uint8),
            keypoints=np.zeros((25, 3), np.float32),
            silhouette=np.ones(size, np.float32),
            warnings=("the feet do not show",),
        )

    def garment(self, pixels, alpha):
        self.garments += 1
        mask = np.zeros(pixels.shape[:2], np.float32)
        mask[20:80, 30:60] = 1
        if alpha is not None:
            mask = alpha / np.float32(255)
        return GarmentAnnotation(
            mask=mask,
            parsing=np.where(mask > 0, GarmentLabel.UPPER, 0).astype(np.uint8),
            category=Category.UPPER,
        )


def painted(photo, person, garment_pixels, garment, *, category=None, tucked=None, **networks):
    image, mask = photo.copy(), np.zeros(photo.shape[:2], bool)
    mask[40:90, 30:80] = True
    image[mask] = 255 - image[mask]
    return Dressed(
        image=image,
        warped=np.dstack([mask * 0.5] * 3 + [mask * 1.0]).astype(np.float32),
        parsing=(mask * 5).astype(np.uint8),
        flow=np.zeros((3, 2, 40, 30), np.float32),
        box=(0, 0, photo.shape[1], photo.shape[0]),
        edit_mask=mask,
        preserve_mask=~mask,
        warnings=(f"{category} tucked={tucked}",),
        timings={"flow": 0.25},
    )


@pytest.fixture
def analysts():
    return Analysts()


@pytest.fixture
def try_on(monkeypatch, analysts):
    monkeypatch.setattr(module, "dress", painted)
    return TryOn(analysts.person, analysts.garment, provenance=Provenance(weights={"net": "12ab"}))


def test_outside_the_edit_mask_the_result_is_the_photo(try_on):
    result = try_on(PERSON, GARMENT)
    assert result.image.shape == PERSON.shape
    np.testing.assert_array_equal(result.image[~result.edit_mask], PERSON[~result.edit_mask])
    assert (result.image[result.edit_mask] != PERSON[result.edit_mask]).any()


def test_an_edit_outside_the_mask_is_never_given_out(try_on, monkeypatch):
    def careless(*arguments, **options):
        dressed = painted(*arguments, **options)
        dressed.image[0, 0, 0] ^= 1
        return dressed

    monkeypatch.setattr(module, "dress", careless)
    with pytest.raises(RuntimeError, match="outside its edit mask"):
        try_on(PERSON, GARMENT)


def test_another_size_is_never_given_out(try_on, monkeypatch):
    def shrunk(*arguments, **options):
        dressed = painted(*arguments, **options)
        return replace(dressed, image=dressed.image[::2])

    monkeypatch.setattr(module, "dress", shrunk)
    with pytest.raises(RuntimeError, match="changed the size"):
        try_on(PERSON, GARMENT)


def test_prepared_values_are_analysed_once_and_give_the_same(try_on, analysts):
    person, garment = try_on.prepare_person(PERSON), try_on.prepare_garment(GARMENT)
    first, second = try_on(person, garment), try_on(person, garment)
    np.testing.assert_array_equal(first.image, second.image)
    np.testing.assert_array_equal(first.image, try_on(PERSON, GARMENT).image)
    assert (analysts.people, analysts.garments) == (2, 2)
    assert try_on.prepare_person(person) is person


def test_inputs_are_not_changed(try_on):
    before = PERSON.copy(), GARMENT.copy()
    try_on(PERSON, GARMENT)
    np.testing.assert_array_equal(PERSON, before[0])
    np.testing.assert_array_equal(GARMENT, before[1])


def test_the_category_can_be_given(try_on):
    assert try_on(PERSON, GARMENT).category is Category.UPPER
    result = try_on(PERSON, GARMENT, category="lower", tucked=True)
    assert result.category is Category.LOWER
    assert "lower tucked=True" in result.warnings
    labels = set(np.unique(result.garment.annotation.parsing)) - {0}
    assert labels <= {GarmentLabel.SKIRT, GarmentLabel.LEFT_LEG, GarmentLabel.RIGHT_LEG}
    prepared = try_on.prepare_garment(GARMENT)
    assert try_on(PERSON, prepared, "dress").category is Category.DRESS
    assert prepared.annotation.category is Category.UPPER


def test_an_unknown_category_is_refused_before_any_work(try_on, analysts):
    with pytest.raises(InputError, match="'hat', expected one of upper, lower, dress"):
        try_on.prepare_garment(GARMENT, "hat")
    assert analysts.garments == 0


def test_alpha_reaches_the_garment_analyst_and_people_are_set_on_white(try_on):
    alpha = np.zeros((100, 90), np.uint8)
    alpha[10:90, 20:70] = 255
    garment = try_on.prepare_garment(np.dstack([GARMENT, alpha]))
    np.testing.assert_array_equal(garment.annotation.mask > 0, alpha > 0)
    half = np.dstack([PERSON, np.full(PERSON.shape[:2], 127, np.uint8)])
    assert try_on.prepare_person(half).photo.pixels.min() >= 127


def test_bad_pictures_raise(try_on):
    with pytest.raises(ImageError, match="3 x 3"):
        try_on(PERSON[:3, :3], GARMENT)
    with pytest.raises(ImageError, match="at most"):
        replace_limit = TryOn(try_on.analyse_person, try_on.analyse_garment, maximum_pixels=100)
        replace_limit(PERSON, GARMENT)


def test_the_result_tells_everything(try_on):
    result = try_on(PERSON, GARMENT)
    assert set(result.timings) == {"person", "garment", "flow"}
    assert result.warnings == ("the feet do not show", "upper tucked=None")
    assert result.summary()["category"] == "upper"
    assert result.to_pil().size == (120, 160)
    assert result._repr_png_().startswith(b"\x89PNG")
    assert result.warped.shape == (160, 120, 4) and result.flow.shape == (3, 2, 40, 30)
    assert result.parsing.shape == result.preserve_mask.shape == (160, 120)


def test_saving(try_on, tmp_path):
    result = try_on(PERSON, GARMENT)
    result.save(tmp_path / "a.png")
    result.save(tmp_path / "b.png", metadata=False)
    assert b"net sha256:12ab" in (tmp_path / "a.png").read_bytes()
    assert b"sha256" not in (tmp_path / "b.png").read_bytes()
    np.testing.assert_array_equal(module.read_photo(tmp_path / "a.png").pixels, result.image)


def test_steps_are_pictures_and_a_summary(try_on, tmp_path):
    result = try_on(PERSON, GARMENT)
    written = result.save_steps(tmp_path / "deep" / "steps")
    assert sorted(tmp_path.rglob("*.*")) == sorted(written) and len(written) == 9
    final = module.read_photo(tmp_path / "deep" / "steps" / "8-result.png")
    np.testing.assert_array_equal(final.pixels, result.image)
    layer = module.read_photo(tmp_path / "deep" / "steps" / "4-warped.png")
    assert layer.alpha is not None
    np.testing.assert_array_equal(layer.alpha > 0, result.edit_mask)
    np.testing.assert_allclose(layer.pixels[result.edit_mask], 128, atol=1)


def test_missing_weights_are_named(tmp_path):
    with pytest.raises(WeightsError, match="person_analyst"):
        TryOn.from_pretrained(tmp_path)
    with pytest.raises(WeightsError, match="neither a folder nor a Hugging Face Hub name"):
        TryOn.from_pretrained(tmp_path / "absent")


def test_a_result_shows_itself_in_notebooks(try_on):
    from io import BytesIO

    from PIL import Image

    result = try_on(PERSON, GARMENT)
    with Image.open(BytesIO(result._repr_png_())) as shown:
        np.testing.assert_array_equal(np.asarray(shown), result.image)
    text = result._repr_html_()
    assert text.count("<img") == 3 and "the feet do not show" in text
    assert repr(result).startswith("<TryOnResult 120 x 160, upper") and len(repr(result)) < 100
