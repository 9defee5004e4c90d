"""Time from the hand to the changed picture in the fitting room, in headless Chromium.

    python benchmarks/fitting_room.py [--threads 2] [--repeat 7] [--only "key point"]

The page is served by a process of its own and driven as in the tests.  Every repetition is one
input of a user: one move of a point with the mouse, one step of a slider, one stroke.  The time
runs from that input in the browser until the changed picture is decoded and about to be drawn, so
it holds the page's scripts, both ways to the server, the refinement, and the picture's coding.
`processor` is what the server used in the meantime, by all threads.  A repetition begins before the
full picture of the last one would, so that this does not count.  Two rows more: how long after a
drag's end the full picture is there, and, while a point is dragged on and on, how long it is from
picture to picture.  With --only a minute or two, else several.  Needs chromium and chromedriver.
"""

import argparse
import itertools
import multiprocessing
import os
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from selenium.webdriver.common.action_chains import ActionChains  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402

from gpvton.app.preview import PREVIEW  # noqa: E402
from tests.app.page import Page  # noqa: E402
from tests.browser import open_browser  # noqa: E402

SAMPLES = ROOT / "src/gpvton/samples"
_PATIENCE = {"seen": 5.0, "full": 20.0}
"""Seconds; a picture that is not there by then is not going to come."""
_WATCH = """
window.seen = []; window.full = []; window.asked = 0;
for (const name of ['pointermove', 'pointerup', 'input', 'change'])
  document.addEventListener(name, (event) => {
    if (event.isTrusted) window.asked = performance.now();
  }, true);
const after = document.querySelector('#compare .after');
new MutationObserver(async () => {
  await after.decode().catch(() => {});
  requestAnimationFrame(() => {
    window.seen.push(performance.now());
    if (Math.max(after.naturalWidth, after.naturalHeight) > arguments[0])
      window.full.push(performance.now());
  });
}).observe(after, { attributes: true, attributeFilter: ['src'] });
"""
_ANSWER = """
const t = window[arguments[0]].find((t) => t > window.asked); return t ? t - window.asked : null
"""


def serve(port: int, threads: int) -> None:
    """The page, until the process ends."""
    from gpvton.app.serve import serve as run
    from gpvton.pipeline import TryOn

    run(TryOn.from_pretrained(threads=threads), port=port)


