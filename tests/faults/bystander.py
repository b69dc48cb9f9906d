"""A healthy array beside every fault: who watches it must not notice that anything is wrong."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from typing import Self

from tests.faults.serving import Serving
from tests.sources.puppets import Puppet
from tests.web.watching import values
from websockets.exceptions import ConnectionClosed

WRITE_ON = """
import shmscope, threading, time
shared = shmscope.create(name, 1000, 'u4', label='healthy')
def write_on():
    number = 0
    while True:
        number += 1
        shared[:] = number
        time.sleep(0.01)
shared[:] = 0
threading.Thread(target=write_on, daemon=True).start()
"""


class Bystander:
    """An array that another process writes 100 times a second, and a page that looks on at 60 Hz.

    Args:
        serving: The server.
        name: What to call the array.

    Attributes:
        array: Its id.
        frames: How many frames came.
        newest: The writer's number in the newest of them.
        longest_gap_s: The longest time without a frame since `begin`.
        trouble: What came instead of frames.
    """

    def __init__(self, serving: Serving, name: str) -> None:
        self._stack = ExitStack()
        self._puppet = puppet = self._stack.enter_context(Puppet())
        puppet.do(f"name = {name!r}")
        puppet.do(WRITE_ON)
        self.array = serving.id_of(name)
        self.frames = self.newest = 0
        self.longest_gap_s = 0.0
        self.trouble: list[str] = []
        self._came_s = time.monotonic()
        self._page = self._stack.enter_context(serving.watched())
        self._page.subscribe(1, **values(self.array, select=":1"))
        self._thread = threading.Thread(target=self._look_on)
        self._thread.start()

    def begin(self) -> int:
        """Begin a new longest gap, and return how many frames have come so far."""
        self.longest_gap_s = 0.0
        return self.frames

    def _look_on(self) -> None:
        try:
            while True:
                head, body = self._page.next()
                if head["type"] == "frame":
                    self._page.ack(head)
                    self._note(int(body["values"][0]))
                elif head["type"] != "schema":
                    self.trouble.append(str(body))
        except ConnectionClosed:
            pass  # the end of the tests

    def _note(self, number: int) -> None:
        now_s = time.monotonic()
        self.longest_gap_s = max(self.longest_gap_s, now_s - self._came_s)
        self._came_s = now_s
        self.newest = number
        self.frames += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._page.connection.close()
        self._thread.join()
        self._puppet.do("shared.unlink()")
        self._stack.close()


class Caller:
    """Asks the server again and again how all is.

    Attributes:
        answers: How many came.
        slowest_s: The longest that one took since `begin`.
        trouble: What was no answer.
    """

    def __init__(self, serving: Serving) -> None:
        self.answers = 0
        self.slowest_s = 0.0
        self.trouble: list[str] = []
        self._serving = serving
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask_on)
        self._thread.start()

    def begin(self) -> int:
        """Begin a new slowest answer, and return how many have come so far."""
        self.slowest_s = 0.0
        return self.answers

    def _ask_on(self) -> None:
        while not self._over.wait(0.1):
            asked_s = time.monotonic()
            try:
                self._serving.get("host")
            except Exception as error:  # noqa: BLE001 - whatever it is, it is no answer
                self.trouble.append(repr(error))
            self.slowest_s = max(self.slowest_s, time.monotonic() - asked_s)
            self.answers += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
