"""The fitting room's page as somebody sees it, for tests and benchmarks in a real browser."""

import time

from tests.browser import press, until


class Page:
    """The page as somebody sees it."""

    def __init__(self, driver, url):
        self.driver = driver
        driver.get(url)
        self.one("#agree").click()
        self.until(lambda: self.one("#go").is_displayed())

    def until(self, condition, what=""):
        return until(self.driver, condition, what)

    def all(self, selector):
        from selenium.webdriver.common.by import By

        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.until(lambda: self.all(selector), selector)[0]

    def upload(self, selector, *paths):
        self.one(f"{selector} input[type=file]").send_keys("\n".join(map(str, paths)))
        self.until(lambda: self.all(f"{selector} img"))

    def after(self):
        """The picture that is shown as the result, as an address."""
        found = self.all("#compare .after[src^=data]")
        return found[0].get_attribute("src") if found else None

    def changed(self, before):
        """Wait for another picture; gives it."""
        self.until(lambda: self.after() not in (None, before), "another picture")
        return self.after()

    def settled(self):
        """The picture once it no longer changes."""
        last, since = self.after(), time.monotonic()
        while time.monotonic() - since < 2 or not self.files_are_ready():
            time.sleep(0.2)
            now = self.after()
            if now != last:
                last, since = now, time.monotonic()
        return last

    def files_are_ready(self):
        return all(self.one(name).is_enabled() for name in ("#download", "#wishes"))

    def keys(self, element, *keys):
        self.driver.execute_script("arguments[0].scrollIntoView({block:'center'})", element)
        self.driver.execute_script("arguments[0].focus()", element)
        press(self.driver, *keys)

    def paint(self, brush, *shares):
        """One stroke with a brush, from the middle of the photo by shares of its size."""
        from selenium.webdriver.common.action_chains import ActionChains
        from selenium.webdriver.support.ui import Select

        Select(self.one("#paint select")).select_by_visible_text(brush)
        canvas = self.one("#paint canvas")
        self.driver.execute_script("arguments[0].scrollIntoView({block:'center'})", canvas)
        width, height = canvas.size["width"], canvas.size["height"]
        first, *others = [(round(x * width), round(y * height)) for x, y in shares]
        chain = ActionChains(self.driver).move_to_element_with_offset(canvas, *first)
        chain.click_and_hold()
        for x, y in others:
            chain.move_by_offset(x - first[0], y - first[1])
            first = (x, y)
        chain.release().perform()
