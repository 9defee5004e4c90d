"""The fitting room in a real browser."""

import base64
import io
import json
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import gpvton
from tests.app.page import Page
from tests.browser import in_browser, open_browser, press

pytest.importorskip("gradio")
pytestmark = in_browser
CONTRAST = (Path(__file__).parent / "contrast.js").read_text()
SAMPLES = Path(gpvton.__file__).parent / "samples"


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Small copies of the samples, so that the test is quick; and two people side by side."""
    folder = tmp_path_factory.mktemp("pictures")
    people = []
    for name in ("people/mara", "people/lena", "garments/breton-top", "garments/navy-tee"):
        with Image.open(SAMPLES / f"{name}.jpg") as picture:
            small = picture.resize((288, 384))
        small.save(folder / f"{Path(name).name}.png")
        people.append(small)
    both = Image.new("RGB", (576, 384))
    both.paste(people[0], (0, 0))
    both.paste(people[1], (288, 0))
    both.save(folder / "two.png")
    Image.new("RGB", (288, 384), (90, 140, 90)).save(folder / "blank.png")
    return folder


@pytest.fixture(scope="module")
def address():
    from gpvton.app.serve import serve
    from gpvton.pipeline import TryOn

    url, page = serve(TryOn.from_pretrained(threads=1), port=_free_port(), block=False)
    yield url
    page.close(verbose=False)


def _free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def browser(tmp_path):
    driver = open_browser(tmp_path)
    yield driver
    driver.quit()


def tried_on(browser, address, pictures):
    page = Page(browser, address)
    page.upload("#person", pictures / "mara.png")
    page.upload("#garments", pictures / "breton-top.png", pictures / "navy-tee.png")
    page.until(lambda: len(page.all("#garments .thumbnail-item, #garments img")) >= 2)
    page.one("#go").click()
    page.changed(None)
    page.until(lambda: len(page.all("#body-handles .handle")) > 8)
    return page


def test_two_garments_a_drag_a_slider_and_the_download(browser, address, pictures, tmp_path):
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    page = tried_on(browser, address, pictures)
    page.until(lambda: len(page.all("#grid .thumbnail-item")) == 2)
    pictures_have_names(page)
    first = page.settled()

    elbow = page.one("#body-handles .handle[data-name=left_elbow]")
    browser.execute_script("arguments[0].scrollIntoView({block:'center'})", elbow)
    place = elbow.rect
    start = place["x"] - page.one("#body-handles img").rect["x"]
    ActionChains(browser).drag_and_drop_by_offset(elbow, 30, -10).perform()
    assert elbow.rect["x"] == pytest.approx(place["x"] + 30, abs=3)
    page.changed(first)
    second = page.settled()

    sleeve = page.one("#sleeve input[type=range]")
    page.keys(sleeve, *[Keys.ARROW_LEFT] * 8)
    assert float(sleeve.get_attribute("value")) == pytest.approx(0.6)
    page.changed(second)
    third = page.settled()

    painted_and_taken_back(page, third)

    page.one("#tuck input[value=in]").click()
    page.changed(third)
    page.settled()

    edited = page.settled()
    wishes, picture = _downloads(page, tmp_path)
    assert wishes["sleeve_length"] == pytest.approx(0.6) and wishes["tuck"] == "in"
    assert list(wishes["keypoints"]) == ["left_elbow"]
    with Image.open(picture) as opened:
        assert opened.size == (288, 384)
        away = np.abs(np.array(opened.convert("RGB")).astype(int) - decoded(edited))
        assert away.mean() < 3 and np.percentile(away, 99) < 30  # the page's is a JPEG
    assert b"compositeWithTrainedAlgorithmicMedia" in picture.read_bytes()

    page.one("#reset").click()
    page.changed(None)
    page.until(lambda: page.settled() == first, "the first picture again")
    page.one("#body-tab-button").click()
    elbow = page.one("#body-handles .handle[data-name=left_elbow]")
    page.until(elbow.is_displayed)
    assert elbow.rect["x"] - page.one("#body-handles img").rect["x"] == pytest.approx(start, abs=2)
    grid_and_history(page, first)
    for scheme in ("light", "dark"):
        legible(browser, dark=scheme == "dark")
    _nothing_was_asked_elsewhere(browser)


def pictures_have_names(page):
    """Of what they show, or of their files, where Gradio would only count them."""
    for place, wanted in (
        ("#garments", ["picture 1 of 2: breton top", "picture 2 of 2: navy tee"]),
        ("#grid", ["breton top", "navy tee"]),
    ):
        names = [b.get_attribute("aria-label") for b in page.all(f"{place} .thumbnail-item")]
        assert names == wanted


def grid_and_history(page, first):
    """The other garment by the grid, the first one again by the history; both by keyboard."""
    page.keys(page.all("#grid .thumbnail-item")[1], " ")
    other = page.changed(first)
    page.until(lambda: "navy tee" in page.one("#compare .after").get_attribute("alt"))
    page.settled()
    page.keys(page.one("#past button"), " ")
    page.until(lambda: len(page.all("#history .thumbnail-item")) == 2)
    earlier = page.all("#history .thumbnail-item")[1]
    page.until(earlier.is_displayed)
    page.keys(earlier, " ")
    page.changed(other)
    page.until(lambda: page.settled() == first, "the first garment's picture")
    assert not any(grid.is_displayed() for grid in page.all("#grid"))  # nothing to choose from


def legible(browser, *, dark):
    """Every text stands out enough from its ground (WCAG AA), on the page as it is."""
    browser.execute_script("document.body.classList.toggle('dark', arguments[0])", dark)
    browser.execute_script(
        "document.documentElement.style.colorScheme = arguments[0] ? 'dark' : 'light'", dark
    )
    time.sleep(0.5)  # colours fade over
    found = browser.execute_script(CONTRAST)
    assert found["texts"] > 10 and not found["faint"]


def painted_and_taken_back(page, before):
    """The parsing is painted over, which shows in the result; undoing it gives the old picture."""
    page.one("#paint-tab-button").click()
    page.until(lambda: page.one("#paint canvas").is_displayed())
    page.paint("bag", (-0.08, -0.15), (0.08, -0.15), (0.08, -0.05))
    changed = decoded(page.changed(before))
    change = np.abs(changed - decoded(before)).max(axis=2) > 60
    height, width = change.shape
    where = slice(round(0.3 * height), round(0.5 * height)), slice(width // 3, 2 * width // 3)
    # far more there: the network sees the new parsing, so stripes may move a little elsewhere
    assert change[where].mean() > 5 * change.mean() and change.sum() > 200
    undo = next(b for b in page.all("#paint button") if b.text == "Undo stroke")
    page.until(undo.is_enabled)
    page.keys(undo, " ")
    page.until(lambda: page.settled() == before, "the picture before the stroke")
    assert not undo.is_enabled()


def decoded(address):
    """Pixels of a picture's address, int (h, w, 3)."""
    with Image.open(io.BytesIO(base64.b64decode(address.split(",", 1)[1]))) as picture:
        return np.array(picture.convert("RGB").resize((288, 384))).astype(int)


