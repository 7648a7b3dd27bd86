"""How long a large table takes to answer a keystroke on a slow machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterable

SLOWDOWN = 4

TYPE = """async (letters) => {
  const input = document.querySelector(".atlas-table__filters input[type=search]");
  const type = async (text) => {
    input.value = text;
    input.dispatchEvent(new Event("input"));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  };
  const times = [];
  for (let length = 1; length <= letters.length; length++) {
    const start = performance.now();
    await type(letters.slice(0, length));
    times.push(performance.now() - start);
  }
  await type("");
  await new Promise((done) => setTimeout(done, 200));
  return times;
}"""


def keystroke_milliseconds(address: str, chromium: str, words: Iterable[str]) -> list[float]:
    """Type words into the first search field of a page.

    Parameters
    ----------
    address
        The page.
    chromium
        The browser's program.
    words
        What to type, each from an empty field.

    Returns
    -------
    list of float
        Time from each keystroke until its rows are laid out, with the processor slowed down.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        page.goto(address)
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        times = [time for word in words for time in page.evaluate(TYPE, word)]
        browser.close()
    return times
