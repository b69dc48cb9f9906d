"""docs/security.md says what is: its figures, its headers and its options."""

from __future__ import annotations

import re
from pathlib import Path

from shmscope.terminal.grammar import build_parser
from shmscope.web.access import AUTH_S, LEAST_TOKEN
from shmscope.web.access_door import REFUSED
from shmscope.web.access_failures import BURST, BURST_OF_ALL, EVERY_S, EVERY_S_OF_ALL
from shmscope.web.access_gate import FILES, PROBE
from shmscope.web.guard import SECURITY_HEADERS, security_headers

DOCUMENT = (Path(__file__).parents[2] / "docs" / "security.md").read_text()
WORDS = {10: "ten", 100: "a hundred", 2: "two"}


def test_the_limits_of_wrong_tokens_are_those_documented() -> None:
    assert f"{WORDS[BURST]} wrong tokens are let pass at once" in DOCUMENT
    assert f"then one every {WORDS[int(EVERY_S)]} seconds" in DOCUMENT
    assert f"{WORDS[BURST_OF_ALL]}, then {WORDS[int(1 / EVERY_S_OF_ALL)]} a second" in DOCUMENT


def test_the_limits_of_the_token_are_those_documented() -> None:
    assert f"({LEAST_TOKEN} characters or more)" in DOCUMENT
    assert f"after {AUTH_S:g} seconds" in DOCUMENT
    assert f"closed with {REFUSED}" in DOCUMENT
    assert f"answers only below `{FILES}`" in DOCUMENT
    assert f"at `{PROBE}`" in DOCUMENT


def test_the_headers_are_those_documented_and_no_others() -> None:
    rows = re.findall(
        r"^\| (`[A-Z][A-Za-z-]+`(?:, `[A-Za-z-]+`)*) \| (.*) \|$", DOCUMENT, re.MULTILINE
    )
    names = {name.lower() for row, _ in rows for name in re.findall(r"`([A-Za-z-]+)`", row)}
    assert names == SECURITY_HEADERS.keys() - {"cache-control"}
    for row, value in rows:
        for name in re.findall(r"`([A-Za-z-]+)`", row):
            quoted = re.match("`([^`]+)`", value)
            assert quoted is None or SECURITY_HEADERS[name.lower()].startswith(quoted[1])


def test_a_transport_that_binds_other_programs_is_not_asked_for() -> None:
    for embedders in ((), ("http://localhost:8888",)):
        assert "strict-transport-security" not in security_headers(embedders)


def test_every_option_that_is_named_is_one() -> None:
    group = next(one for one in build_parser()._actions if one.dest == "command")
    assert isinstance(group.choices, dict)
    known = group.choices["serve"]._option_string_actions
    named = set(re.findall(r"`(--[a-z-]+)", DOCUMENT))
    assert len(named) >= 6
    assert named <= known.keys()
