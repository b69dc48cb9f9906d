"""Simulated hosts, many in one process: ADDRESS FIRST COUNT [FLEET].

Each is a session of its own that says and answers what an agent does: statistics twice a second, a
list when it is asked for, a token declared last. All have the arrays of one overview, which is the
first line of the input, as JSON. With FLEET, the folder of `shmscope fleet init`, they belong to a
site, and show their certificates. Prints `ready`, opens its sessions at the next line, prints
`listed` once each host was asked for its list, and ends with its input.
"""

from __future__ import annotations

import json
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import zenoh

from shmscope.fleet import messages
from shmscope.fleet.agent import TICK_S
from shmscope.fleet.bulletin import Bulletin
from shmscope.fleet.copies import Copies
from shmscope.fleet.keys import NO_SITE, Place, new_agent
from shmscope.fleet.zenoh_carrier import ZenohCarrier
from shmscope.fleet.zenoh_settings import AgentSettings, agent_settings

SLICES = 10  # of a tick: hosts do not speak all at once
OPENERS = 8  # threads, for opening a session waits
SITE = "hall"  # of those that have certificates
END_S = 20  # a session that cannot be opened would be waited for for ever


class SimulatedCarrier(ZenohCarrier):
    """A session that answers from the engine's own threads: three more a host would be too many."""

    def answer_with(self, key: str, found: Callable[[], bytes]) -> None:
        """Answer every question to a key with what is found then."""

        def answer(query: Any) -> None:
            query.reply(key, found())
            query.drop()

        handler = self._engine.handlers.Callback(answer, indirect=False)
        self._tokens.append(self._session.declare_queryable(key, handler))


class Slice:
    """Hosts that speak at the same time, and say the same: what passes does not name a host.

    Attributes:
        body: What they say now.
        bulletin: What they say.
    """

    def __init__(self, overview: Mapping[str, Any]) -> None:
        rows = [dict(row) for row in overview["arrays"]]
        self._overview = {**overview, "arrays": rows}
        self._speaking: list[tuple[SimulatedCarrier, str]] = []
        self.bulletin = Bulletin()
        self.body = self.bulletin.update(self._overview, time.monotonic())

    def join(self, carrier: SimulatedCarrier, place: Place) -> None:
        """Have a host speak, at once and from now on."""
        carrier.publish(place.key("stats"), self.body)
        self._speaking.append((carrier, place.key("stats")))

    def speak(self) -> None:
        """Say what passes."""
        for row in self._overview["arrays"]:
            row["writes"] += 1
        self.body = self.bulletin.update(self._overview, time.monotonic())
        for carrier, key in list(self._speaking):
            carrier.publish(key, self.body)


class Simulated:
    """The hosts of this process.

    Args:
        address: The hub's.
        first: Number of the first host.
        count: How many there are.
        overview: A frame of the topic of that name, whose arrays they have.
        fleet: The folder with their certificates.
    """

    def __init__(
        self,
        address: str,
        first: int,
        count: int,
        overview: Mapping[str, Any],
        fleet: Path | None = None,
    ) -> None:
        self._address, self._fleet = address, fleet
        self._site = NO_SITE if fleet is None else SITE
        self._names = [host_name(number) for number in range(first, first + count)]
        self._slices = [Slice(overview) for _ in range(min(SLICES, count))]
        self._copies = Copies(time.monotonic)
        self._carriers: list[SimulatedCarrier] = []
        self._unlisted = set(self._names)
        self._lock = threading.Lock()

    def open(self) -> None:
        """Begin to open sessions, several at once."""
        for place in range(OPENERS):
            names = self._names[place::OPENERS]
            threading.Thread(target=self._open_some, args=(names,), daemon=True).start()

    def speak(self) -> None:
        """Speak until the input ends."""
        due_s = time.monotonic()
        while True:
            for part in self._slices:
                if select.select([sys.stdin], [], [], max(due_s - time.monotonic(), 0.0))[0]:
                    return
                part.speak()
                due_s = max(due_s + TICK_S / len(self._slices), time.monotonic() - TICK_S)

    def close(self) -> None:
        """End all sessions."""
        for carrier in list(self._carriers):
            carrier.close()

    def _open_some(self, names: list[str]) -> None:
        for name in names:
            self._open_one(name, self._slices[self._names.index(name) % len(self._slices)])

    def _open_one(self, name: str, part: Slice) -> None:
        """Open one session, in the order in which an agent does."""
        session = zenoh.open(zenoh.Config.from_json5(json.dumps(self._settings(name))))
        carrier, place = SimulatedCarrier(zenoh, session), Place(self._site, name, new_agent())
        self._carriers.append(carrier)
        carrier.answer_with(place.key("q/list"), partial(self._list, name, part))
        carrier.answer_with(place.key("q/snapshot"), bytes)  # is not asked: nobody looks at values
        carrier.answer_with(place.key("q/chunk"), bytes)
        part.join(carrier, place)
        carrier.announce(place.key("alive"))

    def _settings(self, name: str) -> dict[str, Any]:
        given = AgentSettings((self._address,), name, self._site)
        if self._fleet is not None:
            folder = self._fleet / "hosts" / name
            given = replace(
                given,
                certificate=folder / "certificate.pem",
                key=folder / "key.pem",
                authority=folder / "authority.pem",
            )
        return agent_settings(given)

    def _list(self, name: str, part: Slice) -> bytes:
        with self._lock:
            if name in self._unlisted:
                self._unlisted.remove(name)
                if not self._unlisted:
                    print("listed", flush=True)
        return self._copies.pack({}, renamed(part.bulletin.listing(), name))[0]


def host_name(number: int) -> str:
    """Return the name of the so-many-th host."""
    return f"host-{number:05}"


def renamed(listing: bytes, host: str) -> bytes:
    """Return a list of one host as that of another."""
    found = messages.decode(listing)
    rows = [[number, _renamed(packed, host)] for number, packed in found["rows"]]
    return messages.encode(found | {"rows": rows})


def _renamed(packed: bytes, host: str) -> bytes:
    row = messages.decode(packed)
    return messages.encode(row | {"host": host, "id": "/".join((host, *row["id"].split("/")[1:]))})


def main() -> None:
    """Simulate until the input ends."""
    address, first, count, *fleet = sys.argv[1:]
    overview = json.loads(sys.stdin.readline())
    hosts = Simulated(address, int(first), int(count), overview, *map(Path, fleet))
    print("ready", flush=True)
    if sys.stdin.readline():
        hosts.open()
        hosts.speak()
    signal.alarm(END_S)
    hosts.close()


if __name__ == "__main__":
    main()
