"""A pid alone is no process: it may be the creator only if it began before what it made."""

from __future__ import annotations

import os
import time
from pathlib import Path

from tests.sources.puppets import Puppet
from tests.waiting import until

from shmscope.sources.creators import may_live


def test_living_process_may_have_made_what_is_younger() -> None:
    assert may_live(os.getpid(), time.time())


def test_process_that_began_later_is_not_the_creator() -> None:
    with Puppet() as puppet:
        assert not may_live(puppet.pid, time.time() - 3600)


def test_process_that_is_gone_is_not_alive() -> None:
    with Puppet() as puppet:
        pid = puppet.pid
        puppet.kill()
        assert until(lambda: not may_live(pid, time.time()))


def test_process_that_may_not_be_looked_at_is_given_the_benefit_of_the_doubt(
    tmp_path: Path,
) -> None:
    (tmp_path / "7").mkdir()
    (tmp_path / "7" / "stat").write_text("garbage")
    assert may_live(7, 0.0, proc=str(tmp_path))
    assert not may_live(8, time.time(), proc=str(tmp_path))
