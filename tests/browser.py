"""Debian's chromium, headless, for tests of pages; they are skipped where it is missing."""

import shutil

import pytest

pytest.importorskip("selenium")
BROWSER, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
PATIENCE = 180
in_browser = [
    pytest.mark.slow,
    pytest.mark.skipif(not BROWSER or not DRIVER, reason="chromium or chromedriver is missing"),
]
"""Marks of a module that opens one."""


def open_browser(folder, *, size=(1280, 900), dark=False, flags=()):
    """A new browser whose profile and downloads lie in `folder`; it notes what it asks for."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for flag in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        *flags,
    ):
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={folder / 'profile'}")
    options.add_argument(f"--window-size={size[0]},{size[1]}")
    options.add_experimental_option(
        "prefs", {"download.default_directory": str(folder / "downloads")}
    )
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    driver.set_page_load_timeout(PATIENCE)
    if dark:
        scheme = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", scheme)
    return driver


def press(driver, *keys):
    """Types keys where the focus is."""
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(driver).send_keys(*keys).perform()


def until(driver, condition, what=""):
    """What `condition` gives, once it is true."""
    from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
    from selenium.webdriver.support.ui import WebDriverWait

    ignored = [StaleElementReferenceException, WebDriverException]
    wait = WebDriverWait(driver, PATIENCE, 0.1, ignored_exceptions=ignored)
    return wait.until(lambda _: condition(), what)
