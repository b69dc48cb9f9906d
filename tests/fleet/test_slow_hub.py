"""A hub that does not run for a while: its hosts go on, keep nothing for it, and come back."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import numpy as np
import pytest
from tests.fleet import engine
from tests.fleet.programs import Hub, Program, agent, connections, hub
from tests.fleet.watching import Frame, array_of, watched
from tests.waiting import until

import shmscope
from shmscope.fleet.host import RETURN_S, SILENCE_S
from shmscope.publishing.array import SharedArray

pytestmark = [pytest.mark.timeout(180)]
SLACK_BYTES = 48 << 20  # some frames of 4 MiB on their way


@contextmanager
def written(name: str) -> Iterator[SharedArray]:
    """An array of 4 MiB that is written all the time."""
    ended = threading.Event()
    with shmscope.create(name, (1024, 1024), "f4") as array:

        def write() -> None:
            while not ended.wait(0.02):
                with array.writing() as values:
                    np.add(values, 1, out=values)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            yield array
        finally:
            ended.set()
            writer.join()


class Watcher:
    """Looks again and again how the hosts of a hub are, and notes every state but `reachable`."""

    def __init__(self, center: Hub) -> None:
        self._center = center
        self.others: list[tuple[str, str]] = []

    def hosts(self) -> dict[str, dict[str, Any]]:
        """Return the hosts, as `Hub.hosts`."""
        found = self._center.hosts()
        self.others += [(n, row["state"]) for n, row in found.items() if row["state"] != REACHABLE]
        return found


REACHABLE = "reachable"


def freeze_past_the_lease(center: Hub, agents: list[Program]) -> None:
    """Stop a hub until each agent has given up its session, and let it go on."""
    before = [connections(one, center.address) for one in agents]
    center.tell(signal.SIGSTOP)
    for one, first in zip(agents, before, strict=True):
        assert first
        until(lambda one=one, first=first: not first & connections(one, center.address))  # type: ignore[misc]
    center.tell(signal.SIGCONT)


def test_no_host_of_a_hub_that_was_frozen_is_called_unreachable_and_frames_are_fresh(
    name: str,
) -> None:
    with ExitStack() as stack:
        stack.enter_context(written(name))
        center = stack.enter_context(hub())
        agents = [
            stack.enter_context(agent(center.address, host, "--allow", name))
            for host in ("one", "two")
        ]
        until(lambda: center.state("two") == REACHABLE)
        frames = stack.enter_context(closing(watched(center, array_of(center, "one", name))))
        used = [sizes(agents, frames)]
        freeze_past_the_lease(center, agents)
        used.append([one.resident_bytes for one in agents])
        watcher = Watcher(center)
        since_s = max(row["since_s"] for row in watcher.hosts().values())
        until(lambda: least_since_s(watcher) > since_s + RETURN_S + SILENCE_S)
        assert watcher.others == []
        assert all(row["heard_s"] < SILENCE_S for row in watcher.hosts().values())
        used.append(sizes(agents, frames))
        assert until(lambda: next(frames).lag_s < SILENCE_S)
    for first, *later in zip(*used, strict=True):
        assert max(later) < first + SLACK_BYTES
    assert [one.complained for one in (center, *agents)] == [[], [], []]


def least_since_s(watcher: Watcher) -> float:
    return min(float(row["since_s"]) for row in watcher.hosts().values())


def sizes(agents: list[Program], frames: Iterator[Frame]) -> list[int]:
    """Return what agents have in memory after some frames more."""
    for _ in range(20):
        assert next(frames)
    return [one.resident_bytes for one in agents]


def test_a_hub_whose_own_thread_is_held_up_sees_the_present_when_it_runs_again(name: str) -> None:
    with engine.hub() as center, engine.agent(center, name, (name,)):
        until(lambda: center.host(name))
        held = threading.Event()
        center.fleet._loop.call_soon_threadsafe(held.wait)
        try:
            until(lambda: heard_s(center, name) > 2 * SILENCE_S)
            kept = len(center.fleet._inbox._messages)
        finally:
            held.set()
        seen: list[str | None] = []

        def is_heard() -> bool:
            seen.append(center.state(name))
            return heard_s(center, name) < SILENCE_S

        until(is_heard)
        assert (set(seen), kept) == ({REACHABLE}, 1)


def heard_s(center: engine.HubEnd, host: str) -> float:
    row = center.host(host)
    assert row is not None
    return float(row["heard_s"])
