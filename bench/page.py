"""The page of an array in a headless Chromium, from the socket to the pixel.

A writer changes a square float32 array 120 times a second. The page asks for 60 frames a second; it
is measured how many it draws, how long its JavaScript works for each, how soon after a click the
first one is drawn, and whether its memory grows while thousands are drawn.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench.paired import Ratio
from bench.plain_picture import LINK, plain_pages
from bench.pointed import debugged, pointed_paint
from bench.served import serving, writing

SIDES = (512, 1024)
ROUNDS = 5
ROUND_FRAMES = 120
SETTLED_FRAMES = 1000  # by then every buffer and cache of the page is as large as it gets
MEMORY_FRAMES = 4000
JAVASCRIPT_MS = 4.0
FIRST_PAINT_MS = 500.0
FLAGS = ["--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-sync"]

# Counts what the page draws, by the number of the frame that its panel shows.
COUNT = """() => {
  const panel = document.querySelector("#values");
  const counts = { drawn: 0, animated: 0, since: performance.now() };
  new MutationObserver((changes) => { counts.drawn += changes.length; })
    .observe(panel, { attributes: true, attributeFilter: ["data-seq"] });
  const animate = () => { counts.animated += 1; requestAnimationFrame(animate); };
  requestAnimationFrame(animate);
  globalThis.benchCounts = counts;
}"""
READ = "() => ({ ...benchCounts, now: performance.now() })"
DRAWN = "wanted => benchCounts.drawn >= wanted"

AT_ONCE = "the moment the first list appears"
AT_REST = "first visit"
SEEN_BEFORE = "seen before"
WHEN = (AT_ONCE, AT_REST, SEEN_BEFORE)
REST_MS = 300  # a list that has fetched nothing for so long has all that the next page needs
RESTS = """rest_ms => performance.getEntriesByType("resource")
  .every((fetched) => performance.now() - fetched.responseEnd > rest_ms)"""

# When the first frame was drawn, in milliseconds since the page's address was asked for.
FIRST_PAINT = """() => {
  addEventListener("DOMContentLoaded", () => {
    const panel = document.querySelector("#values");
    if (!panel) return;
    new MutationObserver((_, observer) => {
      observer.disconnect();
      const painted = () => { globalThis.benchPainted = performance.now(); };
      requestAnimationFrame(() => setTimeout(painted));
    }).observe(panel, { attributes: true, attributeFilter: ["data-seq"] });
  });
}"""


def measure() -> list[Ratio]:
    """Measure pages of squares of several sides."""
    path = shutil.which("chromium")
    if path is None:
        print("chromium is not on PATH: the page is not measured", file=sys.stderr)
        return []
    with serving() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            rows = [row for side in SIDES for row in _measure(browser, server.address, side)]
        finally:
            browser.close()
        return rows + list(_pointed(path, server.address))


def _measure(browser: Browser, address: str, side: int) -> Iterator[Ratio]:
    square = f"{side} x {side} float32"
    with writing("page_writer", str(side)) as name:
        yield from _first_paints(browser, address, name, side)
        page = _opened(browser, address, name)
        rounds = [_round(page) for _ in range(ROUNDS)]
        yield _paired(f"frames drawn, {square}", [one[:2] for one in rounds])
        yield _against_limit(
            f"JavaScript a frame, {square}", [one[2] for one in rounds], JAVASCRIPT_MS
        )
        if side == SIDES[0]:
            yield _paired(f"heap after {MEMORY_FRAMES} frames, {square}", [_memory(page)], "bytes")
        page.close()


def _first_paints(browser: Browser, address: str, name: str, side: int) -> Iterator[Ratio]:
    """Measure clicks against the limit, and against what the browser needs at least, in turn."""
    found: dict[str, list[float]] = {when: [] for when in WHEN}
    least = []
    with plain_pages(side) as plain:
        for _ in range(ROUNDS):
            least.append(_plain_paint(browser, plain))
            for when, paints in found.items():
                paints.append(_first_paint(browser, address, name, when))
    for when, paints in found.items():
        what = f"click to first paint, {when}, {side} x {side}"
        yield _against_limit(what, paints, FIRST_PAINT_MS)
        ratios = [paint / floor for paint, floor in zip(paints, least, strict=True)]
        yield Ratio(what, "nothing but a canvas", _middle(paints), _middle(least), "ms", ratios)


def _pointed(path: str, address: str) -> Iterator[Ratio]:
    """Measure the click of a person, whose pointer rests on the link before."""
    side = SIDES[0]
    with writing("page_writer", str(side)) as name:
        selector = f'[data-array-name="{name}"] [data-testid=array-link]'
        paints = []
        for _ in range(ROUNDS):
            with debugged(path, FLAGS) as debugger:
                paints.append(pointed_paint(debugger, address, selector))
    ready = [paint for paint in paints if paint is not None]
    if len(ready) < ROUNDS:
        print("this browser makes no page ready before a click", file=sys.stderr)
        return
    what = f"click to first paint, pointer rested on it, {side} x {side}"
    yield _against_limit(what, ready, FIRST_PAINT_MS)


def _plain_paint(browser: Browser, address: str) -> float:
    """Return milliseconds from a click to a picture that nothing stands beside."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.add_init_script(f"({FIRST_PAINT})()")
    page.goto(address)
    painted_ms = _painted_ms(page, LINK)
    page.close()
    return painted_ms


