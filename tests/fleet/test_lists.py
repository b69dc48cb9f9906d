"""Lists of hosts: whose turn it is, and those that come in parts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from tests.fleet.carriers import SaidCarrier
from tests.fleet.saying import place, row, statistics
from tests.fleet.test_copies import Clock

from shmscope.fleet import lists, messages
from shmscope.fleet.asking import Asking
from shmscope.fleet.carrier import SilenceError
from shmscope.fleet.copies import Copies
from shmscope.fleet.host import LIST_EVERY_S, Host
from shmscope.fleet.hosts import Hosts
from shmscope.fleet.keys import Part, Place
from shmscope.fleet.listing import encode_listing
from shmscope.fleet.lists import LOOKED_S, MOST_LISTS, Lists

MANY = 3000  # arrays: more than fit into a part


class Hub:
    """Lists of hosts that answer as a test says.

    Attributes:
        hosts: What is known of them.
        carrier: What was asked.
    """

    def __init__(self, names: list[str], say: Callable[[Place, Mapping[str, Any]], bytes]) -> None:
        self.clock, self.hosts = Clock(), Hosts("hub")
        self._copies = Copies(self.clock)

        def saying(whom: Place, part: Part, question: Mapping[str, Any]) -> bytes:
            if part == "q/chunk":
                return self._copies.piece(question["copy"], question["at"])
            return self._copies.pack({}, say(whom, question))[0]

        self.carrier = SaidCarrier(saying)
        self._lists = Lists(self.hosts, Asking(self.carrier, self.clock), self.clock)
        self._tick = 0
        self.hear(names)

    @property
    def robot(self) -> Host:
        """The host of that name."""
        found = self.hosts.get("robot")
        assert found is not None
        return found

    def hear(self, names: list[str]) -> None:
        """Hear of hosts."""
        self._tick += 1
        for name in names:
            self.hosts.token(place(name), self.clock(), is_there=True)
            self.hosts.hear(place(name), statistics(self._tick), self.clock())

    async def ask(self) -> None:
        """Ask for what is wanted, until all is answered."""
        self._lists.ask()
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})

    def listed(self) -> dict[str, int]:
        """Return how many arrays of each host are listed."""
        return {host.name: len(host.listing.entries) for host in self.hosts}


def test_hosts_that_do_not_answer_let_the_others_have_their_turn() -> None:
    bad = [f"bad{number}" for number in range(MOST_LISTS)]
    good = [f"good{number}" for number in range(3)]

    def say(whom: Place, _: Mapping[str, Any]) -> bytes:
        if whom.host in bad:
            raise SilenceError
        return encode_listing(1, [(0, row(host=whom.host))])

    async def run() -> None:
        hub = Hub([*bad, *good], say)
        for _ in range(2):
            await hub.ask()
            hub.clock.now_s += LIST_EVERY_S
        assert [hub.listed()[name] for name in good] == [1, 1, 1]
        hub.hear([*bad, *good])
        before = len(hub.carrier.asked)
        await hub.ask()
        assert {whom.host for whom, _, _ in hub.carrier.asked[before:]} == set(bad)

    asyncio.run(run())


def listing(count: int) -> Callable[[Place, Mapping[str, Any]], bytes]:
    """Return what answers with a part of so many rows."""
    rows = [(number, row(f"array{number}")) for number in reversed(range(count))]
    return lambda _, question: encode_listing(1, rows, question["from"])


def test_a_list_of_many_comes_in_parts_and_whole() -> None:
    async def run() -> None:
        hub = Hub(["robot"], listing(MANY))
        await hub.ask()
        assert [entry.number for entry in hub.robot.listing.entries] == list(range(MANY))
        assert hub.robot.listing.following is None
        firsts = [asked["from"] for _, part, asked in hub.carrier.asked if part == "q/list"]
        assert firsts[0] == 0
        assert len(firsts) > 1
        assert firsts == sorted(set(firsts))

    asyncio.run(run())


def test_every_part_is_as_small_as_a_hub_takes_it() -> None:
    say, first = listing(MANY), 0
    while True:
        body = say(place(), {"from": first})
        assert len(body) <= messages.MOST_LIST_BYTES
        said = messages.decode(body)
        assert said["rows"][0][0] == first
        if "next" not in said:
            return
        first = said["next"]


def test_of_a_list_without_an_end_so_much_is_taken_and_that_is_said_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(lists, "MOST_PARTS", 3)

    def say(_: Place, question: Mapping[str, Any]) -> bytes:
        first = question["from"]
        said = messages.decode(encode_listing(1, [(first, row(f"array{first}"))]))
        return messages.encode(said | {"next": first + 1})

    async def run() -> None:
        hub = Hub(["robot"], say)
        for _ in range(2):
            await hub.ask()
            assert hub.listed() == {"robot": 3}
            hub.clock.now_s += 3 * LIST_EVERY_S
            hub.hear(["robot"])
            hub.robot.looked_s = hub.clock.now_s
            cut = {"listed": 3, "limit_bytes": 3 * messages.MOST_LIST_BYTES}
            assert hub.robot.row(hub.clock.now_s)["cut"] == cut

    asyncio.run(run())
    [said] = [one.getMessage() for one in caplog.records]
    assert said.startswith("the host 'robot' has more arrays than the 3 that are listed")


def test_a_list_of_just_so_many_parts_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        hub = Hub(["robot"], listing(MANY))
        await hub.ask()
        parts = [asked for _, part, asked in hub.carrier.asked if part == "q/list"]
        for most, is_cut in ((len(parts), False), (len(parts) - 1, True)):
            monkeypatch.setattr(lists, "MOST_PARTS", most)
            hub.clock.now_s += 3 * LIST_EVERY_S
            hub.hear(["robot"])
            hub.robot.looked_s = hub.clock.now_s
            await hub.ask()
            assert (hub.robot.row(hub.clock.now_s)["cut"] is not None) == is_cut
            assert (hub.listed()["robot"] < MANY) == is_cut

    asyncio.run(run())


@pytest.mark.parametrize("following", [0, -1, "x", None, 1 << 70], ids=repr)
def test_a_next_part_that_is_none_ends_a_list(following: Any) -> None:
    def say(_: Place, question: Mapping[str, Any]) -> bytes:
        assert question["from"] == 0
        said = messages.decode(encode_listing(1, [(0, row())]))
        return messages.encode(said | {"next": following})

    async def run() -> None:
        hub = Hub(["robot"], say)
        await hub.ask()
        assert hub.listed() == {"robot": int(following != 1 << 70)}  # which is no plain data
        assert hub.robot.row(hub.clock.now_s)["cut"] is None

    asyncio.run(run())


def test_a_row_that_no_hub_would_take_holds_up_no_list() -> None:
    rows = [(0, row()), (1, row("large", paths=["x" * (1 << 21)])), (2, row("other"))]

    async def run() -> None:
        hub = Hub(["robot"], lambda _, __: encode_listing(1, rows))
        await hub.ask()
        assert hub.listed() == {"robot": 2}

    asyncio.run(run())


def test_a_host_is_looked_at_for_a_while_after_its_rows_were_asked_for() -> None:
    async def run() -> None:
        hub = Hub(["robot"], listing(1))
        for looked_s, looks in ((0.0, False), (hub.clock.now_s, True)):
            hub.robot.looked_s = looked_s
            await hub.ask()
            assert hub.carrier.asked[-1][2]["looked"] == looks
            hub.clock.now_s += LOOKED_S - 0.1
            hub.hear(["robot"])

    asyncio.run(run())
