"""Processes and segments that come and go faster than anybody can look."""

from __future__ import annotations

import gc
import os
import weakref
from pathlib import Path

import pytest
from tests.faults.arrays import SHM, Start, share
from tests.faults.bystander import Bystander, Caller
from tests.faults.measured import Measured
from tests.faults.serving import Serving
from tests.sampling.stepping import Stepped
from tests.waiting import until

from shmscope.sampling.comings import MARKED_S
from shmscope.sampling.rates import TICK_S
from shmscope.sources.looks import Looker

SURVEYS = 40
WAVES, WAVE = 4, 2500
# What is known of an array that went is kept for ten seconds, in which all waves may fall.
MOST_EACH_BYTES = 20 << 10

# Forks processes that inherit a mapping of the segment and end at once, again and again.
CHURN = """
import threading
held = mmap.mmap(os.open(path, os.O_RDWR), 0)
ended, over = 0, False
def churn():
    global ended
    while not over:
        pids = [os.fork() or os._exit(0) for _ in range(5)]
        for pid in pids:
            os.waitpid(pid, 0)
        ended += len(pids)
thread = threading.Thread(target=churn)
thread.start()
"""


def test_processes_that_end_during_a_survey_harm_none(
    name: str, puppets: Start, stepped: Stepped, serving: Serving, measured: Measured
) -> None:
    share("foreign", name, puppets)
    array = serving.id_of(name)
    churn = puppets()
    churn.do(f"path = '{SHM / name}'")
    churn.do(CHURN)
    for _ in range(SURVEYS):
        stepped.survey()
        [row] = stepped.sampler.reports.rows()
        assert row["users"]["rw"] >= 2  # those who stay
        assert row["health"]["level"] == "ok"
    churn.do("over = True; thread.join()")
    ended = churn.do("ended")
    assert ended
    stepped.survey()
    [row] = stepped.sampler.reports.rows()
    assert row["users"] == {"rw": 2, "r": 0, "open": 0}
    until(lambda: serving.get(f"arrays/{array}")["users"]["rw"] == 2)
    measured.note(f"processes that ended during {SURVEYS} surveys", f"{ended:,}")


def test_process_that_ends_while_it_is_looked_at_is_left_out(
    name: str, puppets: Start, stepped: Stepped, monkeypatch: pytest.MonkeyPatch
) -> None:
    share("foreign", name, puppets)
    victims = {puppet.pid: puppet for puppet in (puppets() for _ in range(3))}
    for victim in victims.values():
        victim.do(f"held = mmap.mmap(os.open('{SHM / name}', os.O_RDWR), 0)")
    look = Looker.look

    def look_too_late(self: Looker, pid: int, inode: int, before: object) -> object:
        if pid in victims:
            victims.pop(pid).kill()
        return look(self, pid, inode, before)  # type: ignore[arg-type]

    monkeypatch.setattr(Looker, "look", look_too_late)
    stepped.survey()
    assert not victims
    [row] = stepped.sampler.reports.rows()
    assert row["users"] == {"rw": 1, "r": 0, "open": 0}


def test_nothing_is_kept_of_arrays_that_went_a_while_ago(stepped: Stepped, name: str) -> None:
    paths = [SHM / f"{name}-{number}" for number in range(100)]
    for path in paths:
        path.write_bytes(bytes(4096))
    stepped.survey()
    traces = [weakref.ref(trace) for trace in stepped.sampler.roster.by_id.values()]
    assert len(traces) == len(paths)
    for path in paths:
        path.unlink()
    stepped.survey()
    assert all(trace() for trace in traces)
    stepped.tick(int(MARKED_S / TICK_S) + 2)
    gc.collect()
    assert not any(trace() for trace in traces)


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_ten_thousand_segments_come_and_go(name: str, folder: Path, measured: Measured) -> None:
    with (
        Serving(str(folder)) as serving,
        Bystander(serving, name) as bystander,
        Caller(serving) as caller,
    ):
        until(lambda: bystander.frames > 60)
        before, known = serving.descriptors, segments_of(serving)
        bystander.begin(), caller.begin()
        grown = [serving.resident_bytes]
        for _ in range(WAVES):
            wash(serving, folder, known)
            grown.append(serving.resident_bytes)
        until(lambda: serving.descriptors <= before)
        assert not bystander.trouble
        assert not caller.trouble
        assert grown[-1] - grown[0] < WAVES * WAVE * MOST_EACH_BYTES
        measured.note("segments made and removed beside a server", f"{WAVES * WAVE:,}")
        measured.note(
            "longest time without a frame beside them", f"{bystander.longest_gap_s:.2f} s"
        )
        measured.note("slowest answer beside them", f"{caller.slowest_s:.2f} s")
        measured.note(
            f"memory that the server grew by beside them, {MOST_EACH_BYTES >> 10} KiB for each "
            "being allowed",
            f"{(grown[-1] - grown[0]) / 2**20:.0f} MiB",
        )


def wash(serving: Serving, folder: Path, known: int) -> None:
    """Make many segments, wait until all are seen, and remove them until none is."""
    paths = [folder / f"{number}" for number in range(WAVE)]
    for path in paths:
        path.touch()
        os.truncate(path, 4096)
    until(lambda: segments_of(serving) >= WAVE)
    for path in paths:
        path.unlink()
    until(lambda: segments_of(serving) <= known + WAVE // 2)


def segments_of(serving: Serving) -> int:
    """Return how many segments the newest survey has."""
    return int(serving.get("host")["survey"]["segments"])
