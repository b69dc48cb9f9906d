"""Processes that are stopped by a signal, and go on."""

from __future__ import annotations

from tests.faults.arrays import Start, share
from tests.sampling.stepping import Stepped
from tests.waiting import until

from shmscope.sampling.topics import ArrayTopic


def test_stopped_writer_is_told_until_it_goes_on(
    name: str, puppets: Start, stepped: Stepped
) -> None:
    shared = share("published", name, puppets)
    for value in range(8):
        shared.write(value)
        stepped.tick()
    shared.puppet.stop()
    stepped.tick(6)
    assert stepped.rules == ["stalled"]
    assert "its process is stopped" in stepped.sentence("stalled")
    assert stepped.trace.verdicts[0].remedy == f"kill -CONT {shared.puppet.pid}"
    shared.puppet.resume()
    shared.write(9)
    stepped.tick()
    assert stepped.rules == ["writing"]


def test_stopped_foreign_writer_is_seen_not_to_change_until_it_goes_on(
    name: str, puppets: Start, stepped: Stepped
) -> None:
    shared = share("foreign", name, puppets)
    shared.puppet.do("import threading; over = False")
    shared.puppet.do(
        "def write_on():\n while not over:\n  array[:] = array[0] + 1\n  time.sleep(0.0005)"
    )
    shared.puppet.do("thread = threading.Thread(target=write_on, daemon=True); thread.start()")
    stepped.survey()
    stepped.sampler.demand.add(ArrayTopic(stepped.id))

    def says(rule: str) -> bool:
        stepped.run(0.5)
        return rule in stepped.rules

    until(lambda: says("changing"))
    shared.puppet.stop()
    until(lambda: says("unchanged"))
    assert "the last change was seen" in stepped.sentence("unchanged")
    shared.puppet.resume()
    until(lambda: says("changing"))
    assert {verdict.level for verdict in stepped.trace.verdicts} == {"ok"}
    shared.puppet.do("over = True; thread.join()")
