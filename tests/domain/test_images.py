import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from gpvton.domain.errors import ImageError
from gpvton.domain.images import Photo, read_photo, to_float, to_uint8

RNG = np.random.default_rng(0)
PIXELS = RNG.integers(0, 256, (80, 70, 3), dtype=np.uint8)


def saved(path, image, **options):
    image.save(path, **options)
    return path


def test_lossless_file_gives_its_pixels(tmp_path):
    photo = read_photo(saved(tmp_path / "a.b.png", Image.fromarray(PIXELS)))
    np.testing.assert_array_equal(photo.pixels, PIXELS)
    assert photo.alpha is None and photo.name == "a.b" and photo.size == (80, 70)


def test_every_kind_of_source_gives_the_same(tmp_path):
    path = saved(tmp_path / "a.png", Image.fromarray(PIXELS))
    for source in (path, str(path), path.read_bytes(), Image.fromarray(PIXELS), PIXELS):
        np.testing.assert_array_equal(read_photo(source).pixels, PIXELS)
    photo = read_photo(path)
    assert read_photo(photo) is photo


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_rotation_is_applied(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = saved(tmp_path / "a.png", Image.fromarray(PIXELS), exif=exif)
    upright = {
        1: PIXELS,
        2: PIXELS[:, ::-1],
        3: PIXELS[::-1, ::-1],
        4: PIXELS[::-1],
        5: PIXELS.transpose(1, 0, 2),
        6: np.rot90(PIXELS, -1),
        7: PIXELS[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(PIXELS),
    }
    np.testing.assert_array_equal(read_photo(path).pixels, upright[orientation])


def test_alpha_is_kept_apart_and_transparent_places_are_white():
    alpha = np.full((80, 70), 255, np.uint8)
    alpha[:10], alpha[10:20] = 0, 128
    photo = read_photo(np.dstack([PIXELS, alpha]))
    np.testing.assert_array_equal(photo.alpha, alpha)
    np.testing.assert_array_equal(photo.pixels[10:], PIXELS[10:])
    assert (photo.pixels[:10] == 255).all()
    flat = photo.on_white()
    assert flat.alpha is None
    np.testing.assert_array_equal(flat.pixels[20:], PIXELS[20:])
    expected = PIXELS[10:20] * (128 / 255) + 255 * (127 / 255)
    np.testing.assert_allclose(flat.pixels[10:20], expected, atol=0.51)


def test_opaque_alpha_is_no_alpha():
    assert read_photo(np.dstack([PIXELS, np.full((80, 70), 255, np.uint8)])).alpha is None


def test_palette_with_transparency(tmp_path):
    image = Image.fromarray(PIXELS).quantize(16)
    path = saved(tmp_path / "a.png", image, transparency=3)
    photo = read_photo(path)
    index = np.asarray(image)
    np.testing.assert_array_equal(photo.alpha == 0, index == 3)
    np.testing.assert_array_equal(
        photo.pixels[index != 3], np.asarray(image.convert("RGB"))[index != 3]
    )


def test_grey_and_sixteen_bits(tmp_path):
    grey = PIXELS[..., 0]
    deep = grey.astype(np.uint16) * 257
    paths = [
        saved(tmp_path / "8.png", Image.fromarray(grey)),
        saved(tmp_path / "16.png", Image.fromarray(deep)),
        saved(tmp_path / "16.tif", Image.fromarray(deep)),
    ]
    for path in paths:
        np.testing.assert_array_equal(read_photo(path).pixels, np.dstack([grey] * 3))


def test_cmyk(tmp_path):
    smooth = np.tile(np.linspace(0, 255, 70, dtype=np.uint8)[None, :, None], (80, 1, 3))
    path = saved(tmp_path / "a.tif", Image.fromarray(smooth).convert("CMYK"))
    assert np.abs(read_photo(path).pixels.astype(int) - smooth).max() <= 2


def test_colour_profile_is_converted_and_srgb_left_alone(tmp_path):
    lab = Image.fromarray(PIXELS).convert("RGB")
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    same = read_photo(saved(tmp_path / "s.png", lab, icc_profile=srgb))
    np.testing.assert_array_equal(same.pixels, PIXELS)
    broken = read_photo(saved(tmp_path / "b.png", lab, icc_profile=b"nonsense"))
    np.testing.assert_array_equal(broken.pixels, PIXELS)
    assert "profile" in broken.warnings[0]


def test_other_profile_changes_the_colours(tmp_path, monkeypatch):
    """A profile with another name goes through the colour engine."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = saved(tmp_path / "s.png", Image.fromarray(PIXELS), icc_profile=srgb)
    seen = []
    monkeypatch.setattr(ImageCms, "getProfileDescription", lambda _: "Wide")
    monkeypatch.setattr(
        ImageCms,
        "profileToProfile",
        lambda image, *_, outputMode: seen.append(outputMode) or image.point(lambda v: 255 - v),
    )
    np.testing.assert_array_equal(read_photo(path).pixels, 255 - PIXELS)
    assert seen == ["RGB"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.png", b"", "empty"),
        ("text.jpg", b"hello, this is no picture", "no picture that can be read"),
        ("x.heic", b"\0\0\0\x18ftypheic" + b"\0" * 64, "HEIC"),
    ],
)
def test_files_that_are_no_pictures(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ImageError, match=message):
        read_photo(path)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "TIFF", "GIF"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_a_file_that_is_cut_off(form, share):
    stream = io.BytesIO()
    Image.fromarray(PIXELS).save(stream, form)
    content = stream.getvalue()
    with pytest.raises(ImageError):
        read_photo(content[: int(len(content) * share)])


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(ImageError, match="no file"):
        read_photo(tmp_path / "absent.png")
    with pytest.raises(ImageError, match="is a folder"):
        read_photo(tmp_path)


def test_too_small():
    with pytest.raises(ImageError, match=r"3 x 3 pixels, expected at least 64"):
        read_photo(PIXELS[:3, :3])


def test_too_large_is_seen_before_decoding(tmp_path, monkeypatch):
    path = saved(tmp_path / "large.png", Image.new("1", (12_000, 12_000)))
    monkeypatch.setattr(Image.Image, "load", lambda *_: pytest.fail("decoded"))
    with pytest.raises(ImageError, match=r"12000 x 12000 pixels, expected at most 50 megapixels"):
        read_photo(path)


def test_the_limit_can_be_moved():
    with pytest.raises(ImageError, match=r"at most 0\.005 megapixels"):
        read_photo(PIXELS, maximum_pixels=5000)
    assert read_photo(PIXELS, maximum_pixels=5600).size == (80, 70)


def test_blank_and_transparent():
    with pytest.raises(ImageError, match="blank"):
        read_photo(np.full((80, 70, 3), 240, np.uint8))
    with pytest.raises(ImageError, match="transparent"):
        read_photo(np.dstack([PIXELS, np.zeros((80, 70), np.uint8)]))


@pytest.mark.parametrize(
    "array", [PIXELS.astype(np.float32), PIXELS[..., :2], PIXELS[None], PIXELS[:0]]
)
def test_arrays_of_other_form(array):
    with pytest.raises(ImageError, match="the array"):
        read_photo(array)


def test_photo_checks_its_arrays():
    with pytest.raises(ImageError, match="alpha is"):
        Photo(pixels=PIXELS, alpha=np.zeros((3, 3), np.uint8))


def test_conversions_are_inverse_for_every_grey_level():
    levels = np.arange(256, dtype=np.uint8)
    values = to_float(levels)
    assert values.dtype == np.float32 and values[0] == -1 and values[-1] == 1
    np.testing.assert_array_equal(to_uint8(values), levels)
    np.testing.assert_array_equal(to_uint8(np.array([-3.0, 3.0])), [0, 255])
