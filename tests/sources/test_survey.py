"""A surveyor at work among real processes: nothing is kept alive, nothing that goes is an error."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.layout.formats.samples import shareable_list
from tests.sources.discovering import Maker
from tests.sources.puppets import Puppet
from tests.sources.reading import SHM
from tests.waiting import until

from shmscope.sources.inventory import FoundSegment, Use
from shmscope.sources.segments import Segment
from shmscope.sources.survey import Survey, Surveyor, take_survey

as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root may do that")
NOBODY = 65534


@pytest.fixture
def user() -> Iterator[Maker]:
    """Yield a process that can make every kind of segment."""
    with Maker() as process:
        yield process


@pytest.fixture
def surveyor() -> Iterator[Surveyor]:
    """Yield a surveyor whose thread runs, and that is watched."""
    with Surveyor() as surveyor:
        surveyor.watched = True
        yield surveyor


def minutes() -> Callable[[], float]:
    """Return a clock by which a survey is due at every step."""
    return itertools.count(0.0, 60.0).__next__


def known(survey: Survey | None, name: str) -> FoundSegment | None:
    """Return the segment whose label is `name`, whether it has a name or had one."""
    segments = () if survey is None else survey.inventory.segments
    return next((one for one in segments if one.label == name), None)


def test_surveyor_keeps_up_with_what_comes_and_goes(
    name: str, user: Maker, surveyor: Surveyor
) -> None:
    def uses(*expected: Use) -> bool:
        segment = known(surveyor.latest, name)
        return segment is not None and segment.uses == expected

    user.do(f"map_only('/dev/shm/{name}')")
    until(lambda: uses(Use(user.identity, "rw", ())))
    (SHM / name).unlink()
    until(lambda: (found := known(surveyor.latest, name)) and found.kind == "unlinked")
    user.kill()
    until(lambda: known(surveyor.latest, name) is None)


def test_fresh_survey_is_waited_for(name: str) -> None:
    with Surveyor() as surveyor:
        first = surveyor.wait_fresh(0, 20)
        assert first is not None
        assert surveyor.wait_fresh(1000, 20) in (first, surveyor.latest)
        (SHM / name).write_bytes(b"x")
        second = surveyor.wait_fresh(0, 20)
        assert second is not None
        assert known(second, name) is not None
        assert second is not first


def test_wait_that_is_too_short_gives_what_there_is() -> None:
    surveyor = Surveyor()  # nobody drives it
    assert surveyor.wait_fresh(0, 0) is None
    surveyor.step()
    assert surveyor.wait_fresh(0, 0) is surveyor.latest is not None


def test_thread_goes_on_after_a_failure_and_ends_with_its_surveyor() -> None:
    failing = threading.Event()

    def roots() -> list[str]:
        if not failing.is_set():
            failing.set()
            raise OSError(24, "Too many open files")
        return ["/dev/shm"]

    before = threading.active_count()
    with Surveyor(roots) as surveyor:
        until(lambda: surveyor.latest)
    assert failing.is_set()
    assert threading.active_count() == before


def holders() -> set[tuple[int, int]]:
    """Return device and inode of everything that this process holds open."""
    found = set()
    for number in os.listdir("/proc/self/fd"):
        try:
            status = os.stat(f"/proc/self/fd/{number}")
        except FileNotFoundError:
            continue
        found.add((status.st_dev, status.st_ino))
    return found


def test_no_segment_is_held_between_steps(name: str, user: Maker) -> None:
    user.do(f"map_only('/dev/shm/{name}')")
    user.do(f"held.append(open('/dev/shm/{name}-2', 'wb')); held[-1].truncate(4096)")
    user.do(f"os.unlink('/dev/shm/{name}'); os.unlink('/dev/shm/{name}-2')")
    surveyor = Surveyor(clock=minutes())
    for _ in range(20):
        surveyor.step()
        found = [known(surveyor.latest, one) for one in (name, f"{name}-2")]
        assert not {one and one.identity for one in found} & holders()
        assert all(found)
        assert not any(name in line for line in Path("/proc/self/maps").read_text().splitlines())


# Runs in a mount namespace, with a tmpfs of its own on the folder that is its argument.
RETURNS = """
import os, subprocess, sys
from tests.waiting import until
from shmscope.sources.survey import Surveyor
folder = sys.argv[1]
made = f"import mmap, sys; f = open('{folder}/x', 'w+b'); f.truncate(8 << 20); "
made += f"m = mmap.mmap(f.fileno(), 0); m.write(bytes(8 << 20)); import os; os.unlink('{folder}/x')"
made += "; print(flush=True); sys.stdin.read()"

def free_bytes():
    status = os.statvfs(folder)
    return status.f_bfree * status.f_frsize

before = free_bytes()
with Surveyor(lambda: [folder]) as surveyor:
    surveyor.watched = True
    until(lambda: surveyor.latest)
    for _ in range(3):
        pipe = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        with subprocess.Popen([sys.executable, "-c", made], **pipe) as user:
            user.stdout.readline()
            assert before - free_bytes() >= 8 << 20
            until(lambda: [s for s in surveyor.latest.inventory.segments if s.label == "x"])
            assert before - free_bytes() >= 8 << 20
            user.kill()
        until(lambda: free_bytes() == before, timeout_s=2)
        until(lambda: not [s for s in surveyor.latest.inventory.segments if s.label == "x"])
print("back", flush=True)
"""


@as_root
def test_memory_comes_back_when_its_last_user_leaves(tmp_path: Path) -> None:
    mount = f"mount -t tmpfs tmpfs '{tmp_path}' && exec \"$@\""
    command = ["unshare", "-m", "sh", "-c", mount, "sh", sys.executable, "-c", RETURNS]
    done = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, check=False)
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip("this machine allows no namespaces")
    assert (done.stdout, done.stderr) == ("back\n", "")


def test_storm_of_processes_and_segments_is_no_error(
    name: str, user: Maker, caplog: pytest.LogCaptureFixture
) -> None:
    over = threading.Event()

    def stir(number: int) -> None:
        path = SHM / f"{name}-{number}"
        program = f"""