def _paired(what: str, pairs: list[tuple[float, float]], unit: str = "per s") -> Ratio:
    peer = "before them" if unit == "bytes" else "pictures of the browser"
    values, peers = zip(*pairs, strict=True)
    ratios = [value / against for value, against in pairs]
    return Ratio(what, peer, _middle(values), _middle(peers), unit, ratios)


def _against_limit(what: str, found_ms: list[float], limit_ms: float) -> Ratio:
    ratios = [one / limit_ms for one in found_ms]
    return Ratio(what, "limit", _middle(found_ms), limit_ms, "ms", ratios)


def _middle(values: list[float] | tuple[float, ...]) -> float:
    return sorted(values)[len(values) // 2]


def _row(page: Page, address: str, name: str) -> str:
    page.goto(address)
    link = page.locator(f'[data-array-name="{name}"] [data-testid=array-link]')
    link.wait_for()
    return str(link.get_attribute("href"))


def _first_paint(browser: Browser, address: str, name: str, when: str) -> float:
    """Return milliseconds from a click in the list to the picture.

    Args:
        browser: Whose cache is empty at first.
        address: Of the server.
        name: Of the array.
        when: One of `WHEN`.
    """
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.add_init_script(f"({FIRST_PAINT})()")
    if when == SEEN_BEFORE:
        _painted_ms(page, _row(page, address, name))
    href = _row(page, address, name)
    if when == AT_REST:
        page.wait_for_function(RESTS, arg=REST_MS)
    painted_ms = _painted_ms(page, href)
    page.close()
    return painted_ms


def _painted_ms(page: Page, href: str) -> float:
    page.click(f'a[href="{href}"]')
    page.wait_for_function("() => globalThis.benchPainted")
    return float(page.evaluate("() => globalThis.benchPainted"))


def _opened(browser: Browser, address: str, name: str) -> Page:
    page = browser.new_page(viewport={"width": 900, "height": 800})
    href = _row(page, address, name)
    page.goto(f"{address.rstrip('/')}{href}?rate=60")
    page.wait_for_selector("#values[data-seq]")
    page.evaluate(COUNT)
    return page


def _round(page: Page) -> tuple[float, float, float]:
    """Return frames drawn and pictures made per second, and milliseconds of script a frame."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    before, script_s = page.evaluate(READ), _script_s(session)
    page.wait_for_function(DRAWN, arg=before["drawn"] + ROUND_FRAMES)
    after, script_s = page.evaluate(READ), _script_s(session) - script_s
    session.detach()
    seconds = (after["now"] - before["now"]) / 1000
    drawn = after["drawn"] - before["drawn"]
    animated = after["animated"] - before["animated"]
    return drawn / seconds, animated / seconds, script_s * 1000 / drawn


def _script_s(session: CDPSession) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in metrics if one["name"] == "ScriptDuration"))


def _memory(page: Page) -> tuple[float, float]:
    """Return bytes of JavaScript's heap, collected, after and before many frames."""
    session = page.context.new_cdp_session(page)
    _draw(page, SETTLED_FRAMES)
    before = _heap_bytes(session)
    _draw(page, MEMORY_FRAMES)
    return _heap_bytes(session), before


def _draw(page: Page, frames: int) -> None:
    page.wait_for_function(DRAWN, arg=page.evaluate(READ)["drawn"] + frames, timeout=600_000)


def _heap_bytes(session: CDPSession) -> float:
    session.send("HeapProfiler.enable")
    session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"])
