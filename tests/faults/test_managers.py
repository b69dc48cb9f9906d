"""Managers that hang or die while a page looks at their objects."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from tests.faults.arrays import Start
from tests.faults.serving import Serving
from tests.sources.puppets import Puppet, publish_list
from tests.waiting import until
from tests.web.watching import values

from shmscope.publishing.process import parse_stat


@pytest.fixture
def manager(name: str, puppets: Start) -> Puppet:
    """Return a process that publishes a Manager's list."""
    return publish_list(puppets(), name)


def test_manager_that_hangs_is_told_until_it_goes_on(
    name: str, manager: Puppet, serving: Serving
) -> None:
    server = manager.do("manager._process.pid")
    array = serving.id_of(name)
    with serving.watched() as page:
        page.subscribe(1, **values(array))
        page.next_of("frame")
        os.kill(server, signal.SIGSTOP)
        try:
            until(lambda: parse_stat(Path(f"/proc/{server}/stat").read_bytes())[0] == "T")
            sentence = serving.until_told(array, "unreachable")
            assert "did not answer within 1 s" in sentence
        finally:
            os.kill(server, signal.SIGCONT)
        page.next_of("frame")
        serving.until_silent(array, "unreachable")


def test_dead_manager_is_told_and_a_new_one_is_well(
    name: str, manager: Puppet, serving: Serving
) -> None:
    array = serving.id_of(name)
    with serving.watched() as page:
        page.subscribe(1, **values(array))
        page.next_of("frame")
        manager.do("manager._process.kill(); manager._process.join()")
        assert "is gone" in serving.until_told(array, "unreachable")
        manager.do("shared.unlink()")
        page.next_of("gone")
        manager.do("manager = multiprocessing.get_context('fork').Manager()")
        manager.do("proxy = manager.list([4, 5])")
        manager.do(f"shared = shmscope.publish({name!r}, proxy)")
        again = until(lambda: other_of(serving, name, array))
        page.subscribe(2, **values(again))
        _, body = page.next_of("frame")
        assert body["values"].tolist() == [4, 5]
        assert "unreachable" not in serving.verdicts(again)


def other_of(serving: Serving, name: str, array: str) -> str | None:
    """Return the id of the array of this name that is not `array`, once it is seen."""
    ids = [row["id"] for row in serving.get("arrays")["arrays"] if row["name"] == name]
    return next((ident for ident in ids if ident != array), None)
