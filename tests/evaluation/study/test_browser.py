"""The page in a real browser."""

import threading

import pytest

from gpvton.evaluation.study.server import make_server
from gpvton.evaluation.study.store import StudyStore
from tests.browser import in_browser, open_browser, press, until

from . import studies

pytestmark = in_browser


def wait_for_question(driver, number):
    until(driver, lambda: driver.title == f"Question {number} of 22")


@pytest.fixture
def address(tmp_path):
    folder = studies.make(tmp_path, pairs=20)
    with make_server(folder, 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://localhost:{server.server_address[1]}/", folder
        server.shutdown()
        thread.join()


def test_twenty_answers_a_reload_and_a_new_browser_lose_nothing(address, tmp_path):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    url, folder = address
    store = StudyStore(folder / "study.sqlite")
    driver = open_browser(tmp_path / "first")
    try:
        driver.get(url)
        press(driver, "anna", Keys.ENTER)  # the field has the focus
        for number in range(1, 11):
            wait_for_question(driver, number)
            pictures = driver.find_elements(By.TAG_NAME, "img")
            assert len(pictures) == 4
            assert all(
                driver.execute_script("return arguments[0].naturalWidth", p) for p in pictures
            )
            press(driver, "1" if number % 2 else Keys.ARROW_RIGHT)
        wait_for_question(driver, 11)
        shown = [p.get_attribute("src") for p in driver.find_elements(By.TAG_NAME, "img")]
        driver.refresh()
        wait_for_question(driver, 11)
        again = [p.get_attribute("src") for p in driver.find_elements(By.TAG_NAME, "img")]
        assert shown == again
        assert len(store.answers()) == 10
        for number in range(11, 16):  # with the mouse
            wait_for_question(driver, number)
            driver.find_element(By.CSS_SELECTOR, "button[value=right]").click()
        wait_for_question(driver, 16)
        driver.back()  # shows no old question that could be answered again
        wait_for_question(driver, 16)
        assert len(store.answers()) == 15
    finally:
        driver.quit()
    driver = open_browser(tmp_path / "another")
    try:
        driver.get(url)
        press(driver, "anna", Keys.ENTER)
        for number in range(16, 21):  # with the keyboard alone, as every web page
            wait_for_question(driver, number)
            press(driver, Keys.TAB, Keys.ENTER)
        wait_for_question(driver, 21)
        driver.save_screenshot(str(folder / "question.png"))
    finally:
        driver.quit()
    answers = store.answers()
    assert len(answers) == 20
    asked = [answer.pair for answer in answers if not answer.attention]
    assert len(asked) == len(set(asked)) >= 18