def busy(process: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Hand:
    """Does what a user does, and measures."""

    def __init__(self, page: Page, server: int) -> None:
        self.page, self.driver, self.server = page, page.driver, server
        self.driver.execute_script(_WATCH.replace("arguments[0]", str(PREVIEW)))

    def middle(self, element: Any) -> None:
        """Brings an element to the middle of the window."""
        self.driver.execute_script("arguments[0].scrollIntoView({block:'center'})", element)

    def timed(self, act: Callable[[], Any]) -> tuple[float, float] | None:
        """Seconds from an act's last input to the picture, and the server's processor time.

        None where the picture stays the same, since there is nothing to change.
        """
        self.driver.execute_script("window.seen = []; window.full = []; window.asked = Infinity")
        start = busy(self.server)
        act()
        found = self.until_shown("seen")
        used = busy(self.server) - start
        time.sleep(0.2)
        return (found, used) if found else None

    def until_shown(self, kind: str) -> float | None:
        """Seconds from the last input to the first picture, `seen` or `full`; None without one."""
        found, until = None, time.monotonic() + _PATIENCE[kind]
        while found is None and time.monotonic() < until:
            time.sleep(0.02)
            found = self.driver.execute_script(_ANSWER, kind)
        return found / 1000 if found else None

    def whole(self, act: Callable[[], Any]) -> list[tuple[float, float]]:
        """As `timed`, until the full picture is there; empty where none comes."""
        start, first = busy(self.server), self.timed(act)
        found = self.until_shown("full") if first else None
        return [(found, busy(self.server) - start)] if found else []

    def drag(self, selector: str, turn: int) -> Callable[[], None]:
        """Takes hold of a point; what is given moves it once and lets go."""
        point = self.page.one(selector)
        self.middle(point)
        ActionChains(self.driver, duration=0).click_and_hold(point).perform()
        away = ActionChains(self.driver, duration=0).move_by_offset(3 * (-1) ** turn, -2)
        return lambda: away.release().perform()

    def slide(self, name: str, turn: int) -> Callable[[], None]:
        """One step of a slider."""
        bar = self.page.one(f"#{name} input[type=range]")
        key = (Keys.ARROW_LEFT, Keys.ARROW_RIGHT)[turn % 2]
        return lambda: self.page.keys(bar, key)

    def click(self, selector: str, place: int = 0) -> Callable[[], None]:
        """One switch, the `place`-th that fits."""
        self.page.one(selector)
        switch = self.page.all(selector)[place]
        self.middle(switch)
        return lambda: switch.click()

    def check(self, place: int) -> Callable[[], None]:
        """One of the boxes of what the garment goes in front of."""
        return self.click("#over input[type=checkbox]", place)

    def paint(self, brush: str, turn: int) -> Callable[[], None]:
        """One stroke of a brush over the chest."""
        return lambda: self.page.paint(brush, (-0.1 + 0.02 * turn, -0.1), (0.08, -0.06))

    def on_and_on(self, selector: str, pictures: int) -> list[float]:
        """Seconds from picture to picture while a point is dragged without rest."""
        point = self.page.one(selector)
        self.middle(point)
        self.driver.execute_script("window.seen = []")
        ActionChains(self.driver, duration=0).click_and_hold(point).perform()
        for step in range(400):
            aside = 2 if step % 20 < 10 else -2
            ActionChains(self.driver, duration=30).move_by_offset(aside, 0).perform()
            seen = self.driver.execute_script("return window.seen")
            if len(seen) > pictures:
                break
        ActionChains(self.driver).release().perform()
        self.page.settled()
        return [(b - a) / 1000 for a, b in itertools.pairwise(seen)]


def measured(hand: Hand, repeat: int, only: str | None) -> dict[str, list[tuple[float, float]]]:
    """Control to the times of its repetitions; the first, which warms up, is left out.

    `full picture` has those from the end of a drag until it is there.
    """
    tuck, elbow = "#tuck input[value={}]", "#body-handles .handle[data-name=left_elbow]"
    cuff = "#garment-handles .handle[data-name=cuff_outer_left]"
    acts: dict[str, tuple[str, Callable[[int], Callable[[], None]]]] = {
        "key point": ("body", lambda turn: hand.drag(elbow, turn)),
        "garment landmark": ("garment", lambda turn: hand.drag(cuff, turn)),
        "painting what stays": ("paint", lambda turn: hand.paint("stays as in the photo", turn)),
        "painting what it is": ("paint", lambda turn: hand.paint("bag", turn)),
        "hem length": ("body", lambda turn: hand.slide("hem", turn)),
        "sleeve length": ("body", lambda turn: hand.slide("sleeve", turn)),
        "tuck": ("body", lambda turn: hand.click(tuck.format(("in", "out")[turn % 2]))),
        "in front of hair": ("body", lambda turn: hand.check(0)),
        "in front of hands": ("body", lambda turn: hand.check(1)),
        "in front of bag": ("body", lambda turn: hand.check(2)),
    }
    found = {}
    for name, (tab, act) in acts.items():
        if only not in (None, name):
            continue
        hand.page.one(f"#{tab}-tab-button").click()
        hand.page.until(lambda tab=tab: hand.page.one(f"#{tab}-tab-button").is_displayed())
        times: list[tuple[float, float] | None] = []
        while len(times) <= repeat and (len(times) != 2 or any(times)):  # else it changes nothing
            times.append(hand.timed(act(len(times))))
        found[name] = [entry for entry in times[1:] if entry]
        if name == "key point":
            found["full picture"] = [full for turn in range(3) for full in hand.whole(act(turn))]
        hand.page.one("#reset").click()
        time.sleep(0.5)
        hand.page.settled()
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--only", help="one control, by its name in the table")
    parser.add_argument("--person", type=Path, default=SAMPLES / "people/mara.jpg")
    parser.add_argument("--garment", type=Path, default=SAMPLES / "garments/breton-top.jpg")
    given = parser.parse_args()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    spawn = multiprocessing.get_context("spawn")
    server = spawn.Process(target=serve, args=(port, given.threads), daemon=True)
    server.start()
    while socket.socket().connect_ex(("127.0.0.1", port)):
        time.sleep(0.5)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        driver = open_browser(Path(folder))
        page = Page(driver, f"http://127.0.0.1:{port}/")
        page.upload("#person", given.person)
        page.upload("#garments", given.garment)
        page.one("#go").click()
        page.changed(None)
        page.until(lambda: len(page.all("#body-handles .handle")) > 8)
        page.settled()
        assert server.pid is not None
        hand = Hand(page, server.pid)
        before = os.getloadavg()[0]
        table = measured(hand, given.repeat, given.only)
        page.one("#body-tab-button").click()
        gaps = hand.on_and_on("#body-handles .handle[data-name=left_elbow]", 2 * given.repeat)
        driver.quit()
    server.terminate()
    print(f"{given.threads} threads; load before {before:.1f}, after {os.getloadavg()[0]:.1f}")
    print(f"{'seconds':20} {'least':>7} {'median':>7} {'worst':>7} {'processor':>10}")
    for name, times in table.items():
        if not times:
            print(f"{name:20} changes nothing in this picture")
            continue
        passed, used = zip(*times, strict=True)
        line = f"{min(passed):7.3f} {statistics.median(passed):7.3f} {max(passed):7.3f}"
        print(f"{name:20} {line} {statistics.median(used):10.3f}")
    print(
        f"{'picture to picture':20} {min(gaps):7.3f} {statistics.median(gaps):7.3f}"
        f" {max(gaps):7.3f}"
    )


if __name__ == "__main__":
    main()