def _downloads(page, tmp_path):
    folder = tmp_path / "downloads"
    for name in ("#download", "#wishes"):
        page.until(page.one(name).is_enabled)
        page.one(name).click()
    page.until(lambda: list(folder.glob("*.png")) and list(folder.glob("*.json")), "downloads")
    return json.loads(next(folder.glob("*.json")).read_text()), next(folder.glob("*.png"))


def _nothing_was_asked_elsewhere(browser):
    asked = []
    for entry in browser.get_log("performance"):
        event = json.loads(entry["message"])["message"]
        if event["method"] == "Network.requestWillBeSent":
            asked.append(event["params"]["request"]["url"])
    assert asked
    local = ("http://127.0.0.1", "data:", "blob:", "chrome:", "chrome-extension:")
    assert not [url for url in asked if not url.startswith(local)]


def test_of_two_people_one_is_chosen_and_the_other_untouched(browser, address, pictures):
    page = Page(browser, address)
    page.upload("#person", pictures / "two.png")
    page.until(lambda: len(page.all("#people .person-box")) == 2)
    assert "2 people" in page.one("#said-person [role=alert]").text
    box = page.all("#people .person-box")[1]
    page.keys(box, " ")
    page.until(lambda: not page.all("#people .person-box"))
    page.upload("#garments", pictures / "navy-tee.png")
    page.one("#go").click()
    page.changed(None)