import mmap, os
for turn in range(20):
    with open({str(path)!r}, "w+b") as file:
        file.truncate(4096 * (1 + turn % 3))
        mapped = mmap.mmap(file.fileno(), 0)
        os.fork() or os._exit(0)
        os.unlink({str(path)!r})
        mapped.close()
    os.wait()
"""
        while not over.is_set():
            subprocess.run([sys.executable, "-c", program], check=True)

    user.do(f"map_only('/dev/shm/{name}-stays')")
    stirring = [threading.Thread(target=stir, args=[number]) for number in range(3)]
    for thread in stirring:
        thread.start()
    try:
        seen, surveyor = set[str](), Surveyor(clock=minutes())
        for _ in range(60):
            surveyor.step()
            stays = known(surveyor.latest, f"{name}-stays")
            assert stays is not None
            assert stays.uses == (Use(user.identity, "rw", ()),)
            assert surveyor.latest is not None
            seen |= {one.label for one in surveyor.latest.inventory.segments if name in one.label}
    finally:
        over.set()
        for thread in stirring:
            thread.join()
    assert len(seen) > 1  # it was there to be seen
    assert not caplog.records


@as_root
def test_ordinary_user_surveys_their_own(name: str, user: Maker) -> None:
    user.do(f"map_only('/dev/shm/{name}-roots')")
    with Maker() as theirs, Puppet() as observer:
        observer.do("import os; from shmscope.sources.survey import Surveyor")
        observer.do("Surveyor().step()")  # all that it imports is there before it may not read it
        for puppet in (theirs, observer):
            puppet.do(f"os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})")
            puppet.do("import ctypes; ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)")
        for number in (1, 2):
            path, data = f"/dev/shm/{name}-{number}", shareable_list(("q", bytes(8), 0))
            theirs.do(f"held.append(os.open({path!r}, os.O_RDWR | os.O_CREAT, 0o600))")
            theirs.do(f"os.write(held[-1], {data!r})")
        theirs.do(f"os.unlink('/dev/shm/{name}-2')")
        observer.do("surveyor = Surveyor(); surveyor.step(); first = surveyor.latest")
        observer.do("surveyor.hurry(); surveyor.step(); second = surveyor.latest")
        said = "{e.segment.label: [e.format, e.segment.uses and len(e.segment.uses)] for e in %s}"
        for survey in ("first.entries", "second.entries"):
            found = observer.do(said % survey)
            assert found[f"{name}-roots"] == ["", None]
            assert found[f"{name}-1"] == ["ShareableList", 1]
            assert found[f"{name}-2"] == ["ShareableList", 1]
        assert observer.do("first.inventory.hidden_processes") >= 1
        refused = observer.do("len(second.inventory.memory.refusals)")
        assert refused == observer.do("second.inventory.hidden_processes") >= 1


# Runs in a pid namespace, where the next pid can be chosen.
REUSED = """
import os, subprocess, sys
from shmscope.sources.survey import take_survey
name = sys.argv[1]

def holder(number, pid=None):
    if pid is not None:
        with open("/proc/sys/kernel/ns_last_pid", "w") as last:
            last.write(str(pid - 1))
    program = f"import sys; f = open('/dev/shm/{name}-{number}', 'w'); print(); sys.stdout.flush()"
    program += "; sys.stdin.read()"
    command = [sys.executable, "-c", program]
    made = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    made.stdout.readline()
    return made

def users(survey):
    return {
        segment.label[-1]: [use.process for use in segment.uses or ()]
        for segment in survey.inventory.segments
        if name in segment.label
    }

first = holder(1)
survey = take_survey(previous=take_survey())
[[before]] = users(survey).values()
first.communicate()
second = holder(2, first.pid)
if second.pid != first.pid:
    print("skip")
    sys.exit()
after = users(take_survey(previous=survey))
assert after["1"] == [], after
[process] = after["2"]
assert process.pid == before.pid, (process, before)
assert process.started > before.started, (process, before)
second.communicate()
print("told apart")
"""


@as_root
def test_pid_that_is_used_again_is_another_process(name: str) -> None:
    command = ["unshare", "-p", "--fork", "--mount-proc", sys.executable, "-c", REUSED, name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "unshare" in done.stderr or done.stdout == "skip\n":
        pytest.skip("this machine allows no namespaces, or no choice of pids")
    assert (done.stdout, done.stderr) == ("told apart\n", "")


def test_segment_below_another_root_is_found_and_read(tmp_path: Path, user: Maker) -> None:
    (tmp_path / "deep").mkdir()
    user.do(f"map_only('{tmp_path}/deep/x', 8)")
    user.do(f"open('{tmp_path}/deep/x', 'r+b').write(b'12345678')")
    survey = take_survey(["/dev/shm", str(tmp_path)])
    segment = survey.named("deep/x")
    assert segment is not None
    assert read(segment) == b"12345678"
    (tmp_path / "deep" / "x").unlink()
    if os.getuid() != 0:
        pytest.skip("only root may read what is mapped and not held open")
    gone = known(take_survey(["/dev/shm", str(tmp_path)], previous=survey), "deep/x")
    assert gone is not None
    assert gone.kind == "unlinked"
    assert read(gone) == b"12345678"


def read(segment: FoundSegment) -> bytes:
    source = Segment(*segment.identity, None, tuple, 0, segment.ways)
    with source.opened() as opened:
        return os.pread(opened.fd, segment.size_bytes, 0)
