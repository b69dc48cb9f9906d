"""docs/fleet.md and docs/settings.md say what is."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, get_args

import pytest
from tests.fleet.saying import row
from tests.terminal.test_settings import row_of

from shmscope.errors import ConfigurationError
from shmscope.fleet import (
    asking,
    bulletin,
    cbor_items,
    copies,
    fleet,
    host,
    hosts,
    jobs,
    keys,
    listing,
    lists,
    looks,
    messages,
    passing,
)
from shmscope.sources.configuration import Configuration
from shmscope.terminal.agent import agent_of
from shmscope.terminal.fleet_settings import AGENT_SETTINGS, EVERY_NAME, HUB_SETTINGS
from shmscope.terminal.given import Given, add_settings
from shmscope.terminal.hub import hub_of
from shmscope.terminal.settings import SETTINGS

DOCS = Path(__file__).parents[2] / "docs"
FLEET = (DOCS / "fleet.md").read_text()
DOCUMENT = (DOCS / "settings.md").read_text()


def section(heading: str, end: str) -> list[str]:
    part = DOCUMENT[DOCUMENT.index(heading) : DOCUMENT.index(end)]
    return re.findall(r"^\| `--.*$", part, re.MULTILINE)


def given(settings: Any, *options: str, table: dict[str, object] | None = None) -> Given:
    parser = ArgumentParser(exit_on_error=False)
    add_settings(parser, settings)
    return Given(parser.parse_args(options), {}, table or {}, "a.toml", settings)


def test_every_setting_of_a_hub_and_of_an_agent_is_documented_and_no_other() -> None:
    of_hub = [one for one in HUB_SETTINGS if one not in SETTINGS]
    assert section("## Of a hub", "## Of an agent") == [row_of(one) for one in of_hub]
    own = [one for one in AGENT_SETTINGS if one not in SETTINGS]
    assert section("## Of an agent", "## What is looked at") == [row_of(one) for one in own]
    shared = [one.name for one in AGENT_SETTINGS if one in SETTINGS]
    assert all(f"`{name}`" in DOCUMENT[DOCUMENT.index("## Of an agent") :] for name in shared)


def test_one_file_may_hold_the_settings_of_all_commands() -> None:
    table = {"fleet_listen": "127.0.0.1:7000", "hub": ["a:1", "b:2"], "site": "hall", "port": 80}
    assert set(table) <= set(EVERY_NAME)
    assert given(HUB_SETTINGS, table=table)["fleet_listen"] == ("127.0.0.1:7000",)
    assert given(AGENT_SETTINGS, table=table)["hub"] == ("a:1", "b:2")


def test_an_agent_is_what_its_settings_say() -> None:
    asked = given(AGENT_SETTINGS, "--hub", "127.0.0.1:7000", "--name", "a b", "--site", "hall")
    service = agent_of(asked, Configuration(None))
    assert service.place[:2] == ("hall", "a b")
    assert service.carrier["connect"]["endpoints"] == ["tcp/127.0.0.1:7000"]
    assert service.carrier["listen"]["endpoints"] == []


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ((), "--hub HOST:PORT"),
        (("--hub", "10.0.0.1:7447"), "mutual TLS"),
        (("--hub", "127.0.0.1:7447", "--key", "a.pem"), "--certificate"),
    ],
    ids=["none", "beyond", "half"],
)
def test_an_agent_that_cannot_be_is_refused(options: tuple[str, ...], complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        agent_of(given(AGENT_SETTINGS, *options), Configuration(None))


def test_a_hub_with_certificates_must_say_who_may_speak(tmp_path: Path) -> None:
    files = [("certificate", "c"), ("key", "k"), ("authority", "a")]
    options = [part for name, file in files for part in (f"--fleet-{name}", str(tmp_path / file))]
    with pytest.raises(ConfigurationError, match="--fleet-members"):
        hub_of(given(HUB_SETTINGS, *options))
    with pytest.raises(ConfigurationError, match="loopback"):
        hub_of(given(HUB_SETTINGS, "--fleet-listen", "0.0.0.0:7447"))


def test_members_without_certificates_are_refused(tmp_path: Path) -> None:
    members = tmp_path / "members.toml"
    members.touch()
    with pytest.raises(ConfigurationError, match="there is no --fleet-certificate"):
        hub_of(given(HUB_SETTINGS, "--fleet-members", str(members)))


def test_the_states_of_a_host_are_those_documented() -> None:
    told = FLEET[FLEET.index("| state |") : FLEET.index("## Keys")]
    assert set(re.findall(r"^\| `([a-z]+)`", told, re.MULTILINE)) == set(get_args(host.State))
    assert f"within the last {host.SILENCE_S:g} s" in told
    assert f"for more than {fleet.HELD_UP_S:g} s, gives its hosts {host.RETURN_S:g} s" in told
    assert f"after {hosts.ENDED_S / 60:g} minutes" in told


def test_the_keys_are_those_documented() -> None:
    block = FLEET[FLEET.index("```\nshmscope/v1") :].split("```")[1]
    assert re.findall(r"/(alive|stats|q/[a-z]+) ", block) == list(keys.PARTS)
    assert f"at most {keys.MOST_NAME_BYTES} bytes" in FLEET


def test_a_message_of_statistics_has_the_fields_that_are_documented() -> None:
    block = FLEET[FLEET.index("**stats**") :].split("```")[1]
    shm = {"size_bytes": 1, "used_bytes": 1}
    overview = {"host": {"shm": shm, "health": {"level": "ok"}}, "arrays": [row()]}
    said = messages.decode(bulletin.Bulletin().update(overview, 0.0))
    inner = {*said["levels"], *said["room"]}
    values = {"0.1.0"}
    assert set(re.findall(r'"([^"]+)"', block)) - values == {*said, *inner}
    assert f"has {passing.PASSING.itemsize} bytes an array" in FLEET
    for name in passing.PASSING.names or ():
        assert f"`{name}`" in FLEET


def test_the_limits_are_those_documented() -> None:
    each = f"{messages.MOST_COPY_BYTES >> 20} MiB each"
    together = f"{copies.MOST_COPIES_BYTES >> 20} MiB together"
    for sentence in (
        f"at most {messages.MOST_TICK_BYTES:,} bytes",
        f"at most {cbor_items.MOST_DEPTH} deep",
        f"at most {messages.MOST_ITEMS:,} items",
        f"at most every {host.LIST_EVERY_S:g} s",
        f"every {2 * host.LIST_EVERY_S:g} s while somebody looks",
        f"waits for that up to {looks.HOLD_S:g} s",
        f"subscribes for {looks.KEPT_S:g} s",
        f"beyond {messages.MOST_WHOLE_BYTES >> 10} KiB",
        f"up to {messages.PIECE_BYTES >> 10} KiB of it",
        f"for {copies.KEPT_S:g} s after the last piece",
        f"keeps {copies.MOST_COPIES} copies, {each} and {together}, of frames",
        f"a part of up to {messages.MOST_LIST_BYTES >> 20} MiB",
        f"as [stream.md](stream.md) has it, up to {listing.MOST_ROW_BYTES >> 10} KiB",
        f"a hub takes {lists.MOST_PARTS} of them",
        f"watches {looks.MOST_LOOKS} topics and runs {jobs.MOST_JOBS} requests",
        f"a question of more than {messages.MOST_QUESTION_BYTES >> 10} KiB",
        f"Each question has {asking.TIMEOUT_S:g} s",
    ):
        assert sentence in " ".join(FLEET.split()), sentence
    assert f"`{jobs.API}`" in FLEET
    assert all(f"`{name}`" in FLEET for name in jobs.HEADERS)
