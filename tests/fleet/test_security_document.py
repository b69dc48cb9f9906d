"""The section Security of docs/fleet.md says what is; test_security_matrix.py has its table."""

from __future__ import annotations

import argparse
import re
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shmscope.fleet.certificates import make_authority
from shmscope.fleet.permissions import MOST_PUT_BYTES, MOST_REPLY_BYTES
from shmscope.fleet.zenoh_settings import LEASE_MS, MOST_PENDING, HubSettings, hub_settings
from shmscope.terminal.fleets import run
from shmscope.terminal.grammar import build_parser

DOCUMENT = (Path(__file__).parents[2] / "docs/fleet.md").read_text()
SECTION = DOCUMENT[DOCUMENT.index("## Security") :]


def commands() -> list[argparse.Namespace]:
    lines = re.findall(r"^    shmscope (.*)$", SECTION, re.MULTILINE)
    return [build_parser().parse_args(shlex.split(line)) for line in lines]


def test_the_commands_do_what_is_said(tmp_path: Path) -> None:
    init, add, gateway = commands()
    for command in (init, add, gateway):
        command.directory = tmp_path / "FLEET"
        run(command)
    folders = {path.parent.name for path in tmp_path.rglob("key.pem")}
    assert folders == {"hub", "robot1", "robot2", "robot3", "gate", "robot4", "robot5"}
    assert (tmp_path / "FLEET/README.txt").exists()
    assert "shmscope gateway" in SECTION


def test_the_lengths_of_certificates_are_those_told() -> None:
    assert f"valid for {commands()[0].days} days" in SECTION
    left = make_authority("one").ends - datetime.now(UTC)
    assert "the authority for ten years" in SECTION
    assert abs(left - timedelta(days=3650)) < timedelta(days=1)


def test_the_limits_are_those_told() -> None:
    assert f"a message of more than {MOST_PUT_BYTES >> 10} KiB" in SECTION
    assert f"an answer of more than {MOST_REPLY_BYTES >> 10} KiB" in SECTION
    assert f"admits {MOST_PENDING:,}" in SECTION
    assert f"for {LEASE_MS // 1000} s each" in SECTION
    unicast = hub_settings(HubSettings())["transport"]["unicast"]
    assert (unicast["accept_pending"], unicast["accept_timeout"]) == (MOST_PENDING, LEASE_MS)


def test_every_option_that_is_named_is_one() -> None:
    (group,) = (one for one in build_parser()._actions if one.dest == "command")
    assert isinstance(group.choices, dict)
    (parts,) = (one for one in group.choices["fleet"]._actions if one.dest == "part")
    assert isinstance(parts.choices, dict)
    parsers = *parts.choices.values(), group.choices["agent"], group.choices["hub"]
    known = {option for parser in parsers for option in parser._option_string_actions}
    named = set(re.findall(r"`(--[a-z-]+)", SECTION))
    assert {"--hub", "--days", "--allow", "--site"} <= named <= known
