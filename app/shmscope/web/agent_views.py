"""A subscription of an agent's: a client of the stream without a socket, which draws when asked."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Any, Final

import cbor2

from shmscope.errors import MessageError
from shmscope.fleet.local import Kind, Made
from shmscope.web.hub import Hub
from shmscope.web.limits import RATES_HZ

_ID: Final = 1
_NOTICED: Final = 0.1  # a rate that changes by less stays
_KINDS: Final[Mapping[str, Kind]] = {
    "schema": "schema",
    "frame": "frame",
    "gone": "gone",
    "error": "error",
}


class StreamView:
    """One topic; see `shmscope.fleet.local.View`.

    Args:
        hub: Of the agent's own server.
        wish: The fields of the subscription.

    Raises:
        BusyError: the server has as many clients as it may have.
        MessageError: a field is no plain data of JSON.
    """

    def __init__(self, hub: Hub, wish: Mapping[str, Any]) -> None:
        text = _text_of({**wish, "type": "subscribe", "id": _ID})
        self._hub, self._client = hub, hub.join()
        self._rate_hz = 0.0
        self._hub.receive(self._client, text)

    def take(self) -> list[Made]:
        """Return what is new; a frame counts as drawn once it is taken."""
        found = []
        while (message := self._hub.next_message(self._client)) is not None:
            head, body = _head_of(message[0]), message[1]
            kind = _KINDS.get(head["type"])
            if kind is None:
                continue
            found.append(Made(kind, body, time.monotonic() - head.get("lag_s", 0.0)))
            if kind == "frame":
                self._tell({"type": "ack", "id": _ID, "seq": head["seq"]})
                return found  # what comes after it waits until it is asked for
        return found

    async def wait(self, timeout_s: float) -> None:
        """Wait until something may be new."""
        self._client.news.clear()
        try:
            async with asyncio.timeout(timeout_s):
                await self._client.news.wait()
        except TimeoutError:
            return

    def pace(self, rate_hz: float) -> None:
        """Ask for so many frames a second, of values.

        Of a subscription that is over, or was refused, nothing is asked: that there is none would
        be told in place of why.
        """
        if _ID not in self._client.tickets:
            return
        least, most = RATES_HZ
        rate_hz = min(max(rate_hz, least), most)
        if abs(rate_hz - self._rate_hz) > _NOTICED * self._rate_hz:
            self._rate_hz = rate_hz
            self._tell({"type": "update", "id": _ID, "rate_hz": rate_hz})

    def close(self) -> None:
        """Ask no more."""
        self._hub.leave(self._client)

    def _tell(self, message: Mapping[str, Any]) -> None:
        self._hub.receive(self._client, json.dumps(message))


def _text_of(message: Mapping[str, Any]) -> str:
    """Return a message as a client sends it; a hub's question may hold bytes, and more."""
    try:
        return json.dumps(message)
    except (TypeError, ValueError) as error:
        raise MessageError(f"topic must be the fields of a subscription: {error}"[:200]) from None


def _head_of(encoded: bytes) -> dict[str, Any]:
    """Return the head of a message, which stands behind the byte that opens a pair."""
    head: dict[str, Any] = cbor2.loads(encoded[1:])
    return head
