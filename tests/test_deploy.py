"""The unit and the Dockerfile, as far as can be told without a service manager or Docker."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import httpx2
import pytest
from tests.terminal.test_logs import record
from tests.test_cli import Serving

from shmscope.sampling.complaints import EVERY_S
from shmscope.terminal.grammar import build_parser
from shmscope.terminal.logs import MOST_ALIKE, JsonLines
from shmscope.terminal.settings import SETTINGS
from shmscope.web.healthz import PATH, STUCK_S

ROOT = Path(__file__).parents[1]
UNIT = ROOT / "deploy" / "shmscope.service"
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
INSTALLED = "/opt/shmscope/bin/shmscope"


def unit() -> configparser.SectionProxy:
    """Return the unit's section about the service."""
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(UNIT)
    return parser["Service"]


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions with what follows them."""
    lines = [line for line in DOCKERFILE.read_text().splitlines() if not line.startswith("#")]
    text = "\n".join(lines).replace("\\\n", " ")
    return [
        (word, rest) for word, _, rest in (one.partition(" ") for one in text.splitlines()) if word
    ]


def test_the_units_command_is_one_that_the_command_line_understands(tmp_path: Path) -> None:
    command, *options = shlex.split(unit()["ExecStart"])
    assert command == INSTALLED
    assert build_parser().parse_args(options).command == "serve"
    assert INSTALLED in OPERATIONS
    (tmp_path / "shmscope.toml").write_text("")
    given = [option.replace("/etc/", f"{tmp_path}/") for option in options[1:]]
    with closing(Serving(*given)) as server:
        assert httpx2.get(server.address + PATH[1:], trust_env=False).status_code == 200
        code, _, logged = server.end(signal.SIGTERM)
    assert code == 0
    events = [json.loads(line) for line in logged.splitlines()]
    assert {"serving", "ended"} <= {event["message"] for event in events}


def test_the_unit_takes_away_privileges_and_leaves_what_is_to_be_looked_at() -> None:
    found = unit()
    assert found["User"] != "root"
    assert (found["NoNewPrivileges"], found["ProtectSystem"]) == ("yes", "strict")
    assert found["CapabilityBoundingSet"] == ""
    for name in ("PrivateTmp", "PrivateIPC", "PrivateDevices"):
        assert found[name] == "no"
        assert f"`{name}=no`" in OPERATIONS
    assert f"`ProtectProc={found['ProtectProc']}`" in OPERATIONS


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("systemd-analyze is not installed")
    installed = Path(sys.executable).with_name("shmscope")
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text().replace(INSTALLED, str(installed)))
    done = subprocess.run(
        [verify, "verify", "--man=no", copy], capture_output=True, text=True, check=False
    )
    told = [line for line in done.stderr.splitlines() if UNIT.name in line]
    assert (done.returncode, told) == (0, [])


def test_the_image_runs_the_server_as_nobody_in_particular() -> None:
    found = instructions()
    words = [word for word, _ in found]
    assert words.count("FROM") == 2
    last = dict(found)  # of what is said twice, the last counts
    assert last["USER"].isdigit()
    assert last["USER"] != "0"
    assert words.index("USER") > [n for n, word in enumerate(words) if word == "RUN"][-1]
    command = json.loads(last["ENTRYPOINT"]) + json.loads(last["CMD"])
    assert command[0] == "shmscope"
    assert build_parser().parse_args(command[1:]).command == "serve"
    assert f"EXPOSE {build_port()}" in DOCKERFILE.read_text()


def build_port() -> str:
    """Return the default port."""
    [default] = [setting.default for setting in SETTINGS if setting.name == "port"]
    return str(default)


def test_the_images_variables_are_settings_and_can_be_read() -> None:
    [variables] = [rest for word, rest in instructions() if word == "ENV"]
    given = dict(pair.split("=", 1) for pair in shlex.split(variables))
    known = {setting.variable: setting for setting in SETTINGS}
    assert given
    for name, text in given.items():
        known[name].read(text)


def test_the_images_health_check_tells_a_server_that_runs_from_one_that_does_not() -> None:
    [check] = [rest for word, rest in instructions() if word == "HEALTHCHECK"]
    command = json.loads(check[check.index("CMD ") + 4 :])
    assert command[0] == "python"
    with closing(Serving()) as server:
        port = server.address.rstrip("/").rpartition(":")[2]
        program = command[2].replace(build_port(), port)
        assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
        server.end(signal.SIGTERM)
    gone = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert gone.returncode == 1


def test_the_image_is_built_of_files_that_are_there() -> None:
    [constraints] = re.findall(r"--constraint (\S+)", DOCKERFILE.read_text())
    assert (ROOT / constraints).is_file()
    ignored = Path(f"{DOCKERFILE}.dockerignore").read_text().split()
    assert ".git" in ignored
    needed = {"app", "templates", "static", "workers", "hatch_build.py", "package-lock.json"}
    assert not needed & set(ignored)


def test_the_document_has_the_commands_of_the_dockerfile() -> None:
    for line in re.findall(r"^#     (docker .*)$", DOCKERFILE.read_text(), re.MULTILINE):
        assert f"    {line}\n" in OPERATIONS


def test_the_document_tells_what_the_code_does() -> None:
    assert f"has not for {STUCK_S:g} seconds" in OPERATIONS
    assert f"every {EVERY_S / 60:g} minutes" in OPERATIONS
    assert MOST_ALIKE == 10
    [block] = re.findall(r"```json\n(.*?)\n```", OPERATIONS, re.DOTALL)
    served = json.loads(JsonLines().format(record("a sampler step failed", times=3)))
    assert served.keys() | {"error", "traceback"} == json.loads(block).keys()
