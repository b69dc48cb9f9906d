"""A click as a person makes it: the pointer comes to rest on a link, presses, and lets go.

A browser may make the page ready meanwhile (speculation rules). It does so only where no debugger
holds the page itself, as Playwright does: here the debugger holds the tab.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.sync.client import ClientConnection, connect

REST_S, PRESS_S = 0.3, 0.08  # what people take at least to aim, and to press and let go
PATIENCE_S = 20.0
# Where a link's first line is.
PLACE = """(() => {
  const link = document.querySelector(%s);
  if (!link || document.readyState !== "complete") return null;
  const { x, y, height } = link.getClientRects()[0];
  return [x + 10, y + height / 2];
})()"""
# In the page made ready: when its first frame is drawn.
NOTE = """(() => {
  const panel = document.querySelector("#values");
  new MutationObserver((_, observer) => {
    observer.disconnect();
    const painted = () => { globalThis.benchPainted = performance.now(); };
    requestAnimationFrame(() => setTimeout(painted));
  }).observe(panel, { attributes: true, attributeFilter: ["data-seq"] });
  return document.prerendering;
})()"""
SHOWN = """globalThis.benchPainted && benchPainted
  - performance.getEntriesByType("navigation")[0].activationStart"""


class Debugger:
    """The browser's debugging protocol; https://chromedevtools.github.io/devtools-protocol/."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self._numbers = socket, itertools.count(1)
        self._attached: list[dict[str, Any]] = []

    def call(self, method: str, session: str = "", **params: object) -> dict[str, Any]:
        """Ask for something, and return the answer.

        Raises:
            RuntimeError: the browser refuses.
        """
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": params}
        self._socket.send(json.dumps({**message, "sessionId": session} if session else message))
        while True:
            answer = json.loads(self._socket.recv(PATIENCE_S))
            if answer.get("method") == "Target.attachedToTarget":
                self._attached.append(answer["params"])
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return dict(answer["result"])

    def page(self, subtype: str | None = None) -> str | None:
        """Return the newest session of a page, or of one of a subtype; None where there is none."""
        found = [
            one["sessionId"]
            for one in self._attached
            if one["targetInfo"]["type"] == "page" and one["targetInfo"].get("subtype") == subtype
        ]
        return found[-1] if found else None

    def said(self, session: str, expression: str) -> Any:
        """Return the value of an expression in a page."""
        answer = self.call("Runtime.evaluate", session, expression=expression, returnByValue=True)
        return answer["result"].get("value")

    def awaited(self, session: str, expression: str) -> Any:
        """Return the value of an expression as soon as it has one.

        Raises:
            TimeoutError: it has none in time.
        """
        end_s = time.monotonic() + PATIENCE_S
        while not (found := self.said(session, expression)):
            if time.monotonic() > end_s:
                raise TimeoutError(f"{expression:.80} came to nothing in {PATIENCE_S:g} s")
            time.sleep(0.05)
        return found


@contextmanager
def debugged(path: str, flags: list[str]) -> Iterator[Debugger]:
    """Run a Chromium with one tab until the end of the block."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        own = ["--headless", "--remote-debugging-port=0", f"--user-data-dir={home}", "about:blank"]
        command = [path, *flags, "--window-size=1280,800", *own]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as browser:
            assert browser.stderr is not None
            said = next(line for line in browser.stderr if line.startswith("DevTools listening on"))
            try:
                with connect(said.split()[-1], max_size=None, compression=None) as socket:
                    yield Debugger(socket)
            finally:
                browser.terminate()


def pointed_paint(debugger: Debugger, address: str, selector: str) -> float | None:
    """Return milliseconds from letting go of a link to the picture behind it.

    Returns None where the browser had not made the page ready.
    """
    tab = debugger.call("Target.getTargets", filter=[{"type": "tab"}])["targetInfos"][0]
    holder = debugger.call("Target.attachToTarget", targetId=tab["targetId"], flatten=True)
    how = {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": True}
    debugger.call("Target.setAutoAttach", holder["sessionId"], **how)
    page = debugger.page()
    assert page is not None
    debugger.call("Page.navigate", page, url=address)
    debugger.awaited(page, PLACE % json.dumps(selector))
    time.sleep(REST_S)  # the list comes to rest, too
    x, y = debugger.awaited(page, PLACE % json.dumps(selector))
    _point(debugger, page, "mouseMoved", x, y)
    time.sleep(REST_S)
    debugger.said(page, "0")
    ready = debugger.page("prerender")
    if ready is None or not debugger.awaited(ready, NOTE):
        return None
    _point(debugger, page, "mousePressed", x, y, button="left", clickCount=1)
    time.sleep(PRESS_S)
    _point(debugger, page, "mouseReleased", x, y, button="left", clickCount=1)
    return float(debugger.awaited(ready, SHOWN))


def _point(debugger: Debugger, page: str, kind: str, x: float, y: float, **button: object) -> None:
    debugger.call("Input.dispatchMouseEvent", page, type=kind, x=x, y=y, **button)