def test_without_a_garment_it_says_what_is_missing(browser, address, pictures):
    page = Page(browser, address)
    page.upload("#person", pictures / "blank.png")
    page.until(lambda: page.one("#said-person [role=alert]").text.startswith("Blank.png is blank"))
    page.one("#person button[aria-label='Remove Image']").click()
    page.until(lambda: not page.all("#said-person [role=alert]"))
    page.one("#go").click()
    page.until(lambda: "photo of a person" in page.one("#said [role=alert]").text)


def test_points_and_edge_move_by_keyboard(browser, address, pictures):
    from selenium.webdriver.common.keys import Keys

    page = tried_on(browser, address, pictures)
    first = page.settled()
    knob = page.one("#compare input[type=range]")
    page.keys(knob, *[Keys.ARROW_RIGHT] * 5)
    assert knob.get_attribute("value") == "40" and "40 % before" in knob.get_attribute(
        "aria-valuetext"
    )
    wrist = page.one("#body-handles .handle[data-name=left_wrist]")
    page.keys(wrist, *[Keys.ARROW_RIGHT] * 6)
    page.changed(first)
    assert "left wrist" in page.one("#body-handles .note").text
    unnamed = browser.execute_script(
        "return [...document.querySelectorAll('button,input,a[href]')]"
        ".filter(e => e.offsetParent !== null && !(e.getAttribute('aria-label') || e.title"
        " || e.innerText.trim() || (e.labels && e.labels.length)"
        " || e.getAttribute('aria-labelledby'))).map(e => e.outerHTML.slice(0, 160))"
    )
    assert not unnamed


def walked(page):
    """Where Tab leads through the page's places; what has the focus stands out each time."""
    from selenium.webdriver.common.keys import Keys

    places, find = [], "const e = document.activeElement, s = getComputedStyle(e); return ["
    find += "e.closest('#person,#garments,#sample-people,#sample-garments,#go')?.id,"
    find += "s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2]"
    for _ in range(40):
        press(page.driver, Keys.TAB)
        place, visible = page.driver.execute_script(find)
        assert visible or place is None
        if place and place not in places[-1:]:
            places.append(place)
        if place == "go":
            break
    return places


def test_a_photo_from_the_clipboard_and_from_the_camera(address, pictures, tmp_path):
    """The camera is Chromium's own, which shows a pattern and nobody."""
    fake = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    browser = open_browser(tmp_path, flags=fake)
    try:
        page = Page(browser, address)
        legible(browser, dark=False)
        assert page.driver.switch_to.active_element.text.startswith("1. Person")
        assert walked(page) == ["person", "sample-people", "garments", "sample-garments", "go"]
        names = {b.get_attribute("aria-label") for b in page.all("#sample-garments button")}
        assert {"breton top", "blue jeans", "flower dress"} <= names
        browser.execute_cdp_cmd(
            "Browser.grantPermissions",
            {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite", "videoCapture"]},
        )
        shown = base64.b64encode((pictures / "mara.png").read_bytes()).decode()
        browser.execute_async_script(
            "const done = arguments[1];"
            "fetch('data:image/png;base64,' + arguments[0]).then((answer) => answer.blob())"
            ".then((png) => navigator.clipboard.write([new ClipboardItem({'image/png': png})]))"
            ".then(() => done(), (error) => done(String(error)))",
            shown,
        )
        page.one("#person button[aria-label='Paste from clipboard']").click()
        page.until(lambda: page.all("#person img"))
        page.until(lambda: not page.all("#said-person [role=alert]"))
        page.one("#person button[aria-label='Remove Image']").click()
        page.one("#person button[aria-label='Capture from camera']").click()
        page.until(lambda: [b for b in page.all("#person button") if "Access" in b.text])[0].click()
        page.until(lambda: page.all("#person video"))
        page.until(lambda: page.one("#person video").get_property("videoWidth") > 0)
        page.keys(page.one("#person button[aria-label='capture photo']"), " ")
        page.until(lambda: page.all("#said-person [role=alert]"))
        assert "no person" in page.one("#said-person [role=alert]").text.lower()
    finally:
        browser.quit()
