"""Two hundred readers that come and go."""

from __future__ import annotations

from typing import Any

import pytest
from tests.faults.arrays import SHM, WAYS, Start, Way, share
from tests.faults.measured import Measured
from tests.faults.serving import Serving
from tests.sampling.stepping import Stepped
from tests.waiting import until

READERS = 200

# Forked readers map the segment read-only, say so, and wait until they are killed.
CROWD = """
import mmap, os, signal
def come(path, count):
    arrived, ready = os.pipe()
    pids = [os.fork() or read(path, ready) for _ in range(count)]
    while count:
        count -= len(os.read(arrived, count))
    os.close(arrived), os.close(ready)
    return pids
def read(path, ready):
    fd = os.open(path, os.O_RDONLY)
    memory = mmap.mmap(fd, 0, prot=mmap.PROT_READ)
    os.close(fd)
    os.write(ready, b'.')
    signal.pause()
def go(pids):
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    for pid in pids:
        os.waitpid(pid, 0)
"""


@pytest.mark.parametrize("way", WAYS)
def test_readers_that_come_and_go_are_counted_and_harm_nobody(
    way: Way, name: str, puppets: Start, stepped: Stepped, serving: Serving, measured: Measured
) -> None:
    share(way, name, puppets)
    array = serving.id_of(name)
    crowd = puppets()
    crowd.do(CROWD)
    for coming, going in ((READERS, READERS // 2), (READERS // 2, READERS)):
        crowd.do(f"pids = come('{SHM / name}', {coming}) + globals().get('pids', [])")
        assert users(stepped) == {"rw": 1, "r": READERS, "open": 0}
        crowd.do(f"go(pids[:{going}])")
        crowd.do(f"del pids[:{going}]")
        assert users(stepped) == {"rw": 1, "r": READERS - going, "open": 0}
    until(lambda: serving.get(f"arrays/{array}")["users"] == {"rw": 1, "r": 0, "open": 0})
    assert {verdict.level for verdict in stepped.trace.verdicts} == {"ok"}
    assert serving.get(f"arrays/{array}")["health"]["level"] == "ok"
    measured.note("readers at once, each of them counted", f"{READERS}")


def users(stepped: Stepped) -> Any:
    """Look, and return who uses the only array; nothing must be amiss meanwhile."""
    stepped.survey()
    assert {verdict.level for verdict in stepped.trace.verdicts} == {"ok"}
    [row] = stepped.sampler.reports.rows()
    return row["users"]
