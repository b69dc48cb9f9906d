"""Who counts as a user, and what is no trouble though it looks like one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.sampling.stepping import Stepped
from tests.sources.puppets import Puppet


@pytest.fixture
def raw(name: str) -> Iterator[Path]:
    """A segment that only its owner may open, as SharedMemory makes it."""
    path = Path(f"/dev/shm/{name}")
    path.touch(0o600)
    path.write_bytes(bytes(4096))
    yield path
    path.unlink(missing_ok=True)


def told(stepped: Stepped, name: str) -> list[str]:
    """Return what is in the timeline of one name, the oldest first."""
    events = stepped.sampler.timeline.last(100)
    return [f"{one.rule or one.kind} {one.name}" for one in reversed(events) if name in one.name]


def test_looking_at_a_segment_is_no_use_of_it(
    stepped: Stepped, raw: Path, puppets: Callable[[], Puppet]
) -> None:
    with raw.open("rb"):
        stepped.survey()
        assert stepped.trace.segment_facts.seems_unused
        puppets().do(f"import os; fd = os.open({str(raw)!r}, os.O_RDONLY)")
        stepped.survey()
        assert stepped.trace.segment_facts.users == 1


def test_memory_without_a_path_is_open_to_nobody_whatever_its_mode(
    stepped: Stepped, name: str, puppets: Callable[[], Puppet]
) -> None:
    puppets().do(f"import os; fd = os.memfd_create({name!r}); os.truncate(fd, 4096)")
    stepped.survey()
    stepped.tick(4)
    assert stepped.trace.segment_facts.mode == 0o777
    assert "world_writable" not in stepped.rules


def test_file_that_all_may_write_is_open_to_everybody(stepped: Stepped, raw: Path) -> None:
    raw.chmod(0o666)
    stepped.survey()
    stepped.tick(4)
    assert "world_writable" in stepped.rules


def test_semaphore_that_was_unlinked_when_it_was_made_is_no_trouble(
    stepped: Stepped, name: str, puppets: Callable[[], Puppet]
) -> None:
    puppet = puppets()
    path = f"/dev/shm/sem.{name}"
    puppet.do(f"import mmap, os; fd = os.open({path!r}, os.O_RDWR | os.O_CREAT, 0o600)")
    puppet.do("os.truncate(fd, 32); memory = mmap.mmap(fd, 32); os.close(fd)")
    stepped.survey()
    assert stepped.ids
    os.unlink(path)
    stepped.survey()
    stepped.tick(4)
    assert "unlinked" not in stepped.rules


def test_memory_of_the_system_comes_and_goes_without_an_event(
    stepped: Stepped, name: str, raw: Path
) -> None:
    semaphore = Path(f"/dev/shm/sem.{name}")
    stepped.survey()
    semaphore.write_bytes(bytes(32))
    other = raw.with_name(f"{name}-other")
    other.write_bytes(bytes(32))
    stepped.survey()
    assert len(stepped.sampler.reports.rows()) == 3
    semaphore.unlink()
    other.unlink()
    stepped.survey()
    assert told(stepped, name) == [f"appeared {other.name}", f"went {other.name}"]
