"""What a hub watches of an agent's host: one subscription a topic, kept while it is asked for.

An answer waits until there is something newer than what the hub has, or a second. A frame is taken
from the subscription only then: what nobody pulls is replaced by what comes after it.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from shmscope.errors import BusyError, MessageError
from shmscope.fleet import messages
from shmscope.fleet.copies import Copies
from shmscope.fleet.local import Local, Made, View

HOLD_S: Final = 1.0
KEPT_S: Final = 5.0  # after the last question
MOST_LOOKS: Final = 256
_OVERVIEW: Final = {"topic": "overview"}


class _Numbered(NamedTuple):
    number: int
    made: Made


class _Look:
    """One topic that is watched."""

    def __init__(self, view: View) -> None:
        self.view, self.name = view, secrets.token_hex(8)
        self.asked_s = 0.0
        self.copy: int | None = None
        self._numbers = itertools.count(1)
        self._newest: list[_Numbered] = []  # a schema, and the frame or word after it

    @property
    def is_over(self) -> bool:
        """Whether nothing will come any more."""
        return bool(self._newest) and self._newest[-1].made.kind == "gone"

    @property
    def number(self) -> int:
        """The number of the newest."""
        return self._newest[-1].number if self._newest else 0

    def newer(self, have: int) -> list[Made]:
        """Return what a hub does not have; what is new is taken only where it has all else."""
        if self.number <= have:
            for made in self.view.take():
                self._put(_Numbered(next(self._numbers), made))
        return [one.made for one in self._newest if one.number > have]

    def _put(self, new: _Numbered) -> None:
        """Keep what is new; the same schema again, after a frame, is not."""
        kinds = [(one.made.kind, one.made.body) for one in self._newest]
        if kinds[:1] == [(new.made.kind, new.made.body)] and kinds[-1][0] in ("schema", "frame"):
            return
        kept = [] if new.made.kind == "schema" else self._newest
        self._newest = [*(one for one in kept if one.made.kind == "schema"), new]


class Looks:
    """All topics that are watched. Belongs to one event loop.

    Args:
        local: The server of the agent's host.
        copies: Keeps large frames.
        clock: Seconds; that of the frames.
        hold_s: How long an answer may wait for something new.
    """

    def __init__(
        self,
        local: Local,
        copies: Copies,
        clock: Callable[[], float] = time.monotonic,
        hold_s: float = HOLD_S,
    ) -> None:
        self._local, self._copies = local, copies
        self._clock, self._hold_s = clock, hold_s
        self._looks: dict[bytes, _Look] = {}

    def __len__(self) -> int:
        return len(self._looks)

    def watch_overview(self) -> None:
        """Have all arrays looked at as for a page that shows them."""
        self._look_of(_OVERVIEW)

    async def answer(self, question: Mapping[str, Any]) -> bytes:
        """Answer with what is newer than what the hub has.

        Raises:
            MessageError: the question is none.
            BusyError: too much is watched.
        """
        wish = question.get("topic")
        if not isinstance(wish, dict):
            raise MessageError("topic must be the fields of a subscription")
        look = self._look_of(wish)
        have = _have(question, look)
        if look.is_over and have >= look.number:  # told already: who asks again asks anew
            self._forget(messages.encode(wish))
            look, have = self._look_of(wish), 0
        look.view.pace(messages.number(question, "rate_hz", 2.0))
        if have >= look.number:  # what it pulled has arrived
            self._copies.drop(look.copy)
        found = await self._newer(look, have)
        look.asked_s = self._clock()
        return self._packed(look, found)

    def forget_old(self) -> None:
        """End the subscriptions that nobody asks for any more."""
        late_s = self._clock() - KEPT_S
        for key in [key for key, look in self._looks.items() if look.asked_s < late_s]:
            self._forget(key)

    def close(self) -> None:
        """End all of them."""
        for key in list(self._looks):
            self._forget(key)

    def _look_of(self, wish: Mapping[str, Any]) -> _Look:
        key = messages.encode(wish)
        look = self._looks.get(key)
        if look is None:
            if len(self._looks) >= MOST_LOOKS:
                raise BusyError(
                    f"{MOST_LOOKS} topics are watched already", value=MOST_LOOKS, limit=MOST_LOOKS
                )
            look = self._looks[key] = _Look(self._local.look(wish))
        look.asked_s = self._clock()
        return look

    async def _newer(self, look: _Look, have: int) -> list[Made]:
        until_s = self._clock() + self._hold_s
        while not (found := look.newer(have)):
            left_s = until_s - self._clock()
            if left_s <= 0 or look.is_over:
                break
            await look.view.wait(left_s)
        return found

    def _packed(self, look: _Look, found: list[Made]) -> bytes:
        now_s = self._clock()
        items = [[one.kind, one.body, max(now_s - one.made_s, 0.0)] for one in found]
        body = messages.encode({"look": look.name, "newest": look.number, "items": items})

        def touch() -> None:
            look.asked_s = self._clock()

        answer, copy = self._copies.pack({}, body, touch)
        if copy is not None:
            self._copies.drop(look.copy)
            look.copy = copy
        return answer

    def _forget(self, key: bytes) -> None:
        look = self._looks.pop(key)
        look.view.close()
        self._copies.drop(look.copy)


def _have(question: Mapping[str, Any], look: _Look) -> int:
    """Return the number of the newest that the hub has of a look."""
    return messages.count(question, "have") if question.get("look") == look.name else 0


async def every(period_s: float, work: Callable[[], None]) -> None:
    """Do something again and again, until cancelled."""
    while True:
        work()
        await asyncio.sleep(period_s)
