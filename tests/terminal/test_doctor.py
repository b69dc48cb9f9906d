"""`shmscope doctor` as a person, a script and a container's probe meet it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.sources.puppets import Puppet
from tests.terminal.running import complaint, run

import shmscope
from shmscope.cli import main
from shmscope.layout.names import ArrayId
from shmscope.sampling.health.verdicts import Verdict
from shmscope.sampling.host_facts import HostFacts
from shmscope.sampling.scans import SCAN_BYTES
from shmscope.sources.configuration import Configuration
from shmscope.terminal import doctor
from shmscope.terminal.doctor import Diagnosis, Subject, format_text
from shmscope.terminal.looking import looking

Start = Callable[[], Puppet]
ByHand = tuple[str, str]

FULL = Verdict("full", "critical", "It is full.", 2.0, "mount -o remount,size=2M /dev/shm")
TORN = Verdict("torn", "warning", "Copies are torn.", 1.0, sure="possible")
IDLE = Verdict("idle", "ok", "Nobody writes.", 1.0)


@pytest.fixture
def dead(name: str, puppets: Start) -> Iterator[str]:
    """Name of an array whose only writer was killed in the middle of a write."""
    writer = puppets()
    with shmscope.create(name, 4):
        writer.do(f"import shmscope; shared = shmscope.open({name!r}, 'r+', label='first')")
        writer.do("section = shared.writing(); section.__enter__()")
        writer.kill()
        yield name


def examined(code: int, *arguments: str) -> list[str]:
    """Return the lines of a diagnosis that ends with exit code `code` and no complaint."""
    done = run("doctor", *arguments)
    assert (done.returncode, done.stderr.decode()) == (code, "")
    return done.stdout.decode().splitlines()


def test_killed_writer_is_critical_and_told_first(dead: str) -> None:
    lines = examined(2, dead, "--seconds", "0")
    assert re.fullmatch(
        rf"critical  {dead}  Writer first \(pid \d+\) died in the middle of a write: .*", lines[0]
    )
    assert lines[1].strip().startswith("died_in_write, seen for ")
    assert lines[-1].startswith("1 array: 1 critical. Watched for ")


def test_array_that_is_well_makes_one_line(name: str) -> None:
    with shmscope.create(name, 4):
        lines = examined(0, name, "--seconds", "0")
    assert [line for line in lines if not line.endswith(" may not be looked at.")] == lines[-1:]
    assert lines[-1].startswith("1 array: 1 ok. ")


def test_what_is_well_is_told_where_all_is_asked_for(name: str) -> None:
    with shmscope.create(name, 4):
        first, *_ = examined(0, name, "--all", "--seconds", "0")
    assert first == f"ok        {name}  Published; nobody has made a counted write yet."


def test_values_that_are_no_numbers_are_found(name: str) -> None:
    with shmscope.create(name, (2, 3)) as array:
        array[...] = np.nan
        lines = examined(1, name, "--seconds", "1.2")
    assert lines[0].startswith(f"warning   {name}  6 NaN elements, ")
    assert "not_finite, seen for " in lines[1]
    assert lines[-1].endswith("; its values were looked at.")


def test_values_of_raw_bytes_are_not_judged(raw: str) -> None:
    Path(f"/dev/shm/{raw}").write_bytes(b"\xff" * 500 + bytes(500))
    lines = examined(0, raw, "--seconds", "1.2")
    assert lines[-1].endswith("; its values were not looked at.")


def test_layout_and_limits_of_a_file_count(raw: str, tmp_path: Path) -> None:
    Path(f"/dev/shm/{raw}").write_bytes(np.full(24, np.inf, "<f4").tobytes())
    file = tmp_path / "shm.toml"
    layout = f'[[array]]\nname = "{raw}"\ndtype = "<f4"\n'
    file.write_text(layout)
    assert examined(1, raw, "--config", str(file), "--seconds", "1.2")
    file.write_text(f'{layout}[[limits]]\nname = "{raw}"\nnot_finite = 24\n')
    assert examined(0, raw, "--config", str(file), "--seconds", "1.2")


def test_remedy_for_a_hostile_name_is_one_harmless_command(name: str) -> None:
    hostile = Path(f"/dev/shm/{name}; echo $(id) \x1b[2J")
    hostile.write_bytes(bytes(8))
    hostile.chmod(0o666)
    lines = examined(1, f"{name}*", "--seconds", "0")
    assert all(line.isprintable() for line in lines)
    [told] = [line for line in lines if "To mend it: " in line]
    remedy = told.partition("To mend it: ")[2]
    done = subprocess.run(["/bin/bash", "-c", remedy], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
    assert hostile.stat().st_mode & 0o777 == 0o664


def test_script_is_told_the_same_as_by_the_api(dead: str) -> None:
    done = run("doctor", dead, "--json", "--seconds", "0")
    told = json.loads(done.stdout)
    assert done.returncode == 2
    assert set(told) == {"level", "host", "arrays", "room"}
    assert (told["level"], told["host"], told["room"]) == ("critical", None, None)
    [array] = told["arrays"]
    assert (array["name"], array["level"]) == (dead, "critical")
    assert [one["rule"] for one in array["verdicts"]] == ["died_in_write"]


def test_host_and_its_room_are_told_where_no_array_is_named() -> None:
    done = run("doctor", "--json", "--all", "--seconds", "0")
    told = json.loads(done.stdout)
    assert done.returncode == ("ok", "warning", "critical").index(told["level"])
    assert told["room"]["path"] == "/dev/shm"
    assert told["room"]["size_bytes"] > 0
    assert {one["rule"] for one in told["host"]["verdicts"]} & {"roomy", "full"}


def test_probe_gets_an_exit_code_and_no_word(dead: str) -> None:
    assert examined(2, dead, "--quiet", "--seconds", "0") == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_ordinary_user_is_told_what_they_may_know(name: str) -> None:
    program = (
        "import os, sys; from shmscope.terminal import doctor; from shmscope.cli import main; "
        "os.setgroups([]); os.setgid(65534); os.setuid(65534); sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", program, "doctor", name, "--all", "--seconds", "0"]
    Path(f"/dev/shm/{name}").write_bytes(bytes(8))
    os.chmod(f"/dev/shm/{name}", 0o600)
    # Measured, it would write its measurements where an ordinary user may not.
    unmeasured = {key: value for key, value in os.environ.items() if not key.startswith("COV")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=unmeasured)
    assert (done.returncode, done.stderr) in ((0, ""), (1, ""))
    assert re.search("^[0-9,]+ processe?s? may not be looked at", done.stdout, re.MULTILINE)
    assert f"  {name}  " in done.stdout


def test_array_of_no_such_name_is_no_verdict(name: str) -> None:
    assert complaint(3, "doctor", name) == f"no array or segment is called {name!r}"


def test_option_that_cannot_be_is_no_verdict() -> None:
    assert "/nowhere" in complaint(3, "doctor", "--root", "/nowhere")
    assert "dtype" in complaint(3, "doctor", "--array", "name=* dtype=f5")
    assert "/nowhere" in complaint(3, "doctor", "--config", "/nowhere")


@pytest.mark.parametrize(
    "arguments",
    [["--bogus"], ["--seconds", "nan"], ["--seconds", "-1"], ["--json", "--quiet"], ["a", "b"]],
)
def test_misspelt_command_is_no_verdict(arguments: list[str]) -> None:
    done = run("doctor", *arguments)
    assert (done.returncode, done.stdout) == (3, b"")


def test_failure_that_nobody_foresaw_is_no_verdict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("surprise")

    monkeypatch.setattr(doctor, "diagnose", fail)
    assert main(["doctor"]) == 3
    assert "surprise" in capsys.readouterr().err


def test_interrupted_doctor_gives_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(doctor, "diagnose", interrupt)
    assert main(["doctor"]) == 3


def test_verdict_stands_though_nobody_reads_it(dead: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "shmscope", "doctor", dead, "--seconds", "0"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (2, b"")


def test_verdict_stands_though_the_terminal_has_few_letters(name: str) -> None:
    command = [sys.executable, "-m", "shmscope", "doctor", name, "--all", "--seconds", "0"]
    with shmscope.create(f"{name}-温度", 4):
        command[4] = f"{name}*"
        ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
        done = subprocess.run(command, capture_output=True, env=ascii_only, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert rf"{name}-\u6e29\u5ea6".encode() in done.stdout


def diagnosis(arrays: list[Subject], host: list[Verdict] | None = None) -> Diagnosis:
    room = HostFacts("/dev/shm", 100, 99, 1)
    return Diagnosis(arrays, host, room, 3.0, looked_at=0, hidden_processes=0)


def subject(name: str, *verdicts: Verdict, segment: str = "1-2") -> Subject:
    return Subject(ArrayId("box", segment, name), list(verdicts))


def test_worst_comes_first_be_it_the_hosts_or_an_arrays() -> None:
    arrays = [subject("a", replace(FULL, rule="gone"), TORN), subject("b", TORN, IDLE)]
    lines = format_text(diagnosis(arrays, [FULL])).splitlines()
    assert [line.split()[:2] for line in lines[:-1:2]] == [
        ["critical", "/dev/shm"],
        ["critical", "a"],
        ["warning", "a"],
        ["warning", "b"],
    ]
    assert lines[-1] == (
        "2 arrays and /dev/shm: 2 critical, 1 warning. Watched for 3.0 s; the values of 0 were "
        "looked at."
    )


def test_verdict_says_how_sure_it_is_since_when_and_what_mends_it() -> None:
    lines = format_text(diagnosis([subject("a", TORN)], [FULL])).splitlines()
    assert lines[1].strip() == (
        "full, seen for 2.0 s. To mend it: mount -o remount,size=2M /dev/shm"
    )
    assert lines[3].strip() == "torn, possible, seen for 1.0 s"


def test_arrays_of_one_name_are_told_apart() -> None:
    text = format_text(diagnosis([subject("a", TORN), subject("a", TORN, segment="1-3")]))
    assert "  a (1-2)  " in text
    assert "  a (1-3)  " in text


def test_names_cannot_command_the_terminal() -> None:
    text = format_text(diagnosis([subject("\x1b[2J\n\udcff", TORN)]))
    assert all(line.isprintable() for line in text.splitlines())
    assert len(text.splitlines()) == 3


def test_processes_that_may_not_be_looked_at_are_told() -> None:
    text = format_text(replace(diagnosis([]), hidden_processes=2))
    assert text.splitlines()[0] == "2 processes may not be looked at."


def test_more_arrays_than_may_be_scanned_are_left_out_the_largest_first(name: str) -> None:
    sizes = [SCAN_BYTES * 2] * 9 + [100]
    made = [
        shmscope.create(f"{name}-{i}", size, "u1", reserve=False) for i, size in enumerate(sizes)
    ]
    with looking(Configuration(None)) as look:
        traces = [one for one in look.sampler.roster.by_id.values() if name in one.id.name]
        chosen = doctor._worth_a_look(traces)
    for array in made:
        array.unlink()
    assert len(traces) == 10
    assert [one.layout.size_bytes for one in chosen] == [100] + [SCAN_BYTES * 2] * 7
