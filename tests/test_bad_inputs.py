"""What people give by mistake, through the command line with the real networks.

Each case must end with exit code 2 and one clear line, and leave nothing written.
"""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

import gpvton
from gpvton.cli.main import run
from gpvton.domain.images import read_photo

SAMPLES = Path(gpvton.__file__).parent / "samples"
SHIRT = SAMPLES / "garments" / "breton-top.jpg"
PEOPLE = sorted((SAMPLES / "people").glob("*.jpg"))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(capsys, folder, *arguments):
    """The one line that the command says; nothing may be written."""
    before = sorted(folder.rglob("*"))
    with pytest.raises(SystemExit) as stop:
        run([str(argument) for argument in arguments])
    said = capsys.readouterr()
    assert stop.value.code == 2, said.err
    assert sorted(folder.rglob("*")) == before
    assert said.out == "" and said.err.startswith("error: ") and said.err.count("\n") == 1
    return said.err


def landscape():
    """Sky, hills and a lake."""
    y, x = np.mgrid[:640, :480].astype(np.float32)
    sky = np.dstack([150 - y * 0.1, 190 - y * 0.05, 235 + 0 * y])
    for number, colour in enumerate([(120, 150, 120), (90, 130, 80), (60, 100, 60)]):
        top = 300 + 60 * number + 40 * np.sin(x / (60 + 25 * number) + number)
        sky[y > top] = colour
    sky[y > 520] = (90, 130, 170)
    sky += np.random.default_rng(0).normal(0, 6, (640, 480, 1))
    return np.clip(sky, 0, 255).astype(np.uint8)


def cat():
    """A sitting cat from the front."""
    image = np.full((640, 480, 3), (196, 178, 150), np.uint8)
    image[470:] = (120, 90, 70)
    fur, dark, light = (205, 130, 60), (60, 40, 30), (245, 225, 200)
    cv2.ellipse(image, (240, 450), (95, 130), 0, 0, 360, fur, -1, cv2.LINE_AA)
    cv2.ellipse(image, (350, 540), (90, 26), -30, 0, 360, fur, -1, cv2.LINE_AA)
    for x in (205, 275):
        cv2.ellipse(image, (x, 560), (26, 40), 0, 0, 360, light, -1, cv2.LINE_AA)
        ear = np.array([[x - 35, 245], [x + 35, 245], [x + (x - 240) // 2, 150]])
        cv2.fillPoly(image, [ear], fur, cv2.LINE_AA)
    cv2.ellipse(image, (240, 290), (88, 78), 0, 0, 360, fur, -1, cv2.LINE_AA)
    for x in (208, 272):
        cv2.ellipse(image, (x, 280), (16, 20), 0, 0, 360, (190, 210, 90), -1, cv2.LINE_AA)
        cv2.ellipse(image, (x, 280), (5, 18), 0, 0, 360, dark, -1, cv2.LINE_AA)
        for lift in (-10, 2, 14):
            cv2.line(
                image, (240 + (x - 240) // 2, 322), (240 + (x - 240) * 4, 318 + lift), light, 1
            )
    cv2.ellipse(image, (240, 325), (30, 20), 0, 0, 360, light, -1, cv2.LINE_AA)
    cv2.circle(image, (240, 314), 8, dark, -1, cv2.LINE_AA)
    return image


def two_people():
    """Two samples side by side."""
    photos = [read_photo(path).pixels for path in (PEOPLE[0], PEOPLE[-1])]
    return np.hstack([cv2.resize(photo, (480, 640)) for photo in photos])


def test_there_are_samples():
    assert len(PEOPLE) >= 1 and SHIRT.is_file()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (landscape, "no person was found"),
        (cat, "no person was found"),
        (two_people, "more than one person"),
        (lambda: np.full((640, 480, 3), 255, np.uint8), "blank"),
        (lambda: read_photo(PEOPLE[0]).pixels[:3, :3], "3 x 3 pixels"),
    ],
    ids=["landscape", "cat", "two people", "blank", "3 x 3"],
)
def test_photos_without_exactly_one_person(capsys, folder, make, message):
    Image.fromarray(make()).save(folder / "photo.png")
    assert message in refused(capsys, folder, "try", "photo.png", SHIRT, "-o", "out.png")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (landscape, "no garment was found"),
        (cat, "no garment was found"),
        (lambda: np.full((640, 480, 3), 255, np.uint8), "blank"),
        (lambda: read_photo(SHIRT).pixels[:3, :3], "3 x 3 pixels"),
    ],
    ids=["landscape", "cat", "blank", "3 x 3"],
)
def test_pictures_without_a_garment(capsys, folder, make, message):
    Image.fromarray(make()).save(folder / "picture.png")
    assert message in refused(capsys, folder, "try", PEOPLE[0], "picture.png", "-o", "out.png")


@pytest.mark.parametrize("verb", ["person", "garment", "analyze"])
@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("missing", "there is no file"),
        ("folder", "is a folder"),
        ("empty", "is empty"),
        ("text", "no picture that can be read"),
        ("cut off", "damaged or cut off"),
        ("huge", "12000 x 12000 pixels, expected at most 50 megapixels"),
    ],
)
def test_files_that_cannot_be_used(capsys, folder, verb, kind, message):
    path = folder / "given.jpg"
    if kind == "folder":
        path.mkdir()
    elif kind == "huge":
        path = folder / "given.png"
        Image.new("1", (12_000, 12_000)).save(path)
    elif kind != "missing":
        content = {"empty": b"", "text": b"no picture", "cut off": SHIRT.read_bytes()[:9000]}
        path.write_bytes(content[kind])
    arguments = {
        "person": ("try", path, SHIRT),
        "garment": ("try", PEOPLE[0], path),
        "analyze": ("analyze", path),
    }
    if (kind, verb) == ("folder", "analyze"):  # which takes folders
        message = "holds no photos"
    assert message in refused(capsys, folder, *arguments[verb])


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("absent/out.png", "there is no folder"),
        ("out.gif", "suffix '.gif'"),
        ("/proc/out.png", "cannot be written"),
    ],
)
def test_outputs_that_cannot_be_written(capsys, folder, output, message):
    if output.startswith("/proc") and not Path("/proc").is_dir():
        pytest.skip("no /proc here")
    assert message in refused(capsys, folder, "try", PEOPLE[0], SHIRT, "-o", output)
