"""Every health rule with real processes: it speaks when something breaks, until it is mended.

The sampler's clock is moved by hand, so seconds pass without waiting.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from tests.sampling.stepping import Stepped
from tests.sources.puppets import Puppet
from tests.sources.reading import SHM

from shmscope.sampling.rows import row
from shmscope.sampling.topics import ArrayTopic

Start = Callable[[], Puppet]

pytestmark = pytest.mark.usefixtures("watched")


@pytest.fixture
def writer(name: str, puppets: Start) -> Puppet:
    """Return a process that shares an array and has written it once."""
    puppet = puppets()
    puppet.do(f"shared = shmscope.create({name!r}, 1000, 'f4', label='first')")
    puppet.do("shared[:] = 1")
    return puppet


def fellow(name: str, puppets: Start, label: str) -> Puppet:
    """Return another process that has written the array once."""
    puppet = puppets()
    puppet.do(f"shared = shmscope.open({name!r}, 'r+', label={label!r})")
    puppet.do("shared[0] = 1")
    return puppet


def write_every_tick(stepped: Stepped, writer: Puppet, ticks: int = 8) -> None:
    for _ in range(ticks):
        writer.do("shared[:] = 2")
        stepped.tick()


def level(stepped: Stepped) -> str:
    found: str = row(stepped.trace)["health"]["level"]
    return found


def test_writing_is_told_with_its_rate(stepped: Stepped, writer: Puppet) -> None:
    stepped.step()
    write_every_tick(stepped, writer)
    assert stepped.rules == ["writing"]
    assert stepped.sentence("writing") == f"Writer first (pid {writer.pid}), 2.0 writes per second."
    assert level(stepped) == "ok"


def test_array_that_is_seldom_written_is_idle(stepped: Stepped, writer: Puppet) -> None:
    stepped.step()
    assert stepped.rules == ["idle"]
    write_every_tick(stepped, writer, 2)
    assert stepped.rules == ["writing"]
    stepped.tick(80)
    assert stepped.rules == ["idle"]
    assert "the last counted write was 40." in stepped.sentence("idle")


def test_writer_that_left_leaves_an_idle_array(
    stepped: Stepped, writer: Puppet, name: str, puppets: Start
) -> None:
    other = fellow(name, puppets, "second")
    write_every_tick(stepped, other)
    other.leave()
    stepped.tick(80)
    assert stepped.rules == ["idle"]
    writer.do("shared.close()")
    stepped.tick()
    assert "Its writers have left" in stepped.sentence("idle")


def test_stopped_writer_is_stalled_until_it_goes_on(stepped: Stepped, writer: Puppet) -> None:
    write_every_tick(stepped, writer)
    writer.stop()
    stepped.tick(2)
    assert stepped.rules == ["writing"]
    stepped.tick(4)
    assert stepped.rules == ["stalled"]
    assert "its process is stopped" in stepped.sentence("stalled")
    assert stepped.trace.verdicts[0].remedy == f"kill -CONT {writer.pid}"
    assert level(stepped) == "warning"
    writer.resume()
    write_every_tick(stepped, writer, 1)
    assert stepped.rules == ["writing"]


def test_living_writer_that_does_not_write_is_stalled_since_then(
    stepped: Stepped, writer: Puppet
) -> None:
    write_every_tick(stepped, writer)
    stepped.tick(25)
    [verdict] = stepped.trace.verdicts
    assert verdict.rule == "stalled"
    assert verdict.since_s == pytest.approx(10.0)
    assert verdict.remedy is None
    write_every_tick(stepped, writer, 1)
    assert stepped.rules == ["writing"]


def test_writer_that_stands_within_a_write_is_told_so(stepped: Stepped, writer: Puppet) -> None:
    write_every_tick(stepped, writer)
    writer.do("section = shared.writing(); section.__enter__()")
    stepped.tick(6)
    assert "in the middle of a write" in stepped.sentence("stalled")
    writer.do("section.__exit__(None, None, None)")
    stepped.tick()
    assert stepped.rules == ["writing"]


def test_killed_writer_is_dead_among_its_fellows(
    stepped: Stepped, writer: Puppet, name: str, puppets: Start
) -> None:
    assert writer.pid
    victim = fellow(name, puppets, "second")
    stepped.tick()
    assert "dead_writer" not in stepped.rules
    victim.kill()
    stepped.tick()
    assert stepped.rules[0] == "dead_writer"
    assert f"Writer second (pid {victim.pid}) died without leaving" in stepped.sentence(
        "dead_writer"
    )
    assert level(stepped) == "warning"


def test_killed_writer_is_critical_alone(
    stepped: Stepped, writer: Puppet, name: str, puppets: Start
) -> None:
    victim = fellow(name, puppets, "second")
    writer.do("shared.close()")
    victim.kill()
    stepped.tick()
    assert level(stepped) == "critical"
    assert "nobody writes any more" in stepped.sentence("dead_writer")


def test_writer_that_died_within_a_write_is_told_so(
    stepped: Stepped, writer: Puppet, name: str, puppets: Start
) -> None:
    assert writer.pid
    victim = fellow(name, puppets, "second")
    victim.do("section = shared.writing(); section.__enter__()")
    victim.kill()
    stepped.tick()
    assert stepped.rules[0] == "died_in_write"
    assert "dead_writer" not in stepped.rules
    assert level(stepped) == "critical"


def test_dead_writers_are_forgotten_when_the_array_is_published_anew(
    stepped: Stepped, writer: Puppet, name: str, puppets: Start
) -> None:
    victims = [fellow(name, puppets, label) for label in ("second", "third")]
    victims[0].do("section = shared.writing(); section.__enter__()")
    for victim in victims:
        victim.kill()
    stepped.tick()
    assert stepped.rules[:2] == ["died_in_write", "dead_writer"]
    os.unlink(stepped.published._reader.path)
    writer.do(f"again = shmscope.publish({name!r}, shared.array)")
    stepped.tick()
    assert stepped.rules == ["idle"]


def test_unlinked_segment_is_a_warning_while_it_is_used(
    stepped: Stepped, writer: Puppet, name: str
) -> None:
    stepped.tick()
    os.rename(SHM / name, SHM / f"{name}.hidden")
    stepped.tick()
    assert stepped.rules[0] == "unlinked"
    assert f"/dev/shm/{name} was unlinked" in stepped.sentence("unlinked")
    os.rename(SHM / f"{name}.hidden", SHM / name)
    stepped.tick()
    assert "unlinked" not in stepped.rules
    (SHM / name).unlink()
    write_every_tick(stepped, writer, 2)
    assert stepped.rules == ["unlinked", "writing"]


def test_unlinked_segment_is_gone_with_its_last_user(
    stepped: Stepped, writer: Puppet, name: str
) -> None:
    (SHM / name).unlink()
    stepped.tick()
    writer.kill()
    stepped.tick()
    assert stepped.rules[0] == "gone"
    assert level(stepped) == "critical"


def test_name_that_stands_for_another_segment_is_told(
    stepped: Stepped, writer: Puppet, name: str
) -> None:
    stepped.tick()
    old = stepped.id
    os.rename(SHM / name, SHM / f"{name}.hidden")
    (SHM / name).write_bytes(b"another")
    stepped.tick()
    assert stepped.rules[0] == "recreated"
    write_every_tick(stepped, writer, 2)
    assert stepped.rules == ["recreated", "writing"]
    os.rename(SHM / f"{name}.hidden", SHM / name)
    stepped.tick()
    assert stepped.rules == ["writing"]
    assert stepped.id == old


def test_recreated_array_is_another_one(
    stepped: Stepped, writer: Puppet, name: str, puppets: Start
) -> None:
    assert writer.pid
    stepped.tick()
    old = stepped.id
    (SHM / name).unlink()
    other = puppets()
    other.do(f"shared = shmscope.create({name!r}, 5, label='second')")
    stepped.tick()
    both = stepped.ids
    assert len(both) == 2
    assert old in both
    rules = {
        array: {v.rule for v in stepped.sampler.roster.trace(array).verdicts} for array in both
    }
    assert "recreated" in rules.pop(old)
    [new] = rules.values()
    assert new == {"idle"}


def test_truncated_segment_is_critical_until_it_is_as_long_again(
    stepped: Stepped, writer: Puppet, name: str
) -> None:
    assert writer.pid
    stepped.tick()
    os.truncate(SHM / name, 100)
    stepped.tick()
    assert stepped.rules[0] == "truncated"
    assert "cut to 100 bytes, the array needs 4,000" in stepped.sentence("truncated")
    assert level(stepped) == "critical"
    os.truncate(SHM / name, 4000)
    stepped.tick()
    assert stepped.rules == ["idle"]


def test_nan_and_infinity_are_told_once_somebody_looks_until_they_are_gone(
    stepped: Stepped, writer: Puppet
) -> None:
    writer.do("shared[3:5] = float('nan'); shared[7] = float('inf')")
    stepped.tick(3)
    assert stepped.rules == ["idle"]
    stepped.sampler.demand.add(ArrayTopic(stepped.id))
    stepped.tick(2)
    assert stepped.sentence("not_finite").startswith("2 NaN and 1 infinite elements, first seen")
    writer.do("shared[:] = 0")
    stepped.tick(2)
    assert "not_finite" not in stepped.rules


def test_torn_copies_are_told_until_enough_whole_ones_were_made(
    stepped: Stepped, writer: Puppet
) -> None:
    stepped.step()
    stepped.sampler.demand.add(stepped.values(), 60.0)
    writer.do("section = shared.writing(); section.__enter__()")
    stepped.run(1.0)
    assert stepped.trace.facts is not None
    assert stepped.trace.facts.torn > 10
    assert "torn" in stepped.rules
    writer.do("section.__exit__(None, None, None)")
    stepped.run(10.0)
    assert "torn" not in stepped.rules


def test_segment_of_another_user_may_not_be_looked_at(
    stepped: Stepped, writer: Puppet, name: str
) -> None:
    if os.getuid() != 0:
        pytest.skip("only root may give a file away")
    assert writer.pid
    stepped.tick()
    os.chown(SHM / name, 65534, -1)
    os.chown(stepped.published._reader.path, 65533, -1)
    stepped.tick()
    assert stepped.rules == ["idle"]  # the trace knows its block's first owner
    fresh = Stepped(name, stepped.clock())
    fresh.step()
    assert fresh.rules[0] == "forbidden"
